"""What an assistant program may do with the graph, and the check of a claim against it."""
