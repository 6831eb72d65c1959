"""A decision's extracted value for a reader."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docscore.report.texts import Language

_WEEK = re.compile(r"(\d{4})-W(\d{2})$")
_MONTH = re.compile(r"(\d{4})-(\d{2})$")


def value_text(value: Any, language: Language = "da") -> str:
    """A value as it is written for a reader.

    >>> value_text([10, 12.5]), value_text("2022-W48"), value_text("2022-04-05"), value_text(["mentor", "kursus"])
    ('10-12,5', 'uge 48 2022', '5.4.2022', 'mentor, kursus')
    >>> value_text("2023-02"), value_text("18 måneder"), value_text(None)
    ('2-2023', '18 måneder', '')
    """
    if value is None:
        return ""
    if isinstance(value, list):
        numbers = all(isinstance(item, int | float) for item in value)
        return ("-" if numbers else ", ").join(value_text(item, language) for item in value)
    if isinstance(value, int | float):
        return f"{value:g}".replace(".", ",") if language == "da" else f"{value:g}"
    text = str(value)
    if language != "da":
        return text
    if (week := _WEEK.match(text)) is not None:
        return f"uge {int(week[2])} {week[1]}"
    if (month := _MONTH.match(text)) is not None:
        return f"{int(month[2])}-{month[1]}"
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day}.{day.month}.{day.year}"
