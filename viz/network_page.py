"""A network as one HTML page that needs nothing else: no server, no internet, no other file.

pyvis supplies vis-network and its data model; the template, the style and the behaviour are ours (network.html, .css, .js), because pyvis's own
template loads from the internet and lets text from documents become markup (see `zhengpu.viz.standalone` for how ours does not).
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from zhengpu.graph.networks.layout import positions
from zhengpu.ontology.schemes import scheme
from zhengpu.ontology.terms import CITATION_RELATION
from zhengpu.viz.standalone import packaged, policy, shown, styles, template

if TYPE_CHECKING:
    from zhengpu.graph.networks.network import Edge, Network

Options = dict[str, Any]

LARGE = 300  # nodes; above this vis-network takes minutes to come to rest (188 s at 1,000), so positions come from here
_LINE = 12  # characters in a line of a node's label: 上海市徐汇区市场监督管理局 takes two
_TOOLTIP = 200  # characters


def page(network: Network, title: str, about: Sequence[str] = ()) -> str:
    """The page as HTML, to be written as UTF-8. Links between the same two nodes are drawn as one line that carries all their quotations.

    `about` are lines that say what the network is: the question, the date of the data."""
    from pyvis.network import Network as VisNetwork

    large = len(network.nodes) > LARGE
    view = VisNetwork(directed=False)
    view.nodes, view.edges = _vis_nodes(network, large), _vis_edges(network)
    view.options = _options(large)
    nodes, edges, *_ = view.get_network_data()
    legend = _legend()
    kinds = {node["kind"] for node in nodes}
    roles = {edge["role"] for edge in edges}
    scripts = {"vis": _vis_network(), "behaviour": packaged("network_picture.js") + packaged("network.js")}
    style = styles("page.css", "network.css")
    return template("network.html").render(
        title=shown(title),
        data={"nodes": nodes, "edges": edges, "options": view.options, "legend": legend},
        kinds={name: entry for name, entry in legend["node"].items() if name in kinds},
        roles={name: entry for name, entry in legend["edge"].items() if name in roles},
        n_nodes=len(nodes),
        n_links=len(network.edges),
        truncated=network.truncated,
        about=[shown(line) for line in about],
        style=style,
        **scripts,
        policy=policy(scripts.values(), style),
    )


def _vis_nodes(network: Network, large: bool) -> list[Options]:
    """Nodes as vis-network takes them, numbered in the network's order; for a large network with their positions."""
    number = {node.iri: place for place, node in enumerate(network.nodes)}
    degree = Counter(end for edge in network.edges for end in (edge.source, edge.target))
    points = positions(len(number), [(number[edge.source], number[edge.target]) for edge in network.edges]) if large else None
    found = []
    for place, node in enumerate(network.nodes):
        kind = _entry("node", node.kind)
        name = shown(node.label)
        entry = {
            "id": place,
            "name": name,
            "label": _wrapped(name),
            "title": _short(name),
            "kind": kind,
            "group": kind,
            "size": round(8 + min(24, 4 * degree[node.iri] ** 0.5), 1),
            "iri": shown(node.iri),
            "facts": [[shown(name), shown(value)] for name, value in node.facts],
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
    return {"role": role, "detail": shown(detail), "quote": shown(link.quote), "document": shown(link.document)}


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


@cache
def _legend() -> dict[str, dict[str, Options]]:
    """The sections "node" and "edge" of legend.toml: name -> zh, en, colour, shape …; strongest role first."""
    found: dict[str, dict[str, Options]] = tomllib.loads(packaged("legend.toml"))
    return found


@cache
def _relations() -> dict[str, str]:
    """How a work can be cited, in Chinese: implement -> 贯彻."""
    return {concept.notation: concept.zh for concept in scheme(CITATION_RELATION)}


@cache
def _vis_network() -> str:
    """vis-network as pyvis packages it, without the pointer to its source map; line ends as an HTML parser sees them, or its hash would differ."""
    source = files("pyvis").joinpath("templates", "lib", "vis-9.1.2", "vis-network.min.js").read_text("utf-8")
    return re.sub(r"\n//# sourceMappingURL=.*", "", source.replace("\r\n", "\n").replace("\r", "\n"))
