"""What changes during a run: the arrays, the stable ids and the random streams."""
