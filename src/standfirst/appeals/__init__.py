"""The ask: appeals, campaigns, and tests of their words."""
