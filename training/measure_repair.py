"""How well the words of a scan that was read without Danish letters are repaired, against its clean text.

``python -m training.measure_repair FILE``. ``FILE`` is JSON lines ``[start, end, printed, clean]`` of aligned words,
the first line the path of the printed text. :mod:`training.held_out` measures writers held out, and decisions.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from docscore.repair import repair

_EDGE = re.compile(r"^[^\w]+|[^\w]+$")


def main(arguments: list[str]) -> None:
    """Print the share of words with a Danish letter that are restored, and of good words that are damaged."""
    if len(arguments) != 1:
        raise SystemExit(__doc__)
    first, *rows = [json.loads(line) for line in Path(arguments[0]).read_text("utf-8").splitlines()]
    fixed = repair(Path(first).read_text("utf-8"))
    if fixed is None:
        raise SystemExit("the text was not taken for one without Danish letters")
    danish = restored = good = damaged = 0
    for start, end, *both in rows:
        a, b = fixed.to_repaired(start, end)
        read_as, printed, clean = (_EDGE.sub("", word) for word in (fixed.text[a:b], *both))
        if set(clean) & set("æøåÆØÅ"):
            danish += 1
            restored += read_as == clean
        elif printed == clean:
            good += 1
            damaged += read_as != clean
    print(f"words with æ, ø or å: {danish}, restored {restored / danish:.2%}")
    print(f"good words: {good}, damaged {damaged / good:.3%}")


if __name__ == "__main__":
    main(sys.argv[1:])
