"""What the encoder reads: a sentence, and beside it its document's kind, its field, its section and its neighbours.

A sentence longer than the encoder's window is read in overlapping windows, so that nothing is cut unseen; its
surroundings are shortened instead, since every neighbour has a passage of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from docscore.language import tokens
from docscore.language.layout import BlockKind

if TYPE_CHECKING:
    from docscore.language.reading import Reading, Sentence

OVERLAP = 16
"""Tokens that two windows of one sentence share."""

PLACE_SHARE = 0.5
"""The surroundings take at most this share of a window."""

NUMBER = 6
"""A number of so many digits (a CPR, phone or case number) says nothing but that it stands there."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How passages are cut: ``max_length`` tokens a window, ``context_words`` words of each neighbour."""

    max_length: int = 128
    context_words: int = 16


@dataclass(frozen=True, slots=True)
class Window:
    """One input of the encoder: token ids, their segment, which are the sentence's own, and whose it is.

    ``owner`` numbers the sentence among those asked for.
    """

    ids: list[int]
    types: list[int]
    own: list[bool]
    owner: int


def wording(reading: Reading, sentence: Sentence) -> str:
    """A sentence as it is read: as written, but with the citizen's name as "borger" and long numbers as zeros.

    No name and no number of a person is learnt. Of a ticked line only the marked options count.
    """
    said = reading.text[sentence.start : sentence.end]
    found = list(tokens.TOKEN.finditer(said))
    if sentence.kind is BlockKind.TICKED or len(found) != len(sentence.words):
        return " ".join(_plain(word) for word in sentence.words)
    pieces: list[str] = []
    at = 0
    for match, word in zip(found, sentence.words, strict=True):
        written = match.group()
        pieces += [said[at : match.start()], _plain(written if written.lower() == word else word)]
        at = match.end()
    return " ".join("".join([*pieces, said[at:]]).split())


def _plain(word: str) -> str:
    return tokens.shape(word) if sum(c.isdigit() for c in word) >= NUMBER else word


def passages(reading: Reading, chosen: Sequence[int], shape: Shape) -> list[tuple[str, str]]:
    """Wording and surroundings of the chosen sentences (their positions), in their order."""
    sentences = reading.sentences
    wanted = {j for i in chosen for j in (i - 1, i, i + 1) if 0 <= j < len(sentences)}
    said = {i: wording(reading, sentences[i]) for i in wanted}
    most = shape.context_words
    kind = str(reading.kind or "dokument").replace("_", " ")
    found: list[tuple[str, str]] = []
    for i in chosen:
        s = sentences[i]
        before = " ".join(said[i - 1].split()[-most:]) if i and most else ""
        after = " ".join(said[i + 1].split()[:most]) if i + 1 < len(sentences) and most else ""
        prompt, section = (" ".join(part.split()[:most]) for part in (s.prompt, s.section))
        place = " | ".join((kind, prompt, section, before, after))
        found.append((said[i], place))
    return found


def windows(tokenizer: Any, texts: Sequence[tuple[str, str]], shape: Shape) -> list[Window]:
    """The encoder's inputs for some passages.

    Args:
        tokenizer: a ``tokenizers.Tokenizer`` (:func:`load_tokenizer`).
        texts: from :func:`passages`.
        shape: their size.
    """
    room = shape.max_length - tokenizer.num_special_tokens_to_add(True)
    own = tokenizer.encode_batch([text for text, _ in texts], add_special_tokens=False)
    around = tokenizer.encode_batch([place for _, place in texts], add_special_tokens=False)
    found: list[Window] = []
    for owner, (sentence, place) in enumerate(zip(own, around, strict=True)):
        place.truncate(max(int(room * PLACE_SHARE), room - len(sentence.ids)))
        sentence.truncate(room - len(place.ids), stride=min(OVERLAP, (room - len(place.ids)) // 4))
        for part in (sentence, *sentence.overflowing):
            count = len(part.ids)
            whole = tokenizer.post_process(part, place, True)
            found.append(Window(whole.ids, whole.type_ids, _first(whole.special_tokens_mask, count), owner))
    return found


def _first(special: Sequence[int], count: int) -> list[bool]:
    """Which tokens are the first ``count`` that are not special: the sentence comes before its surroundings."""
    found: list[bool] = []
    for mark in special:
        found.append(not mark and count > 0)
        count -= not mark
    return found


def load_tokenizer(path: str) -> Any:
    """The tokenizer of a ``tokenizer.json``; it neither pads nor truncates by itself."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(path)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def batches(found: Sequence[Window], most_tokens: int, most: int = 64) -> Iterator[NDArray[np.intp]]:
    """Positions of windows of about the same length, at most ``most_tokens`` with their padding, longest first."""
    order = sorted(range(len(found)), key=lambda i: (-len(found[i].ids), i))
    at = 0
    while at < len(order):
        size = min(most, max(1, most_tokens // max(1, len(found[order[at]].ids))))
        yield np.array(order[at : at + size], dtype=np.intp)
        at += size


def arrays(found: Sequence[Window], pad: int) -> dict[str, NDArray[Any]]:
    """Some windows padded to one length, as the encoder takes them, each of shape (windows, tokens).

    ``own`` is float32 and marks the sentence's own tokens; the others are int64.
    """
    length = max(len(window.ids) for window in found)
    ids = np.full((len(found), length), pad, dtype=np.int64)
    types = np.zeros_like(ids)
    mask = np.zeros_like(ids)
    own = np.zeros((len(found), length), dtype=np.float32)
    for i, window in enumerate(found):
        n = len(window.ids)
        ids[i, :n], types[i, :n], mask[i, :n], own[i, :n] = window.ids, window.types, 1, window.own
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types, "own": own}


def strongest_window(logits: NDArray[np.float32], owners: Sequence[int], sentences: int) -> NDArray[np.float32]:
    """The logits of each sentence: those of its strongest window, head by head; shape (sentences, heads)."""
    out = np.full((sentences, logits.shape[1]), -np.inf, dtype=np.float32)
    np.maximum.at(out, np.array(owners, dtype=np.intp), logits)
    return out
