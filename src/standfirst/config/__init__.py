"""Settings, addresses and the WSGI entry: with `cli`, the only place that knows every app."""
