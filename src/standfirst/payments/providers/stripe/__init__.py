"""Stripe: hosted Checkout, subscriptions run by Stripe, refunds and disputes."""

from standfirst.payments.providers.stripe.provider import StripeProvider

PROVIDER = StripeProvider()
