"""The dated entries of a journal export.

An entry begins at a head line: a date with the marks of a journal note (time of day, "Jobsamtale", initials),
a block of prompts ("Dato:", "Titel:", "Forfatter:") or a note's name with its date. One document that
only mentions dates at the start of lines (jobs in a cv, periods of praktik) stays whole: when in doubt nothing
is split.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from statistics import median

from docscore.case import Kind
from docscore.recognise.blocks import block_at, cells_of, columns_of, labels
from docscore.recognise.feet import footed_notes
from docscore.recognise.furniture import without_furniture
from docscore.recognise.heads import RULE, SHORT_LINE, TIME, UNKNOWN, WORD, Head, find_heads
from docscore.recognise.kinds import kind_of
from docscore.recognise.regular import regular_heads

# Share of the heads that show how a program prints them, that mails have in a mailbox, and that have titles above them.
_USUAL = 0.8
_MAILS = 0.7
_TITLED = 0.6
# So many heads alike show what a head of the file looks like.
_ALIKE = 3
# What may stand between two head lines without being said by either.
_NOTHING = " \t\n-=_*–—~#."
# Marks of a journal note that a head needs, that make it sure, and that it may lack beside the file's other heads.
_MIN_STRENGTH = 2
_SURE = 4
_CLEAR = 5
_WEAKER = 3
# Characters that two entries, and half of them, must have to say; a list of dates has less.
_MIN_CONTENT = 40
_MIN_MEDIAN = 50
_FOOTER = 15
_HEADER_LINES = 15
_HEADER_WIDTH = 110
# What begins as one of these is that document, whatever dates it lists.
_WHOLE_KINDS = frozenset(
    {Kind.FORBEREDENDE_DEL, Kind.INDSTILLING, Kind.CV, Kind.MIN_PLAN, Kind.LAEGEATTEST, Kind.REVURDERING}
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: ``text[start:end]`` with its head, its date, and the title and author that its head gives (or "").

    ``body`` is where its head ends. ``date`` is None for a note of a print whose other notes have one. ``mail`` says
    that it is a message of a mail thread.
    """

    start: int
    end: int
    date: date | None
    title: str
    author: str = ""
    body: int = 0
    mail: bool = False


def split_entries(text: str, start: int = 0, end: int | None = None) -> list[Entry]:
    """The dated entries of a journal export, in file order.

    Args:
        text: the extracted text of a file.
        start: where to begin (code points).
        end: where to stop; the end of the text when None.

    Returns:
        Entries with offsets into ``text``, each from its head line to the last word before the next head line.
        Empty when the text is a single document (also when it has just one dated note).
        What stands before the first entry is not in any entry (see :func:`is_print_header`).

    Example:
        >>> journal = (
        ...     "12.03.2021 kl. 10.15 – Jobsamtale – LKN\\nBorger har søgt to job siden sidst, uden svar.\\n\\n"
        ...     "14.04.2021 kl. 9.00 – Telefonnotat – LKN\\nBorger ringer og melder afbud til mødet i morgen."
        ... )
        >>> [(entry.date.isoformat(), entry.title) for entry in split_entries(journal)]
        [('2021-03-12', 'Jobsamtale'), ('2021-04-14', 'Telefonnotat')]
    """
    stop = len(text) if end is None else end
    whole, text = text, without_furniture(text)
    heads = _heads(text, start, stop)
    if not heads:
        footed = footed_notes(text, start, stop)
        if footed:
            return [Entry(note.start, note.end, note.date, note.title, note.author, note.start) for note in footed]
        return _regular(text, start, stop)
    heads = _with_columns(whole, heads, start)
    ends = [head.start for head in heads[1:]] + [stop]
    return [
        Entry(
            head.start, _trimmed(text, head.start, until), head.date, head.title, head.author, head.line_end, head.mail
        )
        for head, until in zip(heads, ends, strict=True)
    ]


def _regular(text: str, start: int, stop: int) -> list[Entry]:
    """The entries below lines that look alike, in a file that does not begin as a document of its own."""
    lines = regular_heads(text, start, stop)
    if not lines or not is_print_header(text, start, lines[0].start):
        return []
    if kind_of(text, start=start, end=lines[0].end) in _WHOLE_KINDS:
        return []
    timed = sum(TIME.search(text, line.begin, line.end) is not None for line in lines)
    # A day and a time on each line is a program's print, whatever papers its first notes tell of or hold.
    if timed < _MAILS * len(lines) and kind_of(text, None, start, stop) in _WHOLE_KINDS:
        return []
    ends = [line.start for line in lines[1:]] + [stop]
    return [
        Entry(line.start, _trimmed(text, line.start, until), line.date, line.title, line.author, line.end)
        for line, until in zip(lines, ends, strict=True)
    ]


def _heads(text: str, start: int, stop: int) -> list[Head]:
    """The heads of a journal's entries; empty for a single document."""
    candidates = _of_one_kind(text, find_heads(text, start, stop), start)
    if len(candidates) < 2:
        return []
    heads = _without_weaker(_without_footers(text, _with_alike(candidates), stop))
    if len(heads) < 2 or not _is_export(text, heads, start, stop):
        return []
    return _with_titles(_with_undated(text, heads, candidates, start, stop))


def _of_one_kind(text: str, heads: list[Head], start: int) -> list[Head]:
    """The heads of mails in a mail, all others elsewhere: a journal holds mails that somebody pasted into a note."""
    if not heads:
        return heads
    is_mail = heads[0].mail and not WORD.search(text, start, heads[0].start)
    if heads[0].mail and not is_mail and is_print_header(text, start, heads[0].start):
        # A mailbox prints its owner's name on top.
        is_mail = sum(head.mail for head in heads) >= _MAILS * len(heads)
    return [head for head in heads if head.mail == is_mail]


def _with_alike(candidates: list[Head]) -> list[Head]:
    """The heads with the lines that have no word of a head, but look just like most of the others.

    "Lægelige oplysninger - 15-10-2015 kl. 08.30 v/Bo Lind" is one beside "Samtale - 22-09-2015 kl. 09.00 v/Bo Lind".
    """
    known = [head for head in candidates if head.strength >= _MIN_STRENGTH]
    skeletons = Counter(head.skeleton for head in known)
    skeleton, count = max(skeletons.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    if not skeleton or count < _ALIKE or 2 * count < len(known):
        return [head for head in candidates if head.strength != UNKNOWN]
    usual = median(head.strength for head in known if head.skeleton == skeleton)
    return [
        replace(head, strength=round(usual)) if head.skeleton == skeleton else head
        for head in candidates
        if head.strength != UNKNOWN or head.skeleton == skeleton
    ]


def _with_titles(heads: list[Head]) -> list[Head]:
    """The heads without what was taken for a title above a block, where most blocks have none there."""
    bare = [head for head in heads if head.prompts and not head.mail]
    titled = sum(head.start < head.plain for head in bare)
    if titled >= _TITLED * len(bare):
        return heads
    return [
        replace(head, start=head.plain, title="") if head.prompts and head.start < head.plain else head
        for head in heads
    ]


def _with_columns(text: str, heads: list[Head], start: int) -> list[Head]:
    """The heads with the titles and authors that a table's row of headings tells from the other cells."""
    columns: tuple[str, ...] = ()
    at = start
    for line in text[start : heads[0].line_end].split("\n"):
        columns = columns or columns_of(text, at, at + len(line))
        at += len(line) + 1
    if not columns:
        return heads
    found = []
    for head in heads:
        line_start = text.rfind("\n", 0, head.line_end) + 1
        cells = cells_of(text[line_start : head.line_end])
        named = dict(zip(reversed(columns), reversed(cells[: len(columns)]), strict=False)) if not head.prompts else {}
        fits = named if len(cells) >= len(columns) else {}
        found.append(replace(head, title=fits.get("title") or head.title, author=fits.get("author") or head.author))
    return found


def _with_undated(text: str, heads: list[Head], candidates: list[Head], start: int, stop: int) -> list[Head]:
    """The heads with those beside them that a program numbered alike, also where it printed no date."""
    firsts = Counter(head.labels[0] for head in heads if head.prompts and head.labels)
    first, count = max(firsts.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    if first not in labels().number or count < _USUAL * len(heads):
        return heads
    found = {head.start: head for head in candidates if head.labels[:1] == (first,)}
    spans = [(head.start, head.line_end) for head in found.values()]
    shape = heads[0].shape
    for match in re.finditer(rf"^{re.escape(first)}\b[^\n]*", text[start:stop], re.I | re.M):
        begin, line_end = start + match.start(), start + match.end()
        if any(a <= begin < b for a, b in spans):
            continue
        block = block_at(text, begin, line_end, start, stop)
        if len(block.labels) > 1:
            named = (block.title, block.author, block.labels, begin, "")
            found[begin] = Head(begin, block.end, None, 0, True, False, False, True, shape, "", *named)
    return sorted(found.values(), key=lambda head: head.start)


def is_print_header(text: str, start: int, end: int) -> bool:
    """Whether what stands before the first entry is only a print's header: a few short lines, no running text."""
    lines = [line for line in text[start:end].splitlines() if WORD.search(line)]
    prose = sum(1 for line in lines if len(line) > _HEADER_WIDTH or (len(line) > 70 and line.rstrip().endswith(".")))
    return len(lines) <= _HEADER_LINES and prose == 0


def _content(text: str, head: Head, until: int) -> int:
    """How many characters an entry has beside its date, time and title."""
    body = text[head.line_end : min(until, head.line_end + 2000)]
    own = len(head.rest.strip()) if not head.prompts else 0
    return own + sum(len(line.strip()) for line in body.split("\n") if not RULE.fullmatch(line.strip()))


def _without_footers(text: str, heads: list[Head], stop: int) -> list[Head]:
    """Leave out signatures ("Oprettet 17-06-2021 11.02") and the second of two head lines of one entry."""
    kept: list[Head] = []
    for number, head in enumerate(heads):
        until = heads[number + 1].start if number + 1 < len(heads) else stop
        if kept and _same_entry(text, kept[-1], head):
            continue
        body = text[head.line_end : until].strip(_NOTHING)
        last = head.foot or not head.blank or until == stop
        if kept and not body and last and (head.foot or len(head.rest.strip()) < _FOOTER):
            continue
        kept.append(head)
    return kept


def _same_entry(text: str, above: Head, head: Head) -> bool:
    """Whether ``head`` stands right below ``above``, which says nothing yet, and reads otherwise or has its date."""
    if head.start - above.line_end > SHORT_LINE * 4:
        return False
    between = text[above.line_end : head.start]
    if between.strip(_NOTHING) or "\n\n" in between:
        return False
    if above.prompts and head.prompts:
        return True
    says_nothing = len(above.rest) < SHORT_LINE and not above.rest.rstrip().endswith(".")
    return says_nothing and (above.shape != head.shape or above.date == head.date)


def _without_weaker(heads: list[Head]) -> list[Head]:
    """Leave out lines that are no heads beside the others: dates inside the entries.

    A program prints all its heads alike: where most are blocks of prompts only blocks count, and a line that is weaker
    than most has to be of their shape.
    """
    strong = [head for head in heads if head.strength >= _MIN_STRENGTH]
    if 2 * sum(head.prompts for head in strong) >= len(strong):
        strong = [head for head in strong if head.prompts or head.mail] or strong
    if not strong:
        return []
    usual = median(head.strength for head in strong)
    shapes = Counter(head.shape for head in strong)
    shape, count = max(shapes.items(), key=lambda item: (item[1], item[0]))
    common = shape if 2 * count > len(strong) else None
    # What has the very prompts of most is one of them, with or without a time of day.
    prompted = Counter(head.labels for head in strong if head.prompts)
    alike = {found for found, times in prompted.items() if 3 * times > len(strong)}
    return [
        head
        for head in strong
        if (head.strength > usual - _WEAKER if common in (None, head.shape) else head.strength >= usual)
        or (head.prompts and head.labels in alike)
        # Below a rule a named and dated line is a head, also where the program had no time of day for it.
        or (head.strength >= _CLEAR and common is not None and head.shape[::2] == common[::2])
    ]


def _is_export(text: str, heads: list[Head], start: int, stop: int) -> bool:
    ends = [head.start for head in heads[1:]] + [stop]
    contents = [_content(text, head, until) for head, until in zip(heads, ends, strict=True)]
    if sum(size >= _MIN_CONTENT for size in contents) < 2 or median(contents) < _MIN_MEDIAN:
        return False
    sure = median(head.strength for head in heads) >= _SURE
    first = heads[0].start
    if first == start or not WORD.search(text, start, first):
        return not _is_titled(text, heads[0]) or not _is_whole(text, heads, sure=sure)
    if not is_print_header(text, start, first):
        return sure
    return kind_of(text, start=start, end=first) not in _WHOLE_KINDS


def _is_whole(text: str, heads: list[Head], *, sure: bool) -> bool:
    """Whether the title that the first head begins with is the whole document's, and not its first note's.

    In a journal the other notes have titles too; below a document's title stands a list of dates.
    """
    others = [_is_titled(text, head) for head in heads[1:]]
    if sure and 2 * sum(others) >= len(others):
        return False
    return kind_of(text, start=heads[0].start, end=heads[0].line_end) in _WHOLE_KINDS


def _is_titled(text: str, head: Head) -> bool:
    """Whether an entry begins with words, not with its date."""
    line = text[head.start : head.line_end].lstrip(" \t>*•#[|-–—")
    return not head.prompts and line[:1].isalpha()


def _trimmed(text: str, start: int, until: int) -> int:
    """The end of the last line with words in ``text[start:until]``."""
    end = until
    while end > start:
        line_start = max(text.rfind("\n", start, end) + 1, start)
        line = text[line_start:end].strip()
        if line and not (RULE.fullmatch(line) and not WORD.search(line)):
            return line_start + len(text[line_start:end].rstrip())
        end = line_start - 1 if line_start > start else start
    return until
