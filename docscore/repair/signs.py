"""Signs that stand for others: ``2%`` for 2½, ``|`` for I, ``e`` for a bullet, ``126 procent`` for I 26 procent.

Only where what stands around them leaves no doubt; a wrong number is worse than an odd sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docscore.repair.offsets import Edit

# "2% ar", "4%-arsstatus", "37% time": per cent of a stretch of time is not said without a blank before the sign.
_HALF = re.compile(
    r"(?<![\d.,])\d{1,2}('?%)"
    r"(?=[ -]?(?:[ad&é3\d]{1,2}r(?:s\w{0,30}|et|ene)?|timers?|uger?|dage?|m[ad&é3]{1,2}neder?)\b)"
)
# A bullet that is read as a letter stands first on its line.
_BULLET = re.compile(r"^[ \t]{0,20}(e)(?=[ \t]{1,4}[^\W_])", re.M)
# The word I begins a sentence or, where it is the pronoun, a line; a table has more bars on the line.
_BAR = re.compile(r"(?:^|[.!?:\"”»] )[ \t]{0,20}(\|)(?= [a-z\d][^|\n]{0,2000}$)", re.M)
# "I 26 procent af sagerne" with the blank lost, at the start of a sentence; 100 to 109 per cent may be meant.
_IN_PERCENT = re.compile(r"(?:\n[ \t]{0,20}\n[ \t]{0,20}(?:[e•] )?|[.!?][ \n])(1)(?=[1-9]\d procent af\b)")
# A medical form is named by a number: "LÆ 265".
_FORM = re.compile(r"\bL(AE|ZE|[AEZ])(?= ?[12]\d\d\b)")

_SIGNS = ((_HALF, "½"), (_BULLET, "•"), (_BAR, "I"), (_IN_PERCENT, "I "), (_FORM, "Æ"))


def signs(text: str, start: int, end: int) -> Iterator[Edit]:
    """The signs to replace in ``text[start:end]``, by kind and then in order."""
    for pattern, sign in _SIGNS:
        for match in pattern.finditer(text, start, end):
            yield Edit(match.start(1), match.end(1), sign)
