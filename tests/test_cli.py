"""The command line as a user meets it: every command, and everything that can be wrong with what it is given."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from running import Run
from typer.main import get_command

from zhengpu import cli

SAMPLES = Path(str(files("zhengpu.samples")))
SAMPLE = SAMPLES / "xuhui-2024-protection-zone.txt"
PLAN = "上海市徐汇区国家知识产权保护示范区建设方案"
COMMANDS = sorted(get_command(cli.app).commands)  # type: ignore[attr-defined]

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 8


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the five samples."""
    store = tmp_path_factory.mktemp("built") / "store"
    with pytest.raises(SystemExit) as left:
        cli.main(["build", str(SAMPLES), "--store", str(store)])
    assert not left.value.code
    return store


@pytest.fixture
def store(built: Path, tmp_path: Path) -> Path:
    """A store of the five samples, to be changed."""
    return Path(shutil.copytree(built, tmp_path / "zhengpu-store"))


# Help ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(zhengpu: Run, command: str) -> None:
    done = zhengpu(command, "--help")
    assert done.code == 0
    assert re.search(rf"Examples?:\s+.*zhengpu {command}", done.out, re.DOTALL)


def test_help_lists_every_command_and_version_prints(zhengpu: Run) -> None:
    listed = zhengpu("--help").out
    for command in COMMANDS:
        assert re.search(rf"│ {command} ", listed)
    assert re.fullmatch(r"zhengpu \d+\.\d+\.\d+\n", zhengpu("--version").out)


def test_help_loads_no_engine() -> None:
    """What that saves is measured by `make bench`."""
    code = "import sys, zhengpu.cli; print(sorted({'pyoxigraph', 'rdflib', 'networkx', 'pyvis', 'pyshacl', 'yaml', 'cn2an', 'sqlite3'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_unknown_command_is_a_usage_error(zhengpu: Run) -> None:
    assert zhengpu("biuld").code == 2


# Building --------------------------------------------------------------------------------------------------------------


def test_build_counts_what_it_found_and_says_so_again(zhengpu: Run, tmp_path: Path) -> None:
    done = zhengpu("build", SAMPLE)
    assert (done.code, (tmp_path / "zhengpu-store" / "manifest.json").is_file()) == (0, True)
    assert PLAN in done.out
    assert "1 added" in done.out
    assert "0 added, 0 replaced, 1 unchanged" in zhengpu("build", SAMPLE).out


def test_build_json_names_documents_counts_and_failures(zhengpu: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    done = zhengpu("build", SAMPLE, tmp_path / "empty.txt", "--json")
    told = json.loads(done.out)
    assert done.code == 1
    assert told["documents"][0]["counts"]["measures"] > 15
    assert told["counts"] == told["documents"][0]["counts"]
    assert [Path(failure["path"]).name for failure in told["failed"]] == ["empty.txt"]
    assert len(told["added"]) == 1


def test_build_takes_folders_patterns_and_environment(zhengpu: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / "plans" / "2024"
    deep.mkdir(parents=True)
    shutil.copy(SAMPLE, deep / "徐汇.txt")
    hidden = tmp_path / "plans" / ".git"
    hidden.mkdir()
    (hidden / "notes.txt").write_text("不是文件", "utf-8")
    monkeypatch.setenv("ZHENGPU_STORE", str(tmp_path / "elsewhere"))
    assert "1 added" in zhengpu("build", "plans").out
    assert "1 unchanged" in zhengpu("build", "plans/**/*.txt", "plans/2024/徐汇.txt").out
    assert (tmp_path / "elsewhere" / "manifest.json").is_file()


def test_a_changed_file_replaces_its_document(zhengpu: Run, tmp_path: Path) -> None:
    copy = tmp_path / "plan.txt"
    copy.write_text(SAMPLE.read_text("utf-8"), "utf-8")
    zhengpu("build", copy)
    copy.write_text(SAMPLE.read_text("utf-8").replace("健全完善统筹协调机制", "健全统筹机制"), "utf-8")
    assert "0 added, 1 replaced" in zhengpu("build", copy).out
    question = 'SELECT ?title { ?m a zp:Measure ; dcterms:title ?title FILTER CONTAINS(?title, "统筹") }'
    assert zhengpu("query", "-", "--format", "csv", stdin=question).out.split() == ["title", "健全统筹机制"]


def test_two_files_of_one_document_are_told(zhengpu: Run, tmp_path: Path) -> None:
    shutil.copy(SAMPLE, tmp_path / "again.txt")
    done = zhengpu("build", SAMPLE, "again.txt")
    assert done.code == 0
    assert "same document" in done.err


BAD_FILES = {
    "empty.txt": b"",
    "blank.txt": b" \r\n\t\n",
    "binary.txt": bytes(range(256)) * 40,
    "picture.txt": PNG,
    "broken-utf8.txt": "关于印发方案的通知".encode() + b"\xff\xfe\xff\xc0" * 50,
    "null-bytes.txt": "通知".encode() + b"\x00" * 200,
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_one_bad_file_is_named_and_the_rest_goes_on(zhengpu: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(BAD_FILES[name])
    done = zhengpu("build", name, SAMPLE)
    assert done.code == 1
    assert name in done.err
    assert "1 added" in done.out


@pytest.mark.parametrize("name", BAD_FILES)
def test_facts_of_a_bad_file_is_one_message(zhengpu: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(BAD_FILES[name])
    done = zhengpu("facts", name)
    assert (done.code, done.out) == (1, "")
    assert name in done.err


@pytest.mark.slow
def test_ten_megabytes_of_one_line_are_read_or_refused(zhengpu: Run, tmp_path: Path) -> None:
    line = tmp_path / "line.txt"
    line.write_text("推进知识产权保护工作，提升服务水平。" * 190_000, "utf-8")
    assert line.stat().st_size > 10_000_000
    done = zhengpu("build", line, SAMPLE)
    assert done.code in (0, 1)
    assert PLAN in done.out


def test_nothing_to_read_is_told_and_makes_no_store(zhengpu: Run, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    for path in ("nothing", "missing.txt", "*.txt"):
        done = zhengpu("build", path)
        assert done.code == 1
        assert path in done.err
    assert not (tmp_path / "zhengpu-store").exists()


def test_a_folder_that_is_something_else_is_left_alone(zhengpu: Run, tmp_path: Path) -> None:
    other = tmp_path / "photos"
    other.mkdir()
    (other / "holiday.jpg").write_bytes(PNG)
    for arguments in (("build", SAMPLE), ("query", "documents"), ("stats",), ("rebuild",), ("remove", "x"), ("check",)):
        done = zhengpu(*arguments, "--store", other)
        assert done.code == 2
        assert "photos" in done.err
    assert [path.name for path in other.iterdir()] == ["holiday.jpg"]
    (tmp_path / "file").write_text("x")
    assert zhengpu("build", SAMPLE, "--store", "file").code == 2


def test_no_store_yet_says_how_to_build_one(zhengpu: Run) -> None:
    done = zhengpu("query", "documents")
    assert done.code == 2
    assert "zhengpu build" in done.err


def test_remove_takes_a_document_out(zhengpu: Run, store: Path) -> None:
    assert zhengpu("remove", "徐府发〔2024〕9号").code == 0
    assert PLAN not in zhengpu("query", "documents").out
    done = zhengpu("remove", "徐府发〔2024〕9号")
    assert (done.code, "沪浦知局" in done.err or "document" in done.err) == (2, True)


def test_rebuild_gives_the_same_answers(zhengpu: Run, store: Path) -> None:
    before = zhengpu("query", "documents", "--format", "csv").out
    shutil.rmtree(store / "index")
    assert zhengpu("rebuild").code == 0
    assert zhengpu("query", "documents", "--format", "csv").out == before


# Facts -----------------------------------------------------------------------------------------------------------------


def test_facts_prints_the_guides_json(zhengpu: Run) -> None:
    told = json.loads(zhengpu("facts", SAMPLE).out)
    assert told["plan"]["title"] == PLAN
    assert {"outline", "goals", "measures", "responsibilities", "mentions", "targets", "references", "schedule", "campaigns", "noise"} <= set(told)


def test_facts_as_tables(zhengpu: Run) -> None:
    done = zhengpu("facts", SAMPLE, "--format", "table")
    assert done.code == 0
    assert "健全完善统筹协调机制" in done.out


def test_facts_of_what_is_no_file_is_a_usage_error(zhengpu: Run) -> None:
    assert zhengpu("facts", "missing.txt").code == 2
    assert zhengpu("facts", ".").code == 2


# Asking ----------------------------------------------------------------------------------------------------------------


def test_questions_lists_the_library_and_shows_one(zhengpu: Run) -> None:
    listed = zhengpu("questions").out
    assert "measures-led-by" in listed
    assert "SELECT" in zhengpu("questions", "measures-led-by").out
    assert len(json.loads(zhengpu("questions", "--json").out)) >= 15


def test_a_question_of_the_library(zhengpu: Run, store: Path) -> None:
    done = zhengpu("query", "plan-outline", "--param", f"plan={PLAN}")
    assert done.code == 0
    assert "加强知识产权保护工作整体部署" in done.out


@pytest.mark.parametrize(("format", "start"), [("csv", "plan,"), ("tsv", "?plan\t"), ("json", '{"head"'), ("xml", "<?xml"), ("table", "")])
def test_formats_of_tables(zhengpu: Run, store: Path, format: str, start: str) -> None:
    done = zhengpu("query", "documents", "--format", format)
    assert done.code == 0
    assert done.out.startswith(start)
    assert PLAN in done.out


def test_sparql_from_standard_input_and_file(zhengpu: Run, store: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.rq").write_text("CONSTRUCT { ?p a zp:Plan } WHERE { ?p a zp:Plan }", "utf-8")
    assert "zp:Plan" in zhengpu("query", "mine.rq").out
    assert zhengpu("query", "-", stdin="ASK { ?p a zp:Plan }").out.split()[-1] == "行"


def test_questions_are_found_by_group_and_word(zhengpu: Run) -> None:
    assert "numbers-that-disagree" in (gaps := zhengpu("questions", "gaps").out)
    assert "measures-led-by" not in gaps
    assert zhengpu("questions", "缺项与质量").out == gaps
    assert "measures-led-by" in (found := zhengpu("questions", "牵头").out)
    assert "plan-outline" not in found


def test_show_prints_the_query_that_would_run(zhengpu: Run, store: Path) -> None:
    shown = zhengpu("query", "plan-outline", "--param", f"plan={PLAN}", "--show").out
    assert "/plan/1> zp:hasSection" in shown
    asked = zhengpu("query", "-", "--format", "csv", stdin=shown).out
    assert asked == zhengpu("query", "plan-outline", "--param", f"plan={PLAN}", "--format", "csv").out
    assert zhengpu("query", "-", "--show", stdin="ASK { ?p a zp:Plan }").out.endswith("ASK { ?p a zp:Plan }")
    assert zhengpu("query", "-", "--show", stdin="DROP ALL").code == 2


def test_a_name_of_several_things_brings_what_to_write_instead(zhengpu: Run, store: Path) -> None:
    done = zhengpu("query", "duties-of-body", "--param", "institution=知识产权局")
    assert done.code == 2
    assert "--param institution=上海市徐汇区知识产权局" in done.err.replace("'", "")
    again = zhengpu("query", "duties-of-body", "--param", "institution=上海市徐汇区知识产权局")
    assert again.code == 0
    assert zhengpu("query", "duties-of-body", "--param", "institution=汇区知识产权局").out == again.out  # a part of one name only


def test_answers_go_to_files_for_excel(zhengpu: Run, store: Path, tmp_path: Path) -> None:
    for name, start in (("a.xlsx", b"PK"), ("a.csv", b"\xef\xbb\xbf"), ("a.json", b"{"), ("a.tsv", b"?plan")):
        assert zhengpu("query", "documents", "--to", name).code == 0
        assert (tmp_path / name).read_bytes().startswith(start)
    assert zhengpu("query", "documents", "--to", "a.pdf").code == 2
    assert zhengpu("query", "-", "--to", "b.xlsx", stdin="ASK {}").code == 2


def test_a_table_has_pages(zhengpu: Run, store: Path) -> None:
    whole = zhengpu("query", "plan-outline", "--param", f"plan={PLAN}").out
    first, second = (zhengpu("query", "plan-outline", "--param", f"plan={PLAN}", "--rows", "5", "--page", page).out for page in ("1", "2"))
    assert "第 6-10 行" in second
    titles = [[line for line in map(str.strip, out.splitlines()) if line[:1] in ("1", "2", "3")] for out in (first, second)]
    assert len(titles[0]) == 5 == len(titles[1])
    assert not set(titles[0]) & set(titles[1])
    assert all(" ".join(title.split()) in " ".join(whole.split()) for title in titles[0] + titles[1])
    assert zhengpu("query", "documents", "--page", "99").code == 2
    assert zhengpu("query", "documents", "--rows", "5", "--format", "csv").code == 2


def test_things_in_answers_to_ones_own_query_have_their_names(zhengpu: Run, store: Path) -> None:
    out = zhengpu("query", "-", stdin="SELECT ?plan { ?plan a zp:Plan }").out
    assert PLAN in out
    assert "/plan/1)" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("query", "measure-led-by", "--param", "institution=x"), "measures-led-by"),
        (("query", "measures-led-by"), "institution"),
        (("query", "measures-led-by", "--param", "institution"), "NAME=VALUE"),
        (("query", "measures-led-by", "--param", "institution=绍兴市知识产权", "--param", "institution=x"), "twice"),
        (("query", "documents", "--param", "colour=red"), "colour"),
        (("query", "measures-due-between", "--param", "from=soon", "--param", "until=2024"), "date"),
        (("query", "measures-led-by", "--param", "institution=https://w3id.org/zhengpu/id/institution/没有这个机构"), "institution"),
        (("query", "measures-led-by", "--param", "institution=没有这个机构的名字"), "没有这个机构的名字"),
        (("query", "missing.rq"), "missing.rq"),
        (("query", "documents", "--format", "ttl"), "ttl"),
        (("questions", "nothing-like-it"), "zhengpu questions"),
        (("show", "https://example.org/nothing"), "https://example.org/nothing"),
        (("show", "没有这个名字的东西"), "没有这个名字的东西"),
    ],
)
def test_wrong_names_and_parameters_say_what_to_do(zhengpu: Run, store: Path, arguments: tuple[str, ...], message: str) -> None:
    done = zhengpu(*arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "LOAD <file:///etc/passwd>",
        "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
        "DELETE WHERE { ?s ?p ?o }",
        "SELECT * { ?s ?p",
        "",
    ],
)
def test_queries_that_are_more_or_less_than_reading_are_refused(zhengpu: Run, store: Path, sparql: str) -> None:
    done = zhengpu("query", "-", stdin=sparql)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("zhengpu: ")
    assert PLAN in zhengpu("query", "documents").out


def test_an_endpoint_that_does_not_answer_is_one_message(zhengpu: Run) -> None:
    done = zhengpu("query", "-", "--endpoint", "http://127.0.0.1:9/sparql", stdin="ASK {}")
    assert done.code == 2
    assert "127.0.0.1:9" in done.err


def test_stats_counts_documents(zhengpu: Run, store: Path) -> None:
    assert len(json.loads(zhengpu("stats", "--json").out)["documents"]) == 5
    assert PLAN in zhengpu("stats").out


# Looking and taking away -----------------------------------------------------------------------------------------------


def test_show_prints_a_thing_and_its_proofs(zhengpu: Run, store: Path) -> None:
    done = zhengpu("show", "上海市徐汇区人民法院")
    assert done.code == 0
    assert "“区法院”" in done.out
    told = json.loads(zhengpu("show", "上海市徐汇区人民法院", "--json", "--facts", "2").out)
    assert (told["name"], len(told["facts"])) == ("上海市徐汇区人民法院", 2)
    assert told["facts_in_all"] > 2


def test_check_finds_no_violation_in_the_samples(zhengpu: Run, store: Path) -> None:
    done = zhengpu("check")
    assert done.code == 0
    assert "0 violations" in done.out
    assert zhengpu("check", "徐府发〔2024〕9号", "--all").code == 0
    assert isinstance(json.loads(zhengpu("check", "--json").out), list)


@pytest.mark.parametrize("thing", [PLAN, "徐府发〔2024〕9号", "上海市徐汇区人民法院"])
def test_network_writes_one_page(zhengpu: Run, store: Path, tmp_path: Path, thing: str) -> None:
    done = zhengpu("network", thing, "--to", "pages/网络.html")
    assert done.code == 0
    html = (tmp_path / "pages" / "网络.html").read_text("utf-8")
    assert "健全完善统筹协调机制" in html
    assert (tmp_path / "pages" / "网络.html").as_uri() in done.out


@pytest.mark.parametrize("ending", ["ttl", "trig", "nt", "nq", "jsonld", "rdf", "graphml", "gexf", "cyjs", "dot", "csv"])
@pytest.mark.parametrize("selection", [("--plan", PLAN), ("--around", "上海市徐汇区人民法院", "--hops", "2"), ("--all",)])
def test_export_writes_each_format_of_each_selection(zhengpu: Run, store: Path, tmp_path: Path, selection: tuple[str, ...], ending: str) -> None:
    assert zhengpu("export", *selection, "--to", f"out.{ending}").code == 0
    assert "上海市徐汇区人民法院" in (tmp_path / f"out.{ending}").read_text("utf-8")


@pytest.mark.parametrize(
    "selection",
    [
        ("--region", "上海市", "--theme", "商标", "--since", "2022"),
        ("--question", "measures-led-by", "--param", "institution=绍兴市知识产权局"),
        ("--around", "上海市徐汇区人民法院", "--hops", "2", "--per-hop", "3,5", "--follow", "mention,responsibility"),
        ("--type", "institution,measure", "--plan", PLAN),
        ("--construct", "led.rq"),
    ],
    ids=lambda selection: selection[0],
)
@pytest.mark.parametrize("ending", ["xlsx", "html", "parquet", "dot", "jsonld"])
def test_conditions_select_and_are_told(zhengpu: Run, store: Path, tmp_path: Path, selection: tuple[str, ...], ending: str) -> None:
    (tmp_path / "led.rq").write_text("CONSTRUCT { ?m zp:leadBody ?b } WHERE { ?m zp:leadBody ?b }", "utf-8")
    done = zhengpu("export", *selection, "--to", f"out.{ending}")
    assert (done.code, done.err) == (0, "")
    assert re.search(r"[1-9][0-9]* (things|triples)", done.out)
    assert (tmp_path / f"out.{ending}").stat().st_size > 100


@pytest.mark.parametrize("ending", ["ttl", "graphml", "csv", "xlsx", "html"])
def test_an_empty_selection_is_a_problem_and_leaves_the_old_file(zhengpu: Run, store: Path, tmp_path: Path, ending: str) -> None:
    (tmp_path / f"out.{ending}").write_text("mine")
    done = zhengpu("export", "--since", "2050", "--to", f"out.{ending}")
    assert done.code == 1
    assert "nothing was written" in done.err
    assert (tmp_path / f"out.{ending}").read_text() == "mine"
    assert {path.name for path in tmp_path.iterdir()} == {"zhengpu-store", f"out.{ending}"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "--to", "x.ttl"),
        ("export", "--all", "--plan", PLAN, "--to", "x.ttl"),
        ("export", "--all", "--to", "x.docx"),
        ("export", "--plan", "没有这个计划", "--to", "x.ttl"),
        ("export", "--all", "--to", "no-such-folder/x.ttl"),
        ("network", "没有这个计划", "--to", "x.html"),
        ("network", PLAN, "--to", "x.ttl"),
        ("network", PLAN, "--region", "上海市", "--to", "x.html"),
        ("network", "co-responsibil", "--to", "x.html"),
        ("network", PLAN, "--to", "zhengpu-store/manifest.json/x.html"),
        ("export", "--around", "上海市徐汇区知识产权", "--to", "x.ttl"),
        ("export", "--all", "--limit", "10", "--to", "x.graphml"),
        ("export", "--theme", "商", "--to", "x.csv"),
        ("export", "--since", "2024-13", "--to", "x.csv"),
        ("export", "--since", "2025", "--until", "2024", "--to", "x.csv"),
        ("export", "--type", "方案", "--to", "x.csv"),
        ("export", "--around", PLAN, "--per-hop", "0", "--to", "x.csv"),
        ("export", "--plan", PLAN, "--param", "plan=x", "--to", "x.csv"),
        ("export", "--around", PLAN, "--follow", "nothing", "--to", "x.csv"),
        ("export", "--construct", "no-such.rq", "--to", "x.csv"),
    ],
)
def test_what_cannot_be_taken_away_is_told_and_writes_nothing(zhengpu: Run, store: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = zhengpu(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("zhengpu: ")
    assert [path.name for path in tmp_path.iterdir()] == ["zhengpu-store"]


def test_a_network_of_a_name_nearly_right_is_named(zhengpu: Run, store: Path) -> None:
    assert "Did you mean: co-responsibility?" in zhengpu("network", "co-responsibil").err
    assert "Did you mean: 上海市徐汇区知识产权局" in zhengpu("network", "徐汇知产局").err


def test_a_page_holds_so_many_things_and_no_more(zhengpu: Run, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhengpu.cli.drawing.PAGE", 10)
    done = zhengpu("network", PLAN, "--to", "x.html")
    assert done.code == 2
    assert "a page shows 10 at most; nothing was written" in done.err
    assert not (tmp_path / "x.html").exists()
    assert " things, " in zhengpu("network", PLAN, "--to", "x.gexf").out


def test_demo_builds_links_asks_and_draws(zhengpu: Run, tmp_path: Path) -> None:
    done = zhengpu("demo")
    assert done.code == 0
    assert re.search(r"5 documents, \d+ facts, [1-9]\d+ links between them", done.out)
    assert done.out.count("$ zhengpu query ") == 5
    assert "文字沿用" in zhengpu("link", "--why", PLAN, "--store", "zhengpu-demo/store").out
    assert not re.search(r"^0 行$", done.out, re.MULTILINE)
    assert (tmp_path / "zhengpu-demo" / "network.html").as_uri() in done.out
    assert (tmp_path / "zhengpu-demo" / "network.html").is_file()
    assert zhengpu("demo", "--lang", "en").code == 0


def test_hostile_names_do_not_reach_the_terminal_as_commands(zhengpu: Run, tmp_path: Path) -> None:
    hostile = tmp_path / "hostile.txt"
    hostile.write_text("关于印发《[red]清屏\x1b[2J\u202e方案》的通知\n一、主要任务\n(一)做一件事。做好一件事情。\n", "utf-8")
    done = zhengpu("build", hostile)
    assert "\x1b" not in done.out + done.err
    assert "\u202e" not in done.out + done.err
