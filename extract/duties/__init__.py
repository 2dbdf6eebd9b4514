"""Who must do it."""
