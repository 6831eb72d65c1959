"""What a worse text costs: documents of writers whom no part of the model met, decided as they are and as they come.

    python -m training.held_out scans [--documents 144] [--keep FILE]    # needs Tesseract and the extra "dev"
    python -m training.held_out noise [--groups 3]

``scans``: documents of twelve writers over the three core kinds are set in type and scanned (:mod:`training.scans`),
recognised and decided by a model that learned from the other writers. ``noise``: every writer's documents, a group of
writers at a time, are printed without Danish letters (:mod:`training.ocr_noise`), repaired with word counts of the
other writers, and decided; words are counted too. Both print kappa against the annotated answers, as a mean over topics
and kinds, and the loss with a paired 95 % interval (bootstrap over cases). ``--keep`` remembers what was recognised.
"""

from __future__ import annotations

import argparse
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from docscore.checkpoints.catalogue import TOPICS
from docscore.language.reading import read
from docscore.learn.annotations import HEADS, AnnotatedDocument, load_documents, load_sentences
from docscore.learn.calibrate import Calibrated, calibrate, probabilities
from docscore.learn.dataset import Item
from docscore.learn.folds import held_out_logits, writer_folds
from docscore.learn.heads import Floats, Heads, fit_heads
from docscore.learn.recipe import Recipe
from docscore.learn.train import Corpus, corpus_of, held_out, load_corpus
from docscore.learn.validate import CORE
from docscore.recognise import recognise_kind
from docscore.repair import repair
from docscore.repair.decode import Decoder
from docscore.repair.words import Words, load_counts, word_list
from training.make_model import ANNOTATIONS
from training.make_repair import counts_of
from training.ocr_noise import noised

WRITERS = 12
"""Writers whose documents are scanned."""

FOLDS = 6
"""Groups of the other writers that are held out in turn for the calibration."""

ROUNDS = 2000
_EDGE = re.compile(r"^[^\w@&%|]+|[^\w@&%|]+$")
_DANISH = re.compile("[æøåÆØÅ]")


@dataclass(slots=True)
class Answers:
    """Decisions of one version of the documents: case, topic, kind, annotated and given answer, one entry each."""

    case: list[str] = field(default_factory=list)
    cell: list[tuple[str, str]] = field(default_factory=list)
    truth: list[bool] = field(default_factory=list)
    said: list[bool] = field(default_factory=list)

    def kappas(self, cases: Sequence[str], drawn: Floats) -> Floats:
        """The mean of the kappas over topics and kinds.

        Args:
            cases: their names.
            drawn: how often each was drawn, shape (resamples, cases).

        Returns:
            Shape (resamples,); a cell in which one answer alone was drawn is left out of its mean.
        """
        cells, truth, said = sorted(set(self.cell)), np.array(self.truth), np.array(self.said)
        counts = np.zeros((len(cases), len(cells), 2, 2))
        where = np.array([cases.index(case) for case in self.case]), np.array([cells.index(c) for c in self.cell])
        np.add.at(counts, (*where, truth.astype(int), said.astype(int)), 1)
        table = np.einsum("rc,ckts->rkts", drawn, counts)
        table /= table.sum(axis=(2, 3), keepdims=True)
        same = table[:, :, 0, 0] + table[:, :, 1, 1]
        chance = (table.sum(axis=3) * table.sum(axis=2)).sum(axis=2)
        return np.asarray(np.nanmean(np.where(chance < 1, (same - chance) / np.maximum(1 - chance, 1e-12), np.nan), 1))


@dataclass(frozen=True, slots=True)
class Model:
    """Heads and their calibration, of some writers."""

    heads: Heads
    fitted: dict[str, Calibrated]
    recipe: Recipe

    def decide(self, documents: Sequence[AnnotatedDocument], texts: Sequence[str], into: Answers) -> None:
        """Decide the topics of documents, each with the text that it is given."""
        items = [_item(document, text) for document, text in zip(documents, texts, strict=True)]
        corpus = corpus_of(items, len(items), self.recipe.features)
        logits = self.heads.logits(corpus.table)
        for topic in TOPICS:
            part = held_out(corpus, logits, topic)
            p = probabilities(part.figures, self.fitted[topic].coefficients)
            for at, kind, truth, one in zip(part.index, part.kind, part.truth, p, strict=True):
                if kind in CORE:
                    into.case.append(documents[at].case_id)
                    into.cell.append((topic, str(kind)))
                    into.truth.append(bool(truth))
                    into.said.append(bool(one >= self.fitted[topic].limit(str(kind)).threshold))


def _item(document: AnnotatedDocument, text: str) -> Item:
    """A document with another text; its sentences are not labelled."""
    reading = read(text, kind=document.kind)
    return Item(document.writer, reading, np.full((len(reading.sentences), len(HEADS)), np.nan), document)


def model_without(corpus: Corpus, writers: Iterable[str], recipe: Recipe) -> Model:
    """A model of the topics that learned nothing, thresholds included, from these writers."""
    out = set(writers)
    kept = [item for item in corpus.items[: corpus.documents] if item.source not in out]
    rest = corpus_of([*kept, *corpus.items[corpus.documents :]], len(kept), recipe.features)
    labels = rest.labels.copy()
    labels[:, [head not in TOPICS for head in HEADS]] = np.nan
    rest = replace(rest, labels=labels)
    logits = held_out_logits(rest.rows, recipe, FOLDS)
    fitted = calibrate({topic: held_out(rest, logits, topic) for topic in TOPICS}, recipe.target, recipe.seed)
    return Model(fit_heads(rest.rows, np.ones(len(rest.source), dtype=bool), recipe), fitted, recipe)


def scans(count: int, dpi: int, keep: Path | None) -> None:
    """Measure scanned pages."""
    recipe = Recipe()
    corpus = load_corpus(ANNOTATIONS, recipe.features)
    writers = corpus.writers[:: len(corpus.writers) // WRITERS][:WRITERS]
    documents = _chosen(corpus, writers, count)
    versions = _recognised(documents, dpi, keep)
    model = model_without(corpus, writers, recipe)
    answers = {version: Answers() for version in versions}
    for version, texts in versions.items():
        model.decide(documents, texts, answers[version])
        other = sum(_kind(text) != _kind(d.text) for d, text in zip(documents, texts, strict=True))
        print(f"{version}: {other} dokumenter tages for en anden slags end den rene tekst")
    print(f"{len(documents)} dokumenter af {len(writers)} forfattere")
    _print(answers)


def _kind(text: str) -> str:
    return str(recognise_kind(text, None).kind)


def _chosen(corpus: Corpus, writers: Sequence[str], count: int) -> list[AnnotatedDocument]:
    """As many documents of each writer, of whole cases, the three core kinds of each."""
    cases = max(1, round(count / len(writers) / len(CORE)))
    found: list[AnnotatedDocument] = []
    for writer in writers:
        mine = [i.document for i in corpus.items[: corpus.documents] if i.document and i.document.writer == writer]
        names = sorted({document.case_id for document in mine})[:cases]
        found += [document for document in mine if document.case_id in names and str(document.kind) in CORE]
    return found


def _recognised(documents: Sequence[AnnotatedDocument], dpi: int, keep: Path | None) -> dict[str, list[str]]:
    """The texts as they are, as the same pages' text layer gives them, and as their scans are read."""
    from docscore.readers import read_document
    from training.scans import count_words, scan, typeset

    known: dict[str, list[str]] = json.loads(keep.read_text("utf-8")) if keep is not None and keep.exists() else {}
    versions: dict[str, list[str]] = {"clean": [], "text layer": [], "scanned": []}
    words, kept = Counter[str](), Counter[str]()
    for document in documents:
        key = f"{document.case_id}/{document.name}"
        seed = zlib.crc32(key.encode())
        if key not in known:
            layer = read_document(typeset(document.text, seed), "sat.pdf").text
            known[key] = [layer, read_document(scan(document.text, seed, dpi), "scan.pdf").text]
            if keep is not None:
                keep.write_text(json.dumps(known, ensure_ascii=False), "utf-8")
        for version, text in zip(versions, (document.text, *known[key]), strict=True):
            versions[version].append(text)
        count_words(document.text, known[key][1], words, kept)
    for name, total in (+words).items():
        print(f"ord, {name}: {kept[name]} af {total} genfundet ({kept[name] / total:.2%})")
    return versions


def noise(groups: int) -> None:
    """Measure text that was recognised without Danish letters, repaired and not."""
    recipe = Recipe()
    corpus = load_corpus(ANNOTATIONS, recipe.features)
    answers = {version: Answers() for version in ("clean", "repaired", "not repaired")}
    count = Counter[str]()
    for group in writer_folds(corpus.writers, groups):
        decoder = decoder_without(group)
        documents = [one for one in load_documents(ANNOTATIONS) if one.writer in group and str(one.kind) in CORE]
        clean = [document.text for document in documents]
        printed = [noised(text, seed) for seed, text in enumerate(clean)]
        repaired = [fixed.text if (fixed := repair(text, decoder)) else text for text in printed]
        for texts in zip(clean, printed, repaired, strict=True):
            count += words_of(*texts)
        model = model_without(corpus, group, recipe)
        for version, texts_of in zip(answers, (clean, repaired, printed), strict=True):
            model.decide(documents, texts_of, answers[version])
    print_words(count)
    _print(answers)


def decoder_without(writers: Iterable[str]) -> Decoder:
    """The repair as it is without the documents of these writers."""
    out = set(writers)
    texts = [document.text for document in load_documents(ANNOTATIONS) if document.writer not in out]
    counts = load_counts(counts_of([*texts, *(sentence.text for sentence in load_sentences(ANNOTATIONS))]))
    own = [word for word, n in counts.words.items() if n > 1 and word.isalpha() and word.islower()]
    return Decoder(Words(word_list(own), counts))


def words_of(clean: str, printed: str, read_as: str) -> Counter[str]:
    """How many words had a Danish letter, and were restored; how many came through the print, and were damaged."""
    found = Counter[str]()
    for lines in zip(clean.split("\n"), printed.split("\n"), read_as.split("\n"), strict=False):
        rows = [line.split() for line in lines]
        if len({len(row) for row in rows}) > 1:
            found["lines left out"] += 1
            continue
        for words in zip(*rows, strict=True):
            was, stood, became = (_EDGE.sub("", word) for word in words)
            if _DANISH.search(was):
                found["danish"] += 1
                found["restored"] += was == became
            elif was == stood:
                found["good"] += 1
                found["damaged"] += was != became
    return found


def print_words(count: Counter[str]) -> None:
    """Print what :func:`words_of` counted."""
    print(f"ord med æ, ø eller å: {count['danish']}, genskabt {count['restored'] / count['danish']:.2%}")
    print(f"gode ord: {count['good']}, skadet {count['damaged'] / count['good']:.3%}")


def _print(answers: Mapping[str, Answers]) -> None:
    """Kappa of every version, and what each loses against the first."""
    (first, clean), *others = answers.items()
    cases = sorted(set(clean.case))
    rng = np.random.default_rng(1)
    drawn = rng.multinomial(len(cases), np.full(len(cases), 1 / len(cases)), ROUNDS).astype(float)
    drawn = np.vstack([np.ones(len(cases)), drawn])
    base = clean.kappas(cases, drawn)
    print(f"{first}: kappa {base[0]:.3f} ({len(clean.truth)} afgørelser, {len(cases)} sager)")
    for version, answer in others:
        loss = 100 * (base - answer.kappas(cases, drawn))
        low, high = np.quantile(loss[1:], (0.025, 0.975))
        same = np.mean(np.array(answer.said) == np.array(clean.said))
        print(
            f"{version}: kappa {answer.kappas(cases, drawn)[0]:.3f}, tab {loss[0]:.1f} point "
            f"(95 %: {low:.1f} til {high:.1f}), {same:.1%} af afgørelserne ens"
        )


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("scans", "noise"))
    parser.add_argument("--documents", type=int, default=144)
    parser.add_argument("--dpi", type=int, default=200)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--groups", type=int, default=3)
    options = parser.parse_args()
    if options.what == "scans":
        scans(options.documents, options.dpi, options.keep)
    else:
        noise(options.groups)


if __name__ == "__main__":
    main()
