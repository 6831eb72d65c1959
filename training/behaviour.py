"""How a model does on the behavioural tests in ``tests/data/behaviour``: a Markdown table, and what it got wrong.

Run from the repository's root: ``python -m training.behaviour [--failures] [--model FOLDER]``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from docscore.detect.topics import load_model
from docscore.learn.behaviour import MARGIN, Capability, Form, Outcome, measure

TESTS = Path("tests/data/behaviour")

_LEGEND = f"""\
MFT: two texts that look alike, of which one documents the topic; each is a case, and a pair is right when both are.
Invariance: two texts that must get the same answer; a pair is a case, and right when that answer is the right one.
Directional: the second text must get a higher probability; a pair is a case, and right when it is {MARGIN} higher."""


def table(capabilities: Sequence[Capability]) -> str:
    """The pass rates as a Markdown table with its legend.

    Args:
        capabilities: as :func:`docscore.learn.behaviour.measure` returns them.
    """
    lines = ["| capability | type | cases | passed | pairs right |", "|---|---|---|---|---|"]
    lines += [
        f"| {one.name} | {one.form} | {one.cases} | {_percent(one.pass_rate)} | {_percent(one.pair_rate)} |"
        for one in capabilities
    ]
    return "\n".join([*lines, "", _LEGEND])


def failures(capabilities: Sequence[Capability]) -> Iterator[str]:
    """The pairs that went wrong, as Markdown lines."""
    for one in capabilities:
        if one.failures:
            yield f"\n## {one.name} ({_percent(one.pass_rate)} passed)\n"
        for outcome in one.failures:
            yield from _failure(outcome)


def _failure(outcome: Outcome) -> Iterator[str]:
    pair = outcome.pair
    yield f"- line {pair.line}, {pair.topic}, {pair.kind}: {pair.why}"
    for name, text, answer, right, p in zip(
        pair.names, pair.texts, outcome.answers, outcome.right, outcome.probabilities, strict=True
    ):
        verdict = "" if pair.form is Form.DIRECTIONAL else " right" if right else " WRONG"
        said = "documented" if answer else "not documented"
        shown = text.replace("\n", " ⏎ ")
        yield f"  - {name}:{verdict} ({said}, {p:.3f}) {shown}"


def _percent(share: float) -> str:
    # Rounded down: what is shown as the floor has reached it.
    return f"{int(100 * share + 1e-9)} %"


def main() -> None:
    """Print the table and, where asked for, the failures."""
    parser = argparse.ArgumentParser(description="Run the behavioural tests.")
    parser.add_argument("--failures", action="store_true", help="also print the texts that were decided wrong")
    parser.add_argument("--model", type=Path, help="a model folder (default: the bundled model)")
    chosen = parser.parse_args()
    capabilities = measure(load_model(chosen.model), TESTS)
    print(table(capabilities))
    if chosen.failures:
        print("\n".join(failures(capabilities)))


if __name__ == "__main__":
    main()
