"""What the command line refuses.

Refusal
    the command cannot do what was asked: one clear sentence, exit status 2, nothing created and nothing lost
"""

from __future__ import annotations


class Refusal(Exception):
    """Nothing was done, and the message says why and what to do."""
