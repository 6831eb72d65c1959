"""Answers as strings, for tools that know labels only: ``progression=i_nogen_grad``, ``klart_jobmaal=2/eget``.

>>> decode("klart_jobmaal=2/eget")
('klart_jobmaal', Answer(code='2', evidence=(), elements=(), own=True, probability=None))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from docscore.annotate.questions import Answer, Question
from docscore.learn.annotations import ELEMENTS

OWN_MARK = "eget"


def encode(question: Question, answer: Answer) -> str:
    """The string of an answer, without its evidence."""
    marks = [element for element in question.elements if element in answer.elements]
    marks += [OWN_MARK] if question.own and answer.own else []
    return "/".join([f"{question.head}={answer.code}", *marks])


def decode(label: str) -> tuple[str, Answer] | None:
    """Head and answer of a string; None where it is none."""
    head, separator, rest = label.strip().partition("=")
    code, *marks = rest.split("/")
    if not separator or not head or not code:
        return None
    elements = tuple(element for element in ELEMENTS if element in marks)
    return head, Answer(code, elements=elements, own=OWN_MARK in marks)


def split(question: Question, answer: Answer) -> list[str]:
    """The strings of an answer, for tools that let several be chosen: ``klart_jobmaal=2``, ``klart_jobmaal/eget``."""
    code, *marks = encode(question, answer).split("/")
    return [code, *(f"{question.head}/{mark}" for mark in marks)]


def join(labels: Sequence[str]) -> tuple[dict[str, Answer], list[str]]:
    """Answers by head from the strings of :func:`split`, and what is wrong with them, in Danish."""
    answers: dict[str, Answer] = {}
    several: dict[str, None] = {}
    for label in labels:
        decoded = decode(label)
        if decoded is None:
            continue
        head, answer = decoded
        if head in answers and answers[head].code != answer.code:
            several[head] = None
        answers[head] = answer
    for head in several:
        del answers[head]
    for label in labels:
        head, separator, mark = label.strip().partition("/")
        if separator and "=" not in head and head in answers:
            answer = answers[head]
            if mark == OWN_MARK:
                answers[head] = replace(answer, own=True)
            elif mark in ELEMENTS:
                answers[head] = replace(answer, elements=(*answer.elements, mark))
    return answers, [f"{head}: der er valgt flere svar; svaret er udeladt. Vælg ét." for head in several]
