"""Pictures of the graph: the network page, which stands alone."""
