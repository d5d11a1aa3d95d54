"""Which candidate answers."""
