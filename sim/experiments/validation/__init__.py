"""The model against the record: what changed hands, where strikes fell, who fled, who died.

``python -m sim.experiments.validation`` draws parameters from their priors, runs the campaign,
the siege of Hasakeh and the siege of Kobane, and writes the tables of ``docs/validation.md``.
"""
