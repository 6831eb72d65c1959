"""Every quotation that docscore gives out stands in the text at the offsets it gives."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from language_support import documents

from docscore.case import Document, Kind
from docscore.checkpoints.catalogue import TOPICS
from docscore.detect.topics import TopicModel, load_model
from docscore.language.layout import CONTENT, BlockKind
from docscore.language.reading import read
from docscore.language.tokens import words

KINDS = st.sampled_from([Kind.FORBEREDENDE_DEL, Kind.INDSTILLING, Kind.JOBSAMTALE])


@pytest.fixture(scope="module")
def model() -> TopicModel:
    return load_model()


@given(st.one_of(documents(), st.text()))
def test_sentences_are_in_order_inside_their_block(text: str) -> None:
    reading = read(text)
    end = 0
    for sentence in reading.sentences:
        block = reading.blocks[sentence.block]
        assert block.kind is sentence.kind
        assert block.kind in CONTENT
        assert block.start <= sentence.start < sentence.end <= block.end
        assert sentence.start >= end
        end = sentence.end
        quote = text[sentence.start : sentence.end]
        assert quote == quote.strip()


@given(st.one_of(documents(), st.text()))
def test_all_of_a_content_block_is_in_its_sentences(text: str) -> None:
    reading = read(text)
    for index, block in enumerate(reading.blocks):
        mine = [text[s.start : s.end] for s in reading.sentences if s.block == index]
        if block.kind in CONTENT:
            # Only a piece without a letter or digit is left out.
            said = [sign for sign in "".join(mine) if sign.isalnum()]
            assert said == [sign for sign in text[block.start : block.end] if sign.isalnum()]
        else:
            assert not mine


@given(st.one_of(documents(), st.text()))
def test_words_and_hits_lie_in_the_sentence(text: str) -> None:
    for sentence in read(text).sentences:
        assert all(h.position >= 0 and h.position + h.length <= len(sentence.words) for h in sentence.hits)
        for scope in sentence.qualified.scopes:
            assert 0 <= scope.start <= scope.end <= len(sentence.words)
            assert 0 <= scope.cue[0] < scope.cue[1] <= len(sentence.words)
        if sentence.kind is not BlockKind.TICKED:
            written = words(text[sentence.start : sentence.end])
            assert len(written) == len(sentence.words)
            # The citizen's name is read as "borger".
            assert all(word in (own, "borger") for word, own in zip(sentence.words, written, strict=True))


@settings(max_examples=60)
@given(text=st.one_of(documents(), st.text()), kind=KINDS)
def test_evidence_is_verbatim(model: TopicModel, text: str, kind: Kind) -> None:
    _check(model, Document("prøve", text, kind))


@settings(max_examples=40)
@given(before=documents(), text=documents(), after=documents(), kind=KINDS)
def test_evidence_of_a_journal_entry_points_into_the_whole_file(
    model: TopicModel, before: str, text: str, after: str, kind: Kind
) -> None:
    whole = before + "\n" + text + "\n" + after
    start = len(before) + 1
    entry = Document("journal#2", whole, kind, start=start, end=start + len(text))
    found = _check(model, entry)
    alone = _check(model, Document("alene", text, kind))
    assert [(topic, a - start, b - start) for topic, a, b in found] == alone


def _check(model: TopicModel, document: Document) -> list[tuple[str, int, int]]:
    analysis = model.analyse(document)
    spans: list[tuple[str, int, int]] = []
    reading = analysis.reading
    sentences = {(s.start, s.end) for s in reading.sentences}
    # A short value is quoted with the prompt that it answers.
    sentences |= {
        (reading.blocks[s.block - 1].start, s.end)
        for s in reading.sentences
        if s.block and s.kind is BlockKind.VALUE and reading.blocks[s.block - 1].kind is BlockKind.PROMPT
    }
    for topic in TOPICS:
        finding = model.find(analysis, topic)
        assert bool(finding.evidence) == bool(finding.documented)
        for evidence in finding.evidence:
            assert document.text[evidence.start : evidence.end] == evidence.text
            assert document.start <= evidence.start < evidence.end <= document.end
            assert (evidence.start, evidence.end) in sentences
            spans.append((topic, evidence.start, evidence.end))
        assert len({evidence.start for evidence in finding.evidence}) == len(finding.evidence)
        assert finding.probability is not None
        assert 0 <= finding.probability <= 1
    return spans


def test_offsets_count_code_points(model: TopicModel) -> None:
    text = "🙂 Æ\u0301 \r\nBorgerens ønsker: Hun vil gerne arbejde som pedelmedhjælper på en skole.\n"
    reading = read(text, kind=Kind.FORBEREDENDE_DEL)
    quotes = [text[s.start : s.end] for s in reading.sentences]
    assert "Hun vil gerne arbejde som pedelmedhjælper på en skole." in quotes


PIECES = [
    ".", "(", "[ ]", "a:", " ", "|", "\n", "7", "ikke ", "borger ", "mener ", "Kone Jytte ", "min. ", "hvis ", "a-", "Aa ", "mener, at ",
    "Hun kan ikke. ", "jobmål: pedel\n", "»", "x:x ", "ikke kun ",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_reading_is_linear_on_crafted_text(piece: str) -> None:
    text = "Borger " + piece * (100_000 // len(piece)) + " slut"
    begin = time.process_time()
    read(text)
    assert time.process_time() - begin < 2


@pytest.mark.parametrize("piece", ["ikke men ", "ikke og har "])
def test_cues_and_stops_are_linear(piece: str) -> None:
    times = []
    for size in (400, 3200):
        begin = time.process_time()
        read(piece * size)
        times.append(time.process_time() - begin)
    assert times[1] < 24 * times[0]
