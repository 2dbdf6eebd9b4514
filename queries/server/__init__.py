"""The server: the SPARQL and Graph Store protocols over processes that can be ended."""
