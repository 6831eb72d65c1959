"""Limits of what the readers accept, in one place.

Each is far above an honest case file and low enough that a crafted one cannot fill the memory.
What is over a limit is a problem line, never a crash.
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
