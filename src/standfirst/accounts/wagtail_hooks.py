"""Where Wagtail finds the hooks of accounts: the entries of the account page register themselves."""

from standfirst.accounts.people import account

__all__ = ["account"]
