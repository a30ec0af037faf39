"""The report of a calibration: one HTML file that is read from top to bottom."""
