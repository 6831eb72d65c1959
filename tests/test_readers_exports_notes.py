"""Journal notes in JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscore.case import Case, Document
from docscore.readers import FileProblemError, read_document
from docscore.readers.clock import danish_time
from docscore.recognise import recognise

BODY = "Karl har søgt to job siden sidst og fået afslag på det ene. Næste samtale om en måned."


def read(root: Any) -> str:
    return read_document(json.dumps(root, ensure_ascii=False).encode(), "notater.json").text


@pytest.mark.parametrize(
    "value",
    [
        "2021-03-12",
        "2021-03-12T10:15:00",
        "2021-03-11T23:00:00Z",
        "2021-03-12T10:15:00.1234567+01:00",
        "12-03-2021 10:15",
        "12.03.2021",
        "12. marts 2021",
        "/Date(1615540500000)/",
        1615540500000,
        1615540500,
        {"value": "2021-03-12", "precision": "day"},
    ],
)
def test_dates_as_systems_write_them(value: Any) -> None:
    text = read([{"titel": "Jobsamtale", "oprettetDato": value, "tekst": BODY}])
    assert "Dato: 12-03-2021" in text


@pytest.mark.parametrize(
    "note",
    [
        {"Titel": "Jobsamtale", "Dato": "2021-03-12", "Forfatter": "Mona Brink", "Notat": BODY},
        {
            "title": "Jobsamtale",
            "created_at": "2021-03-12",
            "author": {"id": 3, "displayName": "Mona Brink"},
            "bodyHtml": f"<p>{BODY}</p>",
        },
        {"OVERSKRIFT": "Jobsamtale", "Samtale_Dato": "12-03-2021", "Sagsbehandler": "Mona Brink", "Journaltekst": BODY},
        {
            "emne": "Jobsamtale",
            "registreretDato": "12-03-2021",
            "oprettetAf": "Mona Brink",
            "indhold": {"format": "html", "html": f"<div>{BODY}</div>"},
        },
        {
            "felter": [
                {"navn": n, "værdi": v}
                for n, v in (
                    ("Titel", "Jobsamtale"),
                    ("Dato", "12-03-2021"),
                    ("Forfatter", "Mona Brink"),
                    ("Tekst", BODY),
                )
            ]
        },
    ],
)
def test_names_of_fields(note: dict[str, Any]) -> None:
    text = read({"export": {"items": [note]}})
    for line in ("Dato: 12-03-2021", "Titel: Jobsamtale", "Forfatter: Mona Brink", BODY):
        assert line in text.splitlines()


def test_further_running_text_follows_under_its_name() -> None:
    text = read(
        [
            {
                "titel": "Samtale",
                "dato": "2021-03-12",
                "referat": BODY,
                "aftaltNæsteSkridt": "Karl ringer til kirkegården.",
                "laast": True,
                "id": "x" * 30,
            }
        ]
    )
    assert text.endswith(f"{BODY}\n\nAftalt næste skridt: Karl ringer til kirkegården.")


def test_replies_follow_their_note_and_the_export_itself_is_none() -> None:
    notes = [
        {
            "titel": f"Note {n}",
            "dato": "2021-03-12",
            "tekst": BODY,
            "svar": [{"forfatter": "Karl", "tekst": "Tak, jeg kommer."}],
        }
        for n in range(3)
    ]
    text = read({"titel": "Udtræk", "dato": "2022-01-01", "beskrivelse": "Alle notater i perioden", "notater": notes})
    assert text.count("Notat nr.:") == 6
    assert "Udtræk" not in text
    assert text.index("Note 0") < text.index("Tak, jeg") < text.index("Note 1")


def test_every_note_becomes_a_document_also_one_without_a_date() -> None:
    notes: list[dict[str, Any]] = [
        {"titel": "Jobsamtale", "dato": f"2021-0{n}-12", "forfatter": "MB", "tekst": BODY} for n in range(1, 5)
    ]
    del notes[2]["dato"]
    notes[1]["tekst"] = (
        f"Indsat fra gammelt notat:\nDato: 01-02-2019\nTitel: Samtale\nForfatter: HK\n\n{BODY} Det var dengang."
    )
    text = read(notes)
    documents = recognise(Case("1", (Document("n.json", text),))).documents
    assert [d.date and d.date.isoformat() for d in documents] == ["2021-01-12", "2021-02-12", None, "2021-04-12"]
    assert documents[1].body.endswith("Det var dengang.")


def test_two_people_are_refused() -> None:
    with pytest.raises(FileProblemError, match="flere borgere"):
        read([{"cpr": f"01017{n}-XXXX", "titel": "Samtale", "dato": "2021-03-12", "tekst": BODY} for n in range(2)])


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"{", "ikke gyldig JSON"), (b'{"a": 1}', "ingen journalnotater"), (b"[" * 100_000, "indlejret")],
)
def test_what_is_no_export_is_a_problem(data: bytes, reason: str) -> None:
    with pytest.raises(FileProblemError, match=reason):
        read_document(data, "x.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["2021-03-12", BODY, "<p>x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["dato", "titel", "tekst", "navn", "værdi", "x", "cpr"]), inner, max_size=4)
    ),
    max_leaves=25,
)


@given(JSON)
def test_any_json_gives_a_text_or_a_problem(root: Any) -> None:
    try:
        assert read(root).strip()
    except FileProblemError as error:
        assert error.reason


@pytest.mark.parametrize(
    ("month", "day", "hours"), [(3, 27, 1), (3, 28, 2), (7, 1, 2), (10, 30, 2), (10, 31, 1), (12, 1, 1)]
)
def test_summer_time(month: int, day: int, hours: int) -> None:
    assert danish_time(datetime(2021, month, day, 12, tzinfo=UTC)) == datetime(2021, month, day, 12 + hours)
