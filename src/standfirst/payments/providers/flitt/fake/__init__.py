"""A stand-in for Flitt: a separate program with its API, its card page and its callbacks, for the demo and for tests.

It keeps orders in memory and moves no money. What it answers has the names and types of Flitt's documentation; what
the documentation leaves open is said where it is decided.
"""

from standfirst.payments.providers.fakes import refuse_in_production

refuse_in_production("The fake of Flitt")
