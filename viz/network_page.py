"""A network as one HTML page that needs nothing else: no server, no internet, no other file.

pyvis supplies vis-network and its data model; the template, the style and the behaviour are ours (network.html, .css, .js), because pyvis's own
template loads from the internet and lets text from documents become markup. Here text is data: it travels in a JSON block, is shown with
`textContent`, and a content security policy names the hashes of the only two scripts and the one style sheet that may run.
"""

from __future__ import annotations

import re
import tomllib
from base64 import b64encode
from collections import Counter, defaultdict
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from zhengpu.ontology.schemes import scheme
from zhengpu.ontology.terms import CITATION_RELATION
from zhengpu.viz.layout import positions

if TYPE_CHECKING:
    from jinja2 import Template

    from zhengpu.graph.network import Edge, Network

Options = dict[str, Any]

LARGE = 300  # nodes; above this vis-network takes minutes to come to rest (188 s at 1,000), so positions come from here
_LINE = 12  # characters in a line of a node's label: 上海市徐汇区市场监督管理局 takes two
_TOOLTIP = 200  # characters

# Controls, lone surrogates and the marks that turn the direction of text: shown as �, so that a name cannot disguise itself.
_UNSHOWN_RE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def page(network: Network, title: str) -> str:
    """The page as HTML, to be written as UTF-8. Links between the same two nodes are drawn as one line that carries all their quotations."""
    from pyvis.network import Network as VisNetwork

    large = len(network.nodes) > LARGE
    view = VisNetwork(directed=False)
    view.nodes, view.edges = _vis_nodes(network, large), _vis_edges(network)
    view.options = _options(large)
    nodes, edges, *_ = view.get_network_data()
    legend = _legend()
    kinds = {node["kind"] for node in nodes}
    roles = {edge["role"] for edge in edges}
    scripts = {"vis": _vis_network(), "behaviour": _own("network.js")}
    style = _own("network.css")
    return _template().render(
        title=_shown(title),
        data={"nodes": nodes, "edges": edges, "options": view.options, "legend": legend},
        kinds={name: entry for name, entry in legend["node"].items() if name in kinds},
        roles={name: entry for name, entry in legend["edge"].items() if name in roles},
        n_nodes=len(nodes),
        n_links=len(network.edges),
        truncated=network.truncated,
        style=style,
        **scripts,
        policy="; ".join(
            (
                "default-src 'none'",
                f"script-src {' '.join(_source(text) for text in scripts.values())}",
                f"style-src {_source(style)}",
                "img-src data:",
                "base-uri 'none'",
                "form-action 'none'",
            )
        ),
    )


def _vis_nodes(network: Network, large: bool) -> list[Options]:
    """Nodes as vis-network takes them, numbered in the network's order; for a large network with their positions."""
    number = {node.iri: place for place, node in enumerate(network.nodes)}
    degree = Counter(end for edge in network.edges for end in (edge.source, edge.target))
    points = positions(len(number), [(number[edge.source], number[edge.target]) for edge in network.edges]) if large else None
    found = []
    for place, node in enumerate(network.nodes):
        kind = _entry("node", node.kind)
        name = _shown(node.label)
        entry = {
            "id": place,
            "name": name,
            "label": _wrapped(name),
            "title": _short(name),
            "kind": kind,
            "group": kind,
            "size": round(8 + min(24, 4 * degree[node.iri] ** 0.5), 1),
            "iri": _shown(node.iri),
            "facts": [[_shown(name), _shown(value)] for name, value in node.facts],
        }
        if points:
            entry["x"], entry["y"] = points[place]
        found.append(entry)
    return found


def _vis_edges(network: Network) -> list[Options]:
    """One line for each pair of nodes that are linked; its role is the strongest of those it carries, in the legend's order."""
    number = {node.iri: place for place, node in enumerate(network.nodes)}
    between: dict[tuple[str, str], list[Edge]] = defaultdict(list)
    for edge in network.edges:
        between[edge.source, edge.target].append(edge)
    legend = _legend()["edge"]
    strength = {name: place for place, name in enumerate(legend)}
    found = []
    for place, ((source, target), links) in enumerate(between.items()):
        facts = [_fact(link) for link in links]
        role = min((fact["role"] for fact in facts), key=lambda name: strength[name])
        entry = legend[role]
        tip = _short("\n".join(f"{legend[fact['role']]['zh']}{fact['detail'] and ' '}{fact['detail']} {fact['quote']}" for fact in facts))
        found.append(
            {
                "id": place,
                "from": number[source],
                "to": number[target],
                "role": role,
                "facts": facts,
                "title": tip,
                "width": entry["width"],
                "dashes": entry["dashes"] or False,
            }
        )
    return found


def _fact(link: Edge) -> dict[str, str]:
    """One fact that a line carries: its entry in the legend, what the entry leaves open (the value of a target, how a work is cited), and its proof."""
    role = _entry("edge", link.role if link.kind == "responsibility" else link.kind)
    detail = {"target": link.role, "citation": _relations().get(link.role, "")}.get(link.kind, "")
    return {"role": role, "detail": _shown(detail), "quote": _shown(link.quote), "document": _shown(link.document)}


def _options(large: bool) -> Options:
    """vis-network's options. The seed makes small networks come out alike on each opening."""
    return {
        "groups": {name: {"shape": entry["shape"], "color": entry["colour"]} for name, entry in _legend()["node"].items()},
        "nodes": {"font": {"size": 15, "strokeWidth": 3}, "borderWidth": 1, "borderWidthSelected": 3},
        "edges": {"smooth": False, "selectionWidth": 2, "hoverWidth": 1},
        "interaction": {"hover": True, "hideEdgesOnDrag": large, "tooltipDelay": 150, "multiselect": False},
        "layout": {"randomSeed": 7, "improvedLayout": False},
        "physics": {
            "enabled": not large,
            "solver": "forceAtlas2Based",
            "forceAtlas2Based": {"gravitationalConstant": -90, "springLength": 130, "avoidOverlap": 0.6},
            "stabilization": {"iterations": 300, "fit": True},
        },
    }


def _entry(section: str, name: str) -> str:
    """The name of the legend's entry for a kind or role: its own, or "other"."""
    return name if name in _legend()[section] else "other"


def _shown(text: str) -> str:
    return _UNSHOWN_RE.sub("\ufffd", text)


def _short(text: str) -> str:
    return text if len(text) <= _TOOLTIP else text[: _TOOLTIP - 1] + "…"


def _wrapped(name: str) -> str:
    """A name as a label of one line, or of two of about one length."""
    line = name.replace("\n", " ")
    if len(line) <= _LINE:
        return line
    if len(line) > 2 * _LINE:
        line = line[: 2 * _LINE - 1] + "…"
    half = (len(line) + 1) // 2
    return f"{line[:half]}\n{line[half:]}"


def _source(text: str) -> str:
    """The source expression of a content security policy for an inline script or style (CSP level 2)."""
    return f"'sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


@cache
def _legend() -> dict[str, dict[str, Options]]:
    """The sections "node" and "edge" of legend.toml: name -> zh, en, colour, shape …; strongest role first."""
    found: dict[str, dict[str, Options]] = tomllib.loads(files("zhengpu.viz").joinpath("legend.toml").read_text("utf-8"))
    return found


@cache
def _relations() -> dict[str, str]:
    """How a work can be cited, in Chinese: implement -> 贯彻."""
    return {concept.notation: concept.zh for concept in scheme(CITATION_RELATION)}


@cache
def _own(name: str) -> str:
    return files("zhengpu.viz").joinpath(name).read_text("utf-8").replace("\r\n", "\n")


@cache
def _vis_network() -> str:
    """vis-network as pyvis packages it, without the pointer to its source map; line ends as an HTML parser sees them, or its hash would differ."""
    source = files("pyvis").joinpath("templates", "lib", "vis-9.1.2", "vis-network.min.js").read_text("utf-8")
    return re.sub(r"\n//# sourceMappingURL=.*", "", source.replace("\r\n", "\n").replace("\r", "\n"))


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    return environment.from_string(_own("network.html"))
