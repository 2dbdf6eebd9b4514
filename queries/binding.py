"""What a user writes into a blank, as the RDF term that the query is given. Nothing a user writes ever becomes query text."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from zhengpu.errors import AmbiguousName, BadParameter, UnknownName
from zhengpu.graph.entities import Entity, entity, resolve
from zhengpu.graph.sources.source import Term, TripleSource
from zhengpu.ids import CONCEPT
from zhengpu.ontology import terms as zp
from zhengpu.queries.question import Parameter, ParameterType, Question

_DATE_RE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")  # 2024, 2024-08, 2024年8月, 2024-08-31
_CONCEPT = "SELECT ?concept WHERE { ?concept skos:prefLabel ?label ; skos:inScheme ?scheme }"
_CONCEPTS = 'SELECT ?concept ?label WHERE { ?concept skos:inScheme ?scheme ; skos:prefLabel ?label FILTER (LANG(?label) = "zh") } ORDER BY ?concept'
_LONGEST_TEXT = 1000  # characters; longer ones are pasted by mistake


def given(question: Question, parameters: Mapping[str, str]) -> dict[str, str]:
    """Parameter -> text, defaults filled in, empty optional ones left out. Raises BadParameter for missing and superfluous ones."""
    declared = {parameter.name: parameter for parameter in question.parameters}
    for name in parameters:
        if name not in declared:
            takes = f"It takes: {', '.join(declared)}." if declared else "It takes none."
            raise BadParameter(f"The question {question.id} has no parameter {name!r}. {takes}")
    values: dict[str, str] = {}
    for parameter in question.parameters:
        value = parameters.get(parameter.name, "").strip() or parameter.default
        if value is not None:
            values[parameter.name] = value
        elif not parameter.optional:
            raise BadParameter(
                f"The question {question.id} ({question.question.zh}) needs the parameter {parameter.name}: "
                f'give it as --param {parameter.name}="{parameter.example}".'
            )
    return values


@dataclass(frozen=True, slots=True)
class Blank:
    """A filled blank: how it reads in the question, and the term that the query is given."""

    text: str
    term: Term


def blank(source: TripleSource, parameter: Parameter, value: str) -> Blank:
    """What a value means. Names of things are looked up in the source, where an IRI, a label, another name or a number will do.

    Raises BadParameter for a value of another type, UnknownName for a name that nothing has, AmbiguousName for one that several things have."""
    if any("\ud800" <= character <= "\udfff" for character in value):  # half a character, from an argument in another encoding
        raise BadParameter(f"The parameter {parameter.name} is not Unicode text: {value!a}.")
    if parameter.type is ParameterType.TEXT:
        if len(value) > _LONGEST_TEXT:
            raise BadParameter(f"The parameter {parameter.name} is longer than {_LONGEST_TEXT} characters.")
        return Blank(value, ox.Literal(value))
    if parameter.type is ParameterType.NUMBER:
        return Blank(value, _number(parameter, value))
    if parameter.type is ParameterType.DATE:
        return Blank(value, _date(parameter, value))
    found = concept(source, parameter.scheme, value, parameter.label.en.lower()) if parameter.scheme else entity(source, value, (parameter.type.value,))
    return Blank(found.label, ox.NamedNode(found.iri))


def concept(source: TripleSource, scheme: str, value: str, kind: str) -> Entity:
    """The concept of the scheme that is called so; other schemes may have concepts of the same name (规划 is a genre of plans and of works).

    `kind` is what messages call it. Raises UnknownName with the concepts that there are, AmbiguousName."""
    of_scheme: dict[str, Term] = {"scheme": ox.NamedNode(f"{CONCEPT}{scheme}")}
    named = source.query(_CONCEPT, {**of_scheme, "label": ox.Literal(value, language="zh")}, trusted=True).rows
    if len(named) == 1 and isinstance(named[0][0], ox.NamedNode):  # the usual case, for which nothing else has to be looked up
        return Entity(named[0][0].value, value, "concept")
    labels = {
        iri.value: label.value
        for iri, label in source.query(_CONCEPTS, of_scheme, trusted=True).rows
        if isinstance(iri, ox.NamedNode) and isinstance(label, ox.Literal)
    }
    try:
        found = [one for one in resolve(source, value, ("concept",)) if one.iri in labels]
    except UnknownName:
        found = []
    if not found:
        raise UnknownName(kind, value, labels.values(), f"There are: {'、'.join(labels.values())}.")
    if len(found) > 1:
        raise AmbiguousName(kind, value, (one.iri for one in found))
    return found[0]


def _number(parameter: Parameter, value: str) -> ox.Literal:
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > 18:
        raise BadParameter(f"The parameter {parameter.name} is a number, such as {parameter.example}; {value!r} is not.")
    whole = number == number.to_integral_value()
    return ox.Literal(str(int(number)) if whole else f"{number:f}", datatype=ox.NamedNode(zp.xsd_integer if whole else zp.xsd_decimal))


def _date(parameter: Parameter, value: str) -> ox.Literal:
    """A day; of a year or month its first or last, as the parameter says."""
    match = _DATE_RE.fullmatch(value)
    try:
        if match is None:
            raise ValueError
        year, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None  # the pattern has a year
        last = parameter.edge == "last"
        month = month or (12 if last else 1)
        found = date(year, month, day or (monthrange(year, month)[1] if last else 1))
    except (ValueError, IndexError) as error:
        raise BadParameter(f"The parameter {parameter.name} is a date, such as 2024, 2024-08 or 2024-08-31; {value!r} is not.") from error
    return ox.Literal(found.isoformat(), datatype=ox.NamedNode(zp.xsd_date))
