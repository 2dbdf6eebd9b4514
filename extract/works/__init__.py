"""The works that a text names, and how it cites them."""
