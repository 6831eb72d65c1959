"""Word classes: what a pattern matches, what a class leaves out, and what the bundled classes say of words."""

from __future__ import annotations

import time

import pytest

from docscore.language.lexicon import Lexicon, LexiconError
from docscore.language.tokens import words
from docscore.language.vocabulary import vocabulary


def _found(patterns: list[str], text: str, excluded: list[str] | None = None) -> list[str]:
    lexicon = Lexicon({"X": patterns}, "test.toml", {"X": excluded or []})
    tokens = words(text)
    return [" ".join(tokens[hit.position : hit.position + hit.length]) for hit in lexicon.hits(tokens)]


@pytest.mark.parametrize(
    ("pattern", "text", "wanted"),
    [
        ("#", "uge 14 og 2021 og 2,5 og 010203", ["14", "2,5"]),
        ("####", "fra 1998 til 2004, lov nr. 1234 og 12", ["1998", "2004"]),
        ("#/#", "den 3/5, 3/5-21, 3-5-2021, 2021-05-03, 1/2021 og 3-5", ["3/5", "3/5-21", "3-5-2021", "2021-05-03"]),
        ("uge #", "i uge 14 og uge fem", ["uge 14"]),
        ("# timer", "fra 8-10 timer", ["8-10 timer"]),
        ("ikke ... drøftet", "det er ikke drøftet", ["ikke drøftet"]),
        ("ikke ... drøftet", "det er ikke på mødet blevet drøftet", ["ikke på mødet blevet drøftet"]),
        ("ikke ... drøftet", "ikke på det sidste møde blevet drøftet", []),
        ("ikke ... drøftet", "ikke i dag, men drøftet før", []),
        ("ikke ... talt om", "vi har ikke rigtig talt om det", ["ikke rigtig talt om"]),
        ("ikke ... talt om", "vi har ikke rigtig talt", []),
    ],
)
def test_pattern(pattern: str, text: str, wanted: list[str]) -> None:
    assert _found([pattern], text) == wanted


@pytest.mark.parametrize(
    "pattern", ["... drøftet", "ikke ...", "ikke ... drøft*", "ikke ... #", "ikke helt ... drøftet", "*", ""]
)
def test_patterns_that_cannot_be_used(pattern: str) -> None:
    with pytest.raises(LexiconError, match="X"):
        Lexicon({"X": [pattern]}, "test.toml")


def test_what_a_class_leaves_out() -> None:
    assert _found(["*bud", "bud på"], "postbud, tilbud og bud på det", ["*tilbud", "bud"]) == ["postbud", "bud på"]


@pytest.mark.parametrize("piece", ["ikke ", "# ", "1 ", "ikke drøftet ", "fra 1 til ", "uge "])
def test_linear_on_crafted_text(piece: str) -> None:
    find = vocabulary().find
    find(words(piece))

    def spent(times: int) -> float:
        tokens = words(piece * times)
        start = time.process_time()
        find(tokens)
        return time.process_time() - start

    assert spent(40_000) < 12 * spent(10_000) + 0.2


IN = """
TITLE: kontormedhjælper pakkebud skolebetjent kirketjener lagerforvalter vinduespudser
TASK: hylderengøring kundebetjening brevsortering syarbejde pakkearbejde
RELATIVE: moderens faderen svigersønnen kusinen veninden
EMPLOYER: butiksbestyrer værkmesteren kroejeren driftslederen tillidsmanden
ILLNESS: blodsukkeret insulin senfølger hævelse
NUMBER: 3 12,5 halvanden fire
PR_MANNER: gradvist trinvis
DATE: marts 3/5-21
HK_AID: palleløfter ståmåtte skrivepult
APPLICATION: jobloggen
LAW_116: §116
LAW_74C: §74c
"""
OUT = """
TITLE: tilbud afbud svært svagt samarbejder passer hjælper virksomhedskonsulent sundhedskoordinator tolk
TASK: synes syv sygdom sagsbehandler bagefter samlever samlet underviser kører arbejde samarbejde tilpasning
EMPLOYER: plejer vejer vejleder semester billeder
SK_PLACE: behandling fravær
HK_AID: mus app kørestol stol løfter
PR_UP: gradvist langsomt bedring
NUMBER: 2021 én
"""


@pytest.mark.parametrize(
    ("name", "word", "inside"),
    [
        (name, word, inside)
        for table, inside in ((IN, True), (OUT, False))
        for name, _, entries in (line.partition(":") for line in table.split("\n") if line)
        for word in entries.split()
    ],
)
def test_bundled_class(name: str, word: str, inside: bool) -> None:
    assert (name in {hit.name for hit in vocabulary().find(words(word))[0]}) is inside


@pytest.mark.parametrize(
    ("text", "name", "inside"),
    [
        ("pause i 10 min", "I", False),
        ("det er min drøm", "I", True),
        ("hun leder efter arbejde", "EMPLOYER", False),
        ("hun taler med sin leder", "EMPLOYER", True),
        ("personlig assistent", "TITLE", False),
        ("det er ikke, som tiden er, nødvendigt", "NEG_STANCE", False),
        ("teamet ser ikke noget grundlag for støtte", "NEG_STANCE", True),
        ("emnet er ikke på mødet berørt", "EMPTY", True),
        ("fra 6 til 9 timer", "PR_RANGE", True),
        ("opfølgning om 14 dage", "INTERVAL", True),
    ],
)
def test_phrases(text: str, name: str, inside: bool) -> None:
    assert (name in {hit.name for hit in vocabulary().find(words(text))[0]}) is inside
