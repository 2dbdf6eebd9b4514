"""The values that pass between the stages: Document, Outline entries and Facts.

Every offset counts code points into ``Document.text`` and every interval is half-open, so ``text[start:end] == quote`` for each piece of evidence
(the position and quotation selectors of the W3C Web Annotation Data Model). One class of facts here is one category of the annotation guide.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from decimal import Decimal
from enum import StrEnum

# Document: what a loader returns ---

class BlockKind(StrEnum):
    """What a block of text is to the eye. What it means is for `extract` to find out."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE = "table"
    METADATA = "metadata"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: zero-based row and column, and its span in the text (start == end for an empty cell)."""

    row: int
    column: int
    start: int
    end: int
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table as cells in reading order. The first `header_rows` rows are the head where `has_header` says so."""

    cells: tuple[Cell, ...]
    n_rows: int
    n_columns: int
    has_header: bool = True
    header_rows: int = 1

    def grid(self) -> list[list[Cell | None]]:
        """Rows of cells, n_rows by n_columns; a spanning cell stands in each place it covers."""
        rows: list[list[Cell | None]] = [[None] * self.n_columns for _ in range(self.n_rows)]
        for cell in self.cells:
            for row in range(cell.row, min(cell.row + cell.row_span, self.n_rows)):
                for column in range(cell.column, min(cell.column + cell.column_span, self.n_columns)):
                    rows[row][column] = cell
        return rows


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading line, list item or table. Blocks are in text order and do not overlap; between them stand line breaks only."""

    kind: BlockKind
    start: int
    end: int
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class PageField:
    """A labelled value of the page: 索引号, 发文字号, 成文日期 … `start`/`end` is the span of the value, or None where the page has it outside the text."""

    label: str
    value: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """What cleaning took out: the characters, why (navigation, advert, page-break, conversion), and where in the cleaned text they stood."""

    text: str
    why: str
    position: int


@dataclass(frozen=True, slots=True)
class Document:
    """One file as read: its cleaned text, which never changes again, and the structure that the format gives away.

    `source` is the file's name without its folder, `sha256` that of its bytes in hexadecimal."""

    source: str
    format: str
    sha256: str
    text: str
    blocks: tuple[Block, ...]
    page: tuple[PageField, ...] = ()
    removed: tuple[Removal, ...] = ()

    def slice(self, block: Block) -> str:
        return self.text[block.start : block.end]


# Evidence ---

@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim quotation and where it stands. Make it with `Evidence.of`, which cuts the quotation itself."""

    start: int
    end: int
    quote: str

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Evidence:
        """The quotation text[start:end]. Raises ValueError for an interval that is empty or outside the text."""
        if not 0 <= start < end <= len(text):
            raise ValueError(f"no evidence at [{start}, {end}) of a text of {len(text)} characters")
        return cls(start, end, text[start:end])


# Facts: one class for each category of the annotation guide ---

class DocumentKind(StrEnum):
    """What a document is. Only plans have goals and measures."""

    PLAN = "plan"
    REGULATION = "regulation"
    REPLY = "reply"
    NEWS = "news"
    LIST = "list"


class SectionKind(StrEnum):
    PREAMBLE = "preamble"
    GUIDING = "guiding"
    PRINCIPLE = "principle"
    GOAL = "goal"
    MEASURE_GROUP = "measure_group"
    MEASURE = "measure"
    KEY_PROJECT = "key_project"
    SAFEGUARD = "safeguard"
    SCHEDULE = "schedule"
    ANNEX = "annex"
    TABLE = "table"
    OTHER = "other"


class MeasureKind(StrEnum):
    MEASURE = "measure"
    KEY_PROJECT = "key_project"
    SAFEGUARD = "safeguard"
    TASK = "task"


class Role(StrEnum):
    LEAD = "lead"
    RESPONSIBLE = "responsible"
    SUPPORT = "support"


class Relation(StrEnum):
    PROMULGATE = "promulgate"
    BASIS = "basis"
    IMPLEMENT = "implement"
    FORMULATE = "formulate"
    REVISE = "revise"
    PUBLISH = "publish"
    MENTION = "mention"


@dataclass(frozen=True, slots=True)
class FieldEvidence:
    """The words that prove one field of the document or the plan, e.g. field "issued"."""

    field: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """The issued text with its page's metadata; `url` is where the page was. Dates are ISO 8601; None where the text does not say."""

    title: str | None = None
    document_number: str | None = None
    issuers: tuple[str, ...] = ()
    issued: str | None = None
    published: str | None = None
    index_number: str | None = None
    theme: str | None = None
    validity: str | None = None
    disclosure: str | None = None
    addressees: tuple[str, ...] = ()
    proofs: tuple[FieldEvidence, ...] = ()
    kind: DocumentKind = DocumentKind.PLAN
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What the document promulgates. `type` is one of the guide's plan types (建设方案 … 其他); the period keeps its precision (YYYY-MM)."""

    title: str | None = None
    type: str | None = None
    regions: tuple[str, ...] = ()
    region_codes: tuple[str, ...] = ()
    period_start: str | None = None
    period_end: str | None = None
    proofs: tuple[FieldEvidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """An outline entry. `label` as printed, `title` without label and final punctuation; `evidence` quotes label and title together.

    `body_start`/`body_end` is what follows the heading up to the next heading of any level (equal where nothing follows)."""

    id: str
    label: str
    title: str
    level: int
    parent: str | None
    kind: SectionKind
    evidence: Evidence
    body_start: int
    body_end: int


@dataclass(frozen=True, slots=True)
class Goal:
    """A stated objective; `evidence` is its whole paragraph or bullet."""

    id: str
    section: str
    title: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Measure:
    """The smallest unit of action. `body` is its text without its title and without the bracket that names the responsible bodies;
    `evidence` runs from the label or title to the end of the body (for a row of a task list, the row)."""

    id: str
    section: str
    label: str
    title: str
    kind: MeasureKind
    body: Evidence
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Institution:
    """A body that the document names: canonical name, kind (a term of the institution kinds scheme, e.g. 政府), region and every surface form met."""

    name: str
    kind: str | None
    region_code: str | None
    surfaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Responsibility:
    measure: str
    surface: str
    canonical: str
    role: Role
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Mention:
    """`unit` is the id of a measure, goal or section, or one of notice, preamble, table."""

    unit: str
    surface: str
    canonical: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Target:
    """A promised quantity. `value` counts in `unit_of_measure`; `comparator` is one of >= <= = > < ~ rank; `due`, `baseline_date` keep their precision."""

    id: str
    unit: str
    indicator: str
    canonical_indicator: str
    value: Decimal
    value_text: str
    comparator: str
    unit_of_measure: str | None
    evidence: Evidence
    per: str | None = None
    baseline: Decimal | None = None
    baseline_date: str | None = None
    due: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A cited work. `kind` is one of law regulation plan opinion measure standard agreement treaty report guide list notice other.

    `title` as the unit names it; `full_title` is what the text defined it to stand for (以下简称《意见》), so that the 《意见》 of two documents
    stay two works."""

    unit: str
    title: str
    document_number: str | None
    kind: str
    relation: Relation
    evidence: Evidence
    full_title: str | None = None


@dataclass(frozen=True, slots=True)
class Milestone:
    """When: the deadline of a task or measure, or a phase of the schedule (then with `title`, what happens)."""

    unit: str
    text: str
    start: str | None
    end: str | None
    ongoing: bool
    evidence: Evidence
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Campaign:
    unit: str
    name: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Noise:
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something odd that the reader should look at: a code (e.g. "misnumbered"), a message, and where."""

    code: str
    message: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that one document says. `text` is the document's text, so that the quotations can be checked, and they are, here.

    Raises ValueError if any piece of evidence is not the slice of the text that it claims to be."""

    source: str
    sha256: str
    text: str
    document: DocumentRecord
    plan: Plan
    more_plans: tuple[Plan, ...] = ()
    outline: tuple[Section, ...] = ()
    goals: tuple[Goal, ...] = ()
    measures: tuple[Measure, ...] = ()
    responsibilities: tuple[Responsibility, ...] = ()
    mentions: tuple[Mention, ...] = ()
    targets: tuple[Target, ...] = ()
    references: tuple[Reference, ...] = ()
    schedule: tuple[Milestone, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    noise: tuple[Noise, ...] = ()
    institutions: tuple[Institution, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    def __post_init__(self) -> None:
        for evidence in self.evidence():
            if self.text[evidence.start : evidence.end] != evidence.quote:
                raise ValueError(f"{self.source}: the text at [{evidence.start}, {evidence.end}) is not {evidence.quote!r}")

    def evidence(self) -> Iterator[Evidence]:
        """Every piece of evidence, in the order of the fields above."""
        yield from (proof.evidence for proofs in (self.document.proofs, *(plan.proofs for plan in (self.plan, *self.more_plans))) for proof in proofs)
        for category in fields(self):
            value = getattr(self, category.name)
            if isinstance(value, tuple):
                for fact in value:
                    found = getattr(fact, "evidence", None)
                    if isinstance(found, Evidence):
                        yield found
                    if isinstance(fact, Measure):
                        yield fact.body

    def counts(self) -> dict[str, int]:
        """Category name -> number of facts, in the guide's order."""
        names = ("outline", "goals", "measures", "responsibilities", "mentions", "targets", "references", "schedule", "campaigns")
        return {name: len(getattr(self, name)) for name in names}
