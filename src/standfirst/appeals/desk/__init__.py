"""The desk's screens of appeals."""
