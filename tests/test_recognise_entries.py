"""Journal exports and their entries."""

from __future__ import annotations

import json
import re
import time
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscore.case import Case, Document
from docscore.recognise import recognise, split_entries

HERE = Path(__file__).parent
JOURNALS = sorted((HERE / "data" / "journals").glob("*.txt"))
SINGLE = [
    *sorted((HERE / "data" / "recognise").glob("*/*.txt")),
    *sorted((HERE.parent / "annotations" / "cases").glob("*/*.txt")),
]


@pytest.mark.parametrize("path", JOURNALS, ids=lambda path: path.stem)
def test_journals(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    titles = {entry.start: entry.title for entry in split_entries(text)}
    documents = recognise(Case("1", (Document("journal", text),))).documents
    if not expected:
        assert [document.document_id for document in documents] == ["journal"]
        return
    assert len(documents) == len(expected)
    for number, (document, wanted) in enumerate(zip(documents, expected, strict=True), start=1):
        assert document.document_id == f"journal#{number}"
        assert document.text is text
        assert document.kind == wanted["kind"]
        assert (document.date.isoformat() if document.date else None) == wanted["date"]
        assert document.body.startswith(wanted["first"])
        assert document.body.endswith(wanted["last"])
        if "title" in wanted:
            assert titles[document.start] == wanted["title"]


@pytest.mark.parametrize("path", SINGLE, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_single_documents_stay_whole(path: Path) -> None:
    assert split_entries(path.read_text(encoding="utf-8")) == []


WHOLE = {
    "arbejdsliv i et cv": "CV\n12.01.2015 Ansat i Netto, Ringsted\nPassede kasse og flaskeautomat i seks år.\n\n"
    "03.05.2009 Ansat som postbud\nKørte rute i Benløse og lærte hele byen at kende.\n",
    "praktikker i en forberedende del": "Rehabiliteringsplan, forberedende del\nPraktik:\n"
    "01.02.2021 – 30.04.2021 Praktik i Brugsen. Formålet var at afklare timetal, og det blev til seks timer.\n"
    "10.05.2021 – 30.08.2021 Praktik på biblioteket. Samtale med leder viste stabilt fremmøde i hele perioden.\n",
    "samtaler nævnt i en forberedende del": "Rehabiliteringsplan, forberedende del\nUdfyldt den 1. maj "
    "2021\nSamtaler:\n"
    "12.03.2021 samtale på jobcentret om helbred og ønsker, borger var nervøs for teamet\n"
    "14.04.2021 telefonsamtale om praktik, borger vil gerne prøve noget nyt til sommer\n",
    "liste over samtaler": "Oversigt over samtaler\n12.03.2021 jobsamtale\n14.04.2021 jobsamtale\n20.05.2021 "
    "jobsamtale, tlf.\n",
    "signatur under et notat": "17.06.2021 Jobsamtale (mhj)\nJoblog gennemgået, to afslag siden sidst og et uden "
    "svar endnu.\n"
    "Oprettet 17-06-2021 11.02\n",
    "datoer i løbende tekst": "Notat om forløbet\nBorgeren blev sygemeldt og kom til samtale.\n12.03.2021 blev hun "
    "opereret i hoften, "
    "og det gik godt.\n14.05.2021 begyndte hun i praktik, hvor hun mødte hver dag til klokken elleve.\n",
    "forløb i en indstilling": "Rehabiliteringsteamets indstilling\nMøde den 4. maj 2021\n\nForløb:\n"
    "12-03-2019 sygemeldt fra arbejdet som kok\n01-09-2019 jobafklaringsforløb\n"
    "15-02-2021 praktik i Brugsen afsluttet\n\n"
    "Teamet vurderer, at Lise kan arbejde som kontorassistent med fakturering.\n"
    "Skånehensyn: korte arbejdsdage og ingen telefonpasning.",
    "forløb i en indstilling, datoer ens": "Rehabiliteringsteamets indstilling\nMøde den 04-05-2021\n\nForløb:\n"
    "12-03-2019 samtale om sygemelding fra arbejdet som kok og om fremtiden\n"
    "15-02-2021 praktik i Brugsen afsluttet, to timer om dagen gik godt\n\n"
    "Teamet vurderer, at Lise kan arbejde som kontorassistent med fakturering.",
    "tom": "",
}


@pytest.mark.parametrize("name", WHOLE)
def test_lists_of_dates_are_not_split(name: str) -> None:
    assert split_entries(WHOLE[name]) == []


def test_a_journal_may_begin_with_a_titled_indstilling() -> None:
    text = (
        "Rehabiliteringsteamets indstilling\n04.05.2021 kl. 10.00 – LKN\n"
        "Teamet indstiller til et nyt forløb med praktik i butik og mentor.\n\n"
        "Jobsamtale\n12.06.2021 kl. 9.15 – LKN\nBorgeren har søgt to job siden sidst og fået afslag på dem.\n\n"
        "Telefonnotat\n20.06.2021 kl. 11.30 – LKN\nBorgeren ringer og melder afbud til mødet i morgen.\n"
    )
    assert [entry.date.isoformat() for entry in split_entries(text)] == ["2021-05-04", "2021-06-12", "2021-06-20"]


HEADS = {
    "tid": lambda d: f"{d:%d.%m.%Y} kl. 10.15 – Jobsamtale – LKN",
    "iso": lambda d: f"{d.isoformat()} Samtale",
    "blok": lambda d: f"Dato: {d:%d-%m-%Y}\nTitel: Samtale\nForfatter: Hanne Holm\n",
    "blok med titel først": lambda d: f"Titel: Samtale\nDato: {d:%d-%m-%Y}\nSagsbehandler: Hanne Holm\n",
    "telegram": lambda d: f"{d.day}/{d.month}-{d:%y} samt. tlf.",
    "navn først": lambda d: f"Journalnotat {d:%d.%m.%Y}",
    "kantet parentes": lambda d: f"[{d:%d-%m-%Y} 09:30] Telefonnotat",
    "overskrift": lambda d: f"## {d.isoformat()} – Jobsamtale",
}
BODY = st.lists(
    st.sampled_from(
        [
            "Borgeren fortæller, at han har søgt to job og fået afslag på det ene.",
            "Næste samtale 14.10.2021 kl. 10.",
            "Talt om skånehensyn, og han vil gerne have en pause midt på dagen.",
            "den 3. marts 2021 var han til læge og fik ny medicin.",
            "Aftalt: ringer til Brugsen 12/3-21.",
        ]
    ),
    min_size=2,
    max_size=5,
)


@given(
    st.sampled_from(sorted(HEADS)),
    st.lists(BODY, min_size=2, max_size=6),
    st.sampled_from(["\n\n", "\n-------\n", "\n\n=====\n\n"]),
    st.sampled_from(["", "Journaludskrift\nBorger: Kaj Holm\n\n"]),
    st.booleans(),
)
def test_every_entry_is_found_and_nothing_is_lost(
    style: str, bodies: list[list[str]], between: str, header: str, newest_first: bool
) -> None:
    days = [date(2021, 1, 5) + timedelta(days=37 * number) for number in range(len(bodies))]
    if newest_first:
        days.reverse()
    text = header + between.join(
        HEADS[style](day) + "\n" + "\n".join(body) for day, body in zip(days, bodies, strict=True)
    )
    entries = split_entries(text)
    assert [entry.date for entry in entries] == days
    assert not re.search(r"\w", text[len(header) : entries[0].start])
    for entry, following in zip(entries, [*entries[1:], None], strict=True):
        assert entry.start < entry.end
        assert not re.search(r"\w", text[entry.end : following.start if following else len(text)])
    for entry, body in zip(entries, bodies, strict=True):
        assert text[entry.start : entry.end].endswith(body[-1])


@given(st.text(alphabet="12/.-: \n2021Jobsamtaleklørd|", max_size=300))
def test_entries_are_ordered_and_apart(text: str) -> None:
    entries = split_entries(text)
    assert len(entries) != 1
    for first, second in pairwise(entries):
        assert first.start < first.end <= second.start
    assert all(entry.end <= len(text) for entry in entries)


@pytest.mark.parametrize(
    "unit", ["1.1.2021\n", "\n", " ", "1/", "12/3-21 samtale ", "a:", "\t1.1.2021\t\n", "Dato: 1.1.2021\n"]
)
def test_time_grows_with_the_text_only(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        began = time.process_time()
        split_entries(text)
        return time.process_time() - began

    seconds(10_000)
    small = max(seconds(40_000), 0.01)
    # Four times the text: a quadratic reader would need sixteen times as long.
    assert seconds(160_000) < 10 * small
