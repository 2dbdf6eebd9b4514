"""zhengpu 政谱: Chinese government plans as an RDF knowledge graph in which every statement points at the words that prove it."""

__version__ = "0.1.0"
