"""Awards and the certificates that prove them; their PDF is frozen."""
