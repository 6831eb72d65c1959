"""The check of an annotated corpus: every kind of fault is found, named by file and line, and never quoted."""

from __future__ import annotations

import json
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from learn_support import write_corpus

from docscore.case import Kind
from docscore.checkpoints.catalogue import OWN, TOPICS, load_catalogue
from docscore.cli import main
from docscore.errors import AnnotationError, ExitCode
from docscore.learn.annotations import HEADS, load_documents, load_labels, load_sentences
from docscore.learn.faults import CODES, GROUPS, Finding, read_label_file
from docscore.learn.validate import CORE, corpus_counts, validate
from docscore.report.texts import load_texts

CASE = "cases/anker-01"
LABELS = f"{CASE}/labels.anker.json"
READER = f"{CASE}/labels.laeser_a.json"
DOCUMENT = "forberedende_del.txt"
BANK = "sentences/proeve-a.jsonl"
SECRET = "En hemmelig sætning om borgerens kat og dens mange vaner."
"""Eleven words that no message may repeat."""

SHORT = dict(
    zip(
        TOPICS,
        ("Hun er glad.", "Målet er pedel.", "Skal have pauser.", "Søger skærmlup.", "Måske 12 timer."),
        strict=True,
    )
)
"""So short that they count as nobody's sentence."""

WORDS = (
    "vest",
    "øst",
    "bro",
    "å",
    "skov",
    "eng",
    "mark",
    "sø",
    "hede",
    "klit",
    "dal",
    "fjord",
    "bakke",
    "næs",
    "lund",
    "mose",
)


def _topic(topic: str, documented: bool, hard: bool) -> dict[str, Any]:
    lowest: int | str = "slet_ikke" if topic == "progression" else 0
    some: int | str = "i_nogen_grad" if topic == "progression" else 1
    found: dict[str, Any] = {
        "documented": documented,
        "grade": some if documented else lowest,
        "evidence": [SHORT[topic]] if documented else [],
        "difficulty": ("unexpected_positive" if documented else "near_miss") if hard else "plain",
    }
    if topic == "borgerens_perspektiv":
        found["elements"] = ["foelelser"] if documented else []
    if topic == "klart_jobmaal":
        found["own"] = False
    return found


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two writers, two cases each, the core kinds: complete, balanced, read by another, and without repetition."""
    root = tmp_path_factory.mktemp("annotations")
    catalogue = load_catalogue()
    number = 0
    for w, writer in enumerate(("anker", "birte")):
        for c in range(2):
            case = root / "cases" / f"{writer}-{c + 1:02}"
            case.mkdir(parents=True)
            documents: dict[str, Any] = {}
            for d, kind in enumerate(CORE):
                documented = {topic: (w + c + d + t) % 2 == 0 for t, topic in enumerate(TOPICS)}
                random.seed(number)
                lines = [" ".join(random.sample(WORDS, 4)).capitalize() + "." for _ in range(6)]
                lines += [SHORT[topic] for topic, said in documented.items() if said]
                (case / f"{kind}.txt").write_text("\n".join(lines) + "\n", "utf-8")
                documents[f"{kind}.txt"] = {
                    "kind": kind,
                    "topics": {t: _topic(t, said, bool((w + d) % 2)) for t, said in documented.items()},
                    "checkpoints": {
                        c.id: {"documented": False, "evidence": []}
                        for c in catalogue.for_kind(kind)
                        if c.decided_by not in (None, OWN, *TOPICS)
                    },
                }
                number += 1
            for annotator in (writer, "laeser_a"):
                raw = {"case": case.name, "writer": writer, "annotator": annotator, "documents": documents}
                (case / f"labels.{annotator}.json").write_text(json.dumps(raw, ensure_ascii=False), "utf-8")
    (root / "sentences").mkdir()
    lines = [
        {"topic": "progression", "documented": True, "sentence": "Kan nå ti timer.", "before": "Arbejder otte."},
        {"topic": "progression", "documented": False, "sentence": "Gik op i tid i praktikken."},
    ]
    (root / BANK).write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    return root


@pytest.fixture
def root(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "annotations"))


def _found(root: Path) -> list[tuple[str, str, int | None]]:
    return [(finding.code, finding.file, finding.line) for finding in validate(root).findings]


def test_a_sound_corpus_has_no_findings(root: Path) -> None:
    assert validate(root).findings == ()


# --- every kind of fault -------------------------------------------------------------------------------------------

Change = Callable[[Path], None]


def _json(file: str, change: Callable[[Any], None]) -> Change:
    def do(root: Path) -> None:
        raw = json.loads((root / file).read_text("utf-8"))
        change(raw)
        (root / file).write_text(json.dumps(raw, ensure_ascii=False), "utf-8")

    return do


def _set(*path: str, value: Any) -> Callable[[Any], None]:
    def change(raw: Any) -> None:
        for name in path[:-1]:
            raw = raw[name]
        raw[path[-1]] = value

    return change


def _drop(*path: str) -> Callable[[Any], None]:
    def change(raw: Any) -> None:
        for name in path[:-1]:
            raw = raw[name]
        del raw[path[-1]]

    return change


def _append(text: str, *files: str) -> Change:
    def do(root: Path) -> None:
        for file in files:
            with (root / file).open("a", encoding="utf-8") as stream:
                stream.write(text + "\n")

    return do


def _bank(*lines: dict[str, Any]) -> Change:
    return _append(
        "\n".join(
            json.dumps({"topic": "progression", "documented": True} | line, ensure_ascii=False) for line in lines
        ),
        BANK,
    )


def _both(*changes: Change) -> Change:
    def do(root: Path) -> None:
        for change in changes:
            change(root)

    return do


def _documents(writer: str, *cases: int) -> list[str]:
    return [f"cases/{writer}-{case:02}/{DOCUMENT}" for case in cases]


def _disagree(gold: bool, votes: dict[str, bool] | None = None, reason: str = "") -> Change:
    """The reader finds no perspective where the writer does; with ``gold``, that is settled for the writer."""
    change = _json(
        READER,
        _set(
            "documents", DOCUMENT, "topics", "borgerens_perspektiv", value=_topic("borgerens_perspektiv", False, False)
        ),
    )

    def settle(root: Path) -> None:
        raw = json.loads((root / LABELS).read_text("utf-8"))
        raw["annotator"] = "gold"
        answer = raw["documents"][DOCUMENT]["topics"]["borgerens_perspektiv"]
        answer["votes"] = votes if votes is not None else {"anker": True, "laeser_a": False}
        answer["adjudicated"] = {"by": "dommer", "reason": reason}
        (root / CASE / "labels.gold.json").write_text(json.dumps(raw, ensure_ascii=False), "utf-8")

    return _both(change, settle) if gold else change


def _copy_document(root: Path) -> None:
    """One document is another's copy, with only what its own labels quote added."""
    text = (root / CASE / DOCUMENT).read_text("utf-8")
    other = root / "cases" / "birte-02" / DOCUMENT
    own = [line for line in other.read_text("utf-8").splitlines() if line in SHORT.values() and line not in text]
    other.write_text(text + "\n".join(own) + "\n", "utf-8")


def _all(topic: str, documented: bool) -> Change:
    def do(root: Path) -> None:
        for path in (root / "cases").glob("*/labels.*.json"):
            raw = json.loads(path.read_text("utf-8"))
            for name in raw["documents"]:
                raw["documents"][name]["topics"][topic] = _topic(topic, documented, True)
                text = path.parent / name
                if documented and SHORT[topic] not in text.read_text("utf-8"):
                    text.write_text(text.read_text("utf-8") + SHORT[topic] + "\n", "utf-8")
            path.write_text(json.dumps(raw, ensure_ascii=False), "utf-8")

    return do


def _all_plain(root: Path) -> None:
    for path in (root / "cases").glob("*/labels.*.json"):
        path.write_text(
            path.read_text("utf-8").replace("near_miss", "plain").replace("unexpected_positive", "plain"), "utf-8"
        )


IN = ("documents", DOCUMENT)
PERSPECTIVE = (*IN, "topics", "borgerens_perspektiv")
LONG = "Når foråret kommer, kan vagterne på gartneriet måske blive længere."
OTHER_WORDS = "Når foråret kommer, kan vagterne på gartneriet måske blive kortere."
LAST = 10
"""The line of the documents below where an appended sentence stands."""

FAULTS: list[tuple[str, str, int | None, Change]] = [
    ("label_fault", LABELS, None, _json(LABELS, _set(*PERSPECTIVE, "evidence", value=[SECRET]))),
    ("wrong_type", LABELS, None, _json(LABELS, _set(*PERSPECTIVE, "debated", value=7))),
    ("case_name", LABELS, None, _json(LABELS, _set("case", value="anker-02"))),
    ("annotator_name", READER, None, _json(READER, _set("annotator", value="laeser_b"))),
    ("evidence_without", READER, None, _json(READER, lambda raw: raw["documents"][DOCUMENT]["topics"]["klart_jobmaal"].update(evidence=["Hun er glad."]))),
    ("difficulty", LABELS, None, _json(LABELS, _set(*PERSPECTIVE, "difficulty", value="svær"))),
    ("document_missing", READER, None, _json(READER, lambda raw: raw["documents"].update({"min_plan.txt": {"kind": "min_plan", "topics": {}}}))),
    ("case_unlabelled", "cases/carlo-01", None, lambda root: (root / "cases/carlo-01").mkdir()),
    ("document_unlabelled", f"{CASE}/cv.txt", None, _append("Pædagog.", f"{CASE}/cv.txt")),
    ("topics_missing", LABELS, None, _json(LABELS, _drop(*IN, "topics", "progression"))),
    ("checkpoints_missing", LABELS, None, _json(LABELS, _drop(*IN, "checkpoints", "fd.styrker"))),
    ("elements_missing", LABELS, None, _json(LABELS, _drop(*PERSPECTIVE, "elements"))),
    ("own_missing", "cases/anker-02/labels.anker.json", None, _json("cases/anker-02/labels.anker.json", _drop(*IN, "topics", "klart_jobmaal", "own"))),
    ("only_writer", CASE, None, lambda root: (root / READER).unlink()),
    ("unadjudicated", CASE, None, _disagree(gold=False)),
    ("no_reason", f"{CASE}/labels.gold.json", None, _disagree(gold=True)),
    ("votes_differ", f"{CASE}/labels.gold.json", None, _disagree(gold=True, votes={"anker": True}, reason="Hun er glad, siger hun.")),
    ("bank_fault", BANK, 3, _append('{"sentence": "' + SECRET + '"}', BANK)),
    ("bank_duplicate", BANK, 3, _bank({"sentence": "Kan nå ti timer.", "before": "Arbejder otte."})),
    ("bank_contradiction", BANK, 3, _bank({"sentence": "Kan nå ti timer.", "before": "Arbejder otte.", "documented": False})),
    ("bank_repeated", BANK, 3, _bank({"sentence": LONG}, {"sentence": LONG, "before": "Mødet sluttede."})),
    ("bank_near", BANK, 3, _bank({"sentence": LONG}, {"sentence": OTHER_WORDS})),
    ("shared_across", f"{CASE}/{DOCUMENT}", LAST, _append(LONG, *_documents("anker", 1), *_documents("birte", 2))),
    ("shared_within", f"{CASE}/{DOCUMENT}", LAST, _append(LONG, f"{CASE}/{DOCUMENT}", f"{CASE}/jobsamtale.txt")),
    ("near_across", f"{CASE}/{DOCUMENT}", LAST, _both(_append(LONG, *_documents("anker", 1)), _append(OTHER_WORDS, *_documents("birte", 2)))),
    ("near_within", f"{CASE}/{DOCUMENT}", LAST, _both(_append(LONG, *_documents("anker", 1)), _append(OTHER_WORDS, f"{CASE}/jobsamtale.txt"))),
    ("near_documents", f"{CASE}/{DOCUMENT}", None, _copy_document),
    ("leakage", BANK, 3, _both(_bank({"sentence": LONG}), _append(f"Teamet skriver: {LONG}", f"{CASE}/{DOCUMENT}"))),
    ("leakage_near", BANK, 3, _both(_bank({"sentence": LONG}), _append(OTHER_WORDS, f"{CASE}/{DOCUMENT}"))),
    ("cpr", f"{CASE}/{DOCUMENT}", LAST, _append("Borger 010190-1234.", f"{CASE}/{DOCUMENT}")),
    ("mail", f"{CASE}/{DOCUMENT}", LAST, _append("Skriv til kir.ma@vestby.dk.", f"{CASE}/{DOCUMENT}")),
    ("phone", f"{CASE}/{DOCUMENT}", LAST, _append("Ring 86 12 34 56.", f"{CASE}/{DOCUMENT}")),
    ("prevalence", "", None, _all("skaanehensyn", True)),
    ("hard_share", "", None, _all_plain),
]  # fmt: skip


@pytest.mark.parametrize(("code", "file", "line", "change"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_every_kind_of_fault_is_found(root: Path, code: str, file: str, line: int | None, change: Change) -> None:
    change(root)
    report = validate(root)
    # With so few documents, one answer less is an imbalance.
    found = [f for f in report.findings if f.group != "balance" or CODES[code][1] == "balance"]
    assert {finding.code for finding in found} == {code}
    assert (file, line) in {(finding.file, finding.line) for finding in report.findings}
    assert all(finding in report.of(CODES[code][0]) for finding in found)


def test_no_kind_of_fault_is_left_untested() -> None:
    assert [fault[0] for fault in FAULTS] == list(CODES)


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_kind_of_fault_has_its_texts(language: Any) -> None:
    texts = load_texts(language)
    for code, (severity, group) in CODES.items():
        for key in (code, f"title_{code}", f"group_{group}", severity):
            assert texts.has(f"validate.{key}"), key


# --- all faults of a file, not the first ---------------------------------------------------------------------------


def _reasons(root: Path) -> list[str]:
    return [str(f.parts["reason"]) for f in validate(root).findings if f.code == "label_fault"]


def test_all_faults_of_a_file_are_listed(root: Path) -> None:
    def change(raw: Any) -> None:
        raw["documents"][DOCUMENT]["topics"]["borgerens_perspektiv"] |= {
            "evidence": [SECRET, "Hun er glad.", {"start": 0, "end": 3, "text": "hemmelig"}],
            "grade": 5,
            "elements": ["drømme"],
        }
        raw["documents"][DOCUMENT]["topics"]["jobmål"] = {}
        raw["documents"][DOCUMENT]["checkpoints"]["fd.styrker"]["documented"] = "ja"
        raw["documents"][DOCUMENT]["checkpoints"]["ind.indsatser"] = {"documented": False, "evidence": []}
        raw["documents"]["jobsamtale.txt"]["kind"] = "notat"
        raw["documents"]["indstilling.txt"] = []

    _json(LABELS, change)(root)
    reasons = _reasons(root)
    for named in (
        ["borgerens_perspektiv", "ordret"],
        ["borgerens_perspektiv", "0-3"],
        ["borgerens_perspektiv", "grade"],
        ["borgerens_perspektiv", "elements"],
        ["jobmål"],
        ["fd.styrker", "documented"],
        ["ind.indsatser"],
        ["jobsamtale.txt", "kind"],
        ["indstilling.txt", "objekt"],
    ):
        assert sum(all(part in reason for part in named) for reason in reasons) == 1, named
    assert len(reasons) == 9
    assert not any("hemmelig" in reason for reason in reasons)


def test_the_good_part_of_a_bad_file_still_counts(root: Path) -> None:
    before = validate(root).counts
    _json(LABELS, _set(*PERSPECTIVE, "evidence", value=[SECRET]))(root)
    assert validate(root).counts == before
    _json(LABELS, _set(*PERSPECTIVE, "grade", value=9))(root)
    after = validate(root).counts
    assert (after["documents"], after["decisions"]) == (before["documents"], before["decisions"] - 1)


def test_a_file_that_loads_has_no_fault_and_one_that_does_not_has_one(tmp_path: Path) -> None:
    """Whatever single value of a label file is replaced, load_labels and the collector agree that it is (not) sound."""
    root = write_corpus(tmp_path / "annotations")
    path = root / LABELS
    whole = path.read_text("utf-8")
    places = list(_places(json.loads(whole)))
    assert len(places) > 60
    for place in places:
        for value in (None, "x", -1, [], {}, [None]):
            raw = json.loads(whole)
            _set(*place, value=value)(raw)
            path.write_text(json.dumps(raw), "utf-8")
            try:
                load_labels(path)
                loads = True
            except (AnnotationError, TypeError):
                loads = False
            found = [
                f
                for f in read_label_file(path, root).findings
                if f.code in {"label_fault", "wrong_type", "document_missing"}
            ]
            assert bool(found) is not loads or (loads and place[-1] == "writer"), (place, value)


def _places(raw: Any, *before: Any) -> Any:
    for name, value in raw.items() if isinstance(raw, dict) else enumerate(raw):
        yield (*before, name)
        if isinstance(value, dict | list):
            yield from _places(value, *before, name)


@pytest.mark.parametrize("text", ["{", "[]", "null", "", "\ufeff"])
def test_files_that_are_no_objects(root: Path, text: str) -> None:
    (root / LABELS).write_text(text, "utf-8")
    assert [found for found in _found(root) if found[1] == LABELS] == [("label_fault", LABELS, None)]


def test_other_encodings_are_named(root: Path) -> None:
    (root / CASE / DOCUMENT).write_bytes("Hemmelig på dansk".encode("cp1252"))
    (root / READER).write_bytes("på".encode("cp1252"))
    (root / BANK).write_bytes("på".encode("cp1252"))
    found = _found(root)
    assert {("label_fault", LABELS, None), ("label_fault", READER, None), ("bank_fault", BANK, None)} <= set(found)
    reasons = " ".join(_reasons(root))
    assert DOCUMENT in reasons
    assert str(root) not in reasons
    assert "Hemmelig" not in reasons


@pytest.mark.parametrize(
    "line", ['{"sentence": "a", "documented": true, "topic": "progression", "before": 3}', "[]", "{"]
)
def test_every_bad_bank_line_is_found(root: Path, line: str) -> None:
    _append(f"{line}\n\n{line}", BANK)(root)
    assert _found(root) == [("bank_fault", BANK, 3), ("bank_fault", BANK, 5)]


def test_a_corpus_without_cases_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match="cases"):
        validate(tmp_path)
    (tmp_path / "cases").mkdir()
    with pytest.raises(AnnotationError, match="ingen sager"):
        validate(tmp_path)


# --- completeness and disagreement ---------------------------------------------------------------------------------


def test_what_a_kind_is_asked_is_the_catalogues(root: Path) -> None:
    """A Min Plan is asked for the job goal and the efforts; a missing topic there is a warning."""
    (root / CASE / "min_plan.txt").write_text("Målet er pedel.\n", "utf-8")
    entry = {"kind": "min_plan", "topics": {}, "checkpoints": {"mp.indsatser": {"documented": False, "evidence": []}}}
    for file in (LABELS, READER):
        _json(file, _set("documents", "min_plan.txt", value=entry))(root)
    (finding,) = validate(root).findings
    assert finding.code == "checkpoints_missing"
    assert str(finding.parts["missing"]).split(", ") == [
        "klart_jobmaal",
        "indsats_virksomhedspraktik",
        "indsats_oevrige",
        "indsats_mentor",
    ]


def test_adjudicated_labels_are_the_ones_that_must_be_complete(root: Path) -> None:
    _disagree(gold=True, reason="Glæde er en følelse.")(root)
    assert validate(root).findings == ()
    _json(LABELS, _drop(*IN, "topics", "progression"))(root)
    assert validate(root).findings == ()
    _json(f"{CASE}/labels.gold.json", _drop("documents", "jobsamtale.txt"))(root)
    found = [f for f in validate(root).findings if f.group != "balance"]
    assert [(f.code, f.file) for f in found] == [("document_unlabelled", f"{CASE}/jobsamtale.txt")]


def test_a_document_that_the_reader_left_out(root: Path) -> None:
    _json(READER, _drop("documents", "jobsamtale.txt"))(root)
    (finding,) = validate(root).findings
    assert (finding.code, finding.parts["documents"]) == ("only_writer", "jobsamtale.txt")


# --- numbers and addresses -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("CPR 010190-1234", "cpr"),
        ("CPR 0101901234", "cpr"),
        ("CPR 01 01 90 1234", "cpr"),
        ("(a_b-c@job.vest-by.dk)", "mail"),
        ("tlf.86123456", "phone"),
        ("tlf. 8612 3456", "phone"),
        ("+45 86 12 34 56", "phone"),
        ("86.12.34.56", "phone"),
        ("86\u00a012\u00a034\u00a056 aften", "phone"),
    ],
)
def test_real_looking_numbers_are_found(root: Path, line: str, code: str) -> None:
    _append(f"\n{line}", f"{CASE}/{DOCUMENT}")(root)
    assert _found(root) == [(code, f"{CASE}/{DOCUMENT}", LAST + 1)]


@pytest.mark.parametrize(
    "line",
    [
        "CPR 010190-XXXX",
        "Den 24-09-2020 og 24.09.2020, udskrevet 20210312 og 31122020.",
        "Ansat 2001-2014, derefter 2015 2019 og 2016-2018.",
        "Sag 2021-0417, j.nr. 15.20.00-118-20, dok. 24-009917, uge 36-48 2020",
        "Kl. 10.00-11.30, 12-15 timer, 8/10, § 74 c, 1.234.567 kr., 12 345 678 kr.",
        "Følg @jobcenter, eller skriv til jobcenter(at)vestby.dk.",
        "sag 2021004711",
    ],
)
def test_dates_years_and_case_numbers_are_no_findings(root: Path, line: str) -> None:
    _append(line, f"{CASE}/{DOCUMENT}")(root)
    assert _found(root) == []


def test_numbers_in_notes_and_bank_are_found(root: Path) -> None:
    _json(READER, _set(*PERSPECTIVE, "note", value="se 010190-1234"))(root)
    _bank({"sentence": "Ring 86 12 34 56"})(root)
    assert _found(root) == [("cpr", READER, 1), ("phone", BANK, 3)]


# --- counts --------------------------------------------------------------------------------------------------------


def test_counts_by_hand(root: Path) -> None:
    counts = corpus_counts(load_documents(root), load_sentences(root))
    assert (counts["cases"], counts["documents"], counts["decisions"]) == (4, 12, 60)
    assert counts["difficulty"] == {"plain": 30, "near_miss": 15, "unexpected_positive": 15}
    assert counts["prevalence"]["progression"] == {str(kind): {"n": 4, "documented": 2, "share": 0.5} for kind in CORE}
    assert set(counts["prevalence"]) <= set(HEADS)
    assert counts["prevalence"]["styrker"] == {"forberedende_del": {"n": 4, "documented": 0, "share": 0.0}}
    assert counts["bank"] == {"progression": {"documented": 1, "not_documented": 1}}
    lengths = [
        len((root / "cases" / case / DOCUMENT).read_text("utf-8").split())
        for case in ("anker-01", "anker-02", "birte-01", "birte-02")
    ]
    of = counts["kinds"][Kind.FORBEREDENDE_DEL]
    assert (of["documents"], of["words"], of["shortest"], of["longest"]) == (
        4,
        sum(lengths),
        min(lengths),
        max(lengths),
    )
    assert {name: (of["cases"], of["documents"]) for name, of in counts["writers"].items()} == {
        "anker": (2, 6),
        "birte": (2, 6),
    }
    assert counts["words"] == sum(of["words"] for of in counts["kinds"].values())


# --- the command ---------------------------------------------------------------------------------------------------


def test_the_command_says_that_all_is_well(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["annotations", "validate", str(root)]) == ExitCode.OK
    shown = capsys.readouterr()
    assert shown.err == ""
    assert "4 sager af 2 skribenter: 12 dokumenter" in shown.out
    assert "0 fejl og 0 advarsler." in shown.out
    assert max(map(len, shown.out.splitlines())) <= 100


def test_warnings_alone_are_no_failure(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / READER).unlink()
    assert main(["annotations", "validate", str(root)]) == ExitCode.OK
    assert "0 fejl og 1 advarsler." in capsys.readouterr().out


def test_the_command_shows_and_writes_what_is_wrong(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(8):
        _append(f"Borger 01019{number}-1234.", f"{CASE}/{DOCUMENT}")(root)
    _append(SECRET, *_documents("anker", 1), *_documents("birte", 1, 2))(root)
    out = tmp_path / "fund.json"
    assert main(["annotations", "validate", str(root), "--json", str(out)]) == ExitCode.PROBLEMS
    danish = capsys.readouterr().out
    assert "Fejl, CPR-numre: 8" in danish
    assert "og 3 til; --json skriver dem alle." in danish
    assert f"{CASE}/{DOCUMENT}:{LAST}: " in danish
    assert "Fejl, samme sætning hos flere skribenter: 1" in danish
    assert "9 fejl og 0 advarsler." in danish
    written = out.read_text("utf-8")
    record = json.loads(written)
    assert (record["errors"], record["warnings"], len(record["findings"])) == (9, 0, 9)
    shared = next(f for f in record["findings"] if f["code"] == "shared_across")
    assert (shared["file"], shared["line"], len(shared["places"])) == (f"{CASE}/{DOCUMENT}", LAST + 8, 2)
    assert record["counts"]["cases"] == 4
    for said in (danish, written):
        assert "1234" not in said
        assert "hemmelig" not in said.lower()
    assert main(["annotations", "validate", str(root), "--lang", "en"]) == ExitCode.PROBLEMS
    english = capsys.readouterr().out
    assert "Error, CPR numbers: 8" in english
    assert "9 errors and 0 warnings." in english


def test_wrong_use_of_the_command(tmp_path: Path, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["annotations", "validate", str(tmp_path / "ingen")]) == ExitCode.USAGE
    assert (
        main(["annotations", "validate", str(root), "--json", str(tmp_path / "ingen" / "fund.json")]) == ExitCode.USAGE
    )
    assert "kan ikke skrives" in capsys.readouterr().err


def test_findings_are_shown_by_group_with_errors_first(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _both(
        _append("010190-1234", f"{CASE}/{DOCUMENT}"),
        _json(LABELS, _drop(*IN, "checkpoints", "fd.styrker")),
        _json(LABELS, _drop(*IN, "topics", "progression")),
    )(root)
    main(["annotations", "validate", str(root)])
    said = capsys.readouterr().out
    places = [
        said.index(part)
        for part in ("Fuldstændighed", "Fejl, manglende emner", "Advarsel, manglende tekst", "Personoplysninger")
    ]
    assert places == sorted(places)
    assert set(GROUPS) == {group for _, group in CODES.values()}
    assert Finding("cpr", "").group == "privacy"


# --- size ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_eight_hundred_documents_and_a_bank_in_time(tmp_path: Path) -> None:
    rng = random.Random(1)
    words = ["".join(rng.choice("abdefgiklmnoprstuvæøå") for _ in range(rng.randint(2, 9))) for _ in range(3000)]
    weights = [1 / (k + 5) for k in range(len(words))]

    def sentence() -> str:
        return " ".join(rng.choices(words, weights, k=rng.randint(6, 18))).capitalize() + "."

    for number in range(267):
        case = tmp_path / "cases" / f"w{number % 30}-{number // 30:02}"
        case.mkdir(parents=True)
        documents = {}
        for kind in CORE:
            (case / f"{kind}.txt").write_text("\n".join(sentence() for _ in range(25)), "utf-8")
            documents[f"{kind}.txt"] = {"kind": kind, "topics": {t: _topic(t, False, True) for t in TOPICS}}
        (case / "labels.x.json").write_text(json.dumps({"annotator": "x", "documents": documents}), "utf-8")
    (tmp_path / "sentences").mkdir()
    _bank(*({"sentence": sentence()} for _ in range(3500)))(tmp_path)
    begun = time.process_time()
    report = validate(tmp_path)
    assert time.process_time() - begun < 20
    assert report.counts["documents"] == 801
