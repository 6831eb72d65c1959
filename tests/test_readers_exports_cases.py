"""Exports of notes about several citizens, as JSON, JSON Lines and XML: each citizen a case, every note accounted for."""

from __future__ import annotations

import json
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import pytest
from readers_support import case_folder, split

from docscore.case import Case, Kind, Problem
from docscore.readers import FileProblemError, count_cases, iter_cases, iter_sources, read_case, read_document
from docscore.recognise import recognise, split_entries

TALK = (
    "Samtale med borger på jobcentret. Hun har søgt to fleksjob siden sidst og fået afslag på det ene. "
    "Hun oplever, at smerterne er de samme. Aftalt, at hun kontakter planteskolen i uge {}. Næste samtale om en måned."
)
VISIT = (
    "Opfølgning hos arbejdsgiver. Han har mødt alle dage og holder sine 8 timer om ugen. "
    "Arbejdsgiver er tilfreds og vil gerne give flere opgaver. Ny opfølgning i uge {}."
)
NOTES = [
    # citizen, case, day, title, type, author, body
    (0, "2021-118", date(2021, 3, 12), "Jobsamtale", "Samtale", "Mona Brink", TALK.format(12)),
    (1, "2021-225", date(2021, 3, 15), "Opfølgning i fleksjob", "Besøg", "Bo Lind", VISIT.format(14)),
    (0, "2021-118", date(2021, 4, 16), "Opfølgningssamtale", "Telefon", "Mona Brink", TALK.format(17)),
    (2, "2020-007", date(2020, 11, 2), "Jobsamtale", "Samtale", "Hanne Kvist", TALK.format(46)),
    (1, "2021-225", date(2021, 6, 1), "Opfølgning på arbejdspladsen", "Besøg", "Bo Lind", VISIT.format(23)),
]
CPR = ["010170-XXXX", "020280-XXXX", "030390-XXXX"]


def html_of(body: str) -> str:
    return "".join(f"<p>{escape(part)}.</p>" for part in body.rstrip(".").split(". "))


def nested_json() -> bytes:
    """Citizens with their notes below them."""
    citizens = [
        {
            "borger": {"cpr": CPR[who], "fornavn": "X"},
            "forloeb": [
                {
                    "noter": [
                        {
                            "overskrift": title,
                            "oprettetTidspunkt": f"{day}T10:15:00",
                            "notatType": kind,
                            "oprettetAf": {"navn": author},
                            "notatHtml": html_of(body),
                        }
                        for w, _, day, title, kind, author, body in NOTES
                        if w == who
                    ]
                }
            ],
        }
        for who in range(3)
    ]
    return json.dumps({"udtraek": "2022-01-01", "borgere": citizens}, ensure_ascii=False).encode()


def flat_rows() -> list[dict[str, Any]]:
    return [
        {
            "Sagsnr": case,
            "BorgerId": 4000 + who,
            "Dato": day.strftime("%d-%m-%Y"),
            "Emne": title,
            "Samtaletype": kind,
            "Sagsbehandler": author,
            "Journaltekst": body,
        }
        for who, case, day, title, kind, author, body in NOTES
    ]


def keyed_json() -> bytes:
    """Notes under the numbers of their cases."""
    root: dict[str, list[dict[str, str]]] = {}
    for _, case, day, title, kind, author, body in NOTES:
        root.setdefault(case, []).append(
            {"title": title, "date": str(day), "category": kind, "author": author, "text": body}
        )
    return json.dumps(root).encode()


def oio_xml() -> bytes:
    """Namespaces, long names, HTML escaped in the text, ISO-8859-1."""
    parts = []
    for who in range(3):
        own = [note for note in NOTES if note[0] == who]
        notes = "".join(
            f"<sd:Journalnotat><sd:JournalnotatTitelTekst>{title}</sd:JournalnotatTitelTekst>"
            f"<sd:JournalnotatDatoTid>{day}T09:30:00+01:00</sd:JournalnotatDatoTid>"
            f"<sd:JournalnotatTypeNavn>{kind}</sd:JournalnotatTypeNavn><sd:OpretterNavn>{author}</sd:OpretterNavn>"
            f"<sd:JournalnotatIndholdTekst>{escape(html_of(body))}</sd:JournalnotatIndholdTekst></sd:Journalnotat>"
            for _, _, day, title, kind, author, body in own
        )
        parts.append(
            f"<sd:Sag><sd:SagsnummerIdentifikator>{own[0][1]}</sd:SagsnummerIdentifikator><sd:SagsTitel>Fleksjob</sd:SagsTitel>"
            f"<p:Part><p:PersonCivilRegistrationIdentifier>{CPR[who].replace('-', '')}</p:PersonCivilRegistrationIdentifier></p:Part>"
            f"<sd:JournalnotatSamling>{notes}</sd:JournalnotatSamling></sd:Sag>"
        )
    text = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<sd:Udtraek xmlns:sd="urn:sagsdokument" xmlns:p="urn:part">{}</sd:Udtraek>'
    return text.format("".join(parts)).encode("iso-8859-1")


def attribute_xml() -> bytes:
    """All in attributes, the text as CDATA, one journal for each citizen."""
    parts = []
    for who in range(3):
        notes = "".join(
            f'<notat nr="{place}" dato="{day:%d.%m.%Y}" titel="{title}" art="{kind}" forfatter="{author}"><![CDATA[{body}]]></notat>'
            for place, (w, _, day, title, kind, author, body) in enumerate(NOTES)
            if w == who
        )
        parts.append(f'<journal borgernr="B-{700 + who}" afdeling="Jobcenter">{notes}</journal>')
    return f"<journaler>{''.join(parts)}</journaler>".encode()


def record_xml() -> bytes:
    """Records of named fields, the text as XHTML elements, UTF-16."""
    rows = []
    for _, case, day, title, kind, author, body in NOTES:
        fields = {"Sagsnummer": case, "Oprettet dato": str(day), "Emne": title, "Kategori": kind, "Oprettet af": author}
        cells = "".join(f'<Field Name="{name}"><Value>{value}</Value></Field>' for name, value in fields.items())
        rows.append(
            f'<Record>{cells}<Field Name="Note"><Value xmlns="http://www.w3.org/1999/xhtml">{html_of(body)}</Value></Field></Record>'
        )
    text = f'<?xml version="1.0" encoding="UTF-16"?><Export><Records>{"".join(rows)}</Records></Export>'
    return text.encode("utf-16")


SHAPES = {
    "nested.json": (nested_json, ["nested/1", "nested/2", "nested/3"]),
    "flad.json": (
        lambda: json.dumps({"rows": flat_rows()}, ensure_ascii=False).encode(),
        ["2021-118", "2021-225", "2020-007"],
    ),
    "keyed.json": (keyed_json, ["2021-118", "2021-225", "2020-007"]),
    "linjer.jsonl": (
        lambda: "\n".join(json.dumps(row, ensure_ascii=False) for row in flat_rows()).encode(),
        ["2021-118", "2021-225", "2020-007"],
    ),
    "oio.xml": (oio_xml, ["2021-118", "2021-225", "2020-007"]),
    "attributter.xml": (attribute_xml, ["B-700", "B-701", "B-702"]),
    "poster.xml": (record_xml, ["2021-118", "2021-225", "2020-007"]),
}


@pytest.mark.parametrize("name", SHAPES)
def test_each_citizen_is_a_case_with_dated_typed_and_authored_notes(name: str, tmp_path: Path) -> None:
    make, ids = SHAPES[name]
    path = tmp_path / name
    path.write_bytes(make())
    cases, problems = split(iter_cases(path))
    assert problems == []
    assert [case.case_id for case in cases] == ids
    seen = 0
    for who, case in enumerate(cases):
        own = [note for note in NOTES if note[0] == who]
        (document,) = case.documents
        assert (document.document_id, document.file) == (name, name)
        entries = split_entries(document.text)
        documents = recognise(case).documents
        assert [one.date for one in documents] == [day for _, _, day, *_ in own]
        for note, one, entry in zip(own, documents, entries or [None], strict=True):
            _, _, _, title, kind, author, body = note
            assert one.kind == (Kind.JOBSAMTALE if "amtale" in title else Kind.OPFOELGNING)
            for line in (f"Titel: {title}", f"Type: {kind}", f"Forfatter: {author}"):
                assert line in one.body
            assert "".join(body.split()) in "".join(one.body.split())
            assert entry is None or (entry.title, entry.author) == (title, author)
            seen += 1
    assert seen == len(NOTES)


def test_the_notes_keep_their_numbers_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "flad.json").write_bytes(SHAPES["flad.json"][0]())
    cases, _ = split(iter_cases(tmp_path / "flad.json"))
    assert ["Notat nr.: 1\n" in cases[0].documents[0].text, "Notat nr.: 3\n" in cases[0].documents[0].text] == [
        True
    ] * 2
    assert "Notat nr.: 2\n" in cases[1].documents[0].text


def test_every_note_is_read_or_named(tmp_path: Path) -> None:
    rows = flat_rows()
    rows[1]["Journaltekst"] = ""
    del rows[2]["Sagsnr"]  # the citizen's id says whose it is
    rows[3] |= {"Sagsnr": "", "BorgerId": None}
    rows[4]["Journaltekst"] = "{\\rtf1 " + "{" * 3000
    path = tmp_path / "e.json"
    path.write_bytes(json.dumps(rows).encode())
    cases, problems = split(iter_cases(path))
    read = sum(case.documents[0].text.count("Notat nr.:") for case in cases)
    named = {problem.row for problem in problems if problem.row} | {
        int(problem.reason.split()[2]) for problem in problems if problem.reason.startswith("notat nr. ")
    }
    assert read + len(named) == len(rows)
    assert {problem.file for problem in problems} == {"e.json"}
    assert Problem("e.json", 2, "notatet har ingen tekst. Udfyld det, eller fjern det.") in problems
    assert any(problem.row == 4 and "intet borger- eller sagsnummer" in problem.reason for problem in problems)


def test_exports_beside_case_folders_and_alone_in_a_folder(tmp_path: Path) -> None:
    case_folder(tmp_path, "2019-1", {"notat.txt": "Jobsamtale 12-03-2021\n" + TALK})
    (tmp_path / "oio.xml").write_bytes(oio_xml())
    (tmp_path / "linjer.jsonl").write_bytes(SHAPES["linjer.jsonl"][0]())
    cases, problems = split(iter_cases(tmp_path))
    assert [case.case_id for case in cases] == ["2019-1", *SHAPES["linjer.jsonl"][1], *SHAPES["oio.xml"][1]]
    assert problems == []
    alone = tmp_path / "2019-1" / "udtræk"
    alone.mkdir()
    for name in ("poster.xml", "flad.json"):
        (alone / name).write_bytes(SHAPES[name][0]())
    cases, problems = split(iter_cases(alone))
    assert [case.case_id for case in cases] == SHAPES["flad.json"][1] * 2
    assert count_cases(alone / "flad.json") is None


def test_in_a_case_folder_only_the_cases_own_notes_are_read(tmp_path: Path) -> None:
    for name, (make, ids) in SHAPES.items():
        if ids[0] != "2021-118":
            continue
        folder = case_folder(tmp_path / name, "2021-225", {name: make(), "x brev.txt": "Brev."})
        case = read_case(folder)
        assert case.documents[0].text.count("Notat nr.:") == 2
        assert "Bo Lind" in case.documents[0].text
        assert "Mona Brink" not in case.documents[0].text
        # In the file's order: by citizen where each has a part of it.
        others = [1, 2, 5] if name in {"oio.xml", "keyed.json"} else [1, 3, 4]
        assert [problem.row for problem in case.problems] == others
        assert all("en anden sag" in problem.reason for problem in case.problems)
    folder = case_folder(tmp_path, "anden sag", {"flad.json": SHAPES["flad.json"][0](), "brev.txt": "Brev til borger."})
    case = read_case(folder)
    assert [document.file for document in case.documents] == ["brev.txt"]
    assert "flere borgere" in case.problems[0].reason


def test_facts_of_the_cases_table(tmp_path: Path) -> None:
    (tmp_path / "flad.json").write_bytes(SHAPES["flad.json"][0]())
    (tmp_path / "sager.csv").write_text("case_id;kommune\n2021-225;Nordby\n4002;Sønderhede\nx;y\n", encoding="utf-8")
    cases, _ = split(iter_cases(tmp_path / "flad.json", cases=tmp_path / "sager.csv"))
    assert [case.facts.kommune for case in cases] == [None, "Nordby", "Sønderhede"]


def test_one_citizens_export_is_one_case_whatever_it_names_besides(tmp_path: Path) -> None:
    rows = [row | {"Borger": {"cpr": CPR[0]}, "Ægtefælle": {"cpr": CPR[1]}} for row in flat_rows()]
    for row in rows:
        del row["BorgerId"]
    path = tmp_path / "een.json"
    path.write_bytes(json.dumps({"klient": {"id": "program"}, "noter": rows}).encode())
    cases, problems = split(iter_cases(path))
    assert [case.case_id for case in cases] == ["een"]
    assert problems == []
    assert cases[0].documents[0].text.count("Notat nr.:") == 5


def test_sources_are_read_in_workers_as_other_files_are(tmp_path: Path) -> None:
    import pickle

    from docscore.readers.guard_worker import isolated

    (tmp_path / "nested.json").write_bytes(nested_json())
    (source,) = iter_sources(tmp_path / "nested.json")
    assert not isinstance(source, Problem)
    with isolated():
        loaded = pickle.loads(pickle.dumps(source)).load()
    assert [case.case_id for case in loaded if isinstance(case, Case)] == ["nested/1", "nested/2", "nested/3"]


def test_no_cpr_number_names_a_case(tmp_path: Path) -> None:
    from docscore.report.privacy import mask

    (tmp_path / "n.json").write_bytes(nested_json().replace(b"XXXX", b"1234"))
    cases, _ = split(iter_cases(tmp_path / "n.json"))
    assert all(mask(case.case_id) == case.case_id for case in cases)
    assert len({case.case_id for case in cases}) == 3


# Harm

LAUGHS = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY a{n} "{("&a" + (str(n - 1) if n else "") + ";") * 10}">' for n in range(9)
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (f'{LAUGHS}]><n><notat dato="2021-03-12" titel="x">&a8;</notat></n>'.encode(), "entiteter"),
        (f'{LAUGHS}]><n><notat dato="2021-03-12" titel="&a8;">x</notat></n>'.encode("utf-16"), "entiteter"),
        (
            b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><n><notat dato="2021-03-12">&x;</notat></n>',
            "entiteter",
        ),
        (b"<a>" * 100_000, "gyldig XML"),
        (b"<a><b></a>", "gyldig XML"),
        (b"<a><b>ingen noter</b></a>", "ingen journalnotater"),
    ],
)
def test_harmful_and_broken_xml_is_refused(data: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_bytes(data)
    cases, problems = split(iter_cases(path))
    assert [case.documents for case in cases] in ([], [()])
    assert reason in problems[0].reason
    with pytest.raises(FileProblemError, match=reason):
        read_document(data, "x.xml")


def test_an_outside_dtd_is_never_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("network")

    monkeypatch.setattr(socket, "socket", refuse)
    text = f'<!DOCTYPE n SYSTEM "http://example.invalid/n.dtd"><n><notat dato="2021-03-12" titel="Jobsamtale">{TALK}</notat></n>'
    assert "Dato: 12-03-2021" in read_document(text.encode(), "x.xml").text


def test_many_citizens_take_linear_time(tmp_path: Path) -> None:
    import time

    def seconds(count: int) -> float:
        rows = [
            {"borgerid": f"b{n // 2}", "dato": "2021-03-12", "titel": "Samtale", "tekst": "Talt."} for n in range(count)
        ]
        path = tmp_path / f"{count}.json"
        path.write_bytes(json.dumps(rows).encode())
        began = time.process_time()
        assert sum(len(source.cases) for source in iter_sources(path)) == count // 2  # type: ignore[union-attr]
        return time.process_time() - began

    seconds(100)
    assert seconds(8_000) < 10 * max(seconds(2_000), 0.05)
