"""Counts, reports and the newsroom dashboard: reads, never writes."""
