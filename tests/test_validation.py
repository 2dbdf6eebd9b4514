"""`check`: a sound shard has no violation; each planted error is found, named and worded in both languages."""

from __future__ import annotations

import logging
import re
import time

import pytest
from gold_facts import all_gold_facts, gold_facts

from zhengpu.errors import StoreError
from zhengpu.graph.triples.mapping import shard
from zhengpu.graph.validation import QUOTATION, Finding, Severity, check

SLUG = "shaoxing-2024-protection-zone"


def broken(pattern: str, replacement: str) -> list[Finding]:
    """The violations after the first line that fits the pattern is changed ("" takes the line out)."""
    text, changes = re.subn(rf"(?m)^.*{pattern}.*\n" if not replacement else pattern, replacement, shard(gold_facts(SLUG)).decode(), count=1)
    assert changes == 1
    return [finding for finding in check([text.encode()]) if finding.severity is Severity.VIOLATION]


@pytest.mark.parametrize(
    ("pattern", "replacement", "shape", "path"),
    [
        (r"/target/t1> .*#quote>", "", "Fact", "zp:quote"),
        (r"/target/t1> .*#start>", "", "Fact", "zp:start"),
        (r"/mention/1> .*#inDocument>", "", "Fact", "zp:inDocument"),
        (r"(/mention/1> \S+#start>) \"\d+\"", r'\1 "-1"', "Fact", "zp:start"),
        (r"(/mention/1> \S+#start>) \"\d+\"", r'\1 "99999"', "Fact", "zp:start"),
        (r"(/target/t1> \S+#value>) \"[\d.]+\"", r'\1 "二十"', "Target", "zp:value"),
        (r"(/target/t1> \S+#comparator>) \".*\"", r'\1 "约"', "Target", "zp:comparator"),
        (r"(/target/t1> \S+#dueBy>) \"[\d-]+\"", r'\1 "2026-02-30"', "Target", "zp:dueBy"),
        (r"(/responsibility/1> \S+#role>) <\S+>", r"\1 <https://w3id.org/zhengpu/concept/role/boss>", "Responsibility", "zp:role"),
        (r"(/responsibility/1> \S+#measure>) <\S+>", r"\1 <https://example.org/nowhere>", "Responsibility", "zp:measure"),
        (r"(/plan/1> \S+#planType>) <\S+>", r"\1 <https://w3id.org/zhengpu/concept/plan-type/诗>", "Plan", "zp:planType"),
        (r"(/measure/m1> \S+#order>) \"\d+\"", r'\1 "0"', "Unit", "zp:order"),
        (r"/section/s1> .*#level>", "", "Section", "zp:level"),
        (r"(/institution/\S+ \S+#prefLabel>) \".*\"@zh", r'\1 "Bureau"@en, ', "", ""),
    ],
)
def test_planted_errors_are_found(pattern: str, replacement: str, shape: str, path: str) -> None:
    if not shape:  # no N-Triples at all
        with pytest.raises(StoreError, match="not N-Triples"):
            broken(pattern, replacement)
        return
    found = broken(pattern, replacement)
    assert (shape, path) in {(finding.shape, finding.path) for finding in found}
    for finding in found:
        assert finding.message("zh") == finding.zh
        assert finding.message("en") == finding.en
        assert re.search("[\u4e00-\u9fff]", finding.zh)
        assert "None" not in finding.zh + finding.en


def test_a_quotation_that_the_text_does_not_have() -> None:
    found = broken(r"(/responsibility/1> \S+#quote>) \"", r'\1 "绝不')
    assert [(finding.shape, finding.path) for finding in found] == [(QUOTATION, "zp:quote")]
    assert "绝不" in found[0].zh
    assert found[0].entity.endswith("/responsibility/1")


def test_a_text_that_was_changed_breaks_every_quotation_after_the_place() -> None:
    found = broken(r"(18号> \S+#text>) \"", r'\1 "序')
    assert {finding.shape for finding in found} == {QUOTATION}
    assert {finding.path for finding in found} == {"zp:quote", "zp:text"}
    assert len(found) > 200


def test_messages_read_well() -> None:
    (finding,) = broken(r"(/target/t1> \S+#dueBy>) \"[\d-]+\"", r'\1 "2026-02-30"')
    assert finding.zh == "“期限”为 2026-02-30，不是 xsd:date 类型的值"
    assert finding.en == "“due by” is 2026-02-30, not a value of type xsd:date"


def test_checking_is_silent(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    """rdflib would log a traceback for the day that does not exist."""
    with caplog.at_level(logging.WARNING):
        broken(r"(/target/t1> \S+#dueBy>) \"[\d-]+\"", r'\1 "2026-02-30"')
    assert caplog.records == []
    assert capsys.readouterr().err == ""


def test_five_documents_are_checked_in_seconds() -> None:
    shards = [shard(found) for found in all_gold_facts()]
    began = time.process_time()
    findings = list(check(shards))
    assert time.process_time() - began < 10  # measured: 1.2 s
    assert {finding.severity for finding in findings} == {Severity.WARNING}
