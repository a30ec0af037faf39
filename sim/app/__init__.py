"""The app in the browser: watch a run day by day, move a slider, see a thousand futures.

It needs the extra ``app`` and works without a network. :mod:`sim.app.serve` starts it. Python
makes recordings and ensembles and holds what a visitor chose; what is drawn from day to day is
drawn in the browser, by the modules in ``browser/``.
"""
