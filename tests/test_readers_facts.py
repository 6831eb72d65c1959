"""sag.json and tables with its fields."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscore.case import CaseStatus, Kind
from docscore.readers.dates import parse_date
from docscore.readers.facts import combine, read_facts, read_facts_file
from docscore.readers.fields import nested

FULL = {
    "case_id": "2021-0147",
    "kommune": "Nordby",
    "status": "ledighedsydelse",
    "frikommune": ["fd.laege_265"],
    "documents": [{"file": "a.txt", "document_id": "A", "kind": "indstilling", "date": "2021-03-12"}],
    "dates": {
        "rehab_moede": "2021-03-12",
        "opgjort": "2022-01-01",
        "jobsamtaler": ["2021-04-01", "2021-06-01"],
        "ledighedsydelse_perioder": [{"from": "2021-04-01", "to": "2021-08-01"}, {"from": "2021-09-01"}],
    },
    "fields": {"konkret_fleksjob": True, "kontering_korrekt": False},
    "sagsbehandler": "KL",
}


def test_everything_that_the_contract_names() -> None:
    found = read_facts(FULL, "sag.json")
    assert found.problems == ()
    assert found.warnings == ()
    assert found.case_id == "2021-0147"
    facts = found.facts
    assert (facts.kommune, facts.status) == ("Nordby", CaseStatus.LEDIGHEDSYDELSE)
    assert facts.frikommune == {"fd.laege_265"}
    assert facts.dates == {"rehab_moede": date(2021, 3, 12), "opgjort": date(2022, 1, 1)}
    assert facts.jobsamtaler == (date(2021, 4, 1), date(2021, 6, 1))
    assert facts.ledighedsydelse_perioder == ((date(2021, 4, 1), date(2021, 8, 1)), (date(2021, 9, 1), None))
    assert facts.fields == {"konkret_fleksjob": True, "kontering_korrekt": False}
    assert facts.extra == {"sagsbehandler": "KL"}
    assert facts.invalid == frozenset()
    entry = found.documents[0]
    assert (entry.file, entry.document_id, entry.kind, entry.date) == (
        "a.txt",
        "A",
        Kind.INDSTILLING,
        date(2021, 3, 12),
    )


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ({"dates": {"rehab_moede": "2021-02-30"}}, "rehab_moede"),
        ({"dates": {"rehab_moede": "snart"}}, "rehab_moede"),
        ({"dates": {"rehab_moede": ""}}, "rehab_moede"),
        ({"dates": {"rehab_moede": 20210312}}, "rehab_moede"),
        ({"dates": []}, "dates"),
        ({"dates": {"jobsamtaler": "2021-01-01"}}, "jobsamtaler"),
        ({"dates": {"jobsamtaler": ["2021-01-01", "2021-13-01"]}}, "jobsamtaler"),
        (
            {"dates": {"ledighedsydelse_perioder": [{"from": "2021-05-01", "to": "2021-01-01"}]}},
            "ledighedsydelse_perioder",
        ),
        ({"dates": {"ledighedsydelse_perioder": [7]}}, "ledighedsydelse_perioder"),
        ({"fields": {"konkret_fleksjob": "true"}}, "konkret_fleksjob"),
        ({"fields": {"konkret_fleksjob": 1}}, "konkret_fleksjob"),
        ({"fields": "ja"}, "fields"),
        ({"status": "pension"}, "status"),
        ({"kommune": ["Nordby"]}, "kommune"),
        ({"frikommune": "fd.laege_265"}, "frikommune"),
        ({"frikommune": [1]}, "frikommune"),
        ({"documents": {}}, "documents"),
        ({"documents": [{"kind": "cv"}]}, "documents[1]"),
    ],
)
def test_what_is_wrong_is_a_problem_and_the_rest_is_used(raw: dict[str, object], name: str) -> None:
    found = read_facts({"extra": "x", **({"kommune": "Nordby"} if "kommune" not in raw else {}), **raw}, "s/sag.json")
    assert name in found.facts.invalid
    assert len(found.problems) == 1
    assert found.problems[0].file == "s/sag.json"
    assert name in found.problems[0].reason
    assert found.facts.extra == {"extra": "x"}
    assert found.facts.kommune == ("Nordby" if name != "kommune" else None)
    assert found.facts.dates == {}
    assert found.facts.fields == {}


def test_an_invalid_item_leaves_the_others_of_its_list() -> None:
    found = read_facts({"dates": {"jobsamtaler": ["2021-01-01", "x"]}}, "sag.json")
    assert found.facts.jobsamtaler == (date(2021, 1, 1),)
    assert "jobsamtaler" in found.facts.invalid


def test_unknown_kind_and_impossible_date_of_a_document() -> None:
    found = read_facts({"documents": [{"file": "a.txt", "kind": "brev", "date": "2021-02-30"}]}, "sag.json")
    assert [problem.reason.split(" ")[1] for problem in found.problems] == ["documents[1].kind", "documents[1].date"]
    assert found.documents[0].kind is None
    assert found.documents[0].invalid_date


def test_misspelt_names_are_warned_of() -> None:
    found = read_facts({"dates": {"rehabmoede": "2021-01-01"}, "fields": {"konkret": True}}, "sag.json")
    assert [word in warning for word, warning in zip(("rehabmoede", "konkret"), found.warnings, strict=True)] == [
        True,
        True,
    ]


def test_null_is_absent() -> None:
    found = read_facts(dict.fromkeys(FULL) | {"dates": {"opgjort": None}, "fields": {"konkret_fleksjob": None}}, "f")
    assert found.problems == ()
    assert found.facts.invalid == frozenset()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_of_the_file(encoding: str) -> None:
    data = json.dumps({"kommune": "Tårnby"}, ensure_ascii=False).encode(encoding)
    assert read_facts_file(data, "sag.json").facts.kommune == "Tårnby"


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"null", b'{"a": 1,}', b"[" * 100_000, b"\xff\xfe\x00", b"1" * 5000]
)
def test_a_broken_file_is_one_problem(data: bytes) -> None:
    found = read_facts_file(data, "x/sag.json")
    assert len(found.problems) == 1
    assert found.problems[0].file == "x/sag.json"
    assert found.facts.dates == {}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FULL, json_values)))
def test_no_value_whatever_stops_the_reading(raw: dict[str, object]) -> None:
    read_facts(raw, "sag.json")
    read_facts(nested(raw), "tabel.csv", 3)


def test_a_table_row_has_the_same_fields() -> None:
    row = {
        "kommune": "Nordby",
        "dates.rehab_moede": "12-03-2021",
        "opgjort": date(2022, 1, 1),
        "jobsamtaler": "2021-04-01; 01-06-2021",
        "ledighedsydelse_perioder": "2021-04-01/2021-08-01;2021-09-01/",
        "frikommune": "fd.laege_265;rv.x",
        "konkret_fleksjob": "SAND",
        "fields.kontering_korrekt": "false",
        "virksomhedskonsulent": "",
        "fastholdelsesfleksjob": "måske",
    }
    found = read_facts(nested(row), "sager.csv", 4)
    facts = found.facts
    assert facts.dates == {"rehab_moede": date(2021, 3, 12), "opgjort": date(2022, 1, 1)}
    assert facts.jobsamtaler == (date(2021, 4, 1), date(2021, 6, 1))
    assert facts.ledighedsydelse_perioder == ((date(2021, 4, 1), date(2021, 8, 1)), (date(2021, 9, 1), None))
    assert facts.frikommune == {"fd.laege_265", "rv.x"}
    assert facts.fields == {"konkret_fleksjob": True, "kontering_korrekt": False}
    assert facts.invalid == {"fastholdelsesfleksjob"}
    assert [(problem.file, problem.row) for problem in found.problems] == [("sager.csv", 4)]


def test_sag_json_wins_over_the_table_also_when_it_is_wrong() -> None:
    own = read_facts({"kommune": "A", "dates": {"opgjort": "2021-01-01", "rehab_moede": "x"}}, "sag.json")
    beside = read_facts(
        {
            "kommune": "B",
            "status": "fleksjob",
            "dates": {"opgjort": "y", "rehab_moede": "2020-01-01", "visitation": "2020-02-02"},
        },
        "t.csv",
    )
    facts = combine(own, beside).facts
    assert (facts.kommune, facts.status) == ("A", CaseStatus.FLEKSJOB)
    assert facts.dates == {"opgjort": date(2021, 1, 1), "visitation": date(2020, 2, 2)}
    assert facts.invalid == {"rehab_moede"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2021-03-12", date(2021, 3, 12)),
        ("2021-03-12T10:00:00", date(2021, 3, 12)),
        ("2021-03-12 00:00:00", date(2021, 3, 12)),
        ("12-03-2021", date(2021, 3, 12)),
        ("1.2.2021", date(2021, 2, 1)),
        ("01/02/2021", date(2021, 2, 1)),
        ("29-02-2020", date(2020, 2, 29)),
        ("29-02-2021", None),
        ("2021-13-01", None),
        ("20210312", None),
        ("2021-W10-5", None),
        ("0000-01-01", None),
        ("12. marts 2021", None),
        (20210312, None),
        (True, None),
    ],
)
def test_dates(value: object, expected: date | None) -> None:
    assert parse_date(value) == expected
