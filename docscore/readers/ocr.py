"""Recognising the scanned pages of one document, one after the other, within limits, and saying how it went."""

from __future__ import annotations

import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docscore.case import OcrPage
from docscore.readers import limits
from docscore.readers.ocr_engine import Engine, EngineError, EngineFailureError, find_engine
from docscore.readers.ocr_hocr import confidence, read_hocr, segments
from docscore.readers.ocr_leaders import with_leaders, without_leaders
from docscore.readers.ocr_marks import Marks, with_boxes

if TYPE_CHECKING:
    from collections.abc import Callable

    from docscore.readers.ocr_hocr import Line
    from docscore.readers.ocr_picture import Picture
    from docscore.readers.pdf_layout import Segment

on_page: ContextVar[Callable[[int, int], None] | None] = ContextVar("on_page", default=None)
"""Called with the number of pages recognised and the number to recognise, before every call of Tesseract."""

UNSURE = 0.75
"""A page below this confidence is named in the case's warnings."""

_POOR = 0.6
"""Below this confidence a page may stand on its side or its head."""

_FEW_WORDS = 8
_LISTED = 20
_FAILED = (
    "tekstgenkendelsen (OCR) af {pages} gik i stå eller fejlede, og teksten dér er ikke læst. "
    "Scan igen, eller gem dokumentet som PDF med tekstlag."
)
_TOO_MANY = (
    "{pages} er ikke læst: der genkendes tekst (OCR) på højst {most} sider og i højst {minutes} minutter pr. dokument. "
    "Del dokumentet op."
)
_TOO_LARGE = "billedet på {pages} er for stort til tekstgenkendelse (OCR) og er ikke læst. Scan igen med 300 dpi."
_NO_ENGINE = "{pages} er billeder uden tekstlag og er ikke læst: {reason}"
_ONE_NO_ENGINE = "{pages} er et billede uden tekstlag og er ikke læst: {reason}"
_POOR_LAYER = (
    "tekstlaget på {pages} ser ulæseligt ud, og bedre tekst kunne ikke genkendes fra billedet. "
    "Sammenlign med originalen. {reason}"
)
_NOTHING = "der er ingen læselig tekst i billedet på {pages}. Kontrollér, om siden er et foto eller håndskrift."
_NO_PARAGRAPH_SIGN = (
    "teksten på {pages} er genkendt uden sprogdataene Latin, og tegnet § går tabt. Installér dem, og kør igen. "
    "{install}"
)
_UNSURE = "teksten på {pages} er genkendt fra billeder med usikkerhed. Sammenlign med originalen."


class PictureTooLargeError(Exception):
    """A page's picture is over the limits and has not been decoded."""


@dataclass(frozen=True, slots=True)
class PageText:
    """What was recognised on a page.

    Attributes:
        segments: its text with places in points, from the page as it was turned.
        height: of the page in points, as it was turned.
        confidence: 0..1, None for an empty page.
    """

    segments: list[Segment]
    height: float
    confidence: float | None


@dataclass(slots=True)
class PageReader:
    """Recognises pages of one document and keeps count of what went wrong.

    Attributes:
        total: how many pages there are to recognise, for the progress.
        word: what messages call a page.
        pages: what was recognised, in the order of reading.
    """

    total: int
    word: str = "side"
    pages: list[OcrPage] = field(default_factory=list)
    _engine: Engine | None = None
    _reason: str = ""
    _began: float = field(default_factory=time.monotonic)
    _tried: int = 0
    _left: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        try:
            self._engine = find_engine()
        except EngineError as error:
            self._reason = error.reason

    @property
    def engine(self) -> str | None:
        """What recognised the pages, for ``cases.jsonl``; None where none was recognised."""
        return self._engine.name if self._engine is not None and self.pages else None

    def read(self, number: int, picture: Callable[[], Picture], *, has_layer: bool = False) -> PageText | None:
        """Recognise a page.

        Args:
            number: the page's number, from 1.
            picture: makes the page's picture; only called where Tesseract can be.
            has_layer: whether the page has a text layer to fall back on, if a poor one.

        Returns:
            The text, or None where it could not be had; :meth:`notes` then names the page.
        """
        failure = self._failure()
        if failure is None:
            try:
                page = self._recognise(picture())
            except PictureTooLargeError:
                failure = _TOO_LARGE
            except EngineFailureError:
                failure = _FAILED
            else:
                if page is None:
                    return PageText([], 0.0, None)
                if page.segments:
                    return page
                failure = _NOTHING
        self._left.setdefault(_POOR_LAYER if has_layer else failure, []).append(number)
        return None

    def _failure(self) -> str | None:
        """Why a page is not even tried, if so."""
        if self._engine is None:
            return _NO_ENGINE
        if self._tried >= limits.MAX_OCR_PAGES or time.monotonic() - self._began > limits.MAX_OCR_SECONDS:
            return _TOO_MANY
        self._tried += 1
        return None

    def accept(self, number: int, page: PageText) -> None:
        """Note that a page's recognised text is used."""
        if page.segments:
            self.pages.append(OcrPage(number, page.confidence))

    def _recognise(self, picture: Picture) -> PageText | None:
        """The page's text; None for an empty sheet. A page that reads poorly is tried the other ways up."""
        engine = self._engine
        if engine is None:
            raise AssertionError("a page is only tried with an engine")
        self._tell()
        picture = picture.without_specks()
        if picture.is_blank():
            return None
        picture, leaders = without_leaders(picture.levelled())
        lines = self._lines(picture, engine)
        turn = _turn(lines)
        if turn is not None or (confidence(lines) or 0.0) < _POOR or _words(lines) < _FEW_WORDS:
            upright, (picture, lines) = picture, self._best_way_up(picture, lines, turn, engine)
            if picture is not upright:
                leaders = []
        marks = Marks(picture)
        lines = with_leaders(lines, leaders)
        height = picture.image.height
        found = segments(with_boxes(marks.with_rules(lines), marks.boxes()), picture.dpi, height)
        return PageText(found, height * 72 / picture.dpi, confidence(lines))

    def _best_way_up(
        self, picture: Picture, lines: list[Line], turn: int | None, engine: Engine
    ) -> tuple[Picture, list[Line]]:
        wanted = turn if turn is not None else engine.rotation(picture.png(), round(picture.dpi))
        # Where neither the lines nor the data for it say which way, all three are tried.
        turns = (90, 180, 270) if wanted is None and not engine.osd else (wanted,) if wanted else ()
        best = (picture, lines)
        for degrees in turns:
            self._tell()
            turned = picture.turned(degrees).levelled()
            found = self._lines(turned, engine)
            if _worth(found) > _worth(best[1]):
                best = (turned, found)
        return best

    def _lines(self, picture: Picture, engine: Engine) -> list[Line]:
        return read_hocr(engine.hocr(picture.png(), round(picture.dpi)))

    def _tell(self) -> None:
        tell = on_page.get()
        if tell is not None:
            tell(min(self._tried - 1, self.total), self.total)

    def notes(self) -> tuple[str, ...]:
        """Danish sentences about the pages that were not read, each with the remedy."""
        return tuple(
            _ONE_NO_ENGINE.format(pages=pages_named(numbers, self.word), reason=self._reason)
            if why == _NO_ENGINE and len(numbers) == 1
            else why.format(
                pages=pages_named(numbers, self.word),
                reason=self._reason,
                most=limits.MAX_OCR_PAGES,
                minutes=limits.MAX_OCR_SECONDS // 60,
            )
            for why, numbers in self._left.items()
            if why != _POOR_LAYER
        )

    def warnings(self) -> tuple[str, ...]:
        """Danish sentences about recognised pages that should be compared with the original."""
        from docscore.readers.ocr_engine import INSTALL

        found = []
        poor = self._left.get(_POOR_LAYER)
        if poor:
            found.append(_POOR_LAYER.format(pages=pages_named(poor, self.word), reason=self._reason).strip())
        if self._engine is not None and self._engine.loses_paragraph_signs and self.pages:
            numbers = [page.page for page in self.pages]
            found.append(_NO_PARAGRAPH_SIGN.format(pages=pages_named(numbers, self.word), install=INSTALL))
        unsure = [page.page for page in self.pages if page.confidence is not None and page.confidence < UNSURE]
        if unsure:
            found.append(_UNSURE.format(pages=pages_named(unsure, self.word)))
        return tuple(found)


def pages_named(numbers: list[int], word: str = "side") -> str:
    """Page numbers in words: „side 3“, „siderne 1, 2, 5“."""
    if len(numbers) == 1:
        return f"{word} {numbers[0]}"
    shown = ", ".join(map(str, numbers[:_LISTED]))
    return f"{word}rne {shown}" + (" …" if len(numbers) > _LISTED else "")


def _words(lines: list[Line]) -> int:
    return sum(len(line.words) for line in lines)


def _worth(lines: list[Line]) -> float:
    """By which two readings of a page are compared: much text, read surely."""
    return (confidence(lines) or 0.0) ** 2 * _words(lines)


def _turn(lines: list[Line]) -> int | None:
    """The turn that most lines ask for, where they were found standing on end."""
    count = {90: 0, 180: 0, 270: 0}
    for line in lines:
        if line.angle in count:
            count[line.angle] += len(line.words)
    angle = max(count, key=lambda key: count[key])
    return angle if count[angle] > _words(lines) / 2 else None
