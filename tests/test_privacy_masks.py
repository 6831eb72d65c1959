"""Persons in whatever docscore writes: a case full of them, through every command."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from learn_support import write_corpus
from readers_support import docx, p, split

from docscore.batch.job import Job, run_job
from docscore.case import Case, Document
from docscore.cli import main
from docscore.privacy.masking import Masks
from docscore.privacy.people import find_people
from docscore.readers import iter_cases

ROOT = Path(__file__).parents[1]

PLAN = """Forberedende del
Borgers navn: Thilde Ravnkjær Obelitz    Cpr.nr.: 010170-4321
Adresse: Prøvevej 4. Tlf. 28 37 46 55. E-mail: thilde.obelitz@eksempel.dk
Sagsbehandler: Hjalte Munkesø

Skånehensyn: Thilde må ikke løfte over 5 kg, siger Hjalte Munkesø. Ring til hende på 28374655 eller 010170 4321.
Borgerens perspektiv: Thilde Obelitz ønsker et job i en butik og er bange for at fejle (skriv til thilde.obelitz@eksempel.dk).
Jobmål: Målet er et job som butiksmedhjælper, siger T.R.O. til Munkesø. Hun er glad for praktikken hos Yrsa Tangkilde.
Løn sættes ind på reg.nr. 4571 konto 0012345678, IBAN DK50 0040 0440 1162 43.
Der søges om personlig assistance 4 timer om ugen, har Thilde aftalt på tlf. +45 28374655.
Timetallet forventes øget fra 6 til 10 timer inden for et år, mener Obelitz' læge.

Med venlig hilsen
Hjalte Munkesø
Socialrådgiver, direkte 61 72 83 94
"""
INDSTILLING = """Rehabiliteringsteamets indstilling
Vedr.: Thilde Ravnkjær Obelitz, 010170-4321. Møde den 24. november 2020.
Til stede: mødeleder Yrsa Tangkilde, Thilde og hendes mor Agnete

Teamet vurderer, at Thilde kan arbejde 6 timer om ugen. Thilde har behov for pauser, siger Yrsa Tangkilde (tlf. 28 37 46 55).
Jobmålet er butiksmedhjælper hos 61728394. Thildes ønske er at arbejde med mennesker.
Mvh
Yrsa Tangkilde
"""
SECRETS = [
    *(
        "Thilde",
        "thilde",
        "Obelitz",
        "obelitz",
        "Ravnkjær",
        "Hjalte",
        "Munkesø",
        "Yrsa",
        "Tangkilde",
        "Agnete",
        "T.R.O",
    ),
    *(
        "4321",
        "010170",
        "28 37 46 55",
        "28374655",
        "28 37",
        "61728394",
        "61 72 83 94",
        "4571",
        "0012345678",
        "0040 0440",
    ),
]
SECRET = re.compile("|".join(map(re.escape, SECRETS)))


def stuffed(parent: Path) -> Path:
    """A case that says who its people are wherever it can."""
    folder = parent / "Thilde Obelitz 010170-4321"
    folder.mkdir(parents=True)
    (folder / "forberedende del Thilde Obelitz.txt").write_text(PLAN, encoding="utf-8")
    (folder / "indstilling_obelitz_010170-4321.docx").write_bytes(docx("".join(map(p, INDSTILLING.splitlines()))))
    (folder / "Thilde Obelitz 28 37 46 55.xyz").write_bytes(b"ukendt")
    (folder / "thilde.obelitz@eksempel.dk.png").write_bytes(b"\x89PNG\r\n\x1a\n Thilde Obelitz")
    facts = {
        "documents": [{"file": "mangler Thilde Obelitz.txt", "date": "thilde"}],
        "dates": {"rehab_moede": "Obelitz 28374655"},
    }
    (folder / "sag.json").write_text(json.dumps(facts), encoding="utf-8")
    return folder


def leaks(text: str) -> list[str]:
    return sorted({match[0] for match in SECRET.finditer(text)})


def written(folder: Path) -> str:
    """Everything below a folder as one text, workbooks and Parquet unpacked."""
    import openpyxl
    import pyarrow.parquet as pq

    found: list[str] = []
    for path in sorted(folder.rglob("*")):
        found.append(path.name)
        if path.suffix == ".xlsx":
            for sheet in openpyxl.load_workbook(path, read_only=True):
                found += [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
        elif path.suffix == ".parquet":
            found.append(str(pq.read_table(path).to_pylist()))
        elif path.is_file():
            text = path.read_text("utf-8")
            found += [text, json.dumps(text)]
            if path.suffix in {".json", ".jsonl"}:
                found += [str(json.loads(line)) for line in (text.splitlines() if path.suffix == ".jsonl" else [text])]
    return "\n".join(found)


def test_no_person_in_any_output_of_a_run(tmp_path, capsys):
    case = stuffed(tmp_path / "sager")
    out = tmp_path / "ud"
    arguments = ["score", str(tmp_path / "sager"), "--out", str(out)]
    code = main([*arguments, *(part for name in ("csv", "xlsx", "parquet") for part in ("--format", name))])
    assert code == 1
    said = capsys.readouterr()
    text = written(out)
    assert "Xxxxxx" in text and "ddmmåå" in text and "løfte over 5 kg" in text
    assert leaks(text) == []
    assert leaks(said.out + said.err) == []
    assert json.loads((out / "run.json").read_text("utf-8"))["options"]["masking"] is True
    for command in (["check"], ["check", "--json"], ["kinds"], ["check", "--lang", "en"]):
        main([*command, str(case)])
        said = capsys.readouterr()
        assert said.out
        assert leaks(said.out + said.err.replace(str(tmp_path), "")) == [], command
    for command in (
        ["statistics", str(out)],
        ["agreement", str(out), str(out)],
        ["statistics", str(out), "--by", "kommune"],
    ):
        files = tmp_path / "tal"
        files.mkdir(exist_ok=True)
        assert main([*command, "--json", str(files / "t.json"), "--xlsx", str(files / "t.xlsx")]) == 0
        said = capsys.readouterr()
        assert leaks(said.out + said.err) == [] == leaks(written(files))


def test_offsets_stay_true_to_the_source(tmp_path):
    stuffed(tmp_path / "sager")
    run_job(Job(tmp_path / "sager", tmp_path / "ud", html=False))
    texts = [d.text for case in split(iter_cases(tmp_path / "sager"))[0] for d in case.documents]
    quotes = [
        quote
        for line in (tmp_path / "ud" / "decisions.jsonl").read_text("utf-8").splitlines()
        for quote in json.loads(line)["evidence"]
    ]
    assert len(quotes) > 5
    for quote in quotes:
        assert len(quote["text"]) == quote["end"] - quote["start"]
        sources = [text[quote["start"] : quote["end"]] for text in texts]
        # Nothing but letters and digits is changed, and what is not masked stands in the source.
        assert any(
            all(
                a == b or (a.isalnum() and b in "xXåmd") or (a in ".+-" and b == "x")
                for a, b in zip(source, quote["text"], strict=False)
            )
            for source in sources
            if len(source) == len(quote["text"])
        )


def test_no_masking_is_for_those_who_may_and_is_recorded(tmp_path, capsys):
    case = stuffed(tmp_path / "sager")
    out = tmp_path / "ud"
    assert main(["score", str(tmp_path / "sager"), "--out", str(out), "--no-masking", "--format", "csv"]) == 1
    assert json.loads((out / "run.json").read_text("utf-8"))["options"]["masking"] is False
    for name in ("decisions.jsonl", "decisions.csv", "rapport.html"):
        assert "Thilde må ikke løfte over 5 kg" in (out / name).read_text("utf-8")
    assert json.loads((out / "cases.jsonl").read_text("utf-8"))["case_id"] == case.name
    capsys.readouterr()
    main(["check", str(case), "--no-masking", "--json"])
    assert "Thilde må ikke løfte" in capsys.readouterr().out
    # What reads such a run masks by default, and does not where it is told so.
    assert main(["agreement", str(out), str(out)]) == 0
    assert main(["statistics", str(out), "--no-masking"]) == 0


@pytest.mark.slow
def test_workers_mask_too(tmp_path):
    stuffed(tmp_path / "sager")
    for workers, masking in ((2, True), (2, False), (1, False)):
        run_job(
            Job(tmp_path / "sager", tmp_path / f"ud{workers}{masking}", html=False, workers=workers, masking=masking)
        )
    assert leaks((tmp_path / "ud2True" / "decisions.jsonl").read_text("utf-8")) == []
    assert (tmp_path / "ud2False/decisions.jsonl").read_bytes() == (tmp_path / "ud1False/decisions.jsonl").read_bytes()


def test_no_person_in_what_is_said_of_annotations(tmp_path, capsys):
    root = write_corpus(tmp_path / "korpus")
    place = next((root / "cases").iterdir())
    document = next(place.glob("*.txt"))
    document.write_text(document.read_text("utf-8") + PLAN, encoding="utf-8")
    assert main(["annotations", "validate", str(root), "--json", str(tmp_path / "v.json")]) == 1
    said = capsys.readouterr()
    assert "cpr" in (tmp_path / "v.json").read_text("utf-8")
    # The corpus itself has "010170-XXXX".
    assert leaks((said.out + said.err + (tmp_path / "v.json").read_text("utf-8")).replace("010170-XXXX", "")) == []


def test_the_page_of_mistakes_masks_names():
    from docscore.learn.evaluate import Decided
    from docscore.learn.mistakes import Mistake
    from docscore.report.evaluation import excerpts

    start = PLAN.index("Thilde må")
    fields = dict.fromkeys(Decided.__dataclass_fields__)
    decided = Decided(**{**fields, "underlined": ((start, start + 40),)})
    parts = excerpts(Mistake(decided, PLAN, ((start, start + 60),), (), (), ""))
    text = "".join(piece["text"] for part in parts for piece in part)
    assert "må ikke løfte" in text
    assert leaks(text) == []


@pytest.mark.parametrize("place", ["docscore.readers.formats.read_document", "docscore.batch.corridor.Corridor.score"])
def test_an_unexpected_exception_says_no_text(place, tmp_path, monkeypatch, capsys):
    case = stuffed(tmp_path / "sager")

    def broken(*a, **k):
        raise RuntimeError(f"kunne ikke læse {PLAN}")

    monkeypatch.delenv("DOCSCORE_DEBUG", raising=False)
    monkeypatch.setattr(place, broken)
    monkeypatch.setattr("docscore.readers.assemble.read_guarded", broken)
    for command in (
        ["check", str(case)],
        ["kinds", str(case)],
        ["score", str(tmp_path / "sager"), "--out", str(tmp_path / "u")],
    ):
        main(command)
        said = capsys.readouterr()
        assert leaks((said.out + said.err).replace(str(tmp_path), "")) == []
    if (tmp_path / "u").exists():
        assert leaks(written(tmp_path / "u")) == []


def test_a_traceback_of_a_thread_or_a_finalizer_says_its_kind_only():
    code = """
import threading, warnings
from docscore.privacy.quiet import settle
settle()
def fault(): raise RuntimeError("Thilde Obelitz")
thread = threading.Thread(target=fault); thread.start(); thread.join()
class Late:
    def __del__(self): raise ValueError("Thilde Obelitz")
Late()
warnings.warn("Thilde Obelitz")
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert leaks(done.stdout + done.stderr) == []
    assert "RuntimeError" in done.stderr and "ValueError" in done.stderr


# Names


def masks_of(*texts: str) -> Masks:
    return Masks.of(Case("s", tuple(Document(str(n), text) for n, text in enumerate(texts))))


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Navn: Thilde Obelitz\nThilde kan stå op.", "Navn: Xxxxxx Xxxxxxx\nXxxxxx kan stå op."),
        (
            "Borger: Jens-Ole Bragh, 010170-XXXX. JENS-OLE BRAGH, Ole.",
            "Borger: Xxxx-Xxx Xxxxx, 010170-XXXX. XXXX-XXX XXXXX, Xxx.",
        ),
        ("THILDE OBELITZ 010170-XXXX\nthilde siger nej", "XXXXXX XXXXXXX 010170-XXXX\nxxxxxx siger nej"),
        (
            "Notat (Obelitz, Thilde)\nSagsbehandler: Hjalte Munkesø",
            "Notat (Obelitz, Xxxxxx)\nSagsbehandler: Xxxxxx Xxxxxxx",
        ),
        (
            "Møde.\nMed venlig hilsen\n\nHjalte Munkesø\nSocialrådgiver",
            "Møde.\nMed venlig hilsen\n\nXxxxxx Xxxxxxx\nSocialrådgiver",
        ),
        ("Mvh Hjalte Munkesø. Munkesøs notat.", "Mvh Xxxxxx Xxxxxxx. Xxxxxxxs notat."),
        ("Kære Yrsa\nTak for mailen.", "Kære Xxxx\nTak for mailen."),
        (
            "virksomhedskonsulent Yrsa Tangkilde ringer. YT ringer igen.",
            "virksomhedskonsulent Xxxx Xxxxxxxxx ringer. XX ringer igen.",
        ),
        ("maja thorup 010170-XXXX og maja er glad", "xxxx xxxxxx 010170-XXXX og xxxx er glad"),
        ("Hun kan bo alene. Per mail. Hans ryg. Tage hensyn.", "Hun kan bo alene. Per mail. Hans ryg. Tage hensyn."),
        (
            "Nørrekær Kommune. Jobcenter Nord. Min Plan. Klinisk Funktion.",
            "Nørrekær Kommune. Jobcenter Nord. Min Plan. Klinisk Funktion.",
        ),
    ],
)
def test_names_are_known_by_their_place_and_masked_in_every_form(text, hidden):
    assert masks_of(text).text(text) == hidden


def test_a_name_in_one_document_is_masked_in_another():
    masks = masks_of("Navn: Wanja Øksenhøj", "Hun hedder Øksenhøj, og Wanjas læge er enig.")
    assert masks.text("Hun hedder Øksenhøj, og Wanjas læge er enig.") == "Hun hedder Xxxxxxxx, og Xxxxxs læge er enig."
    assert masks.name("2021-wanja_øksenhøj.pdf") == "2021-xxxxx_xxxxxxxx.pdf"
    assert masks.said("Filen Øksenhøj.pdf er tom.") == "Filen Xxxxxxxx.pdf er tom."


@pytest.mark.parametrize(
    "unit", ["A ", "Aa ", "Kære ", "Mvh\n", "Navn: ", "A.", "Aa-", "Mette Holm, ", "hilsen ", "010170-1234 "]
)
def test_finding_people_takes_time_by_length_only(unit):
    import time

    text = unit * (100_000 // len(unit))
    began = time.process_time()
    Masks(find_people([text])).text(text)
    assert time.process_time() - began < 4.0
