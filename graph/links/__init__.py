"""Links between documents: derived shards from the shards of documents."""
