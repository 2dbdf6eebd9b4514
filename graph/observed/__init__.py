"""Observed values: what came of the targets."""
