"""The graph as networks: projections, positions, measures of position."""
