"""One HTML page of a folder: of a run, an ensemble, a comparison, a sweep, a sensitivity."""
