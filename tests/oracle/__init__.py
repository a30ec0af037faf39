"""The day written out plainly, one unit and one place at a time, to check the arrays against.

Whoever wants to know what a rule does can read it here: ordinary loops, no array. Each file
follows a file of ``sim/rules``, ``sim/forces`` or ``sim/observers``. The numbers drawn and the
elementary functions are the engine's own, asked for one at a time; floating-point operations stand
in the engine's order, so that the two agree to the last bit.
"""
