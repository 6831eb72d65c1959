"""Limits of what the readers accept, in one place.

Each is far above an honest case file and low enough that a crafted one cannot fill the memory.
What is over a limit is a problem line, never a crash.

Sizes are looked at before anything is unpacked or decoded. What no size gives away (a parser that hangs, runs wild
or dies) is held by the time and memory limits of the reading worker, :mod:`docscore.readers.guard_worker`.
"""

from __future__ import annotations

MIB = 1024 * 1024

MAX_FILE_BYTES = 100 * MIB
"""Largest single document (file, ZIP member or table cell) that is read."""

MAX_MARKUP_BYTES = 50 * MIB
"""Largest HTML or RTF file, and largest XML part of a DOCX: their parsers hold the whole tree."""

MAX_FACTS_BYTES = 5 * MIB
"""Largest ``sag.json``."""

MAX_PACKAGE_BYTES = 1024 * MIB
"""Largest unpacked size of a DOCX or XLSX package."""

MAX_UNPACKED_BYTES = 4096 * MIB
"""Largest unpacked size of a whole ZIP input."""

MAX_ZIPPED_TABLE_BYTES = 200 * MIB
"""Largest XLSX or Parquet member of a ZIP (they need random access, so they are held in memory)."""

MAX_MEMBERS = 200_000
"""Most members in a ZIP."""

MAX_RATIO = 200
"""Highest compression ratio of a ZIP or package; honest text packs 3 to 10 times."""

RATIO_FLOOR = 10 * MIB
"""Below this unpacked size the ratio says nothing and is not looked at."""

MAX_DEPTH = 20
"""Deepest nesting of folders that is searched for cases."""

EXCEL_CELL_CHARACTERS = 32_767
"""Excel cuts a cell off here without a word; a text of exactly this length is reported."""

CHUNK_CASES = 32
"""Most cases of an export or ZIP in one :class:`~docscore.readers.CaseSource`."""

CHUNK_CHARACTERS = 512 * 1024
"""An export's source is closed when its rows hold this many characters."""

# PDF and pictures

MAX_PAGES = 5_000
"""Most pages of a PDF or TIFF; a longer one is refused as a whole and must be divided."""

MAX_PAGE_OBJECTS = 200_000
"""Most objects (pieces of text, lines, pictures) on a PDF page that is looked at as a picture; a dense drawing has
some ten thousand. Above, the page's text layer is all that is read."""

MAX_PICTURE_PIXELS = 150_000_000
"""Largest picture, alone or on a PDF page: A3 at 600 dpi has 70 million pixels, A4 at 1200 dpi 139 million."""

OCR_DPI = 300
"""Resolution at which pages are rendered for Tesseract; pictures are brought to it, whatever their own is."""

MIN_OCR_DPI = 100
"""A page that must be rendered coarser than this to stay under :data:`MAX_OCR_PIXELS` is not read."""

MAX_OCR_PIXELS = 40_000_000
"""Largest picture that Tesseract is given: A3 at 300 dpi has 17 million, A2 35 million."""

MAX_OCR_PAGES = 500
"""Most pages of one document that are recognised; the pages after them are named as unread."""

MAX_OCR_CALL_SECONDS = 240
"""Time for one call of Tesseract; an ordinary page takes 2 to 6 s, a busy machine needs more."""

MAX_OCR_SECONDS = 3_600
"""Time for all recognition in one document; the pages left then are named as unread."""

MIN_PASTED_AREA_CM2 = 40.0
"""A picture in a DOCX or RTF that is shown smaller than this holds no page of text: logos and signatures measure 5 to
30 square centimetres, a scanned sheet set into the text's width 300, a cutting of half a dozen lines 60."""

MIN_PASTED_SIDE_CM = 3.0
"""Nor does one whose shorter side is shown below this: a letterhead across the sheet, a row of stamps."""

MIN_PASTED_PIXELS = (300, 150)
"""Nor does one with fewer pixels on its longer or its shorter side, however large it is shown."""

# The reading worker

MAX_READ_SECONDS = 180
"""Time to read one document, without recognition, which adds :data:`MAX_OCR_CALL_SECONDS` from page to page."""

MAX_WORKER_BYTES = 2048 * MIB
"""Memory of the reading worker, and of each Tesseract it starts. On Linux and other systems that honour
``RLIMIT_AS`` the system refuses more; on Windows a job object does; on macOS, which honours neither, the
worker's resident memory is looked at twice a second and the worker is killed."""

IN_PROCESS_BYTES = MIB
"""``check`` reads smaller text-bearing files without a worker, to start fast; ``score`` uses one for all but plain
text below this size, which goes through no parser."""
