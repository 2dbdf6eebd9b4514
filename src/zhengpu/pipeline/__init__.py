"""The whole way of the data: file → Document → Facts → triples → shard → store.

`reading` goes it for one file as far as the shard, `building` for many files and into a store."""

from __future__ import annotations

from zhengpu.pipeline.building import Progress, Report, build
from zhengpu.pipeline.listing import documents_in
from zhengpu.pipeline.reading import NONE, Failed, Made, Outcome, Read, Said, facts_of, read_file, said_by, shard_of

__all__ = ["NONE", "Failed", "Made", "Outcome", "Progress", "Read", "Report", "Said", "build", "documents_in", "facts_of", "read_file", "said_by", "shard_of"]
