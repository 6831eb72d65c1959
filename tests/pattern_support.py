"""Every regular expression that docscore compiles, and texts made of its own literals that would make it slow."""

from __future__ import annotations

import importlib
import pkgutil
import re
import re._constants as constants
import re._parser as parser
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docscore
from docscore.transformer.needs import EXPORT

ROOT = Path(__file__).parents[1]
CLASSES = {
    "CATEGORY_DIGIT": "1",
    "CATEGORY_SPACE": " ",
    "CATEGORY_WORD": "a",
    "CATEGORY_NOT_SPACE": "a",
    "CATEGORY_NOT_DIGIT": "a",
}
COMMON = ("a", "1", "A", " ", "\t", "\n", "\n ", "a ", "1 ", "A ", "1.", "a-", ". ", "(", "|", "x:", "é")


def compiled() -> dict[tuple[str, str], re.Pattern[str]]:
    """Patterns over text by module and source: those of import time, and those made when something is read."""
    found: dict[tuple[str, str], re.Pattern[str]] = {}
    original = re.compile

    def recording(pattern: Any, flags: Any = 0) -> Any:
        made = original(pattern, flags)
        module = sys._getframe(1).f_globals.get("__name__", "")
        if isinstance(made.pattern, str) and module.startswith("docscore"):
            found[module, made.pattern] = made
        return made

    for name, module in list(sys.modules.items()):
        if name.startswith("docscore"):
            for value in list(vars(module).values()):
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    found[name, value.pattern] = value
    re.compile = recording  # type: ignore[assignment]
    try:
        for one in pkgutil.walk_packages(docscore.__path__, "docscore."):
            if not one.name.endswith("__main__"):
                _import(one.name)
        _clear_caches()
        from fuzz_seeds import seeds
        from fuzz_targets import TARGETS

        for target, run in TARGETS.items():
            for seed in seeds(target):
                run(seed)
    finally:
        re.compile = original
    return found


def _import(name: str) -> None:
    """Import a module; one of the transformer backend may lack its extra, and then has no part in what is read."""
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if not name.startswith("docscore.transformer.") or (error.name or "").partition(".")[0] not in EXPORT:
            raise


def _clear_caches() -> None:
    """Let patterns that are made once be made again, now that they are recorded."""
    for name, module in list(sys.modules.items()):
        if name.startswith("docscore"):
            for value in list(vars(module).values()):
                clear = getattr(value, "cache_clear", None)
                if clear is not None and getattr(value, "__module__", "") == name:
                    clear()


def _literals(tree: Any) -> str:
    """A text that the pattern is made of: every part once, the first of every choice."""
    out: list[str] = []
    for operation, argument in tree:
        if operation is constants.LITERAL:
            out.append(chr(argument))
        elif operation is constants.IN:
            out.append(_one_of(argument))
        elif operation in (constants.MAX_REPEAT, constants.MIN_REPEAT, constants.POSSESSIVE_REPEAT):
            out.append(_literals(argument[2]))
        elif operation is constants.SUBPATTERN:
            out.append(_literals(argument[3]))
        elif operation is constants.BRANCH:
            out.append(_literals(argument[1][0]))
        elif operation in (constants.ANY, constants.NOT_LITERAL):
            out.append("z")
    return "".join(out)


def _one_of(items: Any) -> str:
    for operation, argument in items:
        if operation is constants.NEGATE:
            return "x"
        if operation is constants.LITERAL:
            return chr(argument)
        if operation is constants.RANGE:
            return chr(argument[0])
        if operation is constants.CATEGORY:
            return CLASSES.get(str(argument), ".")
    return "x"


def _repeats(tree: Any) -> Iterator[str]:
    """What each repetition repeats, alone and after what stands before it."""
    items = list(tree)
    for place, (operation, argument) in enumerate(items):
        if operation in (constants.MAX_REPEAT, constants.MIN_REPEAT, constants.POSSESSIVE_REPEAT):
            inner = _literals(argument[2])
            yield inner
            yield _literals(items[max(0, place - 2) : place]) + inner
            yield from _repeats(argument[2])
        elif operation is constants.SUBPATTERN:
            yield from _repeats(argument[3])
        elif operation is constants.BRANCH:
            for choice in argument[1]:
                yield from _repeats(choice)
        elif operation in (constants.ASSERT, constants.ASSERT_NOT):
            yield from _repeats(argument[1])


def crafted(pattern: re.Pattern[str], length: int) -> Iterator[str]:
    """Texts of a length that drive a careless pattern: its parts again and again, with a beginning and without an end."""
    tree = parser.parse(pattern.pattern, pattern.flags)
    whole = _literals(tree)
    for unit in dict.fromkeys((whole, *_repeats(tree), *COMMON)):
        if unit:
            for before, after in (("", ""), (whole[: len(whole) // 2], "\0")):
                yield before + (unit * (length // len(unit) + 1))[:length] + after


def seconds(pattern: re.Pattern[str], text: str, most: float) -> float:
    """Processor time to find all in a text; broken off soon after ``most`` where the system can."""
    import signal

    class TooLongError(Exception):
        pass

    def stop(*_: Any) -> None:
        raise TooLongError

    began = time.process_time()
    timer = hasattr(signal, "setitimer")
    if timer:
        previous = signal.signal(signal.SIGVTALRM, stop)
        signal.setitimer(signal.ITIMER_VIRTUAL, most)
    try:
        for _ in pattern.finditer(text):
            pass
    except TooLongError:
        pass
    finally:
        if timer:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, previous)
    return time.process_time() - began
