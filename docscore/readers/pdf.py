"""PDF through pypdfium2: characters with their places; the layout is read elsewhere, as are scanned pages."""

from __future__ import annotations

import ctypes
import re
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docscore.readers import limits
from docscore.readers.formats import ExtractedText
from docscore.readers.guard import FileProblemError
from docscore.readers.ocr import PageReader
from docscore.readers.ocr_need import is_better
from docscore.readers.pdf_layout import Segment, flow_text
from docscore.readers.pdf_scan import needs_ocr, render

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = re.compile(r"[^\s]+")
# pdfium writes a hyphen at the end of a line as one of two marks, and no line break after it.
_LINES = re.compile("[^\r\n\x02\ufffe]*[\x02\ufffe]|[^\r\n\x02\ufffe]+")
_PASSWORD = "PDF-filen er beskyttet med adgangskode. Fjern adgangskoden, og gem den igen."
_BROKEN = "PDF-filen er beskadiget og kan ikke åbnes. Hent den igen fra fagsystemet, eller gem den igen som PDF."
_FORM_ERROR_PASSWORD = 4  # FPDF_ERR_PASSWORD
_SPLIT_EM = 1.4
"""Words further apart than this many letter heights are table cells or columns, not one line."""

_NARROW_EM = 0.25
"""Width of a narrow letter in letter heights."""

_BOLD = 600
_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-", "\u2010": "-"})


def extract(data: bytes, name: str) -> ExtractedText:
    """Read a PDF: running text with headers, footers and page numbers dropped and hyphenation mended.

    Pages whose text layer is missing or rubbish are recognised from their picture.

    Raises:
        FileProblemError: the file has a password, is broken, or has more pages than docscore reads.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == _FORM_ERROR_PASSWORD or "password" in str(error).lower()
        raise FileProblemError(name, _PASSWORD if locked else _BROKEN) from error
    with ExitStack() as stack:
        stack.callback(document.close)
        count = len(document)
        if count > limits.MAX_PAGES:
            raise FileProblemError(name, too_many_pages())
        form = None
        if document.get_formtype():
            document.init_forms()
            form = document.formenv
        pages = [_Page(*_read(document, number, form)) for number in range(count)]
        scanned = [number for number, page in enumerate(pages) if page.poor]
        if not scanned:
            return ExtractedText(_text(pages), pages=count)
        reader = PageReader(len(scanned))
        for number in scanned:
            _recognise(document, number, pages[number], reader)
    return ExtractedText(
        _text(pages),
        pages=count,
        notes=reader.notes(),
        ocr=bool(reader.pages),
        ocr_pages=tuple(reader.pages),
        ocr_engine=reader.engine,
        warnings=reader.warnings(),
    )


@dataclass(slots=True)
class _Page:
    """A page: its text, its height in points, and whether it should be read from its picture."""

    segments: list[Segment]
    height: float
    poor: bool


def _read(document: Any, number: int, form: Any) -> tuple[list[Segment], float, bool]:
    page = document[number]
    try:
        segments = _segments(page)
        if form is not None:
            segments += _controls(page, form)
        return segments, page.get_height(), needs_ocr(page, _plain(segments))
    finally:
        page.close()


def _recognise(document: Any, number: int, page: _Page, reader: PageReader) -> None:
    """Recognise a page; its text layer is kept where it is the better of the two."""
    layer = _plain(page.segments)
    raw = document[number]
    try:
        found = reader.read(number + 1, lambda: render(raw), has_layer=bool(layer.strip()))
    finally:
        raw.close()
    if found is not None and is_better(_plain(found.segments), layer):
        page.segments, page.height = found.segments, found.height
        reader.accept(number + 1, found)


def _plain(segments: list[Segment]) -> str:
    return "\n".join(segment.text for segment in segments)


def _text(pages: list[_Page]) -> str:
    return flow_text([page.segments for page in pages], [page.height for page in pages])


def too_many_pages() -> str:
    """Why a document of so many pages is not read."""
    return f"filen har mere end {limits.MAX_PAGES} sider. Del den op i flere dokumenter."


def _segments(page: Any) -> list[Segment]:
    """The page's text in the order in which it was written, cut at line ends and wide gaps."""
    import pypdfium2.raw as pdfium

    textpage = page.get_textpage()
    try:
        count = pdfium.FPDFText_CountChars(textpage.raw)
        if count <= 0:
            return []
        text = _characters(textpage.raw, count)
        places = _Places(textpage.raw)
        return [segment for line in _LINES.finditer(text) for segment in _line_segments(text, line, places)]
    finally:
        textpage.close()


class _Places:
    """Boxes of characters by their index; each question is a slow call into pdfium."""

    def __init__(self, raw: Any) -> None:
        import pypdfium2.raw as pdfium

        self._raw = raw
        self.rect = pdfium.FS_RECTF()
        self._reference = ctypes.byref(self.rect)
        self._box = pdfium.FPDFText_GetLooseCharBox
        self._weight = pdfium.FPDFText_GetFontWeight

    def look(self, index: int) -> Any:
        """The character's box; overwritten by the next call."""
        self._box(self._raw, index, self._reference)
        return self.rect

    def is_bold(self, first: int, last: int) -> bool:
        """Whether a piece begins and ends in bold."""
        weight = self._weight
        return bool(weight(self._raw, first) >= _BOLD and weight(self._raw, last) >= _BOLD)


def _line_segments(text: str, line: re.Match[str], places: _Places) -> Iterator[Segment]:
    """Cut a line where two words stand far apart."""
    start = end = last_start = -1
    left = bottom = top = last_left = 0.0
    for word in _WORD.finditer(text, line.start(), line.end()):
        rect = places.look(word.start())
        x0, y0, y1 = rect.left, rect.bottom, rect.top
        height = max(y1 - y0, 1.0)
        if start >= 0:
            # A word is hardly narrower than this; only where it leaves room is its real end looked up.
            room = x0 - last_left - _NARROW_EM * height * (end - last_start)
            if room > _SPLIT_EM * height or x0 < last_left or abs(y0 - bottom) > 0.6 * height:
                right = places.look(end - 1).right
                gap = x0 - right
                if gap > _SPLIT_EM * height or gap < -2 * height or abs(y0 - bottom) > 0.6 * height:
                    yield Segment(_tidy(text[start:end]), left, right, bottom, top, places.is_bold(start, end - 1))
                    start = -1
        if start < 0:
            start, left, bottom, top = word.start(), x0, y0, y1
        last_start, last_left, end = word.start(), x0, word.end()
    if start >= 0:
        right = places.look(end - 1).right
        yield Segment(_tidy(text[start:end]), left, right, bottom, top, places.is_bold(start, end - 1))


def _characters(raw: Any, count: int) -> str:
    """The page's characters, one per index of pdfium (a character beyond the BMP has two)."""
    import pypdfium2.raw as pdfium

    buffer = ctypes.create_string_buffer(2 * (count + 1))
    written = pdfium.FPDFText_GetText(raw, 0, count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
    text = buffer.raw[: 2 * max(written - 1, 0)].decode("utf-16-le", "surrogatepass")
    if len(text) == count:
        return text
    # pdfium leaves out characters that it has no code for; then the places are found one by one.
    get = pdfium.FPDFText_GetUnicode
    return "".join(chr(code) if code < 0x110000 else "\ufffd" for code in (get(raw, i) or 0x20 for i in range(count)))


def _tidy(text: str) -> str:
    """Make whole characters of surrogate halves, and hyphens of pdfium's marks for them."""
    if not text.isascii():
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.translate(_HYPHENS)


def _controls(page: Any, form: Any) -> list[Segment]:
    """Values of fillable fields and boxes at their places; they are no part of the page's text."""
    import pypdfium2.raw as pdfium

    found: list[Segment] = []
    rect = pdfium.FS_RECTF()
    for index in range(pdfium.FPDFPage_GetAnnotCount(page.raw)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
        if not annotation:
            continue
        try:
            if pdfium.FPDFAnnot_GetSubtype(annotation) != pdfium.FPDF_ANNOT_WIDGET:
                continue
            if not pdfium.FPDFAnnot_GetRect(annotation, ctypes.byref(rect)):
                continue
            text = _value(annotation, form)
            low, high = min(rect.bottom, rect.top), max(rect.bottom, rect.top)
            lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
            lines = [line for line in lines if line]
            height = (high - low) / max(len(lines), 1)
            for place, line in enumerate(lines):
                top = high - place * height
                found.append(Segment(line, rect.left, rect.right, top - height, top, False, control=True))
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
    return found


def _value(annotation: Any, form: Any) -> str:
    import pypdfium2.raw as pdfium

    kind = pdfium.FPDFAnnot_GetFormFieldType(form.raw, annotation)
    if kind in {pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON}:
        return "☒" if pdfium.FPDFAnnot_IsChecked(form.raw, annotation) else "☐"
    if kind not in {
        pdfium.FPDF_FORMFIELD_TEXTFIELD,
        pdfium.FPDF_FORMFIELD_COMBOBOX,
        pdfium.FPDF_FORMFIELD_LISTBOX,
    }:
        return ""
    needed = pdfium.FPDFAnnot_GetFormFieldValue(form.raw, annotation, None, 0)
    if needed <= 2:
        return ""
    buffer = ctypes.create_string_buffer(needed)
    pointer = ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR))
    pdfium.FPDFAnnot_GetFormFieldValue(form.raw, annotation, pointer, needed)
    return buffer.raw[: needed - 2].decode("utf-16-le", "replace")
