"""A document as read: its blocks, and the sentences that can document something.

The reading is plain Python over offsets. The spaCy pipeline (:mod:`docscore.language.pipeline`) shows the
same reading as spaCy objects; the detectors use it directly, so that ``docscore check`` need not wait for
spaCy, and a batch pays for no object that it does not use.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from operator import itemgetter

from docscore.case import Kind
from docscore.language import layout, tokens
from docscore.language.layout import Block, BlockKind
from docscore.language.lexicon import Hit
from docscore.language.names import first_names
from docscore.language.qualifiers import (
    CITIZEN,
    Qualified,
    Qualifier,
    Scope,
    Speaker,
    citizens_pronoun,
    people_of,
    pointing_back,
    qualify,
)
from docscore.language.turns import is_turn, voice_of
from docscore.language.vocabulary import Cue, named, vocabulary
from docscore.recognise.furniture import without_furniture
from docscore.recognise.inserts import Insert, InsertKind, find_inserts


@dataclass(slots=True)
class Sentence:
    """One sentence, field value, bullet or ticked line.

    ``start``/``end`` are offsets into the file's text; ``words`` are the lower-cased tokens that count as
    content (of a ticked line: its marked options); ``hits`` the word classes in them; ``block`` is the index of
    its block; ``qualified`` says whose view it is and how it is meant. A yes or no is read together with what it
    answers: the first ``lead`` words are then those of its prompt.
    """

    start: int
    end: int
    kind: BlockKind
    prompt: str
    section: str
    words: list[str]
    hits: list[Hit]
    block: int
    qualified: Qualified
    lead: int = 0


@dataclass(slots=True)
class Reading:
    """The reading of one document; ``text`` is the file's text that all offsets point into."""

    text: str
    kind: Kind | None
    blocks: list[Block]
    people: dict[str, Speaker] = field(default_factory=dict)
    sentences: list[Sentence] = field(default_factory=list)


def read(
    text: str,
    start: int = 0,
    end: int | None = None,
    kind: Kind | None = None,
    people: dict[str, Speaker] | None = None,
) -> Reading:
    """Read ``text[start:end]``, a document of the given kind.

    Args:
        text: a file's text.
        start: where the document begins in it.
        end: where it ends, None for the end of the text.
        kind: the document's kind, where known.
        people: the names in it and whose they are, where known from elsewhere; else they are read from it.

    Returns:
        Blocks in order and, for the blocks that hold content, their sentences in order.
    """
    find = vocabulary().find
    stop = len(text) if end is None else end
    source, pasted = text, deque[Insert]()
    if kind in NOTES:
        text = without_furniture(text)
        pasted = deque(find_inserts(text, start, stop))
    laid = layout.lay_out(text, start, stop)
    found = list(laid.blocks)
    if people is None:
        people = people_of(text, start, stop)
    reading = Reading(source, kind, found, people)
    writer = Speaker.TEAMET if kind is Kind.INDSTILLING else Speaker.SAGSBEHANDLER
    polite = text.count(" De", start, stop) >= 3 and len(_POLITE_FORM.findall(text, start, stop)) >= 3
    pronoun = citizens_pronoun(text, start, stop, people)
    antecedent = CITIZEN
    known = first_names().keys()
    called = {**{f"{name}s": who for name, who in people.items()}, **people}  # "Jørgens seddel"
    citizen = {name for name, who in called.items() if who is Speaker.BORGER}
    voice_in = cache(partial(_voice, people=called, writer=writer))
    for index, block in enumerate(found):
        if block.kind not in layout.CONTENT:
            continue
        spans = [(block.start, block.end)] if block.kind is BlockKind.TICKED else laid.sentences(index)
        default, by_name = voice_in(block.prompt)
        antecedent = antecedent.in_new_block()
        for number, (a, b) in enumerate(spans):
            said = "☒ " + " ; ".join(block.ticked) if block.kind is BlockKind.TICKED else text[a:b]
            content = tokens.words(said)
            if block.kind is not BlockKind.TICKED and not any(word[0].isalnum() for word in content):
                continue  # signs alone say nothing
            if not (known.isdisjoint(content) and citizen.isdisjoint(content)):
                content = _without_names(said, content, called, known)
            if polite and not _POLITE.keys().isdisjoint(content):
                content = _familiar(said, content)
            lead = 0
            if not _YES_NO.isdisjoint(content[:2]):
                asked = _asked(text, found, index, content, spans[number - 1] if number else None)
                if not people.keys().isdisjoint(asked):
                    asked = []  # a document's title, no question
                content, lead = [*asked, *content], len(asked)
            hits, cues = find(content)
            if (opening := _condition(content)) is not None:
                hits.append(Hit(opening, 1, "IF"))
                hits.sort(key=_position)
            qualified, antecedent = qualify(
                content,
                hits,
                cues,
                by_name,
                default,
                antecedent,
                pronoun,
                block.prompt,
                reading.sentences[-1].qualified.scopes if number and reading.sentences else (),
            )
            _point_back(reading, index, cues, lead)
            # Both go through the text in its order.
            while pasted and pasted[0].end <= a:
                pasted.popleft()
            if pasted and pasted[0].start <= a:
                _disown(qualified, pasted[0].kind, len(content))
            reading.sentences.append(
                Sentence(a, b, block.kind, block.prompt, block.section, content, hits, index, qualified, lead)
            )
    return reading


def _point_back(reading: Reading, index: int, cues: Sequence[tuple[Hit, Cue]], lead: int) -> None:
    """Mark the sentence before, in the same block or a question, where these cues of block ``index`` refuse it."""
    back = pointing_back(cues, lead)
    if back is None or not reading.sentences:
        return
    earlier = reading.sentences[-1]
    if earlier.block == index or reading.text[earlier.end - 1] == "?":
        earlier.qualified.scopes.append(Scope(back, (0, 1), 0, len(earlier.words)))


def _voice(prompt: str, people: dict[str, Speaker], writer: Speaker) -> tuple[Speaker, dict[str, Speaker]]:
    """Whose words a field holds, and the people known in it: in somebody's turn "jeg" is that somebody."""
    voice = voice_of(prompt, people)
    return voice or writer, {**people, "jeg": voice} if voice is not None and is_turn(prompt) else people


NOTES = frozenset({Kind.JOBSAMTALE, Kind.OPFOELGNING, Kind.ANDET})
"""The kinds into which attestations and standard paragraphs are pasted, and which prints of many pages hold."""


def _disown(qualified: Qualified, kind: InsertKind, length: int) -> None:
    """Mark a pasted sentence: an attestation is the doctor's, a standard paragraph is guidance."""
    if kind is InsertKind.ATTESTATION:
        qualified.speaker, qualified.attributed = Speaker.LAEGE, True
    elif length:
        qualified.scopes.append(Scope(Qualifier.GUIDANCE, (0, 1), 0, length))


_position = itemgetter(0)
_LONGEST_CONDITION = 20


def _condition(content: list[str]) -> int | None:
    """Where a condition with its verb first begins ("Kommer hun i arbejde igen, skal …"), None where there is none."""
    use = vocabulary().turn
    start = 0
    if content[0] not in use["condition"]:
        # "VK: bliver det …", "og kommer hun …"
        start = content.index(":") + 1 if ":" in content[1:4] else 1
        if (start == 1 and content[0] not in ("og", "men")) or start >= len(content):
            return None
        if content[start] not in use["condition"]:
            return None
    subject = content[start + 1 : start + 2]
    if not subject or content[-1] == "?":
        return None
    if (
        content[start] != "når"
        and subject[0] not in use["subject_behind"]
        and not subject[0].endswith(("en", "et", "erne"))
    ):
        return None
    for comma in range(start + 2, min(len(content) - 1, start + _LONGEST_CONDITION)):
        if content[comma] == "så":
            return start
        if content[comma] == ",":
            word = content[comma + 1]
            if word in use["main"] or (word.endswith(("r", "es", "ås")) and word not in use["no_main"]):
                return start
    return None


_YES_NO = frozenset({"ja", "nej"})
_LONGEST_QUESTION = 12


def _asked(text: str, blocks: list[Block], index: int, content: list[str], before: tuple[int, int] | None) -> list[str]:
    """The words of what a yes or no in block ``index`` answers: the field's prompt, or the question right before it."""
    block = blocks[index]
    if content[0] not in _YES_NO and block.kind is not BlockKind.TICKED:
        return []
    if before is not None:
        question = text[before[0] : before[1]]
        said = tuple(tokens.words(question)) if question.endswith("?") else ()
    else:
        fresh = index > 0 and blocks[index - 1].kind in _ASKING
        fits = block.kind in (BlockKind.TICKED, BlockKind.VALUE) or fresh
        said = named(block.prompt)[0] if fits and block.prompt.lower() not in _YES_NO else ()
    return [word for word in said if word[0].isalnum()][-_LONGEST_QUESTION:]


_ASKING = frozenset({BlockKind.PROMPT, BlockKind.HEADING, BlockKind.HELP})


_POLITE = {"de": "du", "dem": "dig", "deres": "din"}
_POLITE_FORM = re.compile(r"(?<=[a-zæøå,] )(?:De|Dem|Deres)\b")
"""In the middle of a sentence these address the reader ("at De helst vil …")."""


def _familiar(said: str, content: list[str]) -> list[str]:
    """The words of a letter in the polite form, with "De" read as "du"."""
    written = tokens.TOKEN.findall(said)
    if len(written) != len(content):
        return content
    return [
        _POLITE.get(word, word) if plain[0].isupper() else word for plain, word in zip(written, content, strict=True)
    ]


def _without_names(said: str, content: list[str], people: dict[str, Speaker], known: Container[str]) -> list[str]:
    """The words with the citizen's name replaced by "borger": no name is learnt, and "Karen ønsker" is understood.

    A first name that the document gives no other role is taken for the citizen's.
    """
    written = tokens.TOKEN.findall(said)
    if len(written) != len(content):
        return content
    return [
        "borger"
        if plain[0].isupper()
        and people.get(word, Speaker.BORGER if word in known and word != "hans" else None) is Speaker.BORGER
        else word
        for plain, word in zip(written, content, strict=True)
    ]
