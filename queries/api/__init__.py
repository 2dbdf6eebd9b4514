"""The JSON API that the pages read through."""
