"""Rebuild ``docscore/repair/data/``'s ``counts.txt.gz`` and ``broken.txt`` from the annotated documents and the bank.

``python -m training.make_repair``
"""

from __future__ import annotations

import gzip
import math
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from docscore.learn.annotations import load_documents, load_sentences
from docscore.repair.channel import Channel, channel
from docscore.repair.tokens import TOKEN, plain
from docscore.repair.words import Words, words

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "docscore" / "repair" / "data"

COMMON = 60
"""How often a word must stand in the corpus for its broken forms to tell of a text."""

WORD_TOO = 400
"""How often, where a broken form is itself a word."""

SHARE = 0.05
"""The rarest printed form that is taken."""

FOREIGN = {"far", "for", "god", "gor", "and", "made", "are", "bare", "dr", "std"}
"""Broken forms that are common words of other languages or of Danish."""


def counts_of(texts: Iterable[str]) -> bytes:
    """The words and pairs of some texts as ``docscore.repair.words.load_counts`` reads them; the same bytes always.

    A word that stands once is kept (most are real), a pair that stands once is not.
    """
    words: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for text in texts:
        found = [plain(token) for token in TOKEN.findall(text)]
        words.update(found)
        pairs.update(pairwise(found))
    followers = Counter(before for before, _ in pairs)
    lines = [f"{word} {n} {followers[word]}" for word, n in sorted(words.items())]
    lines.append("")
    lines += [f"{a} {b} {n}" for (a, b), n in sorted(pairs.items()) if n > 1]
    return gzip.compress("\n".join(lines).encode("utf-8"), mtime=0)


def broken_of(found: Words, forms: Channel) -> list[str]:
    """What the common words with a Danish letter are printed as, where that tells them from other words."""
    by_letter: dict[str, list[str]] = {}
    for printed, by in forms.forms.items():
        for form in by:
            if form.cost < -math.log(SHARE) and not form.start and printed.islower() | (printed == "&"):
                by_letter.setdefault(form.letter, []).append(printed)
    counts = found.counts.words
    broken: set[str] = set()
    for word, n in counts.items():
        if n < COMMON or not set(word) & set("æøå"):
            continue
        ways = [""]
        for letter in word:
            ways = [way + printed for way in ways for printed in (by_letter[letter] if letter in "æøå" else [letter])]
        for way in ways:
            plainly = counts.get(way, 0)
            if way not in FOREIGN and 10 * plainly < n and (way not in found or n >= WORD_TOO):
                broken.add(way)
    return sorted(broken)


def main() -> None:
    """Write the files."""
    root = ROOT / "annotations"
    texts = [document.text for document in load_documents(root)] + [one.text for one in load_sentences(root)]
    data = counts_of(texts)
    (DATA / "counts.txt.gz").write_bytes(data)
    broken = broken_of(words(), channel())
    (DATA / "broken.txt").write_text("\n".join(broken) + "\n", "utf-8")
    print(f"counts.txt.gz: {len(data)} bytes; broken.txt: {len(broken)} words")


if __name__ == "__main__":
    main()
