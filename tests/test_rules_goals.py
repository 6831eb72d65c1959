"""Whether two goals are the same job in other words (codebook, section 4.1, "mp.jobmaal_som_indstilling")."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscore.detect.rules.goals import Goal, goal_of, shared

SAME = [
    ("pedelmedhjælper", "hjælpe pedellen på en skole"),
    ("skolepedel", "vicevært i en boligforening"),
    ("rengøringsassistent på et plejehjem", "let rengøring på kontorer nogle timer om ugen"),
    ("pædagogmedhjælper", "medhjælper i en børnehave"),
    ("kontorassistent", "administrative opgaver på et kontor"),
    ("gartnermedhjælper", "pleje af grønne områder på kirkegården"),
    ("telefonpasser", "receptionist, der tager telefonen"),
    ("chauffør", "køre varer ud til kunder"),
    ("lagermedarbejder", "pluk og pak på et lager"),
    ("køkkenmedhjælper", "hjælpe til i et køkken med salater og opvask"),
    ("butiksmedarbejder", "sælge tøj i en butik"),
    ("bogholder", "lave regnskab og bogføring"),
    ("lufthavnsmedarbejder", "medarbejder i en lufthavn"),
    ("murerarbejdsmand", "hjælpe en murer"),
    ("klargøring og vask af udlejningsmaskiner, eller arkiv", "arkivmedhjælper"),
    ("sidde ved skranken og styre tidsbestillingen", "en reception, hvor du lægger tider ind"),
]
DIFFERENT = [
    ("receptionist på et hotel", "stuepige på et hotel"),
    ("kok på en skole", "lærer på en skole"),
    ("gartner på et plejehjem", "rengøringsassistent på et plejehjem"),
    ("dyrepasser i en zoologisk have", "guide i en zoologisk have"),
    ("pædagogmedhjælper i en børnehave", "pedel i en børnehave"),
    ("sekretær i et gartneri", "gartner"),
    ("buschauffør", "mekaniker på et busværksted"),
    ("kantinemedarbejder", "kontormedarbejder"),
    ("butiksassistent", "tandklinikassistent"),
    ("receptionist, 10 timer om ugen", "chauffør, 10 timer om ugen"),
    ("kassemedarbejder", "opfyldning af varer"),
    ("telefonsælger", "telefonpasser"),
    ("ikke længere receptionist; søger nu job som chauffør", "receptionist"),
    ("tidligere kok, ønsker nu job som kontorassistent", "kok"),
    ("maler", "mailer kunder"),
    ("tømrer", "tømmerhandler"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_function_in_other_words(one: str, other: str) -> None:
    assert shared(goal_of([one]), goal_of([other]))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_only_looks_alike(one: str, other: str) -> None:
    assert shared(goal_of([one]), goal_of([other])) == []


WORDS = st.sampled_from([word for pair in SAME + DIFFERENT for said in pair for word in said.split()])
QUOTES = st.lists(st.lists(WORDS, max_size=12).map(" ".join), max_size=3)


@given(QUOTES, QUOTES)
def test_what_is_shared_is_shared_both_ways(one: list[str], other: list[str]) -> None:
    ours, theirs = goal_of(one), goal_of(other)
    assert bool(shared(ours, theirs)) == bool(shared(theirs, ours))
    assert shared(ours, Goal()) == []


@given(QUOTES)
def test_a_goal_shares_all_it_names_with_itself(quotes: list[str]) -> None:
    goal = goal_of(quotes)
    if not goal.thin or goal.things:
        assert shared(goal, goal)


@pytest.mark.parametrize("piece", ["receptionist, ", "i en ", "arbejdsmand", "men ", "☒ lager "])
def test_crafted_quotations_are_read_in_linear_time(piece: str) -> None:
    def seconds(times: int) -> float:
        begun = time.process_time()
        goal_of([piece * times])
        return time.process_time() - begun

    quarter = seconds(2000)
    assert seconds(8000) < max(1.0, 12 * quarter)
