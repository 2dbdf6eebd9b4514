"""Parts: what many machines read is byte for byte what one reads, whatever is changed, lost or damaged on the way."""

from __future__ import annotations

import csv
import gzip
import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import plan_files
import pytest
from parts_places import into, loaded, rows
from running import Run

from zhengpu.errors import StoreError, ZhengpuError
from zhengpu.graph.storage.store import create_store, open_store
from zhengpu.loaders.columns import Columns
from zhengpu.pipeline import build
from zhengpu.pipeline.parts.building import build_parts
from zhengpu.pipeline.parts.loading import load
from zhengpu.pipeline.parts.location import Location
from zhengpu.pipeline.parts.manifest import Row
from zhengpu.pipeline.parts.processes import here
from zhengpu.pipeline.parts.sources import sources_in
from zhengpu.pipeline.parts.tasks import Done, Killed, Order, Task

pytestmark = pytest.mark.skipif(not (find_spec("fsspec") and find_spec("pyarrow")), reason="the extra `cluster` is not installed")


def one_machine(folder: Path, *paths: Path) -> Path:
    """A store that was built without parts."""
    with create_store(folder) as store:
        build(paths, store)
    return folder


def kept(folder: Path) -> dict[str, bytes]:
    """What is the truth of a store, byte for byte: its manifest and shards."""
    found = [folder / "manifest.json", *folder.glob("documents/*"), *folder.glob("schema/*")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(found)}


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def graph(folder: Path) -> list[bytes]:
    with open_store(folder) as store:
        return sorted(store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }").serialize("nt").splitlines())


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    return plan_files.write(tmp_path / "plans", 7)


@pytest.fixture
def place(tmp_path: Path, plans: Path) -> Path:
    """Parts of seven plans, three in each."""
    into(tmp_path / "place", plans)
    return tmp_path / "place"


# What parts hold -----------------------------------------------------------------------------------------------------


def test_parts_load_as_what_one_machine_builds(place: Path, plans: Path, tmp_path: Path) -> None:
    result = loaded(place, tmp_path / "store")
    assert (result.contents.counts.documents, len(result.changes.added)) == (7, 7)
    alone = one_machine(tmp_path / "alone", plans)
    assert kept(tmp_path / "store") == kept(alone)
    assert graph(tmp_path / "store") == graph(alone)


def test_any_engine_may_take_the_parts_as_they_are(place: Path, plans: Path, tmp_path: Path) -> None:
    parts = sorted(place.glob("parts/*.nt.gz"))
    assert len(parts) == 4, "3 + 3 + 1 documents, and the schema"
    lines = {line for part in parts for line in gzip.decompress(part.read_bytes()).splitlines()}
    assert sorted(lines) == graph(one_machine(tmp_path / "alone", plans))


def test_a_part_is_the_shards_of_its_documents_one_after_the_other_by_iri(place: Path, plans: Path, tmp_path: Path) -> None:
    alone = {path.read_bytes() for path in one_machine(tmp_path / "alone", plans).glob("documents/*.nt.gz")}
    by_part: dict[str, list[Row]] = {}
    for row in rows(place):
        by_part.setdefault(row.part, []).append(row)
    for part, there in by_part.items():
        data = (place / part).read_bytes()
        assert [row.iri for row in sorted(there, key=lambda row: row.offset)] == sorted(row.iri for row in there)
        assert sum(row.length for row in there) == len(data)
        alone -= {data[row.offset : row.offset + row.length] for row in there}
    assert not alone


def test_the_same_files_give_the_same_bytes_in_any_number_of_processes(place: Path, plans: Path, tmp_path: Path) -> None:
    into(tmp_path / "other", plans, jobs=2)
    assert files(tmp_path / "other") == files(place)


def test_documents_and_parts_may_lie_anywhere(plans: Path, tmp_path: Path) -> None:
    bucket = f"memory:///{uuid.uuid4().hex}"
    import fsspec

    system = fsspec.filesystem("memory")
    for path in sorted(plans.iterdir()):
        system.pipe_file(f"{bucket}/in/{path.name}", path.read_bytes())
    system.pipe_file(f"{bucket}/in/.hidden/plan.txt", b"not read")
    system.pipe_file(f"{bucket}/in/picture.png", b"not read")
    written = into(f"{bucket}/out", f"{bucket}/in", jobs=2)
    assert (written.read, written.failed) == (7, ())
    assert {row.path for row in rows(f"{bucket}/out")} == {f"{bucket}/in/plan-{number:04}.txt" for number in range(1, 8)}
    loaded(f"{bucket}/out", tmp_path / "store")
    assert kept(tmp_path / "store") == kept(one_machine(tmp_path / "alone", plans))
    assert into(f"{bucket}/out", f"{bucket}/in/*.txt").read == 0
    system.pipe_file(f"{bucket}/in/plan-0003.txt", plan_files.text(3, years=80).encode())
    assert into(f"{bucket}/out", f"{bucket}/in").read == 1


def test_a_place_that_cannot_be_is_named(tmp_path: Path) -> None:
    with pytest.raises(ZhengpuError, match=r"nosuch://x: .*Protocol not known"):
        Location("nosuch://x")
    found, missing = sources_in(["nosuch://x/y", "memory://nothing-here", str(tmp_path / "none.txt"), f"{tmp_path}/*.pdf"])
    assert found == []
    assert [f"{one.reason[:40]}" for one in missing if "Protocol not known" not in one.reason] == [
        "memory://nothing-here: no such file or f",
        f"{tmp_path}/none.txt: no such"[:40],
        f"{tmp_path}/*.pdf: the pattern"[:40],
    ]


def test_a_dump_fills_several_parts(tmp_path: Path) -> None:
    with (tmp_path / "dump.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["网页正文", "标题"])
        writer.writerows([plan_files.text(number), ""] for number in range(8))
    columns = Columns.of(["text=网页正文"])
    into(tmp_path / "place", tmp_path / "dump.csv", columns=columns)
    assert [len(part.read_bytes()) > 0 for part in (tmp_path / "place" / "parts").glob("*-[12].nt.gz")] == [True, True]
    loaded(tmp_path / "place", tmp_path / "store")
    with create_store(tmp_path / "alone") as store:
        build([tmp_path / "dump.csv"], store, columns=columns)
    assert kept(tmp_path / "store") == kept(tmp_path / "alone")


def test_corrections_are_kept_with_the_parts_and_come_into_the_store(plans: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('[aliases.institutions]\n"县教育局" = "县教体局"\n', "utf-8")
    into(tmp_path / "place", plans, corrections=tmp_path / "mine.toml")
    assert into(tmp_path / "place", plans).read == 0, "the corrections of the place count in later builds"
    loaded(tmp_path / "place", tmp_path / "store")
    assert (tmp_path / "store" / "zhengpu.toml").read_bytes() == (tmp_path / "mine.toml").read_bytes()
    assert any("县教体局".encode() in line for line in graph(tmp_path / "store"))


def test_a_location_may_lie_among_the_documents(plans: Path) -> None:
    into(plans / "out", plans)
    again = into(plans / "out", plans)
    assert (again.read, again.failed, again.counts.documents) == (0, (), 7)


# Doing it again ------------------------------------------------------------------------------------------------------


def test_what_lies_there_is_not_read_again(place: Path, plans: Path) -> None:
    before = files(place)
    again = into(place, plans)
    assert (again.read, again.known, again.counts.documents) == (0, 7, 7)
    assert files(place) == before


def test_only_files_that_are_new_or_changed_are_read(place: Path, plans: Path, tmp_path: Path) -> None:
    (plans / "plan-0002.txt").write_text(plan_files.text(2, years=81), "utf-8")
    (plans / "plan-0000.txt").write_text(plan_files.text(30), "utf-8")
    again = into(place, plans)
    assert (again.read, again.known, again.counts.documents) == (2, 6, 8)
    loaded(place, tmp_path / "store")
    assert kept(tmp_path / "store") == kept(one_machine(tmp_path / "alone", plans))
    lines = {line for part in place.glob("parts/*.nt.gz") for line in gzip.decompress(part.read_bytes()).splitlines()}
    assert sorted(lines) == graph(tmp_path / "alone"), "nothing of the earlier version is left in the parts"


def test_a_place_gathers_what_several_builds_bring(place: Path, plans: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text(plan_files.text(40), "utf-8")
    written = into(place, other)
    assert (written.read, written.counts.documents) == (1, 8)
    loaded(place, tmp_path / "store")
    assert kept(tmp_path / "store") == kept(one_machine(tmp_path / "alone", plans, other))


def test_of_files_with_one_document_the_last_counts(plans: Path, tmp_path: Path) -> None:
    place = tmp_path / "place"
    (plans / "plan-0009.txt").write_text(plan_files.text(1, years=82), "utf-8")  # plan 1 in another version, in another part
    written = into(place, plans)
    assert (written.counts.documents, written.counts.superseded) == (7, 1)
    loaded(place, tmp_path / "store")
    alone = one_machine(tmp_path / "alone", plans)
    assert kept(tmp_path / "store") == kept(alone)
    lines = {line for part in place.glob("parts/*.nt.gz") for line in gzip.decompress(part.read_bytes()).splitlines()}
    assert sorted(lines) == graph(alone), "the version that does not count is in no part"
    # that file becomes another plan: now the first one counts, which lies in no part, and is read again
    (plans / "plan-0009.txt").write_text(plan_files.text(9), "utf-8")
    again = into(place, plans)
    assert (again.read, again.counts.documents, again.counts.superseded) == (2, 8, 0)
    loaded(place, tmp_path / "store2")
    assert kept(tmp_path / "store2") == kept(one_machine(tmp_path / "alone2", plans))


def test_the_order_of_the_paths_says_which_is_last(plans: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    first.write_text(plan_files.text(1, years=70), "utf-8")
    second.write_text(plan_files.text(1, years=90), "utf-8")
    for number, order in enumerate([(first, second), (second, first), (first, second)]):
        into(tmp_path / "place", *order)
        loaded(tmp_path / "place", tmp_path / f"store{number}")
        assert kept(tmp_path / f"store{number}") == kept(one_machine(tmp_path / f"alone{number}", *order))


def test_what_cannot_be_read_is_named_once_and_not_tried_until_it_changes(plans: Path, tmp_path: Path) -> None:
    bad = plans / "plan-0004.txt"
    good = bad.read_bytes()
    bad.write_bytes(bytes(range(256)) * 40)
    written = into(tmp_path / "place", plans)
    assert [(path, str(bad) in reason) for path, reason in written.failed] == [(str(bad), True)]
    assert written.counts.documents == 6
    again = into(tmp_path / "place", plans)
    assert (again.read, again.failed) == (0, written.failed)
    bad.write_bytes(good)
    assert into(tmp_path / "place", plans).failed == ()


def cut_short(after: int) -> Callable[[Order, Iterable[Task], bool], Iterator[Done | Killed]]:
    """Does so many tasks, and then there is no room left."""

    def run(order: Order, given: Iterable[Task], is_alone: bool) -> Iterator[Done | Killed]:
        yield from islice(here(order, given, is_alone), after)
        raise StoreError("no room")

    return run


def test_a_build_cut_short_leaves_what_was_valid_and_goes_on_where_it_was(place: Path, plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 8):
        (plans / f"plan-{number:04}.txt").write_text(plan_files.text(number, years=83), "utf-8")
    with monkeypatch.context() as patch:
        patch.setattr("zhengpu.pipeline.parts.building.here", cut_short(2))
        with pytest.raises(StoreError, match="no room"):
            into(place, plans)
    loaded(place, tmp_path / "before")
    assert all(b"83" not in line for line in graph(tmp_path / "before") if b"#value>" in line)
    again = into(place, plans)
    assert (again.read, again.known) == (1, 6)
    loaded(place, tmp_path / "store")
    assert kept(tmp_path / "store") == kept(one_machine(tmp_path / "alone", plans))


def test_a_first_build_cut_short_is_not_loaded(plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("zhengpu.pipeline.parts.building.here", cut_short(2))
        with pytest.raises(StoreError, match="no room"):
            into(tmp_path / "place", plans)
    with pytest.raises(StoreError, match=r"was not finished \(2 tasks are done\).* zhengpu build PATH --to"):
        loaded(tmp_path / "place", tmp_path / "store")
    with pytest.raises(StoreError, match="holds no parts"):
        loaded(tmp_path / "nothing", tmp_path / "store")
    into(tmp_path / "place", plans)
    into(tmp_path / "whole", plans)
    assert files(tmp_path / "place") == files(tmp_path / "whole")


def test_a_file_that_changes_while_it_is_waited_for_is_left_for_the_next_build(plans: Path, tmp_path: Path) -> None:
    found, _ = sources_in([str(plans)])
    (plans / "plan-0005.txt").write_text(plan_files.text(5, years=84), "utf-8")
    written = build_parts(found, str(tmp_path / "place"), batch=3)
    assert written.counts.documents == 6
    assert "another file there than when the build began" in written.failed[0][1]
    again = into(tmp_path / "place", plans)
    assert (again.failed, again.counts.documents) == ((), 7)
    loaded(tmp_path / "place", tmp_path / "store")
    assert kept(tmp_path / "store") == kept(one_machine(tmp_path / "alone", plans))


DEADLY = """
import os, pathlib, signal
read = pathlib.Path.read_bytes
def deadly(path):
    if "deadly" in path.name:
        os.kill(os.getpid(), signal.SIGKILL)
    return read(path)
pathlib.Path.read_bytes = deadly
"""


def test_a_file_that_kills_who_reads_it_is_named_and_tried_again_next_time(plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deadly").mkdir()
    (tmp_path / "deadly" / "sitecustomize.py").write_text(DEADLY)
    (plans / "plan-0004.txt").rename(plans / "plan-0004-deadly.txt")
    with monkeypatch.context() as patch:
        patch.setenv("PYTHONPATH", str(tmp_path / "deadly"), prepend=":")
        written = into(tmp_path / "place", plans, jobs=2)
    assert written.counts.documents == 6
    [(path, reason)] = written.failed
    assert path.endswith("plan-0004-deadly.txt")
    assert f"zhengpu facts {path}" in reason
    again = into(tmp_path / "place", plans)
    assert (again.read, again.failed, again.counts.documents) == (1, (), 7)


# Loading -------------------------------------------------------------------------------------------------------------


def test_loading_again_changes_nothing(place: Path, tmp_path: Path) -> None:
    loaded(place, tmp_path / "store")
    before = kept(tmp_path / "store")
    again = loaded(place, tmp_path / "store")
    assert (again.changes.added, again.changes.replaced, len(again.changes.unchanged)) == ((), (), 7)
    assert kept(tmp_path / "store") == before


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x40
    path.write_bytes(bytes(data))


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [Path.unlink, cut, flip, empty])
@pytest.mark.parametrize("kind", ["parts", "manifest"])
def test_what_is_damaged_is_named_and_a_build_mends_it(kind: str, harm: Callable[[Path], None], place: Path, plans: Path, tmp_path: Path) -> None:
    whole, store = files(place), create_store(tmp_path / "store")
    victim = next(path for path in sorted((place / kind).iterdir()) if "schema" not in path.name)
    harm(victim)
    before = kept(tmp_path / "store")
    with pytest.raises(StoreError, match=f"{victim.name}.*(is missing|is damaged|is cut off|is not the one)") as error:
        load(Location(str(place)), store)
    assert f"run the build again: zhengpu build PATH --to {place}" in str(error.value)
    assert kept(tmp_path / "store").items() >= before.items()  # and files that its manifest does not name, which the next change clears away
    assert open_store(tmp_path / "store").documents == ()
    victim.unlink(missing_ok=True)  # as it says
    assert into(place, plans).read in (1, 3)
    assert files(place) == whole
    assert len(load(Location(str(place)), store).changes.added) == 7


def test_every_damage_is_named_at_once(place: Path, tmp_path: Path) -> None:
    parts = [path for path in sorted((place / "parts").iterdir()) if "schema" not in path.name]
    for part in parts:
        part.unlink()
    with pytest.raises(StoreError) as error:
        loaded(place, tmp_path / "store")
    assert all(part.name in str(error.value) for part in parts)


def test_the_commands_say_what_came_of_it(plans: Path, tmp_path: Path, zhengpu: Run) -> None:
    (plans / "bad.txt").write_bytes(bytes(range(256)) * 40)
    done = zhengpu("build", plans, tmp_path / "none.txt", "--to", "parts", "--batch", 3, "--json")
    told = json.loads(done.out)
    assert (done.code, told["documents"], told["read"], len(told["failures"])) == (1, 7, 8, 2)
    assert "none.txt: no such file" in done.err
    again = zhengpu("build", plans, "--to", "parts", "--jobs", 0)
    assert "7 documents" in again.out
    assert "(8 not read again)" in again.out
    assert "(8 not read again)" not in zhengpu("build", plans, "--to", "parts", "--jobs", 0, "--again").out
    done = zhengpu("load", "parts", "--store", "store")
    assert (done.code, done.out) == (0, "store: 7 added, 0 replaced, 0 unchanged\n")
    assert "Files that gave no document when the parts were built: 1." in done.err
    assert len(json.loads(zhengpu("load", "parts", "--store", "store", "--json").out)["unchanged"]) == 7
    assert zhengpu("load", "nothing", "--store", "store").code == 2


def test_options_of_parts_want_a_place_for_them(plans: Path, zhengpu: Run) -> None:
    for options in (["--batch", 5], ["--dask", "tcp://127.0.0.1:1"], ["--to", "parts", "--endpoint", "http://127.0.0.1:1"], ["--to", "parts", "--batch", 0]):
        assert zhengpu("build", plans, *options).code == 2
