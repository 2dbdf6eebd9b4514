"""Facts -> triples."""
