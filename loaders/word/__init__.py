"""What a Word file is made of: styles, numbering, words, tables."""
