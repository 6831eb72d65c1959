"""Annotations through four tools' formats and back: every offset, answer and mark survives, and faults are told."""

from __future__ import annotations

import csv
import doctest
import importlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from learn_support import write_corpus

from docscore.annotate import doccano, formats, inception, label_studio, tables
from docscore.annotate.formats import TOOLS
from docscore.annotate.labels import write_labels
from docscore.annotate.offsets import canonical, from_utf16, resolve, to_utf16, trimmed
from docscore.annotate.questions import Answer, questions
from docscore.annotate.tasks import Task, file_name, of_corpus
from docscore.case import Kind, Problem
from docscore.cli import main
from docscore.errors import AnnotationError, OutputError
from docscore.learn.annotations import load_documents, load_labels

WORDS = [
    "Borger",
    "ønsker",
    "sig",
    "tilbage",
    "🦺",
    "på",
    "lager.",
    "Æblehaven",
    "x",
    "𝔸",
    "e\u0301",
    "»ro«",
    "=1+1",
    "-",
    "'a",
]
BLANKS = [" ", "  ", "\n", "\n\n", "\t", " \n ", "\u00a0"]
KINDS = [kind for kind in Kind if questions(kind)]


@pytest.mark.parametrize("name", ["offsets", "tasks", "codes", "inception"])
def test_doctests(name: str) -> None:
    results = doctest.testmod(importlib.import_module(f"docscore.annotate.{name}"))
    assert results.attempted and not results.failed


@st.composite
def texts(draw: Any) -> str:
    parts = draw(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(BLANKS)), min_size=1, max_size=25))
    return "".join(word + blank for word, blank in parts)


@st.composite
def tasks(draw: Any) -> Task:
    text, kind = draw(texts()), draw(st.sampled_from(KINDS))
    answers: dict[str, Answer] = {}
    for question in questions(kind):
        if not draw(st.booleans()):
            continue
        code = draw(st.sampled_from(question.codes))
        spans: list[tuple[int, int]] = []
        if code != question.negative:
            for _ in range(draw(st.integers(1, 3))):
                a = draw(st.integers(0, len(text) - 1))
                spans.append(trimmed(text, a, draw(st.integers(a + 1, len(text)))))
            spans = [span for span in dict.fromkeys(spans) if span[0] < span[1]]
            if not spans:
                continue
        marks = tuple(e for e in question.elements if code != question.negative and draw(st.booleans()))
        own = question.own and code != question.negative and draw(st.booleans())
        answers[question.head] = Answer(code, tuple(spans), marks, own)
    return Task(
        "2021-0147", "notat_å.txt", kind, draw(st.sampled_from([None, "2021-03-12"])), "nord", text, answers, "anna"
    )


def _there_and_back(tool: Any, task: Task, folder: Path) -> tuple[list[Task], list[Problem]]:
    formats.write(tool, [task], folder)
    problems: list[Problem] = []
    if tool == "label-studio":
        return [*_label_studio(folder / f"{task.kind}.json", problems)], problems
    source = folder / doccano.NAME if tool == "doccano" else folder
    if tool == "inception":  # the tags that are offered are no document
        assert (folder / "inception_tags.json").is_file()
    return [*formats.read(tool, source, "anna", {}, problems)], problems


def _label_studio(path: Path, problems: list[Problem]) -> list[Task]:
    """As if an annotator had accepted every prediction."""
    raw = json.loads(path.read_text("utf-8"))
    for one in raw:
        result = one.pop("predictions", [{"result": []}])[0]["result"]
        one["annotations"] = [{"completed_by": 7, "updated_at": "2021", "result": result}]
    path.write_text(json.dumps(raw), "utf-8")
    return [*label_studio.read(path, {"7": "anna"}, None, problems)]


@pytest.mark.parametrize("tool", TOOLS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(task=tasks())
def test_every_answer_comes_back(tool: Any, tmp_path_factory: pytest.TempPathFactory, task: Task) -> None:
    (found,), problems = _there_and_back(tool, task, tmp_path_factory.mktemp("ud") / "ny")
    assert problems == []
    assert found.text == task.text and found.kind is task.kind
    assert (found.case_id, found.document, found.annotator) == (task.case_id, task.document, "anna")
    wanted = dict(task.answers)
    if tool == "inception":  # knows spans only: what has none is answered with no
        wanted = {q.head: wanted.get(q.head, Answer(q.negative)) for q in questions(task.kind)}
    else:
        assert found.date == task.date and found.writer == task.writer
    assert {h: replace(a, evidence=tuple(sorted(a.evidence))) for h, a in found.answers.items()} == {
        h: replace(a, evidence=tuple(sorted(a.evidence))) for h, a in wanted.items()
    }


@settings(max_examples=30, deadline=None)
@given(task=tasks())
def test_label_files_hold_the_quoted_words(tmp_path_factory: pytest.TempPathFactory, task: Task) -> None:
    root = tmp_path_factory.mktemp("korpus")
    done = write_labels([task], root)
    assert done.problems == []
    if not task.answers:
        assert done.files == []
        return
    (document,) = load_labels(done.files[0])
    assert document.text == canonical(task.text)
    asked = {q.head: q for q in questions(task.kind)}
    for head, answer in task.answers.items():
        label = document.labels[head]
        assert label.documented is (answer.code != asked[head].negative)
        assert set(label.evidence) == set(answer.evidence)
        assert label.own is answer.own and set(label.elements) == set(answer.elements)


# --- offsets -------------------------------------------------------------------------------------------------------


@given(text=texts(), data=st.data())
def test_utf16_offsets_are_code_points_again(text: str, data: Any) -> None:
    offset = data.draw(st.integers(0, len(text)))
    assert to_utf16(text, offset) == len(text[:offset].encode("utf-16-le")) // 2
    assert from_utf16(text, to_utf16(text, offset)) == offset


@given(text=texts(), data=st.data())
def test_a_quotation_tells_which_units_are_meant(text: str, data: Any) -> None:
    a = data.draw(st.integers(0, len(text) - 1))
    a, b = trimmed(text, a, data.draw(st.integers(a + 1, len(text))))
    if a >= b:
        return
    quote = " ".join(text[a:b].split())  # as a browser shows it (HumanSignal/label-studio #3078)
    assert resolve(text, a, b, quote) == (a, b)
    found = resolve(text, to_utf16(text, a), to_utf16(text, b), quote)
    assert found is not None and text[slice(*found)].split() == text[a:b].split()


def test_known_traps_of_label_studio() -> None:
    text = "Navn: Østerbro,  Danmark. 🦺\n\nHun har brug for ro.\nHun har brug for ro."
    assert resolve(text, 6, 24, "Østerbro, Danmark") == (6, 24)  # 3078: the quotation has lost a blank
    start = text.index("Hun")
    assert resolve(text, start, 999, text[start:].replace("\n", "\\n")) == (start, len(text))  # 2007, 4929
    assert resolve(text, start + 1, start + 21, "Hun har brug for ro.") == (start, start + 20)  # 1347: UTF-16
    second = text.rindex("Hun")
    assert resolve(text, second + 3, second + 23, "Hun har brug for ro.") == (second, second + 20)  # the nearest
    assert resolve(text, 0, 5, "står der ikke") is None
    assert resolve(text, None, None, "Hun har brug for ro.") is None  # in two places: not guessed
    assert resolve(text, None, None, "Navn: Østerbro, Danmark.") == (0, 25)


def test_line_ends_of_windows(tmp_path: Path) -> None:
    """A text with CRLF on disk: offsets are those of the text as docscore reads it."""
    root = write_corpus(tmp_path / "a")
    path = root / "cases" / "anker-01" / "indstilling.txt"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    before = {(d.case_id, d.name): d for d in load_documents(root)}
    for number, tool in enumerate(TOOLS):
        out = tmp_path / f"ud{number}"
        formats.write(tool, of_corpus(root), out)
        source = {"doccano": out / doccano.NAME, "label-studio": out / "indstilling.json"}.get(tool, out)
        problems: list[Problem] = []
        found = (
            _label_studio(source, problems)
            if tool == "label-studio"
            else [*formats.read(tool, source, "ny", {}, problems)]
        )
        assert problems == []
        write_labels([replace(task, annotator="ny") for task in found], root, replace=True)
        for document in load_labels(root / "cases" / "anker-01" / "labels.ny.json"):
            if document.name == "indstilling.txt":
                wanted = before["anker-01", document.name].labels
                assert {head: document.labels[head] for head in wanted} == wanted


# --- faults are told, and nothing is lost silently -----------------------------------------------------------------

TASK = Task("s1", "notat.txt", Kind.INDSTILLING, None, "nord", "Borger har brug for ro. Intet andet.", {}, "anna")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer("1"), "ingen sætning er markeret"),
        (Answer("0", ((0, 23),)), "svaret er nej"),
        (Answer("", ((0, 23),)), "ikke besvaret"),
        (Answer("7", ((0, 23),)), "ikke et af de mulige"),
    ],
)
def test_unusable_answers_are_left_out_and_told(tmp_path: Path, answer: Answer, said: str) -> None:
    answers = {"skaanehensyn": answer, "progression": Answer("slet_ikke")}
    done = write_labels([replace(TASK, answers=answers)], tmp_path)
    assert [said in problem.reason for problem in done.problems] == [True]
    assert "ro" not in done.problems[0].reason.replace("spørgsmålet", "").split()
    assert list(load_labels(done.files[0])[0].labels) == ["progression"]


def test_another_text_is_refused_and_nothing_written(tmp_path: Path) -> None:
    answers = {"progression": Answer("slet_ikke")}
    write_labels([replace(TASK, answers=answers)], tmp_path)
    with pytest.raises(AnnotationError, match="har allerede svar"):
        write_labels([replace(TASK, answers=answers)], tmp_path)
    other = replace(TASK, text="Noget helt andet.", answers=answers, annotator="bo")
    with pytest.raises(AnnotationError, match="anden tekst"):
        write_labels([other], tmp_path)
    assert [path.name for path in (tmp_path / "cases" / "s1").glob("labels.*")] == ["labels.anna.json"]
    done = write_labels([replace(TASK, answers={"skaanehensyn": Answer("1", ((0, 23),))})], tmp_path, replace=True)
    assert list(load_labels(done.files[0])[0].labels) == ["skaanehensyn"]


def test_the_settled_answers_are_never_written(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match="afgjorte svar"):
        write_labels([replace(TASK, annotator="gold", answers={"progression": Answer("slet_ikke")})], tmp_path)


@pytest.mark.parametrize(
    "content", ["{}", "[1]", "nej", '[{"data": {"text": "a"}}]', '[{"data": {"text": "a"}, "annotations": []}]']
)
def test_other_json_is_no_export_of_label_studio(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content, "utf-8")
    with pytest.raises(AnnotationError, match=r"a\.json"):
        list(label_studio.read(path, {}, None, []))


@pytest.mark.parametrize("name", ["case_id", "kind", "text"])
def test_doccano_lines_need_their_fields(tmp_path: Path, name: str) -> None:
    line = doccano.line_of(TASK)
    del line[name]
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(line), "utf-8")
    with pytest.raises(AnnotationError, match="linje 1"):
        list(doccano.read(path, None, []))


def test_doccano_exports_of_either_form(tmp_path: Path) -> None:
    line = doccano.line_of(TASK) | {
        "id": 3,
        "Comments": [],
        "entities": [{"id": 1, "label": "skaanehensyn", "start_offset": 0, "end_offset": 23}],
        "cats": ["skaanehensyn=1", "progression=slet_ikke", "klart_jobmaal=1", "klart_jobmaal=2"],
    }
    path = tmp_path / "bodil.jsonl"
    path.write_text(json.dumps(line), "utf-8")
    problems: list[Problem] = []
    (task,) = doccano.read(path, None, problems)
    assert task.annotator == "bodil"
    assert task.answers["skaanehensyn"] == Answer("1", ((0, 23),))
    assert ["flere svar" in p.reason for p in problems] == [True]
    assert {p.reason.split(":")[0] for p in write_labels([task], tmp_path / "k").problems} == set()


def test_a_user_of_label_studio_is_no_mail_address_and_the_last_word_counts(tmp_path: Path) -> None:
    def annotation(who: Any, when: str, code: str, **more: Any) -> dict[str, Any]:
        value = {"choices": [code]}
        result = [{"from_name": "svar.progression", "to_name": "text", "type": "choices", "value": value}]
        return {"completed_by": who, "updated_at": when, "result": result, **more}

    record = label_studio.task_record(TASK)
    record["annotations"] = [
        annotation({"id": 4, "email": "a@b.dk"}, "2", "Slet ikke"),
        annotation({"id": 4, "email": "a@b.dk"}, "1", "I nogen grad"),
        annotation(5, "1", "Slet ikke", was_cancelled=True),
        annotation(6, "1", "I høj grad"),
    ]
    path = tmp_path / "a.json"
    path.write_text(json.dumps([record]), "utf-8")
    found = list(label_studio.read(path, {"6": "bo"}, None, []))
    assert [(t.annotator, t.answers["progression"].code) for t in found] == [
        ("ls4", "slet_ikke"),
        ("bo", "i_hoej_grad"),
    ]


def test_a_spreadsheet_that_was_filled_in_by_hand(tmp_path: Path) -> None:
    text = "Borger har brug for ro.\nHun må ikke løfte.\n=2 timer"
    formats.write("csv", [replace(TASK, text=text)], tmp_path / "ud")
    path = tmp_path / "ud" / tables.NAME
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    for row in rows:
        if row["emne"] == "skaanehensyn":
            row |= {"svar": "2", "citat": "Borger har brug for ro. Hun må ikke løfte."}
        if row["emne"] == "arbejdsevne_timer":
            row |= {"svar": "Ja", "citat": "'=2 timer"}
        if row["emne"] == "progression":
            row |= {"svar": "i_nogen_grad", "citat": "står her ikke"}
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        out = csv.DictWriter(stream, list(rows[0]), delimiter=";")
        out.writeheader()
        out.writerows(rows)
    problems: list[Problem] = []
    (task,) = tables.read(path, "bo", problems)
    assert task.answers["skaanehensyn"] == Answer("2", ((0, 42),))
    assert task.answers["arbejdsevne_timer"].evidence == ((43, 51),)
    assert len(problems) == 1 and "progression" in problems[0].reason and "står her" not in problems[0].reason


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    text = "=HYPERLINK(1) og mere."
    task = replace(TASK, text=text, answers={"skaanehensyn": Answer("1", ((0, len(text)),))})
    formats.write("csv", [task], tmp_path / "ud")
    with (tmp_path / "ud" / tables.NAME).open(encoding="utf-8-sig", newline="") as stream:
        assert not [c for row in csv.reader(stream, delimiter=";") for c in row if c[:1] in ("=", "+", "@")]


def test_the_configuration_names_what_predictions_use() -> None:
    for kind in KINDS:
        tree = ElementTree.fromstring(label_studio.config(kind))
        choices = {c.get("name"): {v.get("value") for v in c.iter("Choice")} for c in tree.iter("Choices")}
        labels = {label.get("value") for label in tree.iter("Label")}
        answers = {q.head: Answer(q.codes[-1], ((0, 6),), q.elements, q.own) for q in questions(kind)}
        record = label_studio.task_record(replace(TASK, kind=kind, answers=answers))
        for one in record["predictions"][0]["result"]:
            if one["type"] == "choices":
                assert set(one["value"]["choices"]) <= choices[one["from_name"]]
            else:
                assert set(one["value"]["labels"]) <= labels


def test_inception_files_are_read_by_another_library(tmp_path: Path) -> None:
    cassis = pytest.importorskip("cassis")
    text = "Hun 🦺 har brug for ro.\nOg pauser."
    start = text.index("Og")
    task = replace(TASK, text=text, answers={"skaanehensyn": Answer("2", ((6, 22), (start, len(text))))})
    formats.write("inception", [task], tmp_path / "ud")
    cas = cassis.load_cas_from_json((tmp_path / "ud" / inception.document_name(task)).read_text("utf-8"))
    found = cas.select(inception.ENTITY)
    assert [one.get_covered_text() for one in found] == ["har brug for ro.", "Og pauser."]
    again = tmp_path / "annotation" / inception.document_name(task)
    again.mkdir(parents=True)
    (again / "bodil.json").write_text(cas.to_json(), "utf-8")
    (back,) = inception.read(tmp_path / "annotation", None, [])
    assert back.annotator == "bodil" and back.answers["skaanehensyn"] == task.answers["skaanehensyn"]


def test_names_are_those_of_files_everywhere() -> None:
    assert file_name("../../etc/passwd") == "etc_passwd"
    assert file_name("010190-1234 notat") == "ddmmåå-xxxx_notat"
    assert file_name("a\x00b:c") == "a_b_c"


# --- commands ------------------------------------------------------------------------------------------------------


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = write_corpus(tmp_path / "a")
    ud = tmp_path / "ud"
    assert main(["annotations", "export", str(root), "--to", "csv", "--out", str(ud)]) == 0
    assert "18 dokumenter fra 6 sager" in capsys.readouterr().out
    assert (
        main(["annotations", "import", str(ud), "--from", "csv", "--out", str(tmp_path / "b"), "--annotator", "eva"])
        == 0
    )
    a = {(d.case_id, d.name): d.labels for d in load_documents(root)}
    b = {(d.case_id, d.name): d.labels for d in load_documents(tmp_path / "b")}
    assert a.keys() == b.keys()
    assert all(
        x[h].evidence == y[h].evidence and x[h].grade == y[h].grade
        for x, y in zip(a.values(), b.values(), strict=True)
        for h in x
    )
    assert main(["annotations", "export", str(root), "--out", str(ud)]) == 2
    assert "ikke tom" in capsys.readouterr().err
    assert main(["annotations", "export", str(root), "--to", "brat", "--out", str(tmp_path / "c")]) == 2
    assert main(["annotations", "import", str(tmp_path / "nej"), "--out", str(tmp_path / "c")]) == 2


def test_a_blind_export_holds_nobody_s_answers(tmp_path: Path) -> None:
    root = write_corpus(tmp_path / "a")
    assert main(["annotations", "export", str(root), "--blind", "--out", str(tmp_path / "ud")]) == 0
    for path in (tmp_path / "ud").glob("*.json"):
        assert not any("predictions" in one or "annotations" in one for one in json.loads(path.read_text("utf-8")))


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mit.txt").write_text("mit", "utf-8")
    with pytest.raises(OutputError, match="ikke tom"):
        formats.write("doccano", [TASK], tmp_path)
