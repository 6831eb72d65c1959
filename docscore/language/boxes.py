"""Tick boxes and table rows: which options of a line are marked, and where the cells of a row lie."""

from __future__ import annotations

import re
from dataclasses import dataclass

from docscore.language import sentences

MARK = re.compile(r"[☐☒☑✓✔□■⊠◉○🗹🗷🗵⮽✅⬜◻🗌]|\[ ?[xXvV✓•*-]? ?\]|\((?: ?[xXvV✓•●*] ?| {1,3})\)|(?<!\w)_[xX]_(?!\w)")
"""A tick box, marked or not."""

_SIGN = re.compile(r"[\[(_☐☒☑✓✔□■⊠◉○🗹🗷🗵⮽✅⬜◻🗌]")
_TICKED = re.compile(r"[☒☑✓✔■⊠◉🗹🗷🗵⮽✅xXvV•●*]")
_CROSS = re.compile(r"(?:[xX✓✔☒☑■⊠◉🗹🗷🗵⮽✅]|\[ ?[xXvV✓•*] ?\]|\( ?[xXvV✓•●*] ?\)|_[xX]_)$")
_BLANK = re.compile(r"(?:[☐□○⬜◻🗌]|\[ ?\]|\( {0,3}\))?$")
_QUESTION = re.compile(r".*[:?]|.*\s\s(?=\S)|.*\s(?=(?:ja|nej)$)", re.IGNORECASE | re.DOTALL)
_ENDS_YES_NO = re.compile(r"(?<!\w)(?<!/)(?:ja|nej):?$", re.IGNORECASE)
_NAMED_REMARK = re.compile(
    r"(?:bemærkning|bemærkninger|bem|begrundelse|uddyb|uddybning|hvilke|hvilken|hvorfor)\b", re.IGNORECASE
)
_LEAD = re.compile(r"[\s–\-,;:.]*")
_BLANK_LINE = re.compile(r"(?<![\w_])_{2,4}(?![\w_])")
_BARE = re.compile(r"(?<!\S)[xX](?!\S)")
_BEGINS_BLANK = re.compile(r"_{2,4}[ \t]+[^\W\d_]")
_REMARK = re.compile(r"[.:;]\s+(?=\S)|\s{2,}(?=\S)|\s[–-]\s")

YES_NO = re.compile(
    r"\b(ja|nej)\s{0,3}[:.]?\s{0,6}(x\b|✓)?\s{0,9}[/,]?\s{0,9}\b(ja|nej)\s{0,3}[:.]?\s{0,6}(x\b|✓)?(?=\s{2,}|\s*$)",
    re.IGNORECASE,
)
""" "Ja: X  Nej:" in any of its forms; groups 1 and 3 are the words, 2 and 4 their marks."""

_GAP = re.compile(r"[ \t]*(?:\t| {4})[ \t]*")
_TAB = re.compile(r" *\t *")
_BAR = re.compile(r"(?:(?<=\s)|^)\|[ \t]*|[ \t]*\|(?:[ \t]+|$)")


def drawn(line: str, marked: bool = False) -> str:
    """``line`` with boxes drawn by hand ("X Ja __ Nej", "__ Pauser") as tick boxes; every offset stays.

    A bare x is a mark only beside a blank one, for it may be an anonymised name.

    Args:
        line: a line.
        marked: whether the document has lines that begin with a blank box, so that a bare x may begin one too.
    """
    if marked and _BARE.match(line) and len(line) > 2:
        line = "☒" + line[1:]
    if "__" not in line or not (_BEGINS_BLANK.match(line) or _BARE.search(line) or "_x_" in line.lower()):
        return line
    if not any(sign.isalpha() and sign not in "xX" for sign in line):
        return line
    boxed = _BLANK_LINE.sub(lambda blank: "[" + " " * (len(blank.group()) - 2) + "]", line)
    return _BARE.sub("☒", boxed) if boxed != line else line


def draws_blanks(line: str) -> bool:
    """Whether a line begins with a blank box drawn by hand ("__ Pauser")."""
    return bool(_BEGINS_BLANK.match(line))


def find_mark(line: str) -> re.Match[str] | None:
    """The first tick box of a line."""
    # A line without one of the signs holds no box: cheaper than looking for one.
    return MARK.search(line, sign.start()) if (sign := _SIGN.search(line)) else None


def crossed(cell: str) -> bool:
    """Whether a table cell holds nothing but a set mark."""
    return bool(_CROSS.match(cell))


def answered(value: str) -> bool:
    """Whether what stands behind "Ja:" is a mark, or nothing."""
    return not value.strip() or bool(_CROSS.match(value.strip()))


def box_cells(texts: list[str]) -> int:
    """How many cells a row's label and the boxes right of it take ("Mentor |  | X"); 0 where there is no box."""
    end = 1
    while end < len(texts) and (_CROSS.match(texts[end]) or _BLANK.match(texts[end])):
        end += 1
    while end > 1 and not texts[end - 1]:
        end -= 1
    return end if end > 1 else 0


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a line: ``prompt`` is what they answer, ``tail`` where a remark behind the last one begins."""

    prompt: str
    options: tuple[tuple[str, bool], ...]
    tail: int

    @property
    def any_ticked(self) -> bool:
        """Whether any option is marked."""
        return any(on for _, on in self.options)

    @property
    def ticked(self) -> tuple[str, ...]:
        """The labels of the marked options; a lone box is labelled by its prompt."""
        labels = [(label or self.prompt).rstrip(":") for label, on in self.options if on]
        return tuple(label for label in labels if label)


def options(line: str, prompt: str) -> Options:
    """Read the boxes of a line that holds at least one; ``prompt`` is the field above it."""
    marks = list(MARK.finditer(line))
    head = line[: marks[0].start()].strip()
    rest = line[marks[-1].end() :].strip()
    if not any(sign.isalnum() for sign in head):
        head = ""  # a bullet
    before = bool(head) and (
        bool(_ENDS_YES_NO.search(head))
        or (not head.endswith((":", "?")) and (not rest or rest[0] in "–-,;(" or bool(_NAMED_REMARK.match(rest))))
    )
    found: list[tuple[str, bool]] = []
    tail = len(line)
    if before and rest and any(sign.isalnum() for sign in rest):  # "Ja ☒ Nej ☐ – fra maj"
        tail = marks[-1].end() + _LEAD.match(line[marks[-1].end() :]).end()  # type: ignore[union-attr]
    for k, mark in enumerate(marks):
        on = bool(_TICKED.search(mark.group()))
        if before:  # "Ja ☐ Nej ☒"
            found.append((line[marks[k - 1].end() if k else 0 : mark.start()].strip(" :,;"), on))
            continue
        last = k + 1 == len(marks)
        label = line[mark.end() :] if last else line[mark.end() : marks[k + 1].start()]
        remark = _remark(label) if last else None
        if (
            remark
            and not on
            and remark.group().strip() in ("–", "-")
            and not _ENDS_YES_NO.search(label[: remark.start()])
        ):
            remark = None  # the option as printed: "☒ 8 t  ☐ 10 t – fra maj"
        if remark and label[remark.end() :].lower() in ("ja", "nej"):  # "✓ Ja   Nej"
            label = label[: remark.start()]
        elif remark and len(label[: remark.start()].split()) <= 8:
            tail = mark.end() + remark.end()
            label = label[: remark.start()] + (":" if ":" in remark.group() else "")
        found.append((label.strip(" ,;"), on))
    if not before and head:
        prompt = head.rstrip(": ")
    elif before and len(found) > 1 and (asked := _QUESTION.match(found[0][0])):
        prompt = asked.group().rstrip(": ")
        found[0] = (found[0][0][asked.end() :].strip(), found[0][1])
    return Options(prompt, tuple(found), tail)


def _remark(label: str) -> re.Match[str] | None:
    """Where a remark begins behind an option, and not behind the full stop of a date or an abbreviation."""
    ends = {b for _, b in sentences.split(label, 0, len(label))} if "." in label else set()
    for found in _REMARK.finditer(label):
        if label[found.start()] != "." or found.start() + 1 in ends:
            return found
    return None


def cells(line: str, columns: int = 0) -> list[tuple[int, int]]:
    """The cells of a table row, as offsets into ``line``; one cell means: no row.

    A cell between two bars may be empty (start == end); gaps of tabs or spaces part only what is there. In a table
    of more ``columns`` each tab of a row with a cross parts two cells, for the column says what the cross means.
    """
    if "|" in line:
        spans = _parts(line, _BAR)
        if line.startswith("|") and len(spans) > 2:  # bars around the row
            del spans[0]
            if line.endswith("|"):
                spans.pop()
        return spans if any(x < y for x, y in spans) else [(0, len(line))]
    if "\t" in line or "    " in line:
        found = [(x, y) for x, y in _parts(line, _GAP) if x < y]
        if len(found) < columns and "\t" in line:
            each = _parts(line, _TAB)
            if 1 < len(each) <= columns and any(crossed(line[x:y]) for x, y in each):
                return each + [(len(line), len(line))] * (columns - len(each))
        return found
    return [(0, len(line))]


def _parts(line: str, separator: re.Pattern[str]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    pos = 0
    for match in separator.finditer(line):
        if "\n" in line[max(0, match.start() - 1) : match.end() + 1]:
            continue  # the indent or the end of a wrapped line
        spans.append(_stripped(line, pos, match.start()))
        pos = match.end()
    spans.append(_stripped(line, pos, len(line)))
    return spans


def _stripped(line: str, x: int, y: int) -> tuple[int, int]:
    while x < y and line[x].isspace():
        x += 1
    while y > x and line[y - 1].isspace():
        y -= 1
    return x, y
