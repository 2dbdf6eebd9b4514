"""Names that find things: by any form that documents use, by number, code and IRI; what is ambiguous or unknown is told."""

from __future__ import annotations

import pytest

from zhengpu.errors import AmbiguousName, UnknownName
from zhengpu.graph.entities import entity, resolve
from zhengpu.graph.storage.store import Store

BASE = "https://w3id.org/zhengpu/id/"
BODY = BASE + "institution/上海市徐汇区知识产权局"
DOCUMENT = BASE + "document/徐府发〔2024〕9号"
PLAN = DOCUMENT + "/plan/1"


@pytest.mark.parametrize(
    ("text", "kinds", "iri"),
    [
        (BODY, None, BODY),
        (f"<{BODY}>", None, BODY),
        ("institution/上海市徐汇区知识产权局", None, BODY),
        ("上海市徐汇区知识产权局", None, BODY),
        (" 上海市徐汇区 知识产权局 ", None, BODY),
        ("徐府发〔2024〕9号", None, DOCUMENT),
        ("徐府发〔2024〕9号", ["plan"], PLAN),
        ("《上海市徐汇区国家知识产权保护示范区建设方案》", None, PLAN),
        ("document/徐府发〔2024〕9号/measure/m1", None, DOCUMENT + "/measure/m1"),
        ("310104", None, BASE + "region/310104"),
        ("徐汇区", ["region"], BASE + "region/310104"),
        ("role:lead", None, "https://w3id.org/zhengpu/concept/role/lead"),
        ("牵头", ["concept"], "https://w3id.org/zhengpu/concept/role/lead"),
        ("知识产权保护社会满意度", ["indicator"], BASE + "indicator/知识产权保护社会满意度"),
    ],
)
def test_a_thing_is_found_by_each_of_its_names(store: Store, text: str, kinds: list[str] | None, iri: str) -> None:
    assert entity(store, text, kinds).iri == iri


def test_a_name_of_several_things_is_told(store: Store) -> None:
    assert len(resolve(store, "区法院")) == 2
    with pytest.raises(AmbiguousName, match=r"上海市徐汇区人民法院.*Give the IRI"):
        entity(store, "区法院")


@pytest.mark.parametrize("text", ["上海市徐汇区知识产权", "http://example.org/nobody", "", '"} #\\', BODY + "x", "zp:nothing", "<>"])
def test_an_unknown_name_is_told_with_names_that_come_near(store: Store, text: str) -> None:
    with pytest.raises(UnknownName) as failure:
        resolve(store, text)
    assert ("上海市徐汇区知识产权局" in failure.value.near) is (text == "上海市徐汇区知识产权")


def test_a_thing_of_another_kind_is_not_found(store: Store) -> None:
    with pytest.raises(UnknownName, match="no plan named"):
        resolve(store, BODY, ["plan"])
