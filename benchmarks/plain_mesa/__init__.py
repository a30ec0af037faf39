"""A plain Mesa model of the siege: one agent a unit, one replicate a run, no arrays.

It follows the rules of :mod:`sim.rules` and :mod:`sim.forces` one unit at a time, as Mesa's
tutorials do, with the model's own generator. It gives the same distribution of outcomes, not the
same runs. It is here to be compared with, and shares no rule with the engine.
"""
