"""A case with a scan that was read without Danish letters: decided on the repaired text, quoted from the file."""

from __future__ import annotations

from pathlib import Path

import docscore
from docscore.case import Case, Document, Kind
from docscore.recognise import recognise
from docscore.repair.documents import repaired
from training.ocr_noise import noised

CLEAN = """Rehabiliteringsteamets indstilling

Møde i rehabiliteringsteamet den 3. maj 2021

Borgeren har behov for følgende skånehensyn: mulighed for pauser, ingen tunge løft og ro på arbejdspladsen.
Borgeren fortæller, at hun ønsker at komme tilbage til arbejdet på et lager, og at hun håber på flere timer.
Rehabiliteringsteamet vurderer, at målet er et fleksjob som lagermedarbejder på 10 timer om ugen.
Der er bevilget en mentor, som støtter hende, når hun møder på arbejdet.
"""
PRINTED = noised(CLEAN, 4)


def folder(path: Path, text: str) -> Path:
    path.mkdir()
    (path / "indstilling.txt").write_text(text, "utf-8")
    return path


def test_a_scan_is_decided_like_the_clean_document(tmp_path: Path) -> None:
    clean = docscore.score(docscore.read_case(folder(tmp_path / "a", CLEAN)))
    scan = docscore.score(docscore.read_case(folder(tmp_path / "b", PRINTED)))
    assert not set("æøåÆØÅ") & set(PRINTED)
    assert [d.status for d in clean.decisions] == [d.status for d in scan.decisions]
    assert [(d.kind, d.date) for d in clean.case.documents] == [(d.kind, d.date) for d in scan.case.documents]
    assert not clean.warnings
    quoted = 0
    for decision in scan.decisions:
        for quote in decision.evidence:
            assert PRINTED[quote.start : quote.end] == quote.text
            quoted += 1
    assert quoted > 3
    assert scan.case.documents[0].text == PRINTED


def test_the_warning_names_the_file_and_the_remedy_once(tmp_path: Path) -> None:
    case = docscore.read_case(folder(tmp_path / "b", PRINTED))
    result = docscore.score(case)
    assert result.warnings == case.warnings
    (warning,) = [one for one in result.warnings if "æ, ø og å" in one]
    assert warning.startswith("indstilling.txt: teksten er læst")
    assert "Scan dokumentet igen" in warning
    assert "skånehensyn" not in warning


def test_reading_is_repeatable_and_clean_cases_are_untouched() -> None:
    case = recognise(Case("1", (Document("a", PRINTED), Document("b", CLEAN))))
    assert recognise(case) == case
    assert repaired(case) is case
    assert case.documents[1].repair is None
    clean = Case("2", (Document("b", CLEAN),))
    assert repaired(clean) is clean


def test_given_kinds_are_repaired_too() -> None:
    case = Case("1", (Document("a", PRINTED, kind=Kind.INDSTILLING),))
    result = docscore.score(case)
    assert any("æ, ø og å" in warning for warning in result.warnings)
    assert any(decision.evidence for decision in result.decisions)


def test_a_journal_is_split_as_it_is_read_and_its_entries_stand_in_the_file() -> None:
    entry = "{day}-03-2021 Jobsamtale\nSamtale med borgeren, som møder på jobcentret. Hun får støtte og føler sig træt. {day}\n\n"
    journal = "".join(entry.format(day=f"{day:02}") for day in range(1, 9))
    printed = noised(journal, 2)
    whole = recognise(Case("1", (Document("j", journal),)))
    case = recognise(Case("1", (Document("j", printed),)))
    assert len(case.documents) == len(whole.documents) > 4
    for read, true in zip(case.documents, whole.documents, strict=True):
        assert (read.date, read.kind) == (true.date, true.kind)
        assert read.text is printed
        assert read.body[:10] == true.body[:10]
        assert read.repair is not None and read.repair is case.documents[0].repair
    assert len([one for one in case.warnings if "æ, ø og å" in one]) == 1


def test_a_clean_document_beside_it_is_not_said_to_be_scanned() -> None:
    mixed = CLEAN + "\n" + PRINTED.replace(". ", ".\n")
    case = recognise(Case("1", (Document("a", mixed), Document("b", CLEAN))))
    (warning,) = [one for one in case.warnings if "æ, ø og å" in one]
    assert warning.startswith("a: en del af teksten er læst")
