"""From a pool and one set of reports to a posterior, in milliseconds a data set.

``features`` turns reports into columns, ``ridge`` learns from the pool what they say of each
parameter, ``neighbours`` finds the vectors whose reports say the same and moves them the last bit,
``posterior`` holds what comes of it, and ``fit`` puts the steps together.
"""
