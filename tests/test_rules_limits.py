"""Time limits and measured days over random dates: the day before, on and after every limit."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from docscore.case import Case, CaseStatus, Document, Facts, Kind
from docscore.checkpoints import decide, load_catalogue
from docscore.checkpoints.months import WINDOW, add_days, add_months, anchor_of, received, spells_of
from docscore.checkpoints.relevance import months_on_ledighedsydelse
from docscore.decision import Decision, Status
from docscore.detect.rules import logic
from docscore.detect.rules.detectors import rule_detector
from docscore.detect.rules.logic import Period

CATALOGUE = load_catalogue()
LY = CaseStatus.LEDIGHEDSYDELSE
YES, NO = Status.DOKUMENTERET, Status.IKKE_DOKUMENTERET
UNKNOWN, IRRELEVANT = Status.KAN_IKKE_VURDERES, Status.IKKE_RELEVANT
DAY = timedelta(1)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
MONTH_ENDS = st.builds(lambda day: add_months(day.replace(day=1), 1) - DAY, DAYS)
LEAP_DAYS = st.sampled_from([date(2020, 2, 29), date(2024, 2, 29), date(2028, 2, 29)])
ANY_DAY = st.one_of(DAYS, MONTH_ENDS, LEAP_DAYS)
LATE = date(2040, 1, 1)


def answers(case: Case) -> dict[str, Decision]:
    rules = rule_detector()
    result = decide(case, {"dato": rules, "attest": rules}, CATALOGUE)
    return {decision.checkpoint: decision for decision in result.decisions}


def case_of(*documents: Document, dates: dict[str, date] | None = None, **facts: object) -> Case:
    return Case("c", documents, Facts(status=LY, dates={"opgjort": LATE, **(dates or {})}, **facts))  # type: ignore[arg-type]


def status(checkpoint: str, *documents: Document, **more: object) -> Status:
    return answers(case_of(*documents, **more))[checkpoint].status  # type: ignore[arg-type]


@given(ANY_DAY)
def test_cv_is_in_time_up_to_the_21st_day(start: date) -> None:
    last = start + timedelta(21)
    for day, answer in ((start - 40 * DAY, YES), (start, YES), (last - DAY, YES), (last, YES), (last + DAY, NO)):
        assert status("ly.cv_jobnet_3_uger", dates={"ledighedsydelse_start": start, "cv_jobnet": day}) is answer


@given(ANY_DAY)
@example(date(2020, 4, 30))
@example(date(2020, 2, 29))
def test_a_revurdering_is_begun_from_10_to_12_months(start: date) -> None:
    first, last = add_months(start, 10), add_months(start, 12)
    for day, answer in ((first - DAY, NO), (first, YES), (last, YES), (last + DAY, NO)):
        dates = {"ledighedsydelse_start": start, "revurdering_start": day}
        assert status("rv.igangsat_rettidigt", dates=dates) is answer


@given(ANY_DAY)
@example(date(2022, 8, 31))
def test_a_revurdering_is_finished_up_to_18_months(start: date) -> None:
    last = add_months(start, 18)
    for day, answer in ((start + DAY, YES), (last - DAY, YES), (last, YES), (last + DAY, NO)):
        dates = {"ledighedsydelse_start": start, "revurdering_slut": day}
        assert status("rv.afsluttet_rettidigt", dates=dates) is answer


@given(ANY_DAY)
def test_nothing_begun_is_irrelevant_until_the_day_itself(start: date) -> None:
    for checkpoint, months in (("rv.igangsat_rettidigt", 12), ("rv.afsluttet_rettidigt", 18)):
        limit = add_months(start, months)
        for audit, answer in ((limit - DAY, IRRELEVANT), (limit, UNKNOWN), (limit + DAY, UNKNOWN)):
            assert status(checkpoint, dates={"ledighedsydelse_start": start, "opgjort": audit}) is answer


@given(ANY_DAY, st.data())
def test_four_meetings_within_the_first_six_months(start: date, data: st.DataObject) -> None:
    end = add_months(start, 6)
    inside = st.dates(start, end - DAY)
    three = data.draw(st.lists(inside, min_size=3, max_size=3, unique=True))
    free = inside.filter(lambda day: day not in three)
    for day, answer in ((start - DAY, NO), (end - DAY, None), (end, NO), (data.draw(free), YES)):
        wanted = answer or (NO if day in three else YES)
        got = answers(case_of(dates={"ledighedsydelse_start": start}, jobsamtaler=(*three, day)))
        decision = got["js.fire_samtaler_6_mdr"]
        assert decision.status is wanted
        assert decision.value == len({m for m in (*three, day) if start <= m < end})


@given(ANY_DAY)
def test_the_six_months_have_passed_on_the_day_six_months_later(start: date) -> None:
    end = add_months(start, 6)
    for audit, answer in ((end - DAY, UNKNOWN), (end, NO)):
        dates = {"ledighedsydelse_start": start, "opgjort": audit}
        assert status("js.fire_samtaler_6_mdr", dates=dates, jobsamtaler=(start,)) is answer


@given(ANY_DAY, st.integers(3, 400))
def test_laege_265_after_the_start_and_before_the_meeting(start: date, length: int) -> None:
    meeting = start + timedelta(length)
    given_dates = {"forberedende_start": start, "rehab_moede": meeting}
    for day, answer in (
        (start - DAY, NO),
        (start, NO),
        (start + DAY, YES),
        (meeting - DAY, YES),
        (meeting, NO),
        (meeting + DAY, NO),
    ):
        assert status("fd.laege_265", dates={**given_dates, "laege_265": day}) is answer


@given(ANY_DAY)
def test_other_health_information_is_dated_after_the_start(start: date) -> None:
    for day, answer in ((start - DAY, NO), (start, NO), (start + DAY, YES)):
        text = f"LÆ 125 modtaget {day.day}. {day.month}. {day.year}."
        part = Document("fd", text, Kind.FORBEREDENDE_DEL, start + 100 * DAY)
        assert status("fd.andre_helbredsoplysninger", part, dates={"forberedende_start": start}) is answer


@given(ANY_DAY, st.integers(-30, 900))
def test_days_are_the_last_date_minus_the_first(start: date, length: int) -> None:
    meeting = start + timedelta(length)
    case = case_of(dates={"forberedende_start": start, "rehab_moede": meeting, "orienteret": meeting})
    rules = rule_detector()
    result = decide(case, {"dato": rules}, CATALOGUE)
    decision = next(d for d in result.decisions if d.checkpoint == "fd.varighed_til_moede")
    if length < 0:
        assert (decision.status, decision.value) == (UNKNOWN, None)
        assert [problem.file for problem in result.problems] == ["c"]
    else:
        assert (decision.status, decision.value) == (YES, length)
        assert result.problems == ()
    told = next(d for d in result.decisions if d.checkpoint == "ind.dage_til_orientering")
    assert (told.status, told.value) == (YES, 0)


NAMES = ["forberedende_start", "rehab_moede", "orienteret", "ledighedsydelse_start", "cv_jobnet", "revurdering_start"]
NAMES += ["revurdering_slut", "laege_265", "opgjort", "fleksjob_start"]


@given(
    st.dictionaries(st.sampled_from(NAMES), ANY_DAY),
    st.sets(st.sampled_from(NAMES)),
    st.none() | st.lists(ANY_DAY, max_size=6).map(tuple),
)
def test_a_date_that_does_not_exist_is_never_guessed(
    dates: dict[str, date], invalid: set[str], meetings: tuple[date, ...] | None
) -> None:
    """What is invalid counts as missing, even where the documents state it."""
    known = {name: day for name, day in dates.items() if name not in invalid}
    text = "Forberedende del påbegyndt: 1.3.2021\nLedighedsydelse fra 1. juli 2021.\nCv lagt på Jobnet 3. juli 2021."
    documents = (
        Document("fd", text, Kind.FORBEREDENDE_DEL, date(2021, 5, 21)),
        Document(
            "ind", "Mødedato: 10. juni 2021\nBorger orienteret 11. juni 2021", Kind.INDSTILLING, date(2021, 6, 12)
        ),
        Document("js", text, Kind.JOBSAMTALE, date(2021, 9, 1)),
    )
    facts = Facts(status=LY, dates=known, invalid=frozenset(invalid), jobsamtaler=meetings)
    got = answers(Case("c", documents, facts))
    if {"forberedende_start", "rehab_moede"} & invalid:
        assert got["fd.varighed_til_moede"].status is UNKNOWN
    if {"rehab_moede", "orienteret"} & invalid:
        assert got["ind.dage_til_orientering"].status is UNKNOWN
    if {"ledighedsydelse_start", "cv_jobnet"} & invalid:
        assert got["ly.cv_jobnet_3_uger"].status is UNKNOWN
    if "laege_265" in invalid:
        assert got["fd.laege_265"].status is UNKNOWN
    for decision in got.values():
        undecided = decision.status in (UNKNOWN, IRRELEVANT)
        assert (decision.reason is not None) == undecided


@given(st.lists(st.sampled_from([c.id for c in CATALOGUE]), unique=True))
def test_only_the_list_exempts_and_always(listed: list[str]) -> None:
    dates = {"forberedende_start": date(2021, 3, 1), "rehab_moede": date(2021, 6, 10), "laege_265": date(2021, 4, 1)}
    got = answers(case_of(dates=dates, kommune="Aalborg", frikommune=frozenset(listed)))
    for checkpoint, decision in got.items():
        exempt = decision.reason == "sagen er fritaget (frikommune)"
        assert exempt == (checkpoint in listed)
        assert not exempt or decision.status is IRRELEVANT


PERIODS = st.lists(st.tuples(DAYS, st.integers(0, 500)), min_size=1, max_size=5).map(
    lambda pairs: tuple((first, first + timedelta(days)) for first, days in pairs)
)


@given(PERIODS)
def test_spells_are_in_order_and_apart_and_hold_the_same_days(periods: tuple[tuple[date, date], ...]) -> None:
    spells = spells_of(periods)
    days = {first + timedelta(n) for first, last in periods for n in range((last - first).days + 1)}
    assert sum((last - first).days + 1 for first, last in spells) == len(days)
    assert all(first in days and last in days for first, last in spells)
    assert all(one[1] + DAY < other[0] for one, other in pairwise(spells))


@given(PERIODS, st.integers(1, 18))
def test_months_on_ledighedsydelse_are_so_many_days_on_it(periods: tuple[tuple[date, date], ...], months: int) -> None:
    spells = spells_of(periods)
    anchor = spells[0][0]
    wanted = (add_months(anchor, months) - anchor).days
    days = sorted({first + timedelta(n) for first, last in spells for n in range((last - first).days + 1)})
    reached = received(spells, anchor, months)
    if len(days) < wanted:
        assert reached == date.max
    else:
        assert reached == days[wanted - 1] + DAY


@given(ANY_DAY, st.integers(1, 30))
def test_unbroken_months_are_the_same_day_of_the_month(start: date, months: int) -> None:
    assert received(((start, date.max),), start, months) == add_months(start, months)
    assert months_on_ledighedsydelse(((start, date.max),), months) == add_months(start, months)


@given(PERIODS)
def test_the_anchor_has_twelve_months_within_eighteen(periods: tuple[tuple[date, date], ...]) -> None:
    spells = spells_of(periods)
    anchor = anchor_of(spells)
    assert anchor is not None
    fits = [first for first, _ in spells if received(spells, first, 12) <= add_months(first, WINDOW)]
    assert anchor == (fits[0] if fits else spells[-1][0])


SPANS = st.tuples(DAYS, st.integers(0, 40)).map(lambda pair: Period(pair[0], pair[0] + timedelta(pair[1])))


@given(SPANS, SPANS)
def test_a_comparison_answers_only_where_every_day_agrees(one: Period, other: Period) -> None:
    firsts = {one.first, one.last}
    seconds = {other.first, other.last}
    every = {a < b for a in firsts for b in seconds}
    assert logic.before(one, other) is (every.pop() if len(every) == 1 else None)


@given(SPANS, ANY_DAY)
def test_a_period_decides_a_limit_only_where_all_its_days_agree(cv: Period, start: date) -> None:
    """ "Cv lagt på Jobnet d. … til d. …" is read as the days of the period."""
    text = (
        f"Cv lagt på Jobnet {cv.first.isoformat()} - {cv.last.isoformat()}."
        if cv.day is None
        else f"Cv lagt på Jobnet {cv.first.isoformat()}."
    )
    document = Document("js", text, Kind.JOBSAMTALE, date(2033, 1, 1))
    got = status("ly.cv_jobnet_3_uger", document, dates={"ledighedsydelse_start": start})
    limit = start + timedelta(21)
    assert got is (YES if cv.last <= limit else NO if cv.first > limit else UNKNOWN)


def test_the_ends_of_the_calendar() -> None:
    assert add_days(date.max, 1) == date.max
    assert add_days(date.min, -1) == date.min
    assert add_months(date(1, 1, 1), -1) == date.min
    ends = dict.fromkeys(("ledighedsydelse_start", "cv_jobnet", "opgjort"), date.max)
    got = answers(case_of(dates=ends))
    assert got["ly.cv_jobnet_3_uger"].status is YES
