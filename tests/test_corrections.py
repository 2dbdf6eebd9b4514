"""Corrections by people: the file that holds them, what each kind of rule does to facts, and how little a hostile file can do."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from running import Run

from zhengpu.corrections import Alias, Corrections, Ignorable, Ignore, Merge, Named, NoiseString, Split, Theme
from zhengpu.corrections_file import LARGEST, parsed, read
from zhengpu.errors import BadCorrections, ZhengpuError
from zhengpu.extract import facts
from zhengpu.extract.review.correcting import Corrected, corrected
from zhengpu.graph.triples.mapping import document_iri, shard
from zhengpu.ids import theme
from zhengpu.loaders import document_of_text
from zhengpu.loaders.noise_strings import without
from zhengpu.model import Document, Facts
from zhengpu.ontology.schemes import own_themes

TEXT = """南通市公共数据共享工作方案(2024—2026年)
为落实《江苏省公共数据管理办法》，市大数据中心统筹全市公共数据共享，制定本方案。
一、主要任务
(一)完善共享机制。市数据局牵头建立共享目录，到2026年归集数据1000万条，实施“数字先锋”行动。(责任单位：市数据局、市大数据局、市教育局)
(二)推进平台建设。建成共享平台5个，市大数据中心提供支撑，国家金融监管总局指导。(责任单位：市大数据中心、市委编办)
"""

EVERYTHING = """\ufeff# 市数据局和市大数据局是一家
[aliases.institutions]
"市大数据局" = "南通市数据局"
[aliases.indicators]
"归集数据" = "公共数据归集量"

[[merges]]
kind = "institution"
name = "国家金融监督管理总局"
same = ["中国银行保险监督管理委员会", "国家金融监管总局"]

[[splits]]
surface = "市大数据中心"
region = "320600"
plan = "《南通市公共数据共享工作方案（2024—2026年）》"
name = "南通市政务数据中心"

[themes."数据共享"]
keywords = ["共享目录"]
title_keywords = ["共享"]
en = "Data sharing"
broader = "管理"

[themes."管理"]
keywords = ["台账"]

[ignore]
mentions = ["国家金融监管总局"]
campaigns = ["数字先锋"]
targets = ["共享平台"]
noise = ["扫一扫在手机打开当前页"]
"""


def plan(text: str = TEXT) -> Facts:
    return facts(document_of_text(text, "plan.txt"))


def by(*rules: str, text: str = TEXT) -> Corrected:
    return corrected(plan(text), parsed("\n".join(rules).encode(), "zhengpu.toml"))


def duties(found: Facts) -> list[tuple[str, str]]:
    return [(duty.surface, duty.canonical) for duty in found.responsibilities]


# The file --------------------------------------------------------------------------------------------------------------


def test_every_kind_of_rule_is_read() -> None:
    found = parsed(EVERYTHING.encode(), "zhengpu.toml")
    assert found == Corrections(
        aliases=(Alias(Named.INSTITUTION, "市大数据局", "南通市数据局"), Alias(Named.INDICATOR, "归集数据", "公共数据归集量")),
        merges=(Merge(Named.INSTITUTION, "国家金融监督管理总局", ("中国银行保险监督管理委员会", "国家金融监管总局")),),
        splits=(Split("市大数据中心", "南通市政务数据中心", region="320600", plan="《南通市公共数据共享工作方案（2024—2026年）》"),),
        themes=(Theme("数据共享", ("共享目录",), ("共享",), "Data sharing", "管理"), Theme("管理", ("台账",))),
        ignored=(
            Ignore(Ignorable.MENTIONS, "国家金融监管总局"),
            Ignore(Ignorable.TARGETS, "共享平台"),
            Ignore(Ignorable.CAMPAIGNS, "数字先锋"),
        ),
        noise=(NoiseString("扫一扫在手机打开当前页"),),
    )
    assert len({rule.key for rule in found}) == len(list(found)) == 10


def test_the_digest_is_that_of_the_rules_not_of_the_spelling() -> None:
    rules = parsed(EVERYTHING.encode(), "a.toml")
    assert rules.digest() == parsed(EVERYTHING.replace("# 市数据局和市大数据局是一家", "").replace(" = ", "=").encode(), "b.toml").digest()
    assert rules.digest() != parsed(EVERYTHING.replace("数字先锋", "数字尖兵").encode(), "b.toml").digest()
    assert parsed(b"# nothing yet\n", "c.toml").digest() == Corrections().digest() == ""


BAD = {
    "a table that is none": ("aliases = 3", r"aliases is a number; it has to be a table \[aliases\]"),
    "an unknown part": ("[alias]\nx = '1'", "no key 'alias' here. Did you mean aliases"),
    "an unknown key": ("[aliases]\nperson = {}", r"\[aliases\]: there is no key 'person' here. Allowed are institutions and indicators"),
    "a misspelt key": ("[[splits]]\nsurface = 'a'\nname = 'b'\nregoin = 'c'", r"\[\[splits\]\] no. 1: .*Did you mean region"),
    "a date for a name": ("[aliases.institutions]\n'a' = 2024-01-01", "'a' is a date"),
    "true for a name": ("[aliases.institutions]\n'a' = true", "'a' is true or false"),
    "an empty name": ("[aliases.institutions]\n'a' = ' \u3000'", "'a' is empty"),
    "an endless name": (f"[aliases.institutions]\n'a' = '{'长' * 501}'", "501 characters"),
    "a name that turns the text": ("[aliases.institutions]\n'a' = 'b\\u202e'".replace("'b\\u202e'", '"b\\u202e"'), r"U\+202E"),
    "a control character": ('[ignore]\nmentions = ["\\u001b[2J"]', r"U\+001B"),
    "an unknown kind": ("[[merges]]\nkind = 'body'\nname = 'a'\nsame = ['b']", "kind is 'body'; allowed are institution and indicator"),
    "a merge of nothing": ("[[merges]]\nkind = 'indicator'\nname = 'a'\nsame = []", "same is missing"),
    "one merge as a table": ("[merges]\nkind = 'indicator'", r"each of them begins with \[\[merges\]\]"),
    "merges of strings": ("merges = ['a']", r"merges holds text; each of them begins with \[\[merges\]\]"),
    "a split for all": ("[[splits]]\nsurface = 'a'\nname = 'b'", "does not say for which documents"),
    "a split without a name": ("[[splits]]\nsurface = 'a'\nregion = 'b'", "name is missing"),
    "a theme without words": ("[themes.x]\nen = 'x'", "no words by which the theme is told"),
    "a string for a list": ("[ignore]\nmentions = 'x'", "mentions is text; it has to be a list"),
    "a list in a list": ("[ignore]\ntargets = [['x']]", "an entry of targets is a list"),
    "a word as noise": ("[ignore]\nnoise = ['的']", "'的', which is too short: at least 4"),
    "two rules of one name": ("[aliases.institutions]\n'a' = 'b'\n[[merges]]\nkind = 'institution'\nname = 'c'\nsame = ['ａ']", "two rules are about"),
    "names in turn": ("[aliases.indicators]\n'a' = 'b'\n'b' = 'a'", "leads to a name that"),
    "no TOML": ("[aliases.institutions]\n市局 = 'x'", "line 2, column 1"),
    "a key twice": ("[ignore]\nmentions = []\nmentions = []", "is not TOML"),
    "endless nesting": ("x = " + "[" * 50_000, "nested too deeply|not TOML"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_amiss_is_named_with_its_place(case: str) -> None:
    text, message = BAD[case]
    with pytest.raises(BadCorrections, match=message) as caught:
        parsed(text.encode(), "mine/zhengpu.toml")
    told = str(caught.value)
    assert told.startswith("mine/zhengpu.toml")
    assert len(told) < 400
    assert told.isprintable()


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"[ignore]\nmentions = ['\xb9\xe3']", b"\x00" * 100, b"\x89PNG\r\n\x1a\n"])
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(BadCorrections):
        parsed(data, "zhengpu.toml")


def test_a_file_too_large_or_missing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "large.toml").write_bytes(b"#" * (LARGEST + 1))
    for name in ("large.toml", "missing.toml", "."):
        with pytest.raises(BadCorrections, match=name):
            read(tmp_path / name)


@settings(deadline=None)
@given(st.text())
def test_no_text_does_worse_than_being_refused(text: str) -> None:
    try:
        found = parsed(text.encode("utf-8", "surrogatepass"), "zhengpu.toml")
    except BadCorrections:
        return
    assert corrected(plan(), found).facts.text == plan().text


# Names -----------------------------------------------------------------------------------------------------------------


def test_an_alias_of_the_texts_words_names_the_body() -> None:
    found = by("[aliases.institutions]", '"市大数据局" = "南通市数据局"')
    assert duties(found.facts)[:3] == [("市数据局", "南通市数据局"), ("市教育局", "南通市教育局"), ("市大数据中心", "南通市大数据中心")]
    assert found.applied == Counter({"alias institution 市大数据局 → 南通市数据局": 1})
    bureau = next(body for body in found.facts.institutions if body.name == "南通市数据局")
    assert (bureau.kind, bureau.region_code) == ("政府", "320600")
    assert set(bureau.surfaces) == {"市数据局"}


def test_an_alias_of_a_canonical_name_renames_it_everywhere_and_keeps_it_as_a_name() -> None:
    found = by("[aliases.institutions]", '"南通市大数据中心" = "南通市政务服务中心"')
    assert ("市大数据中心", "南通市政务服务中心") in duties(found.facts)
    assert "南通市大数据中心" not in {mention.canonical for mention in found.facts.mentions}
    body = next(body for body in found.facts.institutions if body.name == "南通市政务服务中心")
    assert {"市大数据中心", "南通市大数据中心"} <= set(body.surfaces)
    assert sum(found.applied.values()) >= 2


def test_width_and_spaces_of_names_do_not_count() -> None:
    assert by("[aliases.institutions]", '"市 大数据局" = "南通市数据局"').applied


def test_a_rule_that_says_what_is_known_already_counts_as_never_applied() -> None:
    assert not by("[aliases.institutions]", '"市教育局" = "南通市教育局"').applied


def test_merged_bodies_are_one_and_stand_once_in_a_measure() -> None:
    found = by("[[merges]]", 'kind = "institution"', 'name = "南通市数据局"', 'same = ["南通市大数据局", "南通市教育局"]')
    assert duties(found.facts)[0] == ("市数据局", "南通市数据局")
    assert [name for _, name in duties(found.facts)].count("南通市数据局") == 1
    assert list(found.applied.values()) == [2]


def test_indicators_have_aliases_and_merges() -> None:
    (name,) = [target.canonical_indicator for target in plan().targets if target.value == 1000]
    alias = ("[aliases.indicators]", f'"{name}" = "公共数据归集量"')
    merge = ("[[merges]]", 'kind = "indicator"', 'name = "公共数据归集量"', f'same = ["{name}"]')
    for rules in (alias, merge):
        found = by(*rules)
        assert [target.canonical_indicator for target in found.facts.targets if target.value == 1000] == ["公共数据归集量"]
        assert [target.indicator for target in found.facts.targets] == [target.indicator for target in plan().targets]


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        ('region = "南通市"', False),
        ('region = "江苏省南通市"', False),
        ('region = "320600"', True),
        ('plan = "南通市公共数据共享工作方案（2024—2026年）"', True),
        ('document = "plan.txt"', True),
        ('document = "plan.txt"\nregion = "320600"', True),
        ('document = "plan.txt"\nregion = "320500"', False),
        ('plan = "别的方案"', False),
    ],
)
def test_a_split_counts_in_its_region_plan_or_document(where: str, holds: bool) -> None:
    if where.startswith('region = "') and not where[10].isdigit():
        holds = where[10:-1] in plan().plan.regions
    found = by("[[splits]]", 'surface = "市大数据中心"', 'name = "南通市政务数据中心"', where, "[aliases.institutions]", '"市大数据中心" = "别的中心"')
    assert {name for surface, name in duties(found.facts) if surface == "市大数据中心"} == {"南通市政务数据中心" if holds else "别的中心"}


def test_the_issuer_takes_part_and_the_document_keeps_its_iri() -> None:
    text = "南通市大数据局关于印发《南通市数据工作要点》的通知\n各科室：\n现印发给你们。\n南通市大数据局\n2024年3月5日\n" + TEXT
    said = plan(text)
    assert said.document.issuers == ("南通市大数据局",)
    found = by("[aliases.institutions]", '"南通市大数据局" = "南通市数据局"', text=text).facts
    assert found.document.issuers == ("南通市数据局",)
    assert document_iri(said) != document_iri(found)
    assert f"<{document_iri(said)}>".encode() in shard(found, iri=document_iri(said))
    assert f"<{document_iri(found)}>".encode() not in shard(found, iri=document_iri(said))


# Left out --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("mentions", "南通市大数据中心"),
        ("responsibilities", "市委编办"),
        ("targets", "共享平台"),
        ("references", "《江苏省公共数据管理办法》"),
        ("campaigns", "数字先锋"),
    ],
)
def test_ignored_facts_are_left_out(kind: str, name: str) -> None:
    before, found = getattr(plan(), kind), by("[ignore]", f'{kind} = ["{name}", "没有的"]')
    after = getattr(found.facts, kind)
    assert set(after) < set(before)
    assert found.applied == Counter({f"ignore {kind} {name}": len(before) - len(after)})
    for other in {"mentions", "responsibilities", "targets", "references", "campaigns"} - {kind}:
        assert getattr(found.facts, other) == getattr(plan(), other)


def test_an_ignored_body_is_no_institution_any_more() -> None:
    found = by("[ignore]", 'responsibilities = ["市委编办"]').facts
    assert "中共南通市委机构编制委员会办公室" not in {body.name for body in found.institutions}


# Themes ----------------------------------------------------------------------------------------------------------------


def test_a_theme_of_ones_own_is_linked_and_described() -> None:
    rules = parsed(EVERYTHING.encode(), "zhengpu.toml")
    lines = shard(plan(), own_themes(rules.themes)).decode()
    assert f"<https://w3id.org/zhengpu/ontology#theme> <{theme('数据共享')}>" in lines
    assert f'<{theme("数据共享")}> <http://www.w3.org/2004/02/skos/core#prefLabel> "Data sharing"@en .' in lines
    assert "concept/theme/管理> <http://www.w3.org/2004/02/skos/core#prefLabel>" not in lines
    assert corrected(plan(), rules).applied["theme 数据共享"] >= 1
    assert theme("数据共享") not in shard(plan()).decode()


# Noise -----------------------------------------------------------------------------------------------------------------

NOISE = "政务内网三区水印"
NOISY = f"""南通市工作方案
一、主要任务
{NOISE}
(一)完善机制。{NOISE}建立联席会议制度，市教育局牵头，统筹推进全市基础教育资源的均衡配置和共建共享，制定公共
 {NOISE} {NOISE}
数据目录，到2026年新增学位5000个。
| 指标 | 目标 |
{NOISE}"""


def _holds_together(document: Document) -> None:
    end = 0
    for block in document.blocks:
        assert document.text[end : block.start].strip("\n") == ""
        assert block.start < block.end <= len(document.text)
        end = block.end
    for field in document.page:
        assert field.start is None or document.text[field.start : field.end] == field.value


def test_noise_is_taken_out_of_the_text_and_sentences_are_whole() -> None:
    read = document_of_text(NOISY)
    found, times = without(read, [NOISE])
    assert times == Counter({NOISE: 5})
    assert NOISE not in found.text
    assert "制定公共数据目录，到2026年" in found.text
    assert "一、主要任务\n(一)完善机制。建立联席会议制度" in found.text
    assert [removal.text for removal in found.removed if removal.why == "own"] == [NOISE] * 5
    _holds_together(found)
    said = facts(found)
    assert [target.value for target in said.targets] == [5000]


def test_noise_that_is_not_there_changes_nothing() -> None:
    read = document_of_text(NOISY)
    assert without(read, ["没有这句话"]) == (read, Counter())
    assert without(read, []) == (read, Counter())


PIECES = (NOISE, "\n", " ", "一、主要任务", "(一)完善机制。", "指标|2026年", "责任单位：市教育局", "索引号：123", "统筹推进全市基础教育资源的均衡配置，")


@settings(deadline=None)
@given(st.lists(st.sampled_from((NOISE, *PIECES))).map("".join))
def test_any_place_of_noise_leaves_a_document_that_holds_together(text: str) -> None:
    try:
        read = document_of_text(text)
    except ZhengpuError:
        return
    found, _ = without(read, [NOISE])
    assert "".join(found.text.split()) == "".join(read.text.replace(NOISE, "").split())
    _holds_together(found)
    facts(found)


# In a store ------------------------------------------------------------------------------------------------------------

BODIES = "SELECT ?body { ?m a zp:Measure ; zp:assignedTo/skos:prefLabel ?body } ORDER BY ?body"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "plan.txt").write_text(TEXT, "utf-8")
    (tmp_path / "rules.toml").write_text(EVERYTHING, "utf-8")
    return tmp_path


def bodies(zhengpu: Run) -> set[str]:
    return set(zhengpu("query", "-", "--format", "csv", stdin=BODIES).out.split()[1:])


def test_corrections_given_once_count_in_later_builds_and_survive_a_rebuild(zhengpu: Run, files: Path) -> None:
    assert "1 added" in zhengpu("build", "plan.txt").out
    assert "南通市大数据中心" in bodies(zhengpu)
    done = zhengpu("build", "plan.txt", "--corrections", "rules.toml")
    assert (done.code, "1 replaced" in done.out, done.err) == (0, True, "")
    corrected_bodies = bodies(zhengpu)
    assert "南通市政务数据中心" in corrected_bodies
    assert "南通市大数据中心" not in corrected_bodies
    (files / "rules.toml").unlink()
    shutil.rmtree(files / "zhengpu-store" / "index")
    assert zhengpu("rebuild").code == 0
    assert bodies(zhengpu) == corrected_bodies
    assert "1 unchanged" in zhengpu("build", "plan.txt").out
    assert bodies(zhengpu) == corrected_bodies


def test_a_file_put_into_the_store_counts_on_the_next_build(zhengpu: Run, files: Path) -> None:
    store = files / "zhengpu-store"
    store.mkdir()
    (files / "rules.toml").rename(store / "zhengpu.toml")
    assert zhengpu("build", "plan.txt").code == 0
    assert "南通市政务数据中心" in bodies(zhengpu)
    (store / "zhengpu.toml").unlink()
    assert "built with other corrections" in zhengpu("stats").err
    assert "1 replaced" in zhengpu("build", "plan.txt").out
    assert "南通市大数据中心" in bodies(zhengpu)


def test_noise_in_a_title_leaves_one_document(zhengpu: Run, files: Path) -> None:
    (files / "plan.txt").write_text(TEXT.replace("公共数据共享工作", "公共数据内网三区水印共享工作"), "utf-8")
    (files / "rules.toml").write_text('[ignore]\nnoise = ["内网三区水印"]', "utf-8")
    assert "1 added" in zhengpu("build", "plan.txt").out
    assert "1 replaced" in zhengpu("build", "plan.txt", "--corrections", "rules.toml").out
    (document,) = json.loads(zhengpu("stats", "--json").out)["documents"]
    assert document["document"]["text"] == "南通市公共数据共享工作方案(2024—2026年)"


def test_a_rule_that_changes_nothing_changes_the_manifest_only(zhengpu: Run, files: Path) -> None:
    zhengpu("build", "plan.txt", "--corrections", "rules.toml")
    (files / "zhengpu-store" / "zhengpu.toml").write_text(EVERYTHING + "\n# a remark\n", "utf-8")
    assert json.loads(zhengpu("stats", "--json").out)["corrections"]["outdated"] == []
    (files / "more.toml").write_text(EVERYTHING.replace("[ignore]", '[ignore]\nreferences = ["没有的文件"]'), "utf-8")
    done = zhengpu("build", "plan.txt", "--corrections", "more.toml")
    assert "1 unchanged" in done.out
    assert "lie in zhengpu-" in done.err
    assert len(list((files / "zhengpu-store").glob("zhengpu-*.toml"))) == 1
    assert json.loads(zhengpu("stats", "--json").out)["corrections"]["outdated"] == []


def test_stats_tell_how_often_each_rule_applied_and_which_never(zhengpu: Run, files: Path) -> None:
    (files / "plan.txt").write_text(TEXT.replace("二)推进", "二)扫一扫在手机打开当前页\n推进").replace("扫一扫在手机打开当前页", "政务内网三区水印"), "utf-8")
    (files / "rules.toml").write_text(EVERYTHING.replace("扫一扫在手机打开当前页", "政务内网三区水印"), "utf-8")
    zhengpu("build", "plan.txt", "--corrections", "rules.toml")
    told = json.loads(zhengpu("stats", "--json").out)["corrections"]
    applied = {rule["rule"]: (rule["applied"], rule["documents"]) for rule in told["rules"]}
    assert applied["split 市大数据中心 (320600, 《南通市公共数据共享工作方案（2024—2026年）》) → 南通市政务数据中心"][0] >= 2
    assert applied["noise 政务内网三区水印"] == (1, 1)
    assert applied["merge institution 中国银行保险监督管理委员会、国家金融监管总局 → 国家金融监督管理总局"] == (0, 0)
    printed = zhengpu("stats").out
    assert printed.index("noise 政务内网三区水印") < printed.index("从未适用")
    assert "never applied" in zhengpu("stats", "--lang", "en").out


def test_a_theme_of_ones_own_can_be_asked_for(zhengpu: Run, files: Path) -> None:
    zhengpu("build", "plan.txt", "--corrections", "rules.toml")
    done = zhengpu("query", "measures-on-theme", "--param", "theme=数据共享", "--format", "csv")
    assert done.code == 0
    assert "完善共享机制" in done.out
    assert zhengpu("check").code == 0


@pytest.mark.parametrize("content", ["[alias]\nx = 1", "[themes.口岸]\nkeywords = ['口岸']\nbroader = '没有的主题'", "\x00"])
def test_bad_corrections_stop_before_anything_is_read_or_made(zhengpu: Run, files: Path, content: str) -> None:
    (files / "bad.toml").write_text(content, "utf-8")
    for command in ("build", "facts"):
        done = zhengpu(command, "plan.txt", "--corrections", "bad.toml")
        assert (done.code, done.out) == (2, "")
    assert not (files / "zhengpu-store").exists()
    zhengpu("build", "plan.txt")
    (files / "bad.toml").rename(files / "zhengpu-store" / "zhengpu.toml")
    assert zhengpu("build", "plan.txt").code == 2
    assert zhengpu("stats").code == 0
    assert "zhengpu.toml" in zhengpu("stats").err or "没有的主题" in zhengpu("stats").err


def test_facts_take_corrections_too(zhengpu: Run, files: Path) -> None:
    told = json.loads(zhengpu("facts", "plan.txt", "--corrections", "rules.toml").out)
    assert "南通市政务数据中心" in {duty["canonical"] for duty in told["responsibilities"]}
    assert told["campaigns"] == []


# The documentation -----------------------------------------------------------------------------------------------------


def test_the_documented_example_is_read_and_the_messages_are_as_printed() -> None:
    page = (Path(__file__).parents[1] / "docs" / "corrections.md").read_text("utf-8")
    example = page.partition("```toml\n")[2].partition("```")[0]
    found = parsed(example.encode(), "zhengpu.toml")
    assert all((found.aliases, found.merges, found.splits, found.noise))
    assert {rule.kind for rule in found.ignored} == set(Ignorable)
    assert [concept.zh for concept in own_themes(found.themes)] == ["保护", "营商环境"]
    alias = "[aliases.institutions]\n'市大数据局' = '南通市数据局'"
    merge = "[[merges]]\nkind = 'institution'\nname = '南通市政务服务中心'\nsame = ['市大数据局']"
    for rules, message in (("[[splits]]\nsurface = 'a'\nname = 'b'\nregoin = 'c'", "[[splits]] no. 1"), (f"{alias}\n{merge}", "two rules")):
        with pytest.raises(BadCorrections) as caught:
            parsed(rules.encode(), "zhengpu.toml")
        assert message in str(caught.value)
        assert f"zhengpu: {caught.value}" in page
