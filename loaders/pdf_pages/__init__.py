"""What a PDF file draws, read in a process of its own."""
