"""Designs, runners, comparisons, and the battles of history."""
