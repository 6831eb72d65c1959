"""The catalogue of checkpoints: data in ``catalogue.toml``; what a row is, and how to find one.

>>> catalogue = load_catalogue()
>>> catalogue["ind.borgerens_perspektiv"].national
52
>>> [checkpoint.id for checkpoint in catalogue.for_kind("opfoelgning")]
['op.progression_seneste', 'op.progression_2_5_aar', 'op.hjaelpemidler']
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from docscore.errors import DocscoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from docscore.case import Kind

Language = Literal["da", "en"]

SAG = "sag"
"""The ``kind`` of a checkpoint that belongs to the case as a whole, not to one document kind."""

TOPICS = (
    "borgerens_perspektiv",
    "klart_jobmaal",
    "skaanehensyn",
    "handicapkompenserende_ordninger",
    "progression",
)
"""The five topics of the codebook, section 3."""

OWN = "eget_jobmaal"
"""The decision that a clear job goal is the citizen's own (``fd.borgerens_eget_jobmaal``)."""

FIELDS = ("konkret_fleksjob", "virksomhedskonsulent", "kontering_korrekt", "fastholdelsesfleksjob")
"""The true/false fields of ``sag.json`` (contract, section "In")."""

SHORT_LENGTH = 48
"""Longest label that fits one line of a screen beside its share, in characters."""

SOURCE = "catalogue.toml"
"""The bundled catalogue's file name."""


class CatalogueError(DocscoreError):
    """The catalogue breaks its format; the message names the file and the row."""


class CheckpointType(StrEnum):
    """How a checkpoint is asked (codebook, section 4, column "type")."""

    TOPIC = "topic"
    TEXT = "text"
    DATES = "dates"
    PRESENCE = "presence"
    FIELD = "field"
    COMPARE = "compare"


class Krav(StrEnum):
    """Why the checkpoint is there (codebook, section 4, column "krav")."""

    LOV = "L"
    BETINGET = "B"
    PRAKSIS = "P"


class Population(StrEnum):
    """Whom a checkpoint concerns (codebook, section 4, column "pop."; LY, FJ: the citizen's status now)."""

    ALLE = "alle"
    LY = "LY"
    FJ = "FJ"
    UDEN_KONKRET_FLEKSJOB = "uden_konkret_fleksjob"
    ESTIMAT_FOR_UDVIKLING = "estimat_for_udvikling"
    PARAGRAF_116_STK_2 = "paragraf_116_stk_2"
    LY_TILBUD = "LY_tilbud"
    LY_FRA_2020 = "LY_fra_2020"
    LY_12_MDR = "LY_12_mdr"
    LY_18_MDR = "LY_18_mdr"
    REVURDERING_FORETAGET = "revurdering_foretaget"
    FJ_2_5_AAR = "FJ_2_5_aar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """One row of the codebook, section 4.

    ``kind`` is the document kind it belongs to (a value of :class:`docscore.case.Kind`) or :data:`SAG`.
    ``national`` is the share of cases in percent (0-100) where *Fokusrevision 2021 | Fleksjobordningen*
    found it documented, ``n`` the number of cases behind it, ``figure`` or ``section`` its place in the
    report; all are None where the report publishes nothing, and ``national_note`` holds what it gives
    instead of, or beside, one share. ``detector`` is None where nothing answers the question yet.
    """

    id: str
    theme: int
    kind: str
    type: CheckpointType
    population: Population
    krav: Krav
    question_da: str
    question_en: str
    short_da: str
    short_en: str
    ask_da: str
    ask_en: str
    topic: str | None = None
    own: bool = False
    """The goal must be the citizen's own (topic ``klart_jobmaal``)."""
    field: str | None = None
    """The field of ``sag.json`` that decides the checkpoint whenever it is given."""
    breach: bool = False
    """``dokumenteret`` means that a rule was broken; inverted in the score."""
    measured: bool = False
    """A measured number of days, left out of the score (codebook, section 4.1)."""
    inddragelse: bool = False
    """Part of theme 5, the view over the citizen's perspective and job goals."""
    same_as: str | None = None
    """Another checkpoint that asks the same question of a narrower population."""
    law: str | None = None
    """The paragraph that requires it; where ``krav`` is P, it does so only under ``law_when``."""
    law_when: str | None = None
    """Counts as a legal requirement where this other checkpoint is ``dokumenteret``."""
    national: float | None = None
    n: int | None = None
    figure: str | None = None
    section: str | None = None
    national_note: str | None = None
    national_note_en: str | None = None
    detector: str | None = None
    frikommune_note: str | None = None
    head: str | None = None
    """The model's head that answers a text checkpoint; checkpoints that ask the same share one."""

    @property
    def decided_by(self) -> str | None:
        """The model's decision for this checkpoint: its topic, :data:`OWN`, or its ``head``."""
        return OWN if self.own else self.topic or self.head

    @property
    def case_level(self) -> bool:
        """Whether the answer may come from dates, fields or several documents, not from one document."""
        return self.type in (CheckpointType.DATES, CheckpointType.PRESENCE, CheckpointType.FIELD)

    def question(self, language: Language = "da") -> str:
        """The question in Danish or English."""
        return self.question_da if language == "da" else self.question_en

    def short(self, language: Language = "da") -> str:
        """A label of at most :data:`SHORT_LENGTH` characters."""
        return self.short_da if language == "da" else self.short_en

    def ask(self, language: Language = "da") -> str:
        """One sentence: what to ask or write when it is missing."""
        return self.ask_da if language == "da" else self.ask_en

    def source(self, language: Language = "da") -> str:
        """Where the report gives the figure: ``"figur 5 og 31"``, ``"afsnit 5.3"``, or ``""``."""
        danish = language == "da"
        if self.section is not None:
            return f"{'afsnit' if danish else 'section'} {self.section}"
        if self.figure is None:
            return ""
        *first, last = self.figure.split(", ")
        word = "figur" if danish else ("figures" if first else "figure")
        if not first:
            return f"{word} {last}"
        return f"{word} {', '.join(first)} {'og' if danish else 'and'} {last}"

    def national_text(self, language: Language = "da") -> str:
        """The national figure for a reader, with what it rests on.

        >>> load_catalogue()["fd.laege_265"].national_text()
        '96 % (N = 270, figur 1 og 14)'
        >>> load_catalogue()["fd.skaanehensyn"].national_text()
        'ikke offentliggjort'
        """
        note = self.national_note if language == "da" else self.national_note_en
        parts = [f"{self.national:g} %"] if self.national is not None else []
        if note is not None:
            parts.append(note)
        if not parts:
            return "ikke offentliggjort" if language == "da" else "not published"
        basis = [f"N = {self.n}"] if self.n is not None else []
        if source := self.source(language):
            basis.append(source)
        return "; ".join(parts) + (f" ({', '.join(basis)})" if basis else "")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All checkpoints in the codebook's order, with the Danish and English names of themes and kinds."""

    checkpoints: tuple[Checkpoint, ...]
    themes: Mapping[int, Mapping[str, str]]
    kinds: Mapping[str, Mapping[str, str]]
    by_id: Mapping[str, Checkpoint]

    def __iter__(self) -> Iterator[Checkpoint]:
        return iter(self.checkpoints)

    def __len__(self) -> int:
        return len(self.checkpoints)

    def __contains__(self, checkpoint_id: object) -> bool:
        return checkpoint_id in self.by_id

    def __getitem__(self, checkpoint_id: str) -> Checkpoint:
        return self.by_id[checkpoint_id]

    def for_kind(self, kind: Kind | str) -> tuple[Checkpoint, ...]:
        """The checkpoints that belong to a document kind (or to :data:`SAG`), in order."""
        return tuple(checkpoint for checkpoint in self.checkpoints if checkpoint.kind == kind)

    def for_theme(self, theme: int) -> tuple[Checkpoint, ...]:
        """The checkpoints of a theme, in order; theme 5 is the view over themes 1-3."""
        if theme == 5:
            return tuple(checkpoint for checkpoint in self.checkpoints if checkpoint.inddragelse)
        return tuple(checkpoint for checkpoint in self.checkpoints if checkpoint.theme == theme)

    def heads(self) -> dict[str, tuple[str, ...]]:
        """Every decision that a model makes, with the document kinds it is made for, in the catalogue's order."""
        found: dict[str, dict[str, None]] = {}
        for checkpoint in self.checkpoints:
            if checkpoint.decided_by is not None:
                found.setdefault(checkpoint.decided_by, {})[checkpoint.kind] = None
        return {head: tuple(kinds) for head, kinds in found.items()}

    def theme_name(self, theme: int, language: Language = "da") -> str:
        """A theme's name; raises KeyError outside 1-6."""
        return self.themes[theme][language]

    def kind_name(self, kind: Kind | str, language: Language = "da") -> str:
        """A document kind's name in running text; raises KeyError for an unknown kind."""
        return self.kinds[str(kind)][language]


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """The bundled catalogue, read once per process.

    Raises:
        CatalogueError: a row breaks the format; the message names it.
    """
    from importlib.resources import files

    from docscore.checkpoints.parsing import parse_catalogue

    return parse_catalogue((files("docscore.checkpoints") / SOURCE).read_text(encoding="utf-8"))
