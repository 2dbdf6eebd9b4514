"""Progress where two plans call one indicator by two names: a value observed under one name counts for the targets under the other, once the documents
are linked; the target's own values come first, and units are those of the target."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from gold_facts import gold_facts

from zhengpu.graph.observed.observations import observations_shard, observed
from zhengpu.graph.storage.shards import Shard
from zhengpu.graph.storage.store import Store, create_store
from zhengpu.graph.triples.mapping import document_iri, shard
from zhengpu.model import Facts
from zhengpu.queries.runner import ask
from zhengpu.queries.tables.tables import readable
from zhengpu.queries.views.yearly import yearly
from zhengpu.viz.report import report
from zhengpu.viz.report_markdown import markdown

OLD, NEW = "技术合同成交额", "技术合同成交总额"  # one form: both are counted in money


def promising(slug: str, indicator: str, value: str, unit: str) -> Facts:
    """The golden facts of a plan, which promises this one thing only."""
    facts = gold_facts(slug)
    target = replace(
        facts.targets[0], indicator=indicator, canonical_indicator=indicator, value=Decimal(value), value_text=f"{value}{unit}", unit_of_measure=unit,
        comparator=">=", baseline=None, baseline_date=None,
    )  # fmt: skip
    return replace(facts, targets=(target,))


@pytest.fixture
def xuhui(tmp_path: Path) -> Store:
    """Two plans of one district: of 10亿元 by one name in 万元, and of 20 亿元 by the other."""
    store = create_store(tmp_path / "store")
    plans = (promising("xuhui-2022-ip-city-pilot", OLD, "100000", "万元"), promising("xuhui-2024-protection-zone", NEW, "20", "亿元"))
    store.add(Shard(document_iri(facts), shard(facts), sha256=facts.sha256) for facts in plans)
    store.link()
    return store


def observe(store: Store, *rows: tuple[str, str, str, str]) -> None:
    """Keeps (indicator, date, value, unit) of the district."""
    cells = [dict(zip(("indicator", "date", "value", "unit"), row, strict=True), region="上海市徐汇区", source="年报") for row in rows]
    found = observed(store, list(enumerate(cells)), "o.csv")
    assert not found.misfits
    store.add([observations_shard("o.csv", "0" * 64, found.observations)[0]])


COLUMNS = ("indicatorName", "observed", "unit", "percent", "observedOn", "observedName")


def progress(store: Store, question: str = "target-progress", date: str = "2025-12-31", columns: tuple[str, ...] = COLUMNS) -> set[tuple[str, ...]]:
    answer = ask(store, question, {"date": date}).answer
    rows = [dict(zip(answer.variables, map(readable, row), strict=True)) for row in answer.rows]
    return {tuple(row[column] for column in columns) for row in rows}


def test_what_was_observed_under_one_name_counts_under_the_other_in_its_unit(xuhui: Store) -> None:
    observe(xuhui, (OLD, "2024-12", "15", "亿元"))
    assert progress(xuhui) == {(OLD, "150000", "万元", "150", "2024-12", ""), (NEW, "15", "亿元", "75", "2024-12", OLD)}
    assert ask(xuhui, "targets-without-observation").answer.rows == ()


def test_unlinked_documents_know_of_no_group(xuhui: Store) -> None:
    xuhui.unlink()
    observe(xuhui, (OLD, "2024-12", "15", "亿元"))
    assert progress(xuhui) == {(OLD, "150000", "万元", "150", "2024-12", "")}
    assert len(ask(xuhui, "targets-without-observation").answer.rows) == 1


def test_of_one_day_the_own_value_counts_else_the_later_one(xuhui: Store) -> None:
    observe(xuhui, (OLD, "2024-12", "15", "亿元"), (NEW, "2024-12", "16", "亿元"))
    assert progress(xuhui) == {(OLD, "150000", "万元", "150", "2024-12", ""), (NEW, "16", "亿元", "80", "2024-12", "")}
    observe(xuhui, (OLD, "2025-06", "18", "亿元"), (NEW, "2024-12", "16", "亿元"))
    assert progress(xuhui) == {(OLD, "180000", "万元", "180", "2025-06", ""), (NEW, "18", "亿元", "90", "2025-06", OLD)}
    assert progress(xuhui, date="2024-12-31", columns=("indicatorName", "observedName")) == {(NEW, ""), (OLD, NEW)}


def test_the_start_is_an_early_value_of_the_name_that_was_observed_last(xuhui: Store) -> None:
    observe(xuhui, (OLD, "2022-06", "10", "亿元"), (OLD, "2025-02-28", "16", "亿元"))
    told = progress(xuhui, "targets-on-track", "2025-03-31", ("standing", "indicatorName", "base", "baseOn", "observed", "percent"))
    assert ("滞后", NEW, "10", "2022-06-30", "16", "60") in told


def test_the_report_names_what_was_observed(xuhui: Store) -> None:
    observe(xuhui, (OLD, "2024-12", "15", "亿元"))
    plan = f"{document_iri(gold_facts('xuhui-2024-protection-zone'))}/plan/1"
    found = yearly(xuhui, plan, date(2025, 6, 30))
    assert [(one.observed, one.observed_as) for one in found.targets] == [(15, OLD)]
    assert f"15 亿元<br>2024-12<br>指标：{OLD}<br>数据来源：年报" in markdown(report(found, "zh"))
