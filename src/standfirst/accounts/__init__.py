"""Who works here and who reads: identities, signing in, sessions."""
