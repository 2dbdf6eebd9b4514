"""What is promised in numbers."""
