"""Measurements: ratios within one run count more than single figures, since machines are noisy."""
