"""What fuzzing found before, and drawn documents, through the same targets; ``make fuzz`` goes on from there."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from fuzz_seeds import seeds
from fuzz_targets import TARGETS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

KEPT = Path(__file__).parent / "data" / "fuzz"
SECONDS = 10


def kept() -> list[tuple[str, Path]]:
    return [(folder.name, path) for folder in sorted(KEPT.iterdir()) for path in sorted(folder.iterdir())]


@pytest.mark.parametrize(("target", "path"), kept(), ids=lambda value: str(getattr(value, "name", value)))
def test_what_was_found_is_answered(target: str, path: Path) -> None:
    began = time.process_time()
    TARGETS[target](path.read_bytes())
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_seeds_are_read(target: str) -> None:
    assert seeds(target)
    for seed in seeds(target):
        TARGETS[target](seed)


def cut(data: bytes) -> st.SearchStrategy[bytes]:
    """A sound file with a part taken out, doubled or overwritten."""

    def change(a: int, b: int, patch: bytes, how: int) -> bytes:
        start, end = sorted((a % (len(data) + 1), b % (len(data) + 1)))
        middle = (b"", data[start:end] * 3, patch, bytes(255 - byte for byte in data[start : min(end, start + 8)]))[how]
        return data[:start] + middle + data[end:]

    places = st.integers(0, 2**20)
    return st.builds(change, places, places, st.binary(max_size=12), st.integers(0, 3))


@pytest.mark.parametrize("target", sorted(TARGETS))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_damaged_files_are_answered(target: str, data: st.DataObject) -> None:
    TARGETS[target](data.draw(st.sampled_from(seeds(target)).flatmap(cut)))


WORDS = st.sampled_from(
    [
        *(
            "Navn: Mette Holm",
            "010170-XXXX",
            "Skånehensyn:",
            "ingen tunge løft",
            "[x] Ja",
            "[ ] Nej",
            "ikke",
            "hvis",
            "tidligere",
        ),
        *(
            "§ 116, stk. 2",
            "den 12. marts 2021",
            "12-03-2021",
            "kl. 10.30",
            "»",
            "«",
            "- ",
            "• ",
            "\t",
            "\n",
            "\n\n",
            ": ",
            "| ",
            "?",
        ),
        *(
            "Borger ønsker",
            "Sagsbehandler vurderer",
            "jf.",
            "fx",
            "(",
            ")",
            "Journal",
            "Med venlig hilsen",
            "20304050",
            "☒",
            "…",
            "\u202f",
        ),
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(WORDS, max_size=60), st.integers(0, 9), st.sampled_from(["", " "]))
def test_documents_put_together_from_what_forms_hold(words: list[str], kind: int, gap: str) -> None:
    text = gap.join(words)
    TARGETS["reading"](text.encode())
    TARGETS["case"](bytes([kind]) + text.encode())
    TARGETS["masking"](text.encode())
