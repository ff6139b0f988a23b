"""Flitt (https://docs.flitt.com): cards in Georgia and around it, in GEL and other currencies."""

from standfirst.payments.providers.flitt.provider import FlittProvider

PROVIDER = FlittProvider()

__all__ = ["PROVIDER"]
