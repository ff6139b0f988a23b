"""The demo newsroom's pictures, drawn by code: nothing is downloaded and every build draws the same."""
