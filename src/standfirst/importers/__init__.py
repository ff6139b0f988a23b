"""Moving in: one folder a source."""
