"""The store: a folder of shards, its manifest, and the indexes over them."""
