"""Decisions: relevance, the audited document, fields, and what a finding must keep."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscore.case import Case, CaseStatus, Document, Facts, Kind
from docscore.checkpoints import (
    CaseDecisions,
    Catalogue,
    InvalidFindingError,
    Population,
    decide,
    load_catalogue,
    parse_catalogue,
)
from docscore.checkpoints.decide import audited_document, has_words
from docscore.checkpoints.relevance import add_months, audit_date
from docscore.decision import Decision, Evidence, Finding, Method, Status
from docscore.detect.fields import felt

if TYPE_CHECKING:
    from docscore.checkpoints import Checkpoint
    from docscore.detect.protocol import Detectors

CATALOGUE = load_catalogue()
LY, FJ = CaseStatus.LEDIGHEDSYDELSE, CaseStatus.FLEKSJOB
TEXT = "Hun vil gerne arbejde i en reception."


def _document(kind: Kind = Kind.INDSTILLING, text: str = TEXT, day: date | None = None, **more: object) -> Document:
    return Document(document_id=f"{kind}-{day}", text=text, kind=kind, date=day, **more)  # type: ignore[arg-type]


def _case(*documents: Document, **facts: object) -> Case:
    return Case("2021-0001", documents, Facts(**facts))  # type: ignore[arg-type]


class Topic:
    """Finds every topic in a document that says "gerne", the whole body as evidence; keeps its calls."""

    def __init__(self, probability: float = 0.9) -> None:
        self.probability = probability
        self.calls: list[tuple[str, str | None]] = []

    def __call__(self, checkpoint: Checkpoint, case: Case, document: Document | None) -> Finding:
        assert document is not None
        self.calls.append((checkpoint.id, document.document_id))
        if "gerne" not in document.body:
            return Finding(documented=False, method=Method.MODEL, probability=1 - self.probability)
        quote = Evidence(document.start, document.end, document.body)
        return Finding(True, Method.MODEL, self.probability, grade=1, evidence=(quote,))


def _decide(case: Case, topic: object | None = None, catalogue: Catalogue = CATALOGUE) -> dict[str, Decision]:
    return _by_id(_run(case, topic, catalogue))


def _run(case: Case, topic: object | None = None, catalogue: Catalogue = CATALOGUE) -> CaseDecisions:
    detectors: Detectors = {"topic": topic or Topic(), "felt": felt}  # type: ignore[dict-item]
    return decide(case, detectors, catalogue, model="default@1")


def _by_id(result: CaseDecisions) -> dict[str, Decision]:
    return {decision.checkpoint: decision for decision in result.decisions}


def _irrelevant(case: Case) -> set[str]:
    return {d.checkpoint for d in _run(case).decisions if d.status is Status.IKKE_RELEVANT}


STATUSES = st.sampled_from([None, LY, FJ])
DAYS = st.dates(date(2017, 1, 1), date(2022, 12, 31))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    texts = st.sampled_from(["", " \n", "- 12", TEXT, "Intet her."])
    documents = [
        Document(f"d{number}", draw(texts), draw(st.sampled_from([None, *Kind])), draw(st.none() | DAYS))
        for number in range(draw(st.integers(0, 6)))
    ]
    names = ("ledighedsydelse_start", "fleksjob_start", "revurdering_start", "revurdering_slut", "opgjort")
    return Case(
        "c",
        tuple(documents),
        Facts(
            status=draw(STATUSES),
            frikommune=frozenset(draw(st.sets(st.sampled_from([c.id for c in CATALOGUE]), max_size=3))),
            dates=draw(st.dictionaries(st.sampled_from(names), DAYS)),
            fields=draw(st.dictionaries(st.sampled_from(["konkret_fleksjob", "kontering_korrekt"]), st.booleans())),
        ),
    )


@given(cases())
def test_one_decision_per_checkpoint_in_order_and_consistent(case: Case) -> None:
    result = _run(case)
    assert [decision.checkpoint for decision in result.decisions] == [c.id for c in CATALOGUE]
    for decision in result.decisions:
        checkpoint = CATALOGUE[decision.checkpoint]
        assert decision.case_id == case.case_id
        assert decision.kind == checkpoint.kind
        undecided = decision.status in (Status.KAN_IKKE_VURDERES, Status.IKKE_RELEVANT)
        assert (decision.reason is not None) == undecided
        assert (decision.model is not None) == (decision.method is Method.MODEL)
        assert (decision.probability is not None) == (decision.method is Method.MODEL)
        if decision.status is Status.DOKUMENTERET:
            assert decision.evidence or decision.method is Method.FELT
        exempt = checkpoint.id in case.facts.frikommune
        assert not exempt or decision.status is Status.IKKE_RELEVANT
        if case.facts.status is None and checkpoint.population in (Population.LY, Population.FJ) and not exempt:
            assert decision.status is not Status.IKKE_RELEVANT
        for quote in decision.evidence:
            source = next(d for d in case.documents if d.document_id == decision.document_id)
            assert source.text[quote.start : quote.end] == quote.text
    assert _run(case) == result


def test_a_topic_is_decided_with_evidence_probability_grade_and_model() -> None:
    decision = _decide(_case(_document()))["ind.borgerens_perspektiv"]
    assert decision.status is Status.DOKUMENTERET
    assert decision.evidence == (Evidence(0, len(TEXT), TEXT),)
    assert (decision.probability, decision.grade, decision.model) == (0.9, 1, "default@1")
    assert (decision.document_id, decision.kind) == ("indstilling-None", "indstilling")


def test_documents_that_are_missing_or_without_words() -> None:
    empty = _document(Kind.FORBEREDENDE_DEL, text="\n - 14/3 \n__\t\x00")
    heading = _document(Kind.JOBSAMTALE, text="Borgerens egne ønsker:")
    decided = _decide(_case(empty, heading))
    assert decided["ind.skaanehensyn"].reason == "dokumentet mangler"
    assert decided["ind.skaanehensyn"].document_id is None
    assert decided["fd.skaanehensyn"].reason == "dokumentet er tomt"
    assert decided["fd.skaanehensyn"].document_id == empty.document_id
    assert decided["js.skaanehensyn"].status is Status.IKKE_DOKUMENTERET


def test_only_the_documents_own_part_of_a_shared_export_counts() -> None:
    text = "Samtale 1. Vil gerne.\n----\n"
    body = _document(Kind.JOBSAMTALE, text=text, start=0, end=21)
    rest = _document(Kind.JOBSAMTALE, text=text, start=21, end=len(text))
    assert has_words(body)
    assert not has_words(rest)


def test_what_nothing_answers_says_so_whether_or_not_the_document_is_there() -> None:
    for case in (_case(), _case(*(_document(kind) for kind in Kind))):
        for decision in _run(case).decisions:
            checkpoint = CATALOGUE[decision.checkpoint]
            if checkpoint.detector is None and decision.status is not Status.IKKE_RELEVANT:
                assert decision.status is Status.KAN_IKKE_VURDERES
                assert decision.reason == "ikke understøttet endnu"
                assert decision.method is Method.REGEL


def test_a_detector_that_this_run_lacks_is_not_supported() -> None:
    result = _by_id(decide(_case(_document()), {}, CATALOGUE, None))
    assert result["ind.skaanehensyn"].reason == "ikke understøttet endnu"


def test_the_newest_dated_document_is_audited_and_the_later_of_equals() -> None:
    old, new = date(2020, 1, 5), date(2021, 3, 1)
    first = Document("a", TEXT, Kind.JOBSAMTALE, new)
    second = Document("b", TEXT, Kind.JOBSAMTALE, new)
    older = Document("c", TEXT, Kind.JOBSAMTALE, old)
    undated = Document("d", TEXT, Kind.JOBSAMTALE)
    other = Document("e", TEXT, Kind.MIN_PLAN, date(2022, 1, 1))
    assert audited_document((first, second, older, undated, other), Kind.JOBSAMTALE) is second
    assert audited_document((undated, older), Kind.JOBSAMTALE) is older
    later = Document("f", TEXT, Kind.JOBSAMTALE)
    assert audited_document((undated, later), Kind.JOBSAMTALE) is later
    assert audited_document((undated,), Kind.CV) is None


def test_each_document_is_asked_once_per_checkpoint() -> None:
    topic = Topic()
    _run(_case(_document(day=date(2019, 1, 1)), _document(day=date(2020, 1, 1))), topic)
    assert len(topic.calls) == len(set(topic.calls)) == 6
    assert {document for _, document in topic.calls} == {"indstilling-2020-01-01"}


def test_population_by_status() -> None:
    pairs = [
        (LY, "js.progression", "op.progression_seneste"),
        (FJ, "op.progression_seneste", "js.progression"),
    ]
    for status, own, other in pairs:
        decided = _decide(_case(_document(Kind.JOBSAMTALE), _document(Kind.OPFOELGNING), status=status))
        assert decided[own].status is Status.DOKUMENTERET
        assert decided[other].status is Status.IKKE_RELEVANT
        assert decided[other].reason is not None
    fleksjob = _irrelevant(_case(_document(), status=FJ))
    assert "ind.klart_jobmaal" in fleksjob
    assert "ind.jobtyper_arbejdsfunktioner" not in fleksjob
    assert {"ly.cv_jobnet_3_uger", "adm.kontering_ledighedsydelse", "rv.igangsat_rettidigt"} <= fleksjob


def test_without_status_a_document_decides_whatever_the_population() -> None:
    decided = _decide(_case(*(_document(kind) for kind in Kind)))
    for checkpoint in CATALOGUE:
        if checkpoint.detector == "topic" and checkpoint.population is not Population.FJ_2_5_AAR:
            assert decided[checkpoint.id].status is Status.DOKUMENTERET
    # Which follow-up is the one of 2,5 years is not known here: any other is not the document asked for.
    assert decided["op.progression_2_5_aar"].reason == "sagen har ingen opfølgning efter 2,5 år"


def test_frikommune_exempts_by_the_list_only() -> None:
    result = _run(_case(_document(), kommune="Aalborg", frikommune=frozenset({"ind.skaanehensyn"})))
    decided = _by_id(result)
    assert decided["ind.skaanehensyn"].status is Status.IKKE_RELEVANT
    assert decided["fd.laege_265"].status is Status.KAN_IKKE_VURDERES
    assert result.warnings == ()


def test_an_exemption_that_names_no_checkpoint_is_a_warning() -> None:
    result = _run(_case(frikommune=frozenset({"fd.laege265", "Aalborg"})))
    assert len(result.warnings) == 2
    assert "»Aalborg«" in result.warnings[0]
    assert "sag.json" in result.warnings[0]


@pytest.mark.parametrize("value", [True, False])
def test_a_field_decides_even_where_its_document_is_missing(value: bool) -> None:
    decision = _decide(_case(fields={"virksomhedskonsulent": value}))["ind.virksomhedskonsulent"]
    assert decision.status is (Status.DOKUMENTERET if value else Status.IKKE_DOKUMENTERET)
    assert (decision.method, decision.evidence, decision.document_id, decision.model) == (
        Method.FELT,
        (),
        None,
        None,
    )


def test_a_field_that_is_not_given() -> None:
    decided = _decide(_case(_document()))
    assert decided["adm.kontering_fleksjob"].status is Status.KAN_IKKE_VURDERES
    assert "kontering_korrekt" in str(decided["adm.kontering_fleksjob"].reason)
    # Without a detector for texts, a field that is not given leaves nothing to ask.
    assert decided["ind.konkret_fleksjob"].reason == "ikke understøttet endnu"


def test_posting_is_decided_for_the_status_of_the_case() -> None:
    decided = _decide(_case(status=LY, fields={"kontering_korrekt": True}))
    assert decided["adm.kontering_ledighedsydelse"].status is Status.DOKUMENTERET
    assert decided["adm.kontering_fleksjob"].status is Status.IKKE_RELEVANT


def test_felt_refuses_a_checkpoint_without_a_field() -> None:
    with pytest.raises(ValueError, match=r"fd\.styrker"):
        felt(CATALOGUE["fd.styrker"], _case())


def _with_text_detector() -> Catalogue:
    from importlib.resources import files

    text = (files("docscore.checkpoints") / "catalogue.toml").read_text("utf-8")
    begin = text.index('id = "ind.virksomhedskonsulent"')
    end = text.index("[[checkpoint]]", begin)
    row = text[begin:end]
    assert 'detector = "tekst"' in row
    return parse_catalogue(text[:begin] + row.replace('detector = "tekst"', 'detector = "topic"') + text[end:])


@pytest.mark.parametrize(("value", "warned"), [(True, False), (False, True)])
def test_a_field_wins_over_text_and_a_contradiction_is_a_warning(value: bool, warned: bool) -> None:
    case = _case(_document(), fields={"virksomhedskonsulent": value})
    result = _run(case, catalogue=_with_text_detector())
    decision = _by_id(result)["ind.virksomhedskonsulent"]
    assert decision.method is Method.FELT
    assert (decision.status is Status.DOKUMENTERET) == value
    assert bool(result.warnings) == warned
    if warned:
        assert "virksomhedskonsulent" in result.warnings[0]
        assert "nej" in result.warnings[0]
        assert TEXT not in result.warnings[0]


def test_a_concrete_fleksjob_makes_finding_one_irrelevant() -> None:
    assert "ind.selv_finde_fleksjob" in _irrelevant(_case(_document(), fields={"konkret_fleksjob": True}))
    assert "ind.selv_finde_fleksjob" not in _irrelevant(_case(_document(), fields={"konkret_fleksjob": False}))
    assert "ind.selv_finde_fleksjob" not in _irrelevant(_case(_document()))
    exempt = _case(fields={"konkret_fleksjob": True}, frikommune=frozenset({"ind.konkret_fleksjob"}))
    assert "ind.selv_finde_fleksjob" in _irrelevant(exempt)


def test_a_deadline_is_asked_only_where_there_is_an_estimate() -> None:
    assert "ind.frist_udvikling" in _irrelevant(_case(_document(text="Intet her.")))
    assert "ind.frist_udvikling" not in _irrelevant(_case(_document()))
    assert "ind.frist_udvikling" not in _irrelevant(_case())


def test_reasons_under_116_wait_for_the_answer_whether_it_is_116() -> None:
    # Not decidable yet: neither answer may hide the requirement.
    assert "ind.paragraf_116_begrundelse" not in _irrelevant(_case(_document()))


def test_revurdering_is_irrelevant_only_where_nothing_says_it_was_made() -> None:
    rows = {"rv.paragraf_74c", "rv.paragraf_74c_elementer"}
    assert rows <= _irrelevant(_case(status=LY))
    assert not rows & _irrelevant(_case(_document(Kind.REVURDERING)))
    assert not rows & _irrelevant(_case(dates={"revurdering_slut": date(2020, 1, 1)}))


def test_the_time_limits_of_a_revurdering_begin_with_twelve_and_eighteen_months() -> None:
    begun = date(2019, 8, 31)
    twelve, eighteen = date(2020, 8, 31), date(2021, 2, 28)

    def at(day: date, **dates: date) -> set[str]:
        facts = {"ledighedsydelse_start": begun, "opgjort": day, **dates}
        return _irrelevant(_case(status=LY, dates=facts)) & {
            "rv.igangsat_rettidigt",
            "rv.afsluttet_rettidigt",
        }

    assert at(twelve - timedelta(1)) == {"rv.igangsat_rettidigt", "rv.afsluttet_rettidigt"}
    assert at(twelve) == {"rv.afsluttet_rettidigt"}
    assert at(eighteen - timedelta(1)) == {"rv.afsluttet_rettidigt"}
    assert at(eighteen) == set()
    assert at(twelve - timedelta(9), revurdering_start=date(2020, 7, 1)) == {"rv.afsluttet_rettidigt"}
    assert at(twelve, revurdering_slut=date(2020, 8, 1)) == set()


def test_four_meetings_concern_ledighedsydelse_from_2020() -> None:
    row = "js.fire_samtaler_6_mdr"
    assert row in _irrelevant(_case(status=LY, dates={"ledighedsydelse_start": date(2019, 12, 31)}))
    assert row not in _irrelevant(_case(status=LY, dates={"ledighedsydelse_start": date(2020, 1, 1)}))
    assert row not in _irrelevant(_case(status=LY))
    periods = ((date(2018, 5, 1), date(2018, 9, 1)), (date(2020, 2, 1), None))
    assert row in _irrelevant(_case(status=LY, ledighedsydelse_perioder=periods))


def test_two_and_a_half_years_in_fleksjob() -> None:
    row = "op.progression_2_5_aar"
    dates = {"fleksjob_start": date(2018, 3, 1), "opgjort": date(2020, 8, 31)}
    assert row in _irrelevant(_case(status=FJ, dates=dates))
    assert row not in _irrelevant(_case(status=FJ, dates={**dates, "opgjort": date(2020, 9, 1)}))
    assert row not in _irrelevant(_case(dates=dates))
    assert row not in _irrelevant(_case(status=FJ))


def test_audit_date() -> None:
    newest = date(2021, 5, 4)
    case = _case(_document(day=newest), dates={"visitation": date(2020, 1, 1)}, jobsamtaler=(date(2019, 1, 1),))
    assert audit_date(case) == newest
    assert audit_date(_case(_document(day=newest), dates={"opgjort": date(2021, 1, 1)})) == date(2021, 1, 1)
    assert audit_date(_case(ledighedsydelse_perioder=((date(2020, 1, 1), None),))) == date(2020, 1, 1)
    assert audit_date(_case()) is None


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 60))
def test_add_months_keeps_the_day_or_takes_the_months_last(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(1)).day == 1)


def test_add_months_survives_the_open_end_of_registers() -> None:
    assert add_months(date(9999, 12, 31), 18) == date.max
    case = _case(status=LY, dates={"ledighedsydelse_start": date(9999, 12, 31)})
    assert "rv.igangsat_rettidigt" not in {d.checkpoint for d in _run(case).decisions if d.evidence}


def _finding(**values: object) -> object:
    return lambda checkpoint, case, document: Finding(**values)


@pytest.mark.parametrize(
    ("finding", "message"),
    [
        ({"documented": True, "method": Method.MODEL, "probability": 0.9}, "without evidence"),
        ({"documented": True, "method": Method.REGEL}, "without evidence"),
        ({"documented": False, "method": Method.MODEL, "probability": 1.2}, "outside 0..1"),
        (
            {"documented": True, "method": Method.MODEL, "evidence": (Evidence(0, 3, "Han"),)},
            "not what the document says",
        ),
        (
            {"documented": True, "method": Method.MODEL, "evidence": (Evidence(0, 999, TEXT),)},
            "not what the document says",
        ),
        (
            {"documented": False, "method": Method.MODEL, "evidence": (Evidence(4, 4, ""),)},
            "not what the document says",
        ),
    ],
)
def test_a_finding_that_breaks_its_promise_is_a_bug(finding: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidFindingError, match=message) as caught:
        _run(_case(_document()), _finding(**finding))
    assert "2021-0001" not in str(caught.value)
    assert TEXT not in str(caught.value)


def test_evidence_outside_the_documents_own_part_is_refused() -> None:
    document = _document(start=4, end=len(TEXT))
    quote = Evidence(0, 3, TEXT[:3])
    with pytest.raises(InvalidFindingError):
        _run(_case(document), _finding(documented=True, method=Method.MODEL, evidence=(quote,)))


def test_a_detector_that_cannot_tell_gives_its_reason() -> None:
    finding = _finding(documented=None, method=Method.MODEL, reason="modellen kender ikke emnet")
    decision = _decide(_case(_document()), finding)["ind.progression"]
    assert decision.status is Status.KAN_IKKE_VURDERES
    assert decision.reason == "modellen kender ikke emnet"
