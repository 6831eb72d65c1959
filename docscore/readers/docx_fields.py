"""Legacy form fields of Word (FORMTEXT, FORMCHECKBOX, FORMDROPDOWN) and field codes in general.

A field is a run of marks: ``begin`` (with the form's data), its code, ``separate``, its result, ``end``.
Only results are text; a check box and a drop-down have none and are drawn from their data.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from docscore.readers.docx_controls import BOX, is_on, local, own
from docscore.readers.layout import TextBuilder, is_placeholder


@dataclass
class _Open:
    """A field that has begun."""

    default: str | None = None
    in_code: bool = True
    result: list[str] = field(default_factory=list)


@dataclass
class FieldState:
    """Follows the marks through a paragraph's runs."""

    _stack: list[_Open] = field(default_factory=list)

    def emit(self, text: str, out: TextBuilder) -> None:
        """Text of a run: into the innermost open result, or to the paragraph; never from a code."""
        if any(item.in_code for item in self._stack):
            return
        if self._stack:
            self._stack[-1].result.append(text)
        else:
            out.add(text)

    def mark(self, mark: Any, out: TextBuilder) -> None:
        """A ``w:fldChar``."""
        kind = own(mark, "fldCharType")
        if kind == "begin":
            data = next((child for child in mark if local(child) == "ffData"), None)
            opened = _Open()
            if data is not None:
                shown, opened.default = _form_data(data)
                if shown:
                    self.emit(shown, out)
            self._stack.append(opened)
        elif kind == "separate" and self._stack:
            self._stack[-1].in_code = False
        elif kind == "end" and self._stack:
            done = self._stack.pop()
            self.emit(_result(done), out)

    def close(self) -> str:
        """The results of fields that go on in the next paragraph."""
        text = "".join(_result(item) for item in self._stack)
        self._stack.clear()
        return text


def _result(done: _Open) -> str:
    """A field's result; an untouched text field (its default, or blanks) is nothing."""
    text = "".join(done.result)
    untouched = done.default is not None and text.strip() == done.default.strip()
    return "" if untouched or not text.strip() else text


def _form_data(data: Any) -> tuple[str, str | None]:
    """What a form field shows of itself, and a text field's default."""
    for child in data:
        kind = local(child)
        if kind == "checkBox":
            values = {local(part): is_on(part) for part in child}
            return BOX[values.get("checked", values.get("default", False))], None
        if kind == "ddList":
            numbers = {local(part): own(part, "val") or "0" for part in child if local(part) != "listEntry"}
            entries = [own(part, "val") or "" for part in child if local(part) == "listEntry"]
            place = numbers.get("result", numbers.get("default", "0"))
            chosen = entries[int(place)] if place.isdecimal() and int(place) < len(entries) else ""
            return ("" if is_placeholder(chosen) else chosen), None
        if kind == "textInput":
            default = next((own(part, "val") for part in child if local(part) == "default"), None)
            return "", default
    return "", None
