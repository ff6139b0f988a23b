"""The sandbox: a payment page of our own on which one chooses what happens. For the demo; no money moves."""

from standfirst.payments.providers.sandbox.provider import SandboxProvider

PROVIDER = SandboxProvider()

__all__ = ["PROVIDER"]
