"""`zhengpu link`: what the documents of a store have to do with each other."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhengpu.cli import console
from zhengpu.cli.bars import bar
from zhengpu.cli.options import DEFAULT_STORE, JsonOption, Language, LanguageOption, StoreOption

if TYPE_CHECKING:
    from zhengpu.graph.storage.manifest import Entry

KINDS = {
    "resolutions": ("所引文献即图中计划", "cited works that are plans of the graph"),
    "indicators": ("归入指标组的指标", "indicators in groups"),
    "bodies": ("同一机构的别名", "other names of bodies"),
    "similarities": ("近似的措施", "measures that say nearly the same"),
    "reuses": ("沿用的文字", "passages taken over"),
    "elaborations": ("任务细化的措施", "tasks that spell out measures"),
}


def link(
    why: Annotated[str | None, typer.Option("--why", metavar="THING", help="Compute nothing; tell what this plan, measure … is linked to, and why.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take all links out instead; builds then make none.")] = False,
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
    language: LanguageOption = Language.ZH,
) -> None:
    """Link the documents of the store with each other: cited works, indicators, bodies, similar measures, text taken over, tasks.

    All links are computed anew. From then on each build and remove brings those up to date that it touches, in the same step. Links stand apart
    from what the documents say (zp:Derived), each with its reason, which --why tells.

    \b
    Examples:
      zhengpu link
      zhengpu link --json --store ./my-store
      zhengpu link --why 徐汇区关于创建国家知识产权强市建设试点城区的工作方案
      zhengpu link --remove
    """
    from zhengpu.graph.storage.store import open_store

    if why is not None:
        _explain(why, store, as_json, language)
        return
    with open_store(store) as opened:
        if remove:
            gone = opened.unlink()
            if as_json:
                console.print_json({"removed": gone})
            else:
                console.say(f"{store}: {gone} shards of links removed" if gone else f"{store}: there are no links")
            return
        with bar() as shown:
            found = counts(opened.link(shown.steps("Linking", len(opened.documents))))
        documents = len(opened.documents)
    if as_json:
        console.print_json({"documents": documents, "links": found})
        return
    heads = ("链接", "数量") if language is Language.ZH else ("links", "number")
    rows = [(names[language is Language.EN], found[kind]) for kind, names in KINDS.items()]
    console.out().print(console.table(heads, rows, numeric=(False, True)))
    console.say(f"{store}: {documents} documents, {sum(found.values())} links", "bold")


def _explain(name: str, folder: Path, as_json: bool, language: Language) -> None:
    """Prints the links of one thing."""
    from zhengpu.graph.entities import entity
    from zhengpu.graph.storage.store import open_store
    from zhengpu.queries.views.why_linked import reasons

    with open_store(folder) as opened:
        thing = entity(opened, name)
        found = reasons(opened, thing.iri, language)
        if not opened.links:
            console.warn(f"{folder}: its documents are not linked. Link them: zhengpu link --store {folder}")
    if as_json:
        console.print_json({"thing": thing.iri, "links": [asdict(reason) for reason in found]})
        return
    english = language is Language.EN
    heads = ("link", "to", "why", "shared words") if english else ("链接", "对象", "理由", "相同文字")
    rows = [(one.kind, one.other.text, one.because, "\n".join(one.passages)) for one in found]
    console.out().print(console.table(heads, rows, title=thing.label))
    console.say(f"{len(found)} links" if english else f"{len(found)} 条链接", "bold")


def counts(entries: tuple[Entry, ...]) -> dict[str, int]:
    """Kind of link -> how many there are in these shards."""
    total: Counter[str] = Counter()
    for entry in entries:
        total.update(entry.counts)
    return {kind: total[kind] for kind in KINDS}
