"""The day, the Mesa model, the recorder and results on disk."""
