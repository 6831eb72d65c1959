"""The Danish pipeline as a spaCy ``Language``, for those who build on it.

>>> import docscore
>>> nlp = docscore.load()
>>> doc = nlp("Borgerens ønsker: Vil gerne arbejde som pedelmedhjælper. Lægen fraråder tunge løft.")
>>> [(sent.text, sent._.speaker) for sent in doc.spans["sentences"]]
[('Vil gerne arbejde som pedelmedhjælper.', 'borger'), ('Lægen fraråder tunge løft.', 'laege')]

Extension attributes: ``Doc._.reading``; on spans ``_.speaker``, ``_.attributed``, ``_.prompt``, ``_.section``,
``_.block`` (the kind of block), ``_.negated``, ``_.guidance``, ``_.history``, ``_.hypothesis``, ``_.ruled_out``.
Span groups: ``blocks`` (labelled with their kind), ``sentences``, ``classes`` (word classes), ``cues`` and ``scopes``
(labelled with the qualifier). With the component ``docscore_topics``: ``Doc._.topics`` (a
:class:`~docscore.decision.Finding` per topic) and the span group ``topics``, the evidence labelled with its topic.
Nothing is downloaded.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from docscore.case import Kind
from docscore.checkpoints.catalogue import TOPICS
from docscore.decision import Finding
from docscore.detect.topics import load_model
from docscore.language import tokens
from docscore.language.layout import BlockKind
from docscore.language.qualifiers import Qualifier
from docscore.language.reading import Reading, Sentence, read

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span

_FLAGS = {
    "negated": Qualifier.NEGATION,
    "guidance": Qualifier.GUIDANCE,
    "history": Qualifier.HISTORY,
    "hypothesis": Qualifier.HYPOTHESIS,
    "ruled_out": Qualifier.RULED_OUT,
}


_KIND = "docscore_kind"
_LONGEST = 50_000_000  # code points; spaCy's own limit of a million is for parsers

# Readings and findings are no part of a Doc, so that it can be serialised (``nlp.pipe(n_process=2)``, ``DocBin``).
_readings: WeakKeyDictionary[Any, Reading] = WeakKeyDictionary()
_findings: WeakKeyDictionary[Any, dict[str, Finding]] = WeakKeyDictionary()


def _reading_of(doc: Doc) -> Reading:
    """The reading of ``doc``; read again where the Doc came from another process or from disk."""
    found = _readings.get(doc)
    if found is None:
        kind = doc.user_data.get(_KIND)
        found = _readings[doc] = read(doc.text, kind=Kind(kind) if kind else None)
    return found


def _topics_of(doc: Doc) -> dict[str, Finding] | None:
    """The findings of ``doc``; None without ``docscore_topics``, and where the Doc came from another process."""
    return _findings.get(doc)


class CaseTokenizer:
    """docscore's tokenizer as a spaCy tokenizer: the same tokens as the reading, white space kept."""

    def __init__(self, vocab: Any) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Tokenise ``text``; ``doc.text`` equals it to the character."""
        from spacy.tokens import Doc

        words: list[str] = []
        spaces: list[bool] = []
        pos = 0
        for start, end in tokens.spans(text):
            gap = text[pos:start]
            if gap:
                if words and gap[0] == " ":
                    spaces[-1] = True
                    gap = gap[1:]
                if gap:
                    words.append(gap)
                    spaces.append(False)
            words.append(text[start:end])
            spaces.append(False)
            pos = end
        rest = text[pos:]
        if rest and words and rest[0] == " ":
            spaces[-1] = True
            rest = rest[1:]
        if rest:
            words.append(rest)
            spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)

    def to_bytes(self, **_: Any) -> bytes:
        """Nothing to save: the tokenizer has no state."""
        return b""

    def from_bytes(self, _: bytes, **__: Any) -> CaseTokenizer:
        """Nothing to load."""
        return self

    def to_disk(self, *_: Any, **__: Any) -> None:
        """Nothing to save."""

    def from_disk(self, *_: Any, **__: Any) -> CaseTokenizer:
        """Nothing to load."""
        return self


class CaseReader:
    """The component ``docscore_reader``: reads a document and sets sentences, attributes and span groups."""

    def __init__(self, kind: str | None = None) -> None:
        self.kind = Kind(kind) if kind else None

    def __call__(self, doc: Doc) -> Doc:
        """Annotate ``doc`` in place and return it."""
        doc.user_data[_KIND] = str(self.kind) if self.kind else ""
        reading = _readings[doc] = read(doc.text, kind=self.kind)
        starts = {doc[0].idx} if len(doc) else set()
        spans: list[Span] = []
        classes: list[Span] = []
        cues: list[Span] = []
        scoped: list[Span] = []
        for sentence in reading.sentences:
            span = _span(doc, sentence.start, sentence.end)
            starts.add(sentence.start)
            spans.append(_describe(span, sentence))
            if sentence.kind is BlockKind.TICKED:
                continue
            visible = [token.i for token in span if not token.is_space]
            lead = sentence.lead  # these words stand in the prompt, before the span
            for hit in sentence.hits:
                if hit.position >= lead:
                    begin = hit.position - lead
                    classes.append(_tokens(doc, visible, begin, begin + hit.length, hit.name))
            for scope in sentence.qualified.scopes:
                if scope.cue[0] >= lead:
                    cues.append(_tokens(doc, visible, scope.cue[0] - lead, scope.cue[1] - lead, scope.qualifier.value))
                begin = max(0, scope.start - lead)
                if scope.end - lead > begin:
                    scoped.append(_tokens(doc, visible, begin, scope.end - lead, scope.qualifier.value))
        starts.update(block.start for block in reading.blocks)
        _start_sentences(doc, starts)
        doc.spans["sentences"] = spans
        doc.spans["blocks"] = [
            _label(_span(doc, b.start, b.end), b.kind.value) for b in reading.blocks if b.end > b.start
        ]
        doc.spans["classes"] = classes
        doc.spans["cues"] = cues
        doc.spans["scopes"] = scoped
        return doc


class TopicFinder:
    """The component ``docscore_topics``: the five topics of a document that ``docscore_reader`` has read."""

    def __init__(self, model: str | None = None) -> None:
        self.model = load_model(Path(model) if model else None)

    def __call__(self, doc: Doc) -> Doc:
        """Set ``doc._.topics`` and the span group ``topics``."""
        analysis = self.model.analyse_reading(doc._.reading)
        findings = {topic: self.model.find(analysis, topic) for topic in TOPICS if topic in analysis.columns}
        _findings[doc] = findings
        doc.spans["topics"] = [
            _label(_span(doc, evidence.start, evidence.end), topic)
            for topic, finding in findings.items()
            for evidence in finding.evidence
        ]
        return doc


def _start_sentences(doc: Doc, starts: set[int]) -> None:
    """Let a sentence begin at the tokens with these offsets, and at no other."""
    import numpy as np
    from spacy.attrs import SENT_START

    # All at once: setting ``token.is_sent_start`` looks through the whole Doc for every token.
    flags = np.array([1 if token.idx in starts else -1 for token in doc], dtype=np.int64)
    doc.from_array([SENT_START], flags.astype(np.uint64))  # type: ignore[arg-type]


def _span(doc: Doc, start: int, end: int) -> Span:
    """The tokens that ``text[start:end]`` touches; never empty for a span of visible text."""
    span = doc.char_span(start, end, alignment_mode="expand")
    if span is None:
        raise ValueError(f"no tokens at {start}-{end}")
    return span


def _label(span: Span, label: str) -> Span:
    from spacy.tokens import Span

    return Span(span.doc, span.start, span.end, label=label)


def _tokens(doc: Doc, visible: list[int], start: int, end: int, label: str) -> Span:
    """The tokens ``visible[start:end]`` of a sentence (its tokens without white space) as a labelled span."""
    from spacy.tokens import Span

    return Span(doc, visible[start], visible[end - 1] + 1, label=label)


def _describe(span: Span, sentence: Sentence) -> Span:
    span._.speaker = sentence.qualified.speaker.value
    span._.attributed = sentence.qualified.attributed
    span._.prompt = sentence.prompt
    span._.section = sentence.section
    span._.block = sentence.kind.value
    for name, qualifier in _FLAGS.items():
        span._.set(name, sentence.qualified.has(qualifier))
    return span


def load(kind: Kind | str | None = None, topics: bool = True) -> Language:
    """The Danish pipeline: ``spacy.blank("da")`` with docscore's tokenizer, reader and topics.

    Args:
        kind: the kind of the documents it will read, where known: it decides whose text a document is.
        topics: whether to add the component ``docscore_topics`` with the bundled model.
    """
    import spacy
    from spacy.language import Language
    from spacy.tokens import Doc, Span

    if not Doc.has_extension("reading"):
        Doc.set_extension("reading", getter=_reading_of)
        Doc.set_extension("topics", getter=_topics_of)
        for name in ("speaker", "prompt", "section", "block"):
            Span.set_extension(name, default="")
        for name in ("attributed", *_FLAGS):
            Span.set_extension(name, default=False)
    if not Language.has_factory("docscore_reader"):

        @Language.factory("docscore_reader", default_config={"kind": None})
        def _create(nlp: Language, name: str, kind: str | None) -> CaseReader:  # noqa: ARG001
            return CaseReader(kind)

        @Language.factory("docscore_topics", default_config={"model": None})
        def _topics(nlp: Language, name: str, model: str | None) -> TopicFinder:  # noqa: ARG001
            return TopicFinder(model)

    nlp = spacy.blank("da")
    nlp.tokenizer = CaseTokenizer(nlp.vocab)
    nlp.max_length = _LONGEST
    nlp.add_pipe("docscore_reader", config={"kind": str(kind) if kind else None})
    if topics:
        nlp.add_pipe("docscore_topics")
    return nlp
