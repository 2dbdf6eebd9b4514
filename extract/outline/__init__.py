"""The tree of headings, and the goals, measures and task rows in it."""
