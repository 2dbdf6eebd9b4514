"""Institutions: their names in the text, and the one name that each is known by."""
