"""Answers that are kept, or made before anybody asks."""
