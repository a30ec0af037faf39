"""What must hold before a fit may be called calibrated, and what it cannot tell."""
