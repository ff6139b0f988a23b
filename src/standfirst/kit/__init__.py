"""Small tools every layer may use: clock, outbound HTTP."""
