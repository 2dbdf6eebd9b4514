"""Somebody else's server as the place of a store: graphs written, taken out and read back."""
