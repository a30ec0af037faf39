"""Tests of the checks of a fit."""
