"""Evidence of an evaluation, its worst mistakes in context, the page and the command."""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from evaluation_support import decision
from hypothesis import given
from hypothesis import strategies as st
from learn_support import write_corpus

from docscore.case import Document, Kind
from docscore.checkpoints.catalogue import OWN, TOPICS
from docscore.cli import main
from docscore.detect.topics import load_model
from docscore.language.reading import read
from docscore.learn import evaluate, train
from docscore.learn.annotations import AnnotatedDocument, Label, load_documents
from docscore.learn.metrics import FIGURES
from docscore.learn.mistakes import Mistake, confidence, in_context, references, worst
from docscore.report.evaluation import LONGEST, decimals, excerpts, number, write_page
from docscore.report.texts import load_texts

RECIPE = train.Recipe(name="prøve", folds=3, min_count=1)
DA, EN = load_texts("da"), load_texts("en")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("annotations"))


@pytest.fixture(scope="module")
def decisions(corpus: Path) -> list[evaluate.Decided]:
    return evaluate.by_writer(corpus, RECIPE)


@pytest.fixture(scope="module")
def folder(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("model") / "model"
    train.train(corpus, out, RECIPE)
    return out


# --- evidence --------------------------------------------------------------------------------------------------------

TEXT = "Skal have pauser.\nMå ikke løfte.\nBor i Vejle.\n"
SPANS = [(0, 17), (18, 32), (33, 45)]


def decided(sentences: tuple[int, ...], *, debated: tuple[int, ...] = (), **more: Any) -> evaluate.Decided:
    """A decision about :data:`TEXT`, whose first sentence is annotated."""
    label = Label(more.get("truth", True), 1, (SPANS[0],), tuple(SPANS[k] for k in debated), own=True)
    labels = {"skaanehensyn": label, "klart_jobmaal": label, "borgerens_perspektiv": label}
    document = AnnotatedDocument("a-01", "a", "a", "indstilling.txt", Kind.INDSTILLING, TEXT, labels)
    reading = read(TEXT, kind=Kind.INDSTILLING)
    assert [(s.start, s.end) for s in reading.sentences] == SPANS
    given = {"truth": True, "answer": True, "probability": 0.9, "review": False, **more}
    return evaluate._decided(document, reading, given.pop("head", "skaanehensyn"), sentences=sentences, **given)


@pytest.mark.parametrize(
    ("sentences", "debated", "expected"),
    [
        ((0,), (), (True, True)),
        ((1, 0), (), (True, False)),
        ((0, 1, 2), (), (True, True)),
        ((1, 2), (), (False, False)),
        ((2,), (2,), (True, True)),
        ((1, 2), (2,), (True, False)),
    ],
)
def test_one_right_sentence_among_the_underlined_is_enough(
    sentences: tuple[int, ...], debated: tuple[int, ...], expected: tuple[bool, bool]
) -> None:
    one = decided(sentences, debated=debated)
    assert (one.evidence, one.evidence_first) == expected
    assert one.underlined == tuple(SPANS[k] for k in sentences)


@pytest.mark.parametrize(("truth", "answer"), [(True, False), (False, True), (False, False)])
def test_evidence_is_asked_of_documented_decisions_only(truth: bool, answer: bool) -> None:
    one = decided((0,), truth=truth, answer=answer)
    assert one.evidence is one.evidence_first is None
    assert one.underlined == (SPANS[0],)


def test_a_document_without_sentences_has_no_evidence() -> None:
    assert decided(()).evidence is None


def test_an_own_goal_is_compared_with_the_goal() -> None:
    one = decided((0,), head=OWN)
    assert one.evidence is True
    assert one.elements is None
    assert decided((0,), head="borgerens_perspektiv").elements == (frozenset(), frozenset({"mening"}))


def test_a_model_is_measured_on_the_sentences_that_it_underlines(corpus: Path, folder: Path) -> None:
    model = load_model(folder)
    texts = {(d.case_id, d.name): d for d in load_documents(corpus)}
    for one in evaluate.with_model(model, corpus):
        document = texts[one.case_id, one.document]
        analysis = model.analyse(Document(document.name, document.text, document.kind))
        finding = model.find(analysis, one.head)
        assert (one.answer, one.review) == (finding.documented, finding.review)
        if one.answer:
            shown = [(e.start, e.end) for e in finding.evidence]
            assert len(shown) == len(one.underlined)
            # a short value is quoted with its prompt before it
            assert all(a >= x and b == y for (a, b), (x, y) in zip(one.underlined, shown, strict=True))


def test_held_out_decisions_know_their_document_and_sentences(corpus: Path, decisions: list[evaluate.Decided]) -> None:
    texts = {(d.case_id, d.name): d for d in load_documents(corpus)}
    for one in decisions:
        document = texts[one.case_id, one.document]
        spans = {(s.start, s.end) for s in read(document.text, kind=document.kind).sentences}
        assert one.underlined
        assert set(one.underlined) <= spans
        assert (one.evidence is None) == (not (one.truth and one.answer))
        assert one.evidence or not one.evidence_first


# --- mistakes --------------------------------------------------------------------------------------------------------


def test_the_worst_are_the_surest_wrong_ones() -> None:
    given = [
        decision(case_id="a-1", truth=True, answer=False, probability=0.02),
        decision(case_id="a-2", truth=False, answer=True, probability=0.99),
        decision(case_id="a-3", truth=True, answer=True, probability=1.0),
        decision(case_id="a-4", truth=False, answer=True, probability=0.6),
        decision(case_id="a-0", truth=True, answer=False, probability=0.4),
    ]
    found = worst(given)
    assert [one.case_id for one in found] == ["a-2", "a-1", "a-0", "a-4"]
    assert [confidence(one) for one in found] == pytest.approx([0.99, 0.98, 0.6, 0.6])
    assert worst(given, 1) == found[:1]
    assert worst(given[::-1]) == found


def test_mistakes_are_shown_with_their_labels_and_notes(tmp_path: Path) -> None:
    root = write_corpus(tmp_path, writers=("anker",))
    path = root / "cases" / "anker-01" / "labels.anker.json"
    raw = json.loads(path.read_text("utf-8"))
    entry = raw["documents"]["forberedende_del.txt"]
    entry["topics"]["skaanehensyn"]["note"] = "for svær"
    text = (root / "cases" / "anker-01" / "forberedende_del.txt").read_text("utf-8")
    entry["checkpoints"] = {
        "fd.styrker": {"documented": True, "evidence": [text.splitlines()[1]], "note": "styrkens note"}
    }
    path.write_text(json.dumps(raw, ensure_ascii=False), "utf-8")
    common = {"case_id": "anker-01", "document": "forberedende_del.txt", "kind": Kind.FORBEREDENDE_DEL}
    chosen = [
        decision(**common, head="skaanehensyn", underlined=((0, 5),)),
        decision(**common, head="styrker"),
        decision(**common, head=OWN),
    ]
    topic, strength, own = in_context(chosen, root)
    assert topic.note == "for svær"
    assert topic.text == text
    assert topic.annotated == load_documents(root)[0].labels["skaanehensyn"].evidence
    assert strength.note == "styrkens note"
    assert text[slice(*strength.annotated[0])] == text.splitlines()[1]
    assert own.note == ""
    assert topic.annotated[0] in topic.sentences


def test_references_hold_no_text(corpus: Path, decisions: list[evaluate.Decided]) -> None:
    lines = {line for document in load_documents(corpus) for line in document.text.splitlines()}
    told = json.dumps(references(decisions[:60]), ensure_ascii=False)
    assert not any(line in told for line in lines)
    one = references([decision(case_id="010190-1234", underlined=((3, 9),))])[0]
    assert one["case"] == "ddmmåå-xxxx"
    assert one["underlined"] == [[3, 9]]


# --- excerpts --------------------------------------------------------------------------------------------------------


def mistake(
    text: str,
    sentences: list[tuple[int, int]],
    *,
    underlined: Any = (),
    annotated: Any = (),
    debated: Any = (),
    **more: Any,
) -> Mistake:
    one = decision(underlined=tuple(underlined), **{"truth": False, **more.pop("of", {})})
    return Mistake(one, text, tuple(sentences), tuple(annotated), tuple(debated), more.pop("note", ""))


def lines_of(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"[^\n]+", text)]


def said(part: list[dict[str, str]]) -> str:
    return "".join(piece["text"] for piece in part)


def marked(parts: list[list[dict[str, str]]]) -> dict[str, str]:
    return {piece["text"]: piece["marks"] for part in parts for piece in part if piece["marks"]}


def test_an_excerpt_holds_the_sentences_on_either_side() -> None:
    text = "\n".join(f"Sætning nummer {k}." for k in range(9))
    spans = lines_of(text)
    (part,) = excerpts(mistake(text, spans, underlined=[spans[4]]))
    assert said(part) == "… Sætning nummer 3.\nSætning nummer 4.\nSætning nummer 5. …"
    assert marked([part]) == {"Sætning nummer 4.": "machine"}
    first, last = excerpts(mistake(text, spans, underlined=[spans[8]], annotated=[spans[0]]))
    assert said(first) == "Sætning nummer 0.\nSætning nummer 1. …"
    assert said(last) == "… Sætning nummer 7.\nSætning nummer 8."


def test_neighbouring_evidence_is_one_excerpt_with_both_marks() -> None:
    text = "Et.\nTo.\nTre.\nFire.\nFem.\n"
    spans = lines_of(text)
    parts = excerpts(mistake(text, spans, underlined=[spans[1], spans[2]], annotated=[spans[2]], debated=[spans[3]]))
    assert len(parts) == 1
    assert marked(parts) == {"To.": "machine", "Tre.": "machine annotated", "Fire.": "debated"}


def test_evidence_without_sentences_and_no_evidence_at_all() -> None:
    assert excerpts(mistake("", [])) == []
    (part,) = excerpts(mistake("Pauser.", [], annotated=[(0, 7)]))
    assert marked([part]) == {"Pauser.": "annotated"}


def test_a_long_sentence_is_cut_between_words() -> None:
    text = "ord " * 2000
    (part,) = excerpts(mistake(text, [(0, len(text))], underlined=[(2000, 6000)]))
    assert LONGEST < len(said(part)) < LONGEST + 700
    assert set(said(part).split()) == {"ord", "…"}


@given(
    st.lists(st.sampled_from(["Pauser.", "Bor i Vejle\tnu.", "æøå", "a <b> & c"]), min_size=1, max_size=12), st.data()
)
def test_marks_cover_exactly_what_is_underlined(sentences: list[str], data: st.DataObject) -> None:
    text = "\n".join(sentences)
    spans = lines_of(text)
    picked = {
        name: data.draw(st.lists(st.sampled_from(spans), unique=True, max_size=3))
        for name in ("underlined", "annotated", "debated")
    }
    parts = excerpts(mistake(text, spans, **picked))
    for name, mark in (("underlined", "machine"), ("annotated", "annotated"), ("debated", "debated")):
        found = [
            p["text"].replace(" ", "").replace("\n", "") for part in parts for p in part if mark in p["marks"].split()
        ]
        expected = [re.sub(r"\s", "", text[a:b]) for a, b in sorted(picked[name])]
        assert "".join(found) == "".join(expected)
    assert all(
        piece["text"].isprintable() for part in parts for line in part for piece in [line] if "\n" not in line["text"]
    )


# --- the page --------------------------------------------------------------------------------------------------------


def page_of(summary: dict[str, Any], mistakes: list[Mistake], texts: Any = DA, model: str | None = None) -> str:
    stream = StringIO()
    write_page(stream, summary, mistakes, texts, version="9.9", model=model)
    return stream.getvalue()


@pytest.fixture(scope="module")
def summary(decisions: list[evaluate.Decided]) -> dict[str, Any]:
    return evaluate.summarise(decisions, rounds=20)


@pytest.fixture(scope="module")
def page(summary: dict[str, Any], decisions: list[evaluate.Decided], corpus: Path) -> str:
    return page_of(summary, in_context(worst(decisions), corpus))


def test_the_page_fetches_and_runs_nothing(page: str) -> None:
    tree = lxml.html.document_fromstring(page)
    assert not tree.xpath("//script | //link | //img | //iframe | //object | //@src | //@href | //@onload")
    assert "default-src 'none'" in page
    assert not re.search(r"https?://|url\(|@import", page)


def test_the_page_holds_every_row_and_figure(page: str, summary: dict[str, Any]) -> None:
    tree = lxml.html.document_fromstring(page)
    overall, rows, writers = tree.xpath("//table")
    heads = [th.text_content() for th in rows.xpath("./thead//th")]
    assert heads == [
        DA("html.checkpoint"),
        DA("evaluation.mean"),
        DA("evaluation.n"),
        *(DA(f"evaluation.{f}") for f in FIGURES),
    ]
    assert len(rows.xpath(".//th[@scope='row']")) == len(summary["rows"])
    assert [th.text_content() for th in writers.xpath(".//th[@scope='row']")] == ["anker", "birte", "carlo"]
    assert len(overall.xpath("./tbody/tr")) == 2  # the tiny corpus has no other text checkpoints
    first = {tr.xpath("string(th/small)"): tr for tr in rows.xpath("./tbody/tr[th/small]")}
    row = next(row for row in summary["rows"] if row["checkpoint"] == "ind.progression")
    cell = first["ind.progression"].xpath("td")[2 + FIGURES.index("kappa")]
    assert cell.text == number(row["kappa"], DA)
    low, high = row["kappa_interval"]
    assert cell.xpath("string(small)") == f"{decimals(low, DA)}–{decimals(high, DA)}"


def test_the_drawings_hold_every_writer_topic_and_count(page: str, summary: dict[str, Any]) -> None:
    tree = lxml.html.document_fromstring(page)
    dots, *diagrams = tree.xpath("//svg")
    assert len(dots.xpath(".//circle")) == 3
    assert len(diagrams) == len(TOPICS)
    for svg, one in zip(diagrams, summary["reliability"], strict=True):
        counts = [int(text.text) for text in svg.xpath(".//text[@class='small']")]
        assert counts == [part["n"] for part in one["bins"]]
        assert len(counts) == 10
        assert sum(counts) == one["n"]
        assert len(svg.xpath(".//circle")) == sum(n > 0 for n in counts)
        width, height = float(svg.get("width")), float(svg.get("height"))
        for circle in svg.xpath(".//circle"):
            assert 0 <= float(circle.get("cx")) <= width
            assert 0 <= float(circle.get("cy")) <= height


def test_a_perfect_bin_lies_on_the_diagonal() -> None:
    from docscore.report.evaluation import diagram

    bins = [{"low": k / 10, "high": (k + 1) / 10, "n": 0, "probability": None, "documented": None} for k in range(10)]
    bins[7] |= {"n": 20, "probability": 0.75, "documented": 0.75}
    drawn = diagram({"topic": "progression", "n": 20, "bins": bins}, DA)
    (point,) = drawn["points"]
    assert (point["x"] - drawn["left"]) == pytest.approx(drawn["bottom"] - point["y"])
    assert point["x"] == pytest.approx(drawn["left"] + 0.75 * (drawn["right"] - drawn["left"]))
    assert [bar["n"] for bar in drawn["bars"]] == [0] * 7 + [20, 0, 0]


def test_writers_below_zero_and_without_kappa_fit_the_plot() -> None:
    from docscore.report.evaluation import dot_plot

    rows = [
        {"writer": "b", "kappa": -0.3, "kappa_interval": [-0.55, 0.1]},
        {"writer": "a", "kappa": None, "kappa_interval": None},
        {"writer": "c", "kappa": 1.0, "kappa_interval": [1.0, 1.0]},
    ]
    plot = dot_plot(rows, DA)
    assert [dot["label"] for dot in plot["dots"]] == ["c", "b", "a"]
    assert plot["dots"][0]["x"] == plot["right"]
    assert plot["left"] <= plot["dots"][1]["low"] < plot["dots"][1]["x"] < plot["dots"][1]["high"]
    assert plot["dots"][2]["x"] is None
    assert plot["ticks"][0]["label"] == "−0,6"
    assert "<circle" in page_of({**EMPTY, "by_writer": [{**row, "n": 1} for row in rows]}, [])


EMPTY: dict[str, Any] = evaluate.summarise([], rounds=2)


def test_private_numbers_and_markup_do_not_reach_the_page(summary: dict[str, Any]) -> None:
    text = "Borger 010190-1234 <script>alert(1)</script> ønsker ro.\x1b[31m Bor i Vejle."
    one = mistake(
        text,
        [(0, 55), (55, len(text))],
        underlined=[(0, 55)],
        note="ring til 020280-4321 <b>nu</b>",
        of={"case_id": "030370-1111", "document": "040460-2222.txt", "writer": "<i>050550-3333</i>"},
    )
    page = page_of({**summary, "by_writer": [{**summary["by_writer"][0], "writer": "060640-4444"}]}, [one])
    assert not re.search(r"\d{6}-\d{4}", page)
    assert "<script" not in page
    assert "<b>nu" not in page
    assert "<i>ddmm" not in page
    assert "\x1b" not in page
    tree = lxml.html.document_fromstring(page)
    assert "Borger ddmmåå-xxxx <script>alert(1)</script> ønsker ro." in tree.xpath("string(//article//mark)")


def test_a_mistake_tells_what_a_reader_needs() -> None:
    text = "Skal have ro.\nBor i Vejle."
    one = mistake(
        text,
        lines_of(text),
        underlined=[(0, 13)],
        note="uden arbejde",
        of={"probability": 0.9312, "difficulty": "near_miss", "review": True, "truth": False},
    )
    article = lxml.html.document_fromstring(page_of(EMPTY, [one])).xpath("//article")[0]
    told = " ".join(article.text_content().split())
    for part in (
        "anker-01",
        "indstilling.txt",
        "Skånehensyn",
        "anker",
        "0,931",
        "ligner uden at være det",
        "uden arbejde",
    ):
        assert part in told
    assert "Annoteret: ikke dokumenteret. Maskinen: dokumenteret" in told
    assert DA("evaluation.in_band") in told
    english = page_of(EMPTY, [one], EN, "default@123")
    assert "0.931" in english
    assert "near miss" in english
    assert "default@123" in english
    assert 'lang="en"' in english


def test_the_page_is_in_one_language(summary: dict[str, Any]) -> None:
    english = lxml.html.document_fromstring(page_of(summary, [], EN)).text_content()
    assert not re.search(r"[æøåÆØÅ]", re.sub("</style>", "", english))
    assert "0,5" not in english
    danish = lxml.html.document_fromstring(page_of(summary, [])).text_content()
    assert DA("evaluation.no_mistakes") in danish


def test_nothing_to_measure_is_still_a_page() -> None:
    assert DA("evaluation.no_mistakes") in page_of(EMPTY, [])


# --- the command -----------------------------------------------------------------------------------------------------


def test_evaluate_writes_figures_and_page(
    corpus: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures, page = tmp_path / "tal.json", tmp_path / "side.html"
    page.write_text("gammel", "utf-8")
    given = ["evaluate", str(corpus), "--model", str(folder), "--json", str(figures), "--html", str(page)]
    assert main(given) == 0
    shown = capsys.readouterr().out.splitlines()
    assert max(map(len, shown)) <= 120
    assert any(line.startswith("forberedende del ") for line in shown)
    raw = json.loads(figures.read_text("utf-8"))
    assert {row["checkpoint"] for row in raw["rows"]} >= {"fd.skaanehensyn", "js.progression"}
    assert all(one["truth"] != one["answer"] for one in raw["mistakes"])
    html = page.read_text("utf-8")
    assert html.startswith("<!DOCTYPE html>")
    assert load_model(folder).name in html
    if os.name == "posix":
        assert {stat.S_IMODE(path.stat().st_mode) for path in (figures, page)} == {0o600}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["side.html", "tal.json"]
    first = page.read_bytes()
    assert main([*given, "--lang", "en"]) == 0
    assert main(given) == 0
    assert page.read_bytes() == first


@pytest.mark.slow
def test_evaluate_by_writer_on_the_screen(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(corpus), "--by", "writer", "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    assert "topics in the core kinds (15)" in shown
    assert re.search(r"^anker +30 ", shown, re.MULTILINE)
    assert max(map(len, shown.splitlines())) <= 120


@pytest.mark.parametrize("option", ["--json", "--html"])
def test_a_place_that_cannot_be_written_is_said_before_the_work(
    option: str, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(evaluate, "by_writer", lambda *_, **__: pytest.fail("worked before it looked"))
    for place in (tmp_path / "findes" / "ikke.html", tmp_path):
        assert main(["evaluate", str(corpus), option, str(place)]) == 2
        assert str(place.name) in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_changed_decisions_change_the_figures(decisions: list[evaluate.Decided], summary: dict[str, Any]) -> None:
    right = [replace(one, answer=one.truth) for one in decisions]
    assert evaluate.summarise(right, rounds=2)["macro"]["kappa"] == 1
    assert worst(right) == []
    assert summary["macro"]["kappa"] < 1
