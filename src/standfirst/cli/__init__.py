"""The `standfirst` command."""

from standfirst.cli.program import main

__all__ = ["main"]
