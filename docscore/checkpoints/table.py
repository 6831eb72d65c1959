"""The README's table of checkpoints, written from the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docscore.checkpoints.decide import FIELD_DETECTOR
from docscore.checkpoints.reasons import UNSUPPORTED, in_english

if TYPE_CHECKING:
    from docscore.checkpoints.catalogue import Catalogue, Checkpoint, Language

_HEADER = {
    "da": ("Kontrolpunkt", "Spørgsmål", "Dokument", "Krav", "Landstal", "Afgøres af"),
    "en": ("Checkpoint", "Question", "Document", "Krav", "National figure", "Decided by"),
}
_METHOD = {
    "da": {"topic": "model", "tekst": "model", "attest": "regel", FIELD_DETECTOR: "felt"},
    "en": {
        "topic": "model",
        "tekst": "model",
        "dato": "dates",
        "attest": "rule",
        "sammenligning": "comparison",
        FIELD_DETECTOR: "field",
    },
}
_TEXT = {"da": "teksten", "en": "the text"}


def checkpoint_table_markdown(catalogue: Catalogue, language: Language = "da") -> str:
    """A Markdown table with one line per checkpoint, in the catalogue's order.

    Args:
        catalogue: the checkpoints.
        language: of header, questions and notes.

    Returns:
        The table without a trailing newline: id, question, document kind, krav (L required by law,
        B only when a condition holds, P practice), national figure with N and its figure in *Fokusrevision
        2021 | Fleksjobordningen*, and what decides it.
    """
    header = _HEADER[language]
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    for checkpoint in catalogue:
        cells = (
            f"`{checkpoint.id}`",
            checkpoint.question(language),
            catalogue.kind_name(checkpoint.kind, language),
            checkpoint.krav.value,
            checkpoint.national_text(language),
            decided_by(checkpoint, language),
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def decided_by(checkpoint: Checkpoint, language: Language = "da") -> str:
    """What decides a checkpoint: "model", "felt", or that it is not supported yet.

    A field decides where it is given; where the text of the same checkpoint cannot be read yet, that is said.
    """
    words = _METHOD[language]
    unsupported = UNSUPPORTED if language == "da" else in_english(UNSUPPORTED)
    detector = checkpoint.detector
    by_detector = unsupported if detector is None else words.get(detector, detector)
    if checkpoint.field is None:
        return by_detector
    field = f"{words[FIELD_DETECTOR]} `{checkpoint.field}`"
    if detector == FIELD_DETECTOR:
        return field
    return f"{field}; {_TEXT[language]}: {by_detector}"
