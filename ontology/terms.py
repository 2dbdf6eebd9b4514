"""Each term of the graph once, under its own name: `from zhengpu.ontology import terms as zp`, then `zp.leadBody`, `zp.Measure`.

Values are full IRIs as plain strings, so that importing this costs nothing. ontology/zhengpu.ttl declares the terms; a test holds the two together.
"""

from __future__ import annotations

from typing import Final

from zhengpu.ids import CONCEPT, ONTOLOGY

# --------------------------------------------------------------------------------------------------------------------
# Classes
# --------------------------------------------------------------------------------------------------------------------

Document: Final = ONTOLOGY + "Document"
Plan: Final = ONTOLOGY + "Plan"
Unit: Final = ONTOLOGY + "Unit"
Section: Final = ONTOLOGY + "Section"
Goal: Final = ONTOLOGY + "Goal"
Measure: Final = ONTOLOGY + "Measure"
KeyProject: Final = ONTOLOGY + "KeyProject"
Safeguard: Final = ONTOLOGY + "Safeguard"
Task: Final = ONTOLOGY + "Task"
Institution: Final = ONTOLOGY + "Institution"
Fact: Final = ONTOLOGY + "Fact"
Responsibility: Final = ONTOLOGY + "Responsibility"
Mention: Final = ONTOLOGY + "Mention"
Target: Final = ONTOLOGY + "Target"
Citation: Final = ONTOLOGY + "Citation"
Milestone: Final = ONTOLOGY + "Milestone"
CampaignMention: Final = ONTOLOGY + "CampaignMention"
FieldEvidence: Final = ONTOLOGY + "FieldEvidence"
Indicator: Final = ONTOLOGY + "Indicator"
LegalReference: Final = ONTOLOGY + "LegalReference"
Campaign: Final = ONTOLOGY + "Campaign"
Region: Final = ONTOLOGY + "Region"
Observation: Final = ONTOLOGY + "Observation"
IndicatorGroup: Final = ONTOLOGY + "IndicatorGroup"
Derived: Final = ONTOLOGY + "Derived"
Resolution: Final = ONTOLOGY + "Resolution"
Similarity: Final = ONTOLOGY + "Similarity"
Reuse: Final = ONTOLOGY + "Reuse"
Elaboration: Final = ONTOLOGY + "Elaboration"
IndicatorMatch: Final = ONTOLOGY + "IndicatorMatch"
BodyMatch: Final = ONTOLOGY + "BodyMatch"

# --------------------------------------------------------------------------------------------------------------------
# Properties
# --------------------------------------------------------------------------------------------------------------------

quote: Final = ONTOLOGY + "quote"
start: Final = ONTOLOGY + "start"
end: Final = ONTOLOGY + "end"
inDocument: Final = ONTOLOGY + "inDocument"
statedIn: Final = ONTOLOGY + "statedIn"
surface: Final = ONTOLOGY + "surface"
field: Final = ONTOLOGY + "field"
about: Final = ONTOLOGY + "about"
documentNumber: Final = ONTOLOGY + "documentNumber"
issuer: Final = ONTOLOGY + "issuer"
published: Final = ONTOLOGY + "published"
indexNumber: Final = ONTOLOGY + "indexNumber"
subjectCategory: Final = ONTOLOGY + "subjectCategory"
validity: Final = ONTOLOGY + "validity"
documentKind: Final = ONTOLOGY + "documentKind"
disclosure: Final = ONTOLOGY + "disclosure"
addressee: Final = ONTOLOGY + "addressee"
promulgates: Final = ONTOLOGY + "promulgates"
text: Final = ONTOLOGY + "text"
sourceFile: Final = ONTOLOGY + "sourceFile"
url: Final = ONTOLOGY + "url"
sha256: Final = ONTOLOGY + "sha256"
planType: Final = ONTOLOGY + "planType"
governs: Final = ONTOLOGY + "governs"
periodStart: Final = ONTOLOGY + "periodStart"
periodEnd: Final = ONTOLOGY + "periodEnd"
hasSection: Final = ONTOLOGY + "hasSection"
hasGoal: Final = ONTOLOGY + "hasGoal"
hasMeasure: Final = ONTOLOGY + "hasMeasure"
hasTarget: Final = ONTOLOGY + "hasTarget"
hasMilestone: Final = ONTOLOGY + "hasMilestone"
inPlan: Final = ONTOLOGY + "inPlan"
number: Final = ONTOLOGY + "number"
level: Final = ONTOLOGY + "level"
order: Final = ONTOLOGY + "order"
partOf: Final = ONTOLOGY + "partOf"
sectionKind: Final = ONTOLOGY + "sectionKind"
theme: Final = ONTOLOGY + "theme"
elaborates: Final = ONTOLOGY + "elaborates"
assignedTo: Final = ONTOLOGY + "assignedTo"
leadBody: Final = ONTOLOGY + "leadBody"
responsibleBody: Final = ONTOLOGY + "responsibleBody"
supportingBody: Final = ONTOLOGY + "supportingBody"
involves: Final = ONTOLOGY + "involves"
measure: Final = ONTOLOGY + "measure"
institution: Final = ONTOLOGY + "institution"
role: Final = ONTOLOGY + "role"
mentionedIn: Final = ONTOLOGY + "mentionedIn"
institutionKind: Final = ONTOLOGY + "institutionKind"
region: Final = ONTOLOGY + "region"
divisionCode: Final = ONTOLOGY + "divisionCode"
within: Final = ONTOLOGY + "within"
indicator: Final = ONTOLOGY + "indicator"
value: Final = ONTOLOGY + "value"
valueText: Final = ONTOLOGY + "valueText"
comparator: Final = ONTOLOGY + "comparator"
unit: Final = ONTOLOGY + "unit"
per: Final = ONTOLOGY + "per"
inTable: Final = ONTOLOGY + "inTable"
baselineValue: Final = ONTOLOGY + "baselineValue"
baselineDate: Final = ONTOLOGY + "baselineDate"
observedOn: Final = ONTOLOGY + "observedOn"
asOf: Final = ONTOLOGY + "asOf"
cites: Final = ONTOLOGY + "cites"
citationRelation: Final = ONTOLOGY + "citationRelation"
citedIn: Final = ONTOLOGY + "citedIn"
referenceKind: Final = ONTOLOGY + "referenceKind"
refersTo: Final = ONTOLOGY + "refersTo"
basedOn: Final = ONTOLOGY + "basedOn"
implements: Final = ONTOLOGY + "implements"
formulates: Final = ONTOLOGY + "formulates"
revises: Final = ONTOLOGY + "revises"
publishes: Final = ONTOLOGY + "publishes"
mentions: Final = ONTOLOGY + "mentions"
resolvesTo: Final = ONTOLOGY + "resolvesTo"
scheduleText: Final = ONTOLOGY + "scheduleText"
startBy: Final = ONTOLOGY + "startBy"
dueBy: Final = ONTOLOGY + "dueBy"
ongoing: Final = ONTOLOGY + "ongoing"
campaign: Final = ONTOLOGY + "campaign"
namedIn: Final = ONTOLOGY + "namedIn"
similarTo: Final = ONTOLOGY + "similarTo"
sameBodyAs: Final = ONTOLOGY + "sameBodyAs"
inIndicatorGroup: Final = ONTOLOGY + "inIndicatorGroup"
comparableValue: Final = ONTOLOGY + "comparableValue"
comparableUnit: Final = ONTOLOGY + "comparableUnit"
reusesTextOf: Final = ONTOLOGY + "reusesTextOf"
sharedText: Final = ONTOLOGY + "sharedText"
sourceDocument: Final = ONTOLOGY + "sourceDocument"
sourceStart: Final = ONTOLOGY + "sourceStart"
sourceEnd: Final = ONTOLOGY + "sourceEnd"
derives: Final = ONTOLOGY + "derives"
score: Final = ONTOLOGY + "score"
because: Final = ONTOLOGY + "because"

# --------------------------------------------------------------------------------------------------------------------
# Concept schemes (ontology/schemes.ttl); a concept's IRI is zhengpu.ids.concept(scheme, name)
# --------------------------------------------------------------------------------------------------------------------

PLAN_TYPE: Final = "plan-type"
SECTION_KIND: Final = "section-kind"
ROLE: Final = "role"
CITATION_RELATION: Final = "citation-relation"
REFERENCE_KIND: Final = "reference-kind"
INSTITUTION_KIND: Final = "institution-kind"
THEME: Final = "theme"
SCHEMES: Final = (PLAN_TYPE, SECTION_KIND, ROLE, CITATION_RELATION, REFERENCE_KIND, INSTITUTION_KIND, THEME)

# --------------------------------------------------------------------------------------------------------------------
# Terms of others, and the prefixes that queries and exports use
# --------------------------------------------------------------------------------------------------------------------

_DCTERMS: Final = "http://purl.org/dc/terms/"
_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
_ORG: Final = "http://www.w3.org/ns/org#"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"

rdf_type: Final = _RDF + "type"
rdfs_label: Final = _RDFS + "label"
rdfs_comment: Final = _RDFS + "comment"
dcterms_title: Final = _DCTERMS + "title"
dcterms_issued: Final = _DCTERMS + "issued"
dcterms_source: Final = _DCTERMS + "source"
dcterms_publisher: Final = _DCTERMS + "publisher"
skos_prefLabel: Final = _SKOS + "prefLabel"
skos_altLabel: Final = _SKOS + "altLabel"
skos_Concept: Final = _SKOS + "Concept"
skos_notation: Final = _SKOS + "notation"
skos_inScheme: Final = _SKOS + "inScheme"
skos_broader: Final = _SKOS + "broader"
org_subOrganizationOf: Final = _ORG + "subOrganizationOf"
xsd_date: Final = _XSD + "date"
xsd_gYear: Final = _XSD + "gYear"
xsd_gYearMonth: Final = _XSD + "gYearMonth"
xsd_decimal: Final = _XSD + "decimal"
xsd_integer: Final = _XSD + "integer"
xsd_boolean: Final = _XSD + "boolean"

PREFIXES: Final[dict[str, str]] = {
    "zp": ONTOLOGY,
    "zpc": CONCEPT,
    **{scheme: f"{CONCEPT}{scheme}/" for scheme in SCHEMES},  # a concept is role:lead, theme:保护
    "dcterms": _DCTERMS,
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": _ORG,
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": _RDF,
    "rdfs": _RDFS,
    "skos": _SKOS,
    "xsd": _XSD,
}
