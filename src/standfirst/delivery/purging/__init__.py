"""The ordered log of purges, followed on every node: what changed there is marked here, and a cut off node knows it."""

from standfirst.delivery.purging.hearing import heard

__all__ = ["heard"]
