"""Is an annotated corpus fit to learn from? Everything that is wrong with it, and its counts.

What is checked: that every label file and bank line loads, that nothing is missing, that disagreements are settled,
that nothing stands twice (:mod:`docscore.learn.duplicates`), that no real-looking number or address stands in it, and
that documented and hard decisions are neither rare nor everything.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from docscore.case import Kind
from docscore.checkpoints.catalogue import OWN, TOPICS, load_catalogue
from docscore.errors import AnnotationError
from docscore.learn.annotations import HEADS, AnnotatedDocument, BankSentence, case_folders, label_files
from docscore.learn.duplicates import Text, duplicates
from docscore.learn.faults import (
    DIFFICULTIES,
    GOLD,
    Finding,
    LabelFile,
    read_bank,
    read_label_file,
    relative,
    writer_of,
)
from docscore.report.privacy import mask_cpr

CORE = (Kind.FORBEREDENDE_DEL, Kind.INDSTILLING, Kind.JOBSAMTALE)
"""The kinds in which all five topics are judged (codebook, section 1)."""

SHARES = (0.35, 0.65)
"""A topic documented in a smaller or larger share of a core kind's documents teaches one answer too little."""

HARD = 1 / 3
"""So many decisions at least are to be near-misses or unexpected positives."""

_MAIL = re.compile(r"[\w.+-]@[\w-]+\.\w")
_PHONE = re.compile(
    r"(?<!\d)(?<!\d[./-])[2-9]\d"
    r"(?:\d{6}|\d{2}[ \u00a0]\d{4}|(?:([ \u00a0.-])\d\d)(?:\1\d\d){2})"  # 8 digits, four and four, four pairs
    r"(?![./-]?\d)"
)
_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d|[0-3]\d(?:0[1-9]|1[0-2])(?:19|20)\d\d")
_YEARS = re.compile(r"(?:19|20)\d\d\s(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Report:
    """What a check of a corpus found, and its counts (:func:`corpus_counts`)."""

    findings: tuple[Finding, ...]
    counts: Mapping[str, Any]

    def of(self, severity: str) -> list[Finding]:
        """The findings that are an ``error`` or a ``warning``."""
        return [finding for finding in self.findings if finding.severity == severity]


@dataclass(frozen=True, slots=True)
class _Case:
    """A case folder: its label files, the one to learn from first, and the names of its documents."""

    where: str
    writer: str
    files: tuple[LabelFile, ...]
    names: tuple[str, ...]


def validate(root: Path) -> Report:
    """Check a corpus.

    Args:
        root: the folder with ``cases`` and ``sentences`` (:mod:`docscore.learn.annotations`).

    Raises:
        AnnotationError: there is no folder ``cases`` or nothing in it; all other faults are findings.
    """
    cases: list[_Case] = []
    texts: list[Text] = []
    for path in case_folders(root):
        files = tuple(read_label_file(file, root) for file in label_files(path))
        names = sorted(file.name for file in path.glob("*.txt"))
        writer = files[0].writer if files else writer_of(path)
        cases.append(_Case(relative(path, root), writer, files, tuple(names)))
        texts += _texts(path, names, writer, root)
    if not cases:
        raise AnnotationError(f"{root / 'cases'} indeholder ingen sager.")
    bank, found = read_bank(root)
    for case in cases:
        found += [finding for file in case.files for finding in file.findings]
        found += _complete(case)
        found += _settled(case)
    found += duplicates(texts, bank)
    found += _private(root)
    documents = [document for case in cases if case.files for document in case.files[0].documents]
    counts = corpus_counts(documents, [line.sentence for line in bank])
    found += _balanced(counts)
    return Report(tuple(found), counts)


def _texts(case: Path, names: Sequence[str], writer: str, root: Path) -> Iterator[Text]:
    for name in names:
        try:
            yield Text(relative(case / name, root), writer, (case / name).read_text("utf-8"))
        except (OSError, UnicodeDecodeError):
            continue  # a fault of the label file that names it, or a document without labels


def _complete(case: _Case) -> Iterator[Finding]:
    """Documents, topics and checkpoints that nobody judged."""
    if not case.files:
        yield Finding("case_unlabelled", case.where)
        return
    used = case.files[0]
    labelled = dict(used.entries())
    if used.raw:
        for name in case.names:
            if name not in labelled:
                yield Finding("document_unlabelled", f"{case.where}/{name}", None, {"labels": used.path.name})
    for name, entry in labelled.items():
        yield from _answered(used, name, entry)
    own = [file for file in case.files if file.path.name != GOLD]
    others = {name for file in own if file.annotator != case.writer for name, _ in file.entries()}
    alone = [name for name in labelled if name not in others]
    if alone:
        yield Finding("only_writer", case.where, None, {"documents": ", ".join(alone)})


def _answered(file: LabelFile, name: str, entry: Mapping[str, Any]) -> Iterator[Finding]:
    kind, topics, checkpoints = (entry.get(part) for part in ("kind", "topics", "checkpoints"))
    if kind not in tuple(Kind) or not isinstance(topics, dict):
        return
    catalogue = load_catalogue()
    wanted = [c.decided_by for c in catalogue.for_kind(kind) if c.decided_by not in (None, OWN)]
    given = {*topics, *_heads(checkpoints)}
    missing = [head for head in dict.fromkeys(wanted) if head is not None and head not in given]
    if kind in CORE:
        if lacking := [topic for topic in TOPICS if topic not in topics]:
            yield Finding("topics_missing", file.where, None, {"document": name, "missing": ", ".join(lacking)})
        missing = [head for head in missing if head not in TOPICS]
    if missing:
        yield Finding("checkpoints_missing", file.where, None, {"document": name, "missing": ", ".join(missing)})
    perspective, goal = _yes(topics, "borgerens_perspektiv"), _yes(topics, "klart_jobmaal")
    if perspective is not None and not perspective.get("elements"):
        yield Finding("elements_missing", file.where, None, {"document": name})
    if goal is not None and kind in catalogue.heads()[OWN] and "own" not in goal:
        yield Finding("own_missing", file.where, None, {"document": name})


def _heads(checkpoints: object) -> Iterator[str | None]:
    for checkpoint_id in checkpoints if isinstance(checkpoints, dict) else ():
        checkpoint = load_catalogue().by_id.get(checkpoint_id)
        yield None if checkpoint is None else checkpoint.decided_by


def _yes(topics: Mapping[str, Any], topic: str) -> Mapping[str, Any] | None:
    """The raw answer for a topic that is documented."""
    answer = topics.get(topic)
    return answer if isinstance(answer, dict) and answer.get("documented") is True else None


def _settled(case: _Case) -> Iterator[Finding]:
    """Disagreements that nobody settled, settled without a reason, or settled from other answers than there are now."""
    votes: defaultdict[tuple[str, str], dict[str, bool]] = defaultdict(dict)
    for file in case.files:
        if file.path.name != GOLD:
            for name, _, key, answer in file.answers():
                if isinstance(answer.get("documented"), bool):
                    votes[name, key][file.annotator] = answer["documented"]
    gold = next((file for file in case.files if file.path.name == GOLD), None)
    if gold is None:
        split = sum(len(set(some.values())) > 1 for some in votes.values())
        if split:
            yield Finding("unadjudicated", case.where, None, {"n": split})
        return
    for name, _, key, answer in gold.answers():
        counted, verdict = answer.get("votes"), answer.get("adjudicated")
        parts: dict[str, str | int] = {"document": name, "head": key}
        if not isinstance(counted, dict):
            continue
        if counted != votes[name, key]:
            yield Finding("votes_differ", gold.where, None, parts)
        reason = verdict.get("reason") if isinstance(verdict, dict) else None
        if any(vote != answer.get("documented") for vote in counted.values()) and not reason:
            yield Finding("no_reason", gold.where, None, parts)


def _private(root: Path) -> Iterator[Finding]:
    """Lines with a number or address that could be a real person's; what it says is never repeated."""
    for folder in ("cases", "sentences"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in (".txt", ".json", ".jsonl") or not path.is_file():
                continue
            try:
                text = path.read_text("utf-8")
            except (OSError, UnicodeDecodeError):
                continue
            # Masking keeps length and line ends, also of a number broken over two lines.
            for number, (line, masked) in enumerate(zip(text.split("\n"), mask_cpr(text).split("\n"), strict=True), 1):
                if line != masked:
                    yield Finding("cpr", relative(path, root), number)
                if _MAIL.search(line):
                    yield Finding("mail", relative(path, root), number)
                if any(_is_phone(match[0]) for match in _PHONE.finditer(masked)):
                    yield Finding("phone", relative(path, root), number)


def _is_phone(digits: str) -> bool:
    return not (_DATE.fullmatch(digits) or _YEARS.fullmatch(digits))


def corpus_counts(documents: Sequence[AnnotatedDocument], bank: Sequence[BankSentence]) -> dict[str, Any]:
    """How much there is of what.

    Args:
        documents: each once, with the labels that are learnt from.
        bank: the sentence bank.

    Returns:
        ``cases``, ``documents``, ``words``, ``decisions`` (on the five topics); per ``kinds`` documents, words, and the
        ``shortest``, ``median`` and ``longest`` in words; per ``writers`` cases, documents and words; ``difficulty`` of
        the decisions; ``prevalence`` by head and kind (``n``, ``documented``, ``share``); ``bank`` by head
        (``documented``, ``not_documented``).
    """
    words = {id(document): len(document.text.split()) for document in documents}
    kinds: dict[str, Any] = {}
    for kind in Kind:
        lengths = sorted(words[id(document)] for document in documents if document.kind is kind)
        if lengths:
            kinds[str(kind)] = {
                "documents": len(lengths),
                "words": sum(lengths),
                "shortest": lengths[0],
                "median": median(lengths),
                "longest": lengths[-1],
            }
    writers: dict[str, Any] = {}
    for writer in sorted({document.writer for document in documents}):
        mine = [document for document in documents if document.writer == writer]
        cases = len({document.case_id for document in mine})
        writers[writer] = {"cases": cases, "documents": len(mine), "words": sum(words[id(d)] for d in mine)}
    answers: dict[tuple[str, str], list[bool]] = defaultdict(list)
    hard: Counter[str] = Counter()
    for document in documents:
        for head, label in document.labels.items():
            answers[head, document.kind].append(label.documented)
            if head in TOPICS:
                hard[label.difficulty] += 1
    in_bank = Counter((sentence.head, sentence.documented) for sentence in bank)
    return {
        "cases": len({document.case_id for document in documents}),
        "documents": len(documents),
        "words": sum(words.values()),
        "decisions": sum(hard.values()),
        "kinds": kinds,
        "writers": writers,
        "difficulty": {name: hard[name] for name in DIFFICULTIES},
        "prevalence": {
            head: {
                str(kind): {"n": len(said), "documented": sum(said), "share": round(sum(said) / len(said), 4)}
                for kind in Kind
                if (said := answers.get((head, kind)))
            }
            for head in HEADS
            if any((head, kind) in answers for kind in Kind)
        },
        "bank": {
            head: {"documented": in_bank[head, True], "not_documented": in_bank[head, False]}
            for head in HEADS
            if in_bank[head, True] or in_bank[head, False]
        },
    }


def _balanced(counts: Mapping[str, Any]) -> Iterator[Finding]:
    for topic in TOPICS:
        for kind, of in counts["prevalence"].get(topic, {}).items():
            if kind in CORE and not SHARES[0] <= of["share"] <= SHARES[1]:
                parts = {"head": topic, "kind": kind, "share": round(100 * of["share"]), "n": of["n"]}
                yield Finding("prevalence", "", None, parts)
    hard = sum(counts["difficulty"][name] for name in DIFFICULTIES[1:])
    if counts["decisions"] and hard < HARD * counts["decisions"]:
        yield Finding("hard_share", "", None, {"share": round(100 * hard / counts["decisions"])})
