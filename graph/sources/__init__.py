"""Where a query may be put: an engine in this process, or an endpoint."""
