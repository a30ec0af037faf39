"""Fitting a scenario's parameters to what was reported, and telling how far that goes."""
