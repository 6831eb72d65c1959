"""Recognition of whole cases."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from docscore.case import Case, Document, Kind
from docscore.recognise import recognise

JOURNALS = sorted((Path(__file__).parent / "data" / "journals").glob("*.txt"))
NOTE = "Joblog gennemgået. Borger har søgt to job siden sidst og fået et afslag. Næste samtale om fem uger."
JOURNAL = f"12.03.2021 kl. 10.15 – Jobsamtale – LKN\n{NOTE}\n\n16.04.2021 kl. 9.00 – Jobsamtale – LKN\n{NOTE}"


def one(text: str, **more: object) -> Case:
    return recognise(Case("1", (Document("d", text, **more),)))  # type: ignore[arg-type]


def test_kind_and_date_are_filled_in() -> None:
    (document,) = one(
        "Rehabiliteringsteamets indstilling\nMøde den 4. maj 2021\nTeamet indstiller til fleksjob"
    ).documents
    assert document.kind is Kind.INDSTILLING
    assert document.date == date(2021, 5, 4)


def test_what_is_given_is_kept() -> None:
    (document,) = one("Jobsamtale 4/5-21\nJoblog", kind=Kind.CV, date=date(2020, 1, 1)).documents
    assert (document.kind, document.date) == (Kind.CV, date(2020, 1, 1))


def test_entries_share_the_text_and_keep_the_files_facts() -> None:
    case = one(JOURNAL, file="journal.txt", sha256="ab", pages=2, ocr=True)
    assert [document.document_id for document in case.documents] == ["d#1", "d#2"]
    assert [document.date for document in case.documents] == [date(2021, 3, 12), date(2021, 4, 16)]
    for document in case.documents:
        assert document.text is case.documents[0].text
        assert (document.file, document.sha256, document.pages, document.ocr) == ("journal.txt", "ab", 2, True)
        assert document.kind is Kind.JOBSAMTALE


def test_recognition_can_be_repeated() -> None:
    case = one(JOURNAL)
    assert recognise(case) == case


def test_a_file_of_another_given_kind_is_not_split() -> None:
    (document,) = one(JOURNAL, kind=Kind.REVURDERING).documents
    assert document.document_id == "d"


def test_a_journal_given_as_jobsamtale_is_split_by_its_text() -> None:
    text = JOURNAL.replace("9.00 – Jobsamtale", "9.00 – Mail").replace(
        f"Mail – LKN\n{NOTE}", "Mail – LKN\nBrev fra skat er sendt retur til afsender i dag."
    )
    case = one(text, kind=Kind.JOBSAMTALE)
    assert [document.kind for document in case.documents] == [Kind.JOBSAMTALE, Kind.ANDET]


def test_a_given_kind_wins_where_no_entry_shows_it() -> None:
    text = JOURNAL.replace("Jobsamtale", "Notat").replace(
        NOTE, "Ordene i dette notat siger ikke noget om, hvad det er for en slags."
    )
    case = one(text, kind=Kind.OPFOELGNING)
    assert [document.kind for document in case.documents] == [Kind.OPFOELGNING, Kind.OPFOELGNING]


def test_a_given_date_of_a_journal_is_named_in_a_warning() -> None:
    case = one(JOURNAL, date=date(2022, 1, 1), file="journal.txt")
    assert [document.date for document in case.documents] == [date(2021, 3, 12), date(2021, 4, 16)]
    assert len(case.warnings) == 1
    assert "journal.txt" in case.warnings[0]


def test_duplicate_entries_are_named_without_their_text() -> None:
    case = one(JOURNAL + "\n\n" + JOURNAL, file="journal.txt")
    assert len(case.documents) == 4
    assert len(case.warnings) == 2
    assert "#1 og #3" in case.warnings[0]
    assert "#2 og #4" in case.warnings[1]
    assert all("Joblog" not in warning for warning in case.warnings)


def test_earlier_warnings_problems_and_order_are_kept() -> None:
    case = Case("1", (Document("a", "Cv\nSprog: dansk"), Document("j", JOURNAL), Document("z", "")), warnings=("før",))
    done = recognise(case)
    assert [document.document_id for document in done.documents] == ["a", "j#1", "j#2", "z"]
    assert done.warnings == ("før",)
    assert replace(done, documents=case.documents) == case


def test_no_word_of_a_journal_is_lost_but_its_print_header() -> None:
    for path in JOURNALS:
        text = path.read_text(encoding="utf-8")
        documents = recognise(Case("1", (Document("j", text),))).documents
        covered = [False] * len(text)
        for document in documents:
            covered[document.start : document.end] = [True] * (document.end - document.start)
        first = min(document.start for document in documents)
        lost = "".join(char for place, char in enumerate(text) if not covered[place] and place > first)
        assert not re.search(r"\w", lost), path.name
        assert len(text[:first].splitlines()) <= 6, path.name
