"""Which parameters matter for which outcome: screening, shares of variance, a heat map.

:func:`sim.experiments.sensitivity.run.sensitivity` does it all; docs/sensitivity.md says what the
numbers mean.
"""
