"""Dates of events and attestations read from texts: whatever the day, however it is written, and fast."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from docscore.case import Case, CaseStatus, Document, Facts, Kind
from docscore.checkpoints import decide, load_catalogue
from docscore.decision import Status
from docscore.detect.rules.attestation_words import State
from docscore.detect.rules.attestations import find_attestations
from docscore.detect.rules.detectors import rule_detector
from docscore.detect.rules.events import EVENTS, find_events
from docscore.detect.rules.known import CaseDates

CATALOGUE = load_catalogue()
MONTHS = [
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
]
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))

WRITTEN = {
    "slash": lambda d: f"{d.day}/{d.month}-{d:%y}",
    "dots": lambda d: f"{d:%d.%m.%Y}",
    "short dots": lambda d: f"{d.day}.{d.month}.{d:%y}",
    "hyphens": lambda d: f"{d:%d-%m-%Y}",
    "words": lambda d: f"{d.day}. {MONTHS[d.month - 1]} {d.year}",
    "short month": lambda d: f"{d.day}. {MONTHS[d.month - 1][:3]}. {d.year}",
    "iso": lambda d: d.isoformat(),
}
SAID = {
    "forberedende_start": (
        Kind.FORBEREDENDE_DEL,
        (
            "Forberedende del påbegyndt: {}",
            "Den forberedende del blev påbegyndt d. {} på jobcentret.",
            "FD opstartet {}",
        ),
    ),
    "rehab_moede": (
        Kind.INDSTILLING,
        (
            "Mødedato: {}",
            "Mødet i rehabiliteringsteamet blev afholdt den {} på rådhuset.",
            "Behandlet {}",
            "Rehabteam {}",
            "Sagen blev behandlet i teamet {}.",
        ),
    ),
    "orienteret": (
        Kind.INDSTILLING,
        ("Borger orienteret: {}", "Borger er telefonisk orienteret om indstillingen den {}.", "Orient. tlf. {}"),
    ),
    "ledighedsydelse_start": (Kind.JOBSAMTALE, ("Ledighedsydelse fra {}", "Han har været på LY siden {}.")),
    "cv_jobnet": (
        Kind.JOBSAMTALE,
        (
            "Cv lagt på Jobnet {}.",
            "Hendes cv blev registreret og gjort tilgængeligt for arbejdsgivere den {}.",
            "CV synligt på jobnet {}, joblog ok",
        ),
    ),
    "revurdering_start": (
        Kind.JOBSAMTALE,
        ("Revurderingen er igangsat den {}.", "Revurdering af LY påbegyndt {}, brev sendt."),
    ),
    "revurdering_slut": (Kind.JOBSAMTALE, ("Revurderingen blev afsluttet {}.", "Revurdering: afsluttet d. {}")),
}
SENTENCES = [(name, kind, said) for name, (kind, all_said) in SAID.items() for said in all_said]
NOT_SAID = [
    (Kind.FORBEREDENDE_DEL, "Praktikken i Netto blev påbegyndt {}."),
    (Kind.FORBEREDENDE_DEL, "Behandlingen på smerteklinikken er startet {}."),
    (Kind.FORBEREDENDE_DEL, "Planlagt møde i rehabiliteringsteamet: {}"),
    (Kind.INDSTILLING, "Indstilling af {} vedrørende fleksjob."),
    (Kind.INDSTILLING, "Arbejdsgiver er orienteret om indstillingen {}."),
    (Kind.INDSTILLING, "Borger orienteres senest {}."),
    (Kind.INDSTILLING, "Borger er orienteret om ledighedsydelse fra {}."),
    (Kind.JOBSAMTALE, "Hun sendte sit cv til Brugsen {}."),
    (Kind.JOBSAMTALE, "Cv skal lægges på Jobnet senest {}."),
    (Kind.JOBSAMTALE, "Revurderingen skal igangsættes inden {}."),
    (Kind.JOBSAMTALE, "Ferie på ledighedsydelse fra {}."),
    (Kind.JOBSAMTALE, "Revalideringen blev afsluttet {}."),
]


def known(kind: Kind, text: str, written: date) -> CaseDates:
    return CaseDates(Case("c", (Document("d", text, kind, written),)))


@given(st.sampled_from(SENTENCES), DAYS, st.sampled_from(sorted(WRITTEN)), st.integers(0, 50), st.booleans())
def test_an_event_is_on_the_day_that_is_written(
    sentence: tuple[str, Kind, str], day: date, form: str, later: int, upper: bool
) -> None:
    name, kind, said = sentence
    text = said.format(WRITTEN[form](day))
    found = known(kind, text.upper() if upper else text, day + timedelta(later)).known(name)
    assert found.day == day
    assert [quote for quote in found.evidence if quote.text.casefold() in text.casefold()]


@given(st.sampled_from(NOT_SAID), DAYS, st.sampled_from(sorted(WRITTEN)), st.integers(0, 50))
def test_the_day_of_something_else_is_no_event(sentence: tuple[Kind, str], day: date, form: str, later: int) -> None:
    kind, said = sentence
    dates = known(kind, said.format(WRITTEN[form](day)), day + timedelta(later))
    assert [name for name in EVENTS if dates.known(name).period is not None] == []


@given(st.sampled_from(SENTENCES), DAYS, st.sampled_from(sorted(WRITTEN)), st.integers(61, 2000))
def test_a_past_event_is_not_after_the_document(
    sentence: tuple[str, Kind, str], day: date, form: str, later: int
) -> None:
    name, kind, said = sentence
    assume(name in ("forberedende_start", "cv_jobnet", "revurdering_start", "revurdering_slut"))
    found = known(kind, said.format(WRITTEN[form](day + timedelta(later))), day).known(name)
    assert found.period is None


NAMES = (
    "forberedende_start",
    "rehab_moede",
    "orienteret",
    "cv_jobnet",
    "revurdering_start",
    "revurdering_slut",
    "laege_265",
)


@given(st.dictionaries(st.sampled_from(NAMES), DAYS), DAYS, st.lists(DAYS, max_size=5).map(tuple))
def test_a_day_after_the_audit_counts_as_missing(
    dates: dict[str, date], audit: date, meetings: tuple[date, ...]
) -> None:
    def statuses(given_dates: dict[str, date], held: tuple[date, ...]) -> dict[str, Status]:
        base = {"ledighedsydelse_start": date(2020, 1, 1), "opgjort": audit}
        facts = Facts(status=CaseStatus.LEDIGHEDSYDELSE, dates={**base, **given_dates}, jobsamtaler=held)
        rules = rule_detector()
        result = decide(Case("c", (), facts), {"dato": rules, "attest": rules}, CATALOGUE)
        return {decision.checkpoint: decision.status for decision in result.decisions}

    past = {name: day for name, day in dates.items() if day <= audit}
    without = statuses(past, tuple(day for day in meetings if day <= audit))
    for checkpoint, status in statuses(dates, meetings).items():
        # Unlike one that is missing, it is not made up for by what else is known.
        assert status in (without[checkpoint], Status.KAN_IKKE_VURDERES)


FORMS = st.sampled_from(["265", "125", "135", "145", "155", "275"])
NAMED = st.sampled_from(["LÆ {}", "LÆ{}", "læ {}", "Lægeattest {}", "LÆ-{}", "LAE {}", "attest {}"])
CAME = st.sampled_from(
    ["{} er modtaget {}.", "{} modt. {}", "{} af {} ligger på sagen.", "Jobcentret modtog {} den {}."]
)
NOT_THERE = st.sampled_from(
    [
        *("{} bestilles.", "{} er rekvireret, men ikke modtaget.", "{} afventes.", "{} forventes i næste uge."),
        *("{} foreligger ikke.", "Der er ikke indhentet {}.", "{} skal indhentes.", "{} mangler.", "Ingen {} i sagen."),
        *("Vi har bedt om {}.", "{} forelå ikke på mødet.", "{} er endnu ikke kommet.", "Uden {}."),
    ]
)


@given(FORMS, NAMED, CAME, DAYS, st.sampled_from(sorted(WRITTEN)))
def test_an_attestation_that_came(form: str, named: str, came: str, day: date, written: str) -> None:
    text = came.format(named.format(form), WRITTEN[written](day))
    (found,) = find_attestations([Document("d", text, Kind.FORBEREDENDE_DEL, day + timedelta(3))])
    assert (found.form, found.state, found.period and found.period.day) == (form, State.RECEIVED, day)


@given(FORMS, NAMED, NOT_THERE)
def test_an_attestation_that_did_not_come(form: str, named: str, said: str) -> None:
    text = said.format(named.format(form))
    found = find_attestations([Document("d", text, Kind.FORBEREDENDE_DEL, date(2021, 5, 1))])
    assert {one.form for one in found} == {form}
    assert not {one.state for one in found} & {State.RECEIVED, State.NAMED}


PIECES = {
    Kind.INDSTILLING: ("mødet 1/2-21 afholdt ", "orienteret om indstilling 1/2-21 ", "LÆ 265 1/2-21 ", "møde i "),
    Kind.JOBSAMTALE: ("siden 1/2 på ly ", "cv lagt på jobnet 1/2-21 ", "cv jobnet ", "revurdering igangsat uge 1 "),
    Kind.FORBEREDENDE_DEL: ("LÆ 265/125 ", "klinisk funktion LÆ 155 modtaget ", "påbegyndt 1/", "x:\n", "[x] LÆ "),
}


@pytest.mark.parametrize(("kind", "piece"), [(kind, piece) for kind, pieces in PIECES.items() for piece in pieces])
def test_one_endless_sentence_is_read_in_linear_time(kind: Kind, piece: str) -> None:
    def seconds(length: int) -> float:
        document = Document("d", (piece * length)[:length], kind, date(2021, 9, 1))
        begun = time.process_time()
        find_events([document])
        find_attestations([document])
        return time.process_time() - begun

    quarter = seconds(4_000)
    assert seconds(16_000) < max(1.0, 10 * quarter)
