"""Counters of the server, in the text format of Prometheus (exposition format 0.0.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
_KNOWN = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"))


class Metrics:
    """Requests by route, method and status, their durations by route, jobs ended by force, and the last news of the store."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}
        self._sent: Counter[str] = Counter()
        self._ended: Counter[str] = Counter()
        self.news = ""

    def request(self, route: str, method: str, status: int, seconds: float, sent: int) -> None:
        """One request is over. `route` is a route's name: whatever clients invent must not become a label."""
        self._requests[route, method if method in _KNOWN else "other", status] += 1
        buckets = self._buckets.setdefault(route, [0] * (len(_BOUNDS) + 1))
        place = next((number for number, bound in enumerate(_BOUNDS) if seconds <= bound), len(_BOUNDS))
        buckets[place] += 1
        self._seconds[route] = self._seconds.get(route, 0.0) + seconds
        self._sent[route] += sent

    def ended(self, code: str) -> None:
        """A job was ended by force."""
        self._ended[code] += 1

    def told(self, sentence: str) -> None:
        """News of the store."""
        self.news = sentence

    def text(self, gauges: Mapping[str, float], workers: Mapping[str, int], cache_hits: int) -> str:
        return "".join(f"{line}\n" for line in self._lines(gauges, workers, cache_hits))

    def _lines(self, gauges: Mapping[str, float], workers: Mapping[str, int], cache_hits: int) -> Iterator[str]:
        yield from _head("zhengpu_requests_total", "counter", "Requests that are over, by route, method and status (0: broken off).")
        for (route, method, status), count in sorted(self._requests.items()):
            yield f'zhengpu_requests_total{{route="{route}",method="{method}",status="{status}"}} {count}'
        yield from _head("zhengpu_request_seconds", "histogram", "Time from the head of a request to the end of its answer.")
        for route, buckets in sorted(self._buckets.items()):
            total = 0
            for bound, count in zip((*map(str, _BOUNDS), "+Inf"), buckets, strict=True):
                total += count
                yield f'zhengpu_request_seconds_bucket{{route="{route}",le="{bound}"}} {total}'
            yield f'zhengpu_request_seconds_sum{{route="{route}"}} {self._seconds[route]:.6f}'
            yield f'zhengpu_request_seconds_count{{route="{route}"}} {total}'
        yield from _head("zhengpu_sent_bytes_total", "counter", "Bytes of answers sent, as compressed.")
        for route, count in sorted(self._sent.items()):
            yield f'zhengpu_sent_bytes_total{{route="{route}"}} {count}'
        yield from _head("zhengpu_queries_ended_total", "counter", "Queries ended by force, by reason.")
        for code, count in sorted(self._ended.items()):
            yield f'zhengpu_queries_ended_total{{reason="{code}"}} {count}'
        yield from _head("zhengpu_cached_answers_total", "counter", "Answers given from the cache.")
        yield f"zhengpu_cached_answers_total {cache_hits}"
        yield from _head("zhengpu_workers", "gauge", "Worker processes by what they do, and requests that wait for one.")
        for name, count in workers.items():
            yield f'zhengpu_workers{{doing="{name}"}} {count}'
        for name, value in gauges.items():
            yield from _head(f"zhengpu_{name}", "gauge", f"{name.replace('_', ' ').capitalize()} now.")
            yield f"zhengpu_{name} {value:g}"


def _head(name: str, kind: str, what: str) -> tuple[str, str]:
    return f"# HELP {name} {what}", f"# TYPE {name} {kind}"
