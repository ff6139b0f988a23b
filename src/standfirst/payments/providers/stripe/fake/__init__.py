"""A stand-in for Stripe: a separate program with Stripe's API, hosted pages and webhooks, for the demo and for tests.

It keeps customers, subscriptions, invoices, payments, refunds and disputes in memory and moves no money. Its objects
have the names and types that Stripe documents (`tests/payments/stripe/test_shapes.py` compares them).
"""

from standfirst.payments.providers.fakes import refuse_in_production

refuse_in_production("The fake of Stripe")
