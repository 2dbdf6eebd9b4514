"""What a page of the web is made of, and where on it the document stands."""
