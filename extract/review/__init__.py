"""Facts as they are shown, scored, compared and corrected."""
