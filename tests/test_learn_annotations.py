"""Annotations: what is wrong is named by file and field, and never quoted."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from learn_support import DOCUMENTED, write_corpus

from docscore.case import Kind
from docscore.checkpoints.catalogue import TOPICS
from docscore.errors import AnnotationError
from docscore.learn.annotations import (
    find_quote,
    label_files,
    load_case,
    load_documents,
    load_labels,
    load_sentences,
)

DOCUMENT = "forberedende_del.txt"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("annotations"))


@pytest.fixture
def root(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "annotations"))


def _labels(root: Path) -> Path:
    return root / "cases" / "anker-01" / "labels.anker.json"


def _change(root: Path, change: Callable[[Any], None]) -> Path:
    path = _labels(root)
    raw = json.loads(path.read_text("utf-8"))
    change(raw)
    path.write_text(json.dumps(raw, ensure_ascii=False), "utf-8")
    return path


def test_a_corpus_is_read_in_order(root: Path) -> None:
    documents = load_documents(root)
    assert [d.case_id for d in documents] == sorted(d.case_id for d in documents)
    first = documents[0]
    assert (first.writer, first.annotator, first.name, first.kind) == (
        "anker",
        "anker",
        DOCUMENT,
        Kind.FORBEREDENDE_DEL,
    )
    for document in documents:
        for topic, label in document.labels.items():
            assert [document.text[a:b] for a, b in label.evidence] == [
                q for q in DOCUMENTED[topic] if q in document.text
            ][: len(label.evidence)]


def test_adjudicated_labels_come_first_then_the_writers_own(root: Path) -> None:
    case = _labels(root).parent
    for name in ("labels.zeta.json", "labels.birte.json"):
        shutil.copyfile(_labels(root), case / name)
    assert [p.name for p in label_files(case)] == ["labels.anker.json", "labels.birte.json", "labels.zeta.json"]
    shutil.copyfile(_labels(root), case / "labels.gold.json")
    assert label_files(case)[0].name == "labels.gold.json"
    assert load_case(case)[0].writer == "anker"


def test_a_case_without_labels_is_left_out(root: Path) -> None:
    _labels(root).unlink()
    assert load_case(_labels(root).parent) == []
    assert not any(d.case_id == "anker-01" for d in load_documents(root))


def test_empty_corpora_are_errors(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match="cases"):
        load_documents(tmp_path)
    (tmp_path / "cases").mkdir()
    with pytest.raises(AnnotationError, match=r"labels\."):
        load_documents(tmp_path)
    assert load_sentences(tmp_path) == []


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


IN = ("documents", DOCUMENT)
PERSPECTIVE = (*IN, "topics", "borgerens_perspektiv")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_drop("documents"), ["documents"]),
        (_drop("annotator"), ["annotator"]),
        (_set("annotator", value=3), ["annotator"]),
        (_set("documents", value=[]), ["documents"]),
        (_set(*IN, value=[]), [DOCUMENT]),
        (_drop(*IN, "kind"), [DOCUMENT, "kind"]),
        (_set(*IN, "kind", value="notat"), [DOCUMENT, "kind"]),
        (_drop(*IN, "topics"), [DOCUMENT, "topics"]),
        (_set(*IN, "topics", "jobmål", value={}), [DOCUMENT, "jobmål"]),
        (_set(*PERSPECTIVE, value=None), [DOCUMENT, "borgerens_perspektiv"]),
        (_drop(*PERSPECTIVE, "documented"), [DOCUMENT, "borgerens_perspektiv", "documented"]),
        (_set(*PERSPECTIVE, "documented", value="ja"), [DOCUMENT, "borgerens_perspektiv", "documented"]),
        (_set(*PERSPECTIVE, "documented", value=1), [DOCUMENT, "borgerens_perspektiv", "documented"]),
        (_drop(*PERSPECTIVE, "grade"), [DOCUMENT, "borgerens_perspektiv", "grade"]),
        (_set(*PERSPECTIVE, "grade", value=0), [DOCUMENT, "borgerens_perspektiv", "grade"]),
        (_set(*PERSPECTIVE, "grade", value=3), [DOCUMENT, "borgerens_perspektiv", "grade"]),
        (_set(*PERSPECTIVE, "grade", value=True), [DOCUMENT, "borgerens_perspektiv", "grade"]),
        (_set(*PERSPECTIVE, "grade", value="i_hoej_grad"), [DOCUMENT, "borgerens_perspektiv", "grade"]),
        (_set(*PERSPECTIVE, "elements", value=["drømme"]), [DOCUMENT, "borgerens_perspektiv", "elements"]),
        (_drop(*PERSPECTIVE, "evidence"), [DOCUMENT, "borgerens_perspektiv", "evidence"]),
        (_set(*PERSPECTIVE, "evidence", value=[]), [DOCUMENT, "borgerens_perspektiv", "evidence"]),
        (_set(*PERSPECTIVE, "evidence", value="citat"), [DOCUMENT, "borgerens_perspektiv", "evidence"]),
        (_set(*PERSPECTIVE, "evidence", value=[7]), [DOCUMENT, "borgerens_perspektiv", "evidence"]),
        (_set(*PERSPECTIVE, "evidence", value=[""]), [DOCUMENT, "borgerens_perspektiv", "evidence"]),
        (_set(*PERSPECTIVE, "evidence", value=["hemmelig sætning"]), [DOCUMENT, "borgerens_perspektiv", "evidence"]),
        (_set(*PERSPECTIVE, "evidence", value=["e"]), [DOCUMENT, "borgerens_perspektiv", "evidence"]),
        (_set(*PERSPECTIVE, "evidence", value=[{"start": 0}]), [DOCUMENT, "borgerens_perspektiv", "evidence"]),
        (
            _set(*PERSPECTIVE, "evidence", value=[{"start": 0, "end": 3, "text": "hemmelig"}]),
            [DOCUMENT, "evidence", "0-3"],
        ),
        (
            _set(*PERSPECTIVE, "evidence", value=[{"start": "0", "end": 3, "text": "x"}]),
            [DOCUMENT, "evidence", "start"],
        ),
        (
            _set(*PERSPECTIVE, "evidence", value=[{"start": -3, "end": -1, "text": "x"}]),
            [DOCUMENT, "evidence", "start"],
        ),
    ],
)
def test_errors_name_file_document_and_field(root: Path, change: Callable[[Any], None], named: list[str]) -> None:
    path = _change(root, change)
    with pytest.raises(AnnotationError) as caught:
        load_documents(root)
    message = str(caught.value)
    assert str(path) in message
    for name in named:
        assert name in message
    assert "hemmelig" not in message
    assert "Error(" not in message  # a Danish sentence, not a Python object


def test_a_missing_document_is_named(root: Path) -> None:
    (_labels(root).parent / DOCUMENT).unlink()
    with pytest.raises(AnnotationError, match=DOCUMENT):
        load_documents(root)


def test_a_document_in_another_encoding_is_named_and_not_quoted(root: Path) -> None:
    path = _labels(root).parent / DOCUMENT
    path.write_bytes("Hemmelig tekst på dansk".encode("cp1252"))
    with pytest.raises(AnnotationError) as caught:
        load_documents(root)
    assert DOCUMENT in str(caught.value)
    assert "UTF-8" in str(caught.value)
    assert "Hemmelig" not in str(caught.value)


@pytest.mark.parametrize("text", ["{", "[]", "null", "", "{'a': 1}"])
def test_label_files_that_are_no_objects(root: Path, text: str) -> None:
    _labels(root).write_text(text, "utf-8")
    with pytest.raises(AnnotationError, match=r"labels\.anker\.json"):
        load_labels(_labels(root))


def test_quotes_by_offset_may_repeat_and_quotes_by_text_may_not() -> None:
    text = "Ro. Pauser. Ro."
    assert find_quote({"start": 12, "end": 15, "text": "Ro."}, text, "her") == (12, 15)
    assert find_quote("Pauser.", text, "her") == (4, 11)
    with pytest.raises(AnnotationError, match="flere steder"):
        find_quote("Ro.", text, "her")


# --- the sentence bank ---------------------------------------------------------------------------------------------


def test_bank_sentences_stand_in_their_context(root: Path) -> None:
    plain, in_field, box = load_sentences(root)
    assert plain.text == "Skal have mulighed for at sidde ned."
    assert (plain.start, plain.kind, plain.head, plain.documented) == (0, Kind.INDSTILLING, "skaanehensyn", True)
    assert in_field.text == "Helbred: Helbred. Har ondt i ryggen."
    assert in_field.text[in_field.start :] == "Har ondt i ryggen."
    assert box.also == ("skaanehensyn",)
    assert box.source == "proeve-a"


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("{", "JSON"),
        ("[]", "objekt"),
        ('{"topic": "progression", "documented": true}', "sentence"),
        ('{"sentence": "hemmelig", "topic": "progression"}', "documented"),
        ('{"sentence": "hemmelig", "topic": "progression", "documented": "ja"}', "documented"),
        ('{"sentence": "hemmelig", "topic": "jobmål", "documented": true}', "topic"),
        ('{"sentence": "hemmelig", "documented": true}', "topic"),
        ('{"sentence": "hemmelig", "topic": "progression", "documented": true, "also": ["ukendt"]}', "also"),
        ('{"sentence": "hemmelig", "topic": "progression", "documented": true, "kind": "notat"}', "kind"),
    ],
)
def test_bank_errors_name_file_line_and_field(root: Path, line: str, named: str) -> None:
    path = root / "sentences" / "proeve-a.jsonl"
    good = path.read_text("utf-8").splitlines()[0]
    path.write_text(f"{good}\n\n{line}\n", "utf-8")
    with pytest.raises(AnnotationError) as caught:
        load_sentences(root)
    message = str(caught.value)
    assert "proeve-a.jsonl, linje 3" in message
    assert named in message
    assert "hemmelig" not in message


def test_a_bank_in_another_encoding_is_named(root: Path) -> None:
    (root / "sentences" / "proeve-a.jsonl").write_bytes("på".encode("cp1252"))
    with pytest.raises(AnnotationError, match=r"proeve-a\.jsonl"):
        load_sentences(root)


def test_a_line_separator_inside_a_sentence_is_no_end_of_line(root: Path) -> None:
    path = root / "sentences" / "proeve-a.jsonl"
    path.write_text('{"sentence": "Ro.\u2028Pauser.", "topic": "skaanehensyn", "documented": true}\n', "utf-8")
    assert [sentence.text for sentence in load_sentences(root)] == ["Ro.\u2028Pauser."]


def test_the_topics_are_the_codebooks() -> None:
    assert len(TOPICS) == len(set(TOPICS)) == 5
