"""Danish that was printed without æ, ø and å (an OCR model of another language): recognised, and read as it was meant.

Detection is cheap and every text pays it; the word list is read when the first text needs repair.

>>> from docscore.repair import repair
>>> repair("Borger er glad for sit arbejde.") is None
True
>>> fixed = repair("Det er vigtigt at fa ro pa arbejdet, og borger har ogsa skanehensyn, fgr han kan mgde fuldt ud.")
>>> fixed.text
'Det er vigtigt at få ro på arbejdet, og borger har også skånehensyn, før han kan møde fuldt ud.'
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from docscore.repair.detect import stretches

if TYPE_CHECKING:
    from docscore.repair.decode import Decoder
    from docscore.repair.offsets import Edit, Repair

__all__ = ["repair"]


def repair(text: str, using: Decoder | None = None) -> Repair | None:
    """Read a text, or the parts of it that were printed without Danish letters, as they were meant.

    Args:
        text: a document's extracted text.
        using: the decoder, None for the bundled one.

    Returns:
        The repaired text with the map between its offsets and those of ``text``; None where nothing needs repair.
    """
    found = stretches(text)
    if not found:
        return None
    from docscore.repair.decode import cased
    from docscore.repair.offsets import Edit, apply
    from docscore.repair.signs import signs

    using = using or decoder()
    edits: list[Edit] = []
    words = 0
    for stretch in found:
        for change in using.changes(text, stretch.start, stretch.end):
            words += 1
            edits += (Edit(change.at + p.start, change.at + p.end, cased(change, p)) for p in change.parts)
        edits += signs(text, stretch.start, stretch.end)
    return apply(text, _apart(sorted(edits)), words) if words else None


@cache
def decoder() -> Decoder:
    """The decoder with the bundled words."""
    from docscore.repair.decode import Decoder
    from docscore.repair.words import words

    return Decoder(words())


def _apart(edits: list[Edit]) -> list[Edit]:
    """The edits that do not overlap one before them."""
    kept: list[Edit] = []
    for edit in edits:
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return kept
