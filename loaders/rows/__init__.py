"""Dumps: a document in each row of a table."""
