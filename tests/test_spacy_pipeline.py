"""The spaCy ``Language``: the same reading, as spaCy objects."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from language_support import documents
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span

import docscore
from docscore.case import Kind
from docscore.language import tokens
from docscore.language.layout import BlockKind
from docscore.language.pipeline import CaseTokenizer, load
from docscore.language.qualifiers import Qualifier
from docscore.language.reading import Reading, read

NLP = load(topics=False)
TEXT = (
    "REHABILITERINGSTEAMETS INDSTILLING\n\n"
    "Borgerens ønsker: Hun vil gerne arbejde som pedelmedhjælper, men kan ikke løfte tungt.\n"
    "Lægen fraråder tunge løft. Hun har tidligere haft personlig assistance.\n"
    "Skånehensyn\n(Beskriv de hensyn, der skal tages)\n☒ Pauser  ☐ Støj\n- Korte dage, hvis smerterne tager til\n"
    "Der er vejledt om hjælpemidler. Frisørfaget er udelukket.\nMentor: -\n"
)
FLAGS = {
    "negated": Qualifier.NEGATION,
    "guidance": Qualifier.GUIDANCE,
    "history": Qualifier.HISTORY,
    "hypothesis": Qualifier.HYPOTHESIS,
    "ruled_out": Qualifier.RULED_OUT,
}


def _assert_same(doc: Doc, reading: Reading) -> None:
    """``doc`` shows exactly what ``reading`` says."""
    spans = doc.spans["sentences"]
    assert [(span.start_char, span.end_char) for span in spans] == [(s.start, s.end) for s in reading.sentences]
    for span, sentence in zip(spans, reading.sentences, strict=True):
        assert span._.speaker == sentence.qualified.speaker.value
        assert span._.attributed == sentence.qualified.attributed
        assert span._.prompt == sentence.prompt
        assert span._.section == sentence.section
        assert span._.block == sentence.kind.value
        for name, qualifier in FLAGS.items():
            assert span._.get(name) == sentence.qualified.has(qualifier)
        if sentence.kind is not BlockKind.TICKED:
            tokens = [token.lower_ for token in span if not token.is_space]
            assert _alike(tokens, sentence.words[sentence.lead :])
    blocks = [(span.start_char, span.label_) for span in doc.spans["blocks"]]
    assert blocks == [(block.start, block.kind.value) for block in reading.blocks]


def _alike(tokens: list[str], words: list[str]) -> bool:
    """Whether these are the words as they were read: the citizen's name is read as "borger"."""
    return len(tokens) == len(words) and all(
        word in (token, "borger") for token, word in zip(tokens, words, strict=True)
    )


def _scopes(doc: Doc, reading: Reading) -> None:
    """The span groups hold every hit, cue and scope, at its words."""
    classes = iter(doc.spans["classes"])
    cues, scopes = iter(doc.spans["cues"]), iter(doc.spans["scopes"])
    for sentence in reading.sentences:
        if sentence.kind is BlockKind.TICKED:
            continue
        lead = sentence.lead  # the words of the prompt are no part of the span
        for hit in sentence.hits:
            if hit.position < lead:
                continue
            span = next(classes)
            assert span.label_ == hit.name
            assert _alike(_words(span), sentence.words[hit.position : hit.position + hit.length])
        for scope in sentence.qualified.scopes:
            if scope.cue[0] >= lead:
                span = next(cues)
                assert span.label_ == scope.qualifier.value
                assert _alike(_words(span), sentence.words[slice(*scope.cue)])
            if scope.end > max(scope.start, lead):
                span = next(scopes)
                assert span.label_ == scope.qualifier.value
                assert _alike(_words(span), sentence.words[max(scope.start, lead) : scope.end])
    assert not [*classes, *cues, *scopes]


def _words(span: Span) -> list[str]:
    return [token.lower_ for token in span if not token.is_space]


def test_the_same_as_the_reading() -> None:
    doc = NLP(TEXT)
    reading = read(TEXT)
    assert len(reading.sentences) > 6
    _assert_same(doc, reading)
    _scopes(doc, reading)
    assert doc._.reading.sentences == reading.sentences


def test_an_answer_that_is_read_with_its_prompt() -> None:
    text = "Personlig assistance: nej, det er ikke aktuelt med hjælp."
    doc = NLP(text)
    assert doc._.reading.sentences[0].lead == 2
    _scopes(doc, doc._.reading)


@given(st.one_of(documents(), st.text()))
def test_the_same_as_the_reading_for_any_text(text: str) -> None:
    doc = NLP(text)
    assert doc.text == text
    _assert_same(doc, read(text))
    _scopes(doc, doc._.reading)


@given(st.text())
def test_the_tokenizer_keeps_every_character(text: str) -> None:
    doc = CaseTokenizer(NLP.vocab)(text)
    assert doc.text == text
    assert [(t.idx, t.idx + len(t)) for t in doc if not t.is_space] == tokens.spans(text)


def test_readable_attributes() -> None:
    doc = NLP(TEXT)
    said = {span.text: span for span in doc.spans["sentences"]}
    wish = said["Hun vil gerne arbejde som pedelmedhjælper, men kan ikke løfte tungt."]
    assert (wish._.speaker, wish._.prompt, wish._.negated) == ("borger", "Borgerens ønsker", True)
    assert said["Lægen fraråder tunge løft."]._.speaker == "laege"
    assert said["Hun har tidligere haft personlig assistance."]._.history
    assert said["Der er vejledt om hjælpemidler."]._.guidance
    assert said["Frisørfaget er udelukket."]._.ruled_out
    assert said["Korte dage, hvis smerterne tager til"]._.hypothesis
    assert said["☒ Pauser  ☐ Støj"]._.block == "ticked"
    assert not any("Beskriv" in text or "Mentor" in text for text in said)
    assert {span.text for span in doc.spans["scopes"] if span.label_ == "negation"} >= {"løfte tungt."}


def test_sentences_start_where_blocks_and_sentences_do() -> None:
    doc = NLP("Jobmål: Pedel. Vil gerne i gang.\n- Korte dage")
    assert [sent.text.strip() for sent in doc.sents] == [
        "Jobmål:",
        "Pedel.",
        "Vil gerne i gang.",
        "- ",
        "Korte dage",
    ] or [sent.text.strip() for sent in doc.sents] == ["Jobmål:", "Pedel.", "Vil gerne i gang.\n-", "Korte dage"]


@pytest.mark.parametrize("text", ["", " ", "\n\n\t", "\u00a0", "\x00", "\ufeffHej.", "🙂 glad", "e\u0301", "a\r\nb"])
def test_odd_texts(text: str) -> None:
    doc = NLP(text)
    assert doc.text == text
    assert set(doc.spans) >= {"sentences", "blocks", "classes", "cues", "scopes"}


def test_pipe_gives_the_documents_in_order() -> None:
    texts = [TEXT, "", "Borger er glad.", TEXT[::-1]] * 5
    docs = list(NLP.pipe(texts, batch_size=3))
    assert [doc.text for doc in docs] == texts
    for doc in docs[:4]:
        _assert_same(doc, read(doc.text))


def test_pipe_keeps_contexts() -> None:
    pairs = list(NLP.pipe([("Borger er glad.", {"id": 7})], as_tuples=True))
    assert pairs[0][1] == {"id": 7}


def test_a_document_can_be_stored_and_read_again() -> None:
    stored = DocBin(store_user_data=True, docs=[NLP(TEXT)]).to_bytes()
    (doc,) = DocBin(store_user_data=True).from_bytes(stored).get_docs(NLP.vocab)
    assert doc.text == TEXT
    _assert_same(doc, read(TEXT))
    assert doc._.reading.sentences == read(TEXT).sentences


@pytest.mark.slow
def test_pipe_in_several_processes() -> None:
    texts = [TEXT, "Borger er glad.", ""] * 4
    docs = list(NLP.pipe(texts, n_process=2, batch_size=2))
    assert [doc.text for doc in docs] == texts
    _assert_same(docs[0], read(TEXT))


def test_kind_decides_whose_text_it_is() -> None:
    text = "Arbejdsevnen er 8 timer."
    for kind, speaker in ((Kind.INDSTILLING, "teamet"), ("indstilling", "teamet"), (Kind.JOBSAMTALE, "sagsbehandler")):
        doc = load(kind, topics=False)(text)
        assert doc.spans["sentences"][0]._.speaker == speaker
        assert doc._.reading.kind == kind
    with pytest.raises(ValueError, match="notat"):
        load("notat", topics=False)


def test_it_is_a_danish_language_that_others_can_build_on() -> None:
    nlp = docscore.load()
    assert isinstance(nlp, Language)
    assert nlp.lang == "da"
    assert "docscore_reader" in nlp.pipe_names
    seen: list[int] = []

    @Language.component("test_taeller")
    def count(doc: Doc) -> Doc:
        seen.append(len(doc.spans["sentences"]))
        return doc

    nlp.add_pipe("test_taeller", last=True)
    nlp("Borger er glad. Hun vil gerne i gang.")
    assert seen == [2]


def test_loading_twice_is_harmless() -> None:
    first, second = load(topics=False), load(topics=False)
    assert first is not second
    assert first(TEXT).to_json() == second(TEXT).to_json()


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["Borger kan ikke løfte tungt. Hun ønsker pauser.\n", "Hun kan ikke løfte og ønsker pauser, "]
)
def test_a_megabyte(piece: str) -> None:
    """In lines, and as one sentence: a time that grows with the square would be minutes."""
    text = (piece * (1_100_000 // len(piece)))[: 1 << 20]
    begin = time.process_time()
    doc = NLP(text)
    assert time.process_time() - begin < 30
    assert doc.text == text
    assert sum(span.end_char - span.start_char for span in doc.spans["sentences"]) > 0.9 * len(text)
