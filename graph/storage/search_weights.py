"""BM25 over several segments, as if they were one: a text that has the words weighs the same whichever segment it is in.

FTS5 weighs a text by what its own segment has: how many texts, how long on the average, how many with the words. From each weight it is worked out how
often the text has the word, which is a whole number, and that is weighed again by what the whole index has. Robertson and Zaragoza 2009; the constants
and the lower bound are those of FTS5 (https://sqlite.org/fts5.html#the_bm25_function).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from zhengpu.graph.sources.searched import Span
from zhengpu.graph.storage.search_segment import Segment

_K1, _B = 1.2, 0.75
_LEAST = 1e-6  # what a word weighs that is in half of all texts or more


def match(words: Sequence[str]) -> str:
    """The words as a query of FTS5: phrases of pairs, a single character as what tokens begin with. Folded text has none of its syntax."""
    phrases = (" ".join(word[at : at + 2] for at in range(len(word) - 1)) for word in words)
    return " AND ".join(f'"{phrase}"' if phrase else f'"{word}" *' for word, phrase in zip(words, phrases, strict=True))


def weights(segments: Sequence[Segment], words: Sequence[str], span: Span) -> dict[int, float]:
    """The numbers of the texts that have all of the words, of those in `span`, and their weights, positive."""
    texts = sum(segment.texts - segment.gone_texts for segment in segments)
    average = sum(segment.tokens - segment.gone_tokens for segment in segments) / max(texts, 1)
    rarity = [_rarity(texts, sum(_count(segment, word, there=True) for segment in segments)) for word in words]
    found: dict[int, float] = {}
    for segment in segments:
        for (number, tokens), times in _times(segment, words, span).items():
            found[number] = sum(rare * _share(often, tokens / average) for rare, often in zip(rarity, times, strict=True))
    return found


def _times(segment: Segment, words: Sequence[str], span: Span) -> dict[tuple[int, int], list[int]]:
    """(number, tokens) of each text that has all of the words -> how often it has each."""
    columns = "SELECT texts.rowid, tokens, -bm25(texts) FROM texts JOIN text ON text.id = texts.rowid"
    query = f"{columns} WHERE texts MATCH ? AND texts.rowid BETWEEN ? AND ?{segment.there('texts.rowid')} ORDER BY texts.rowid"
    all_together = segment.sql.execute(query, (match(words), *span)).fetchall()
    times: dict[tuple[int, int], list[int]] = {(number, tokens): [] for number, tokens, _ in all_together}
    if not times:
        return times
    average = segment.tokens / max(segment.texts, 1)
    for word in words:
        alone = all_together
        if len(words) > 1:  # with the word twice, a text weighs more by what that word weighs
            twice = segment.sql.execute(query, (match([*words, word]), *span))
            alone = [(number, tokens, more - all_of_it) for (number, tokens, all_of_it), (_, _, more) in zip(all_together, twice, strict=True)]
        rarity = _rarity(segment.texts, _count(segment, word))
        for number, tokens, weight in alone:
            times[number, tokens].append(_often(weight / rarity, tokens / average))
    return times


def _count(segment: Segment, word: str, *, there: bool = False) -> int:
    """How many texts of the segment have the word: all, or those that are not gone."""
    count: int = segment.sql.execute(f"SELECT COUNT(*) FROM texts WHERE texts MATCH ?{segment.there('rowid') if there else ''}", (match([word]),)).fetchone()[0]
    return count


def _rarity(texts: int, having: int) -> float:
    """What a word weighs that so many of all texts have."""
    return max(log((texts - having + 0.5) / (having + 0.5)), _LEAST)


def _share(often: int, length: float) -> float:
    """What part of a word's weight a text has that has it so often and is so many times as long as the average."""
    return often * (_K1 + 1) / (often + _K1 * (1 - _B + _B * length))


def _often(share: float, length: float) -> int:
    """How often a text has a word, by what part of its weight it has: `_share` the other way round."""
    return max(1, round(share * _K1 * (1 - _B + _B * length) / (_K1 + 1 - share)))
