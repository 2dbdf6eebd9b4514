"""The portable form of a build, made by many machines and loaded by any engine. A location (a folder, or any place of fsspec) holds

    parts/<task>.nt.gz            the shards of a batch of documents, sorted by IRI, one gzip member each, as the store keeps them: one gzip to any engine
    parts/schema.nt.gz            the ontology and its labels
    manifest/<task>.parquet       a row for each document, and for each file that gave none (`Row`)
    zhengpu-parts.json            the manifests that count; it is written last, so that a build cut short changes nothing that was valid
"""
