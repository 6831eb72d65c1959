"""The case score: what counts where."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscore.checkpoints import Krav, load_catalogue
from docscore.decision import Decision, Method, Status
from docscore.scoring import CaseScore, ScorePart, score_case

CATALOGUE = load_catalogue()
JA, NEJ = Status.DOKUMENTERET, Status.IKKE_DOKUMENTERET
VED_IKKE, UVEDKOMMENDE = Status.KAN_IKKE_VURDERES, Status.IKKE_RELEVANT


def _decision(checkpoint: str, status: Status) -> Decision:
    return Decision(
        case_id="2021-0001",
        checkpoint=checkpoint,
        document_id=None,
        kind=CATALOGUE[checkpoint].kind,
        status=status,
        value=None,
        probability=None,
        grade=None,
        review=False,
        evidence=(),
        method=Method.REGEL,
        model=None,
        reason=None,
    )


def _score(**answers: Status) -> CaseScore:
    return score_case([_decision(key.replace("__", "."), value) for key, value in answers.items()], CATALOGUE)


def test_share_over_what_is_decided() -> None:
    score = _score(
        fd__styrker=JA,
        fd__praktik_deltagelse=NEJ,
        fd__selvvurderet_helbred=VED_IKKE,
        fd__skaanehensyn=JA,
        ind__skaanehensyn=JA,
        js__skaanehensyn=UVEDKOMMENDE,
    )
    assert score.alle == ScorePart(3, 1, 1)
    assert score.alle.andel == 0.75
    assert score.lovkrav == ScorePart(1, 1, 1)
    assert score.kvalitet == ScorePart(2, 0, 0)
    assert score.temaer["1"] == ScorePart(2, 1, 1)
    assert score.temaer["2"] == ScorePart(1, 0, 0)
    assert score.temaer["3"] == ScorePart()


def test_nothing_decided_is_no_share_and_not_zero() -> None:
    score = _score(fd__styrker=VED_IKKE, fd__progression=UVEDKOMMENDE)
    assert score.alle == ScorePart(0, 0, 1)
    assert score.alle.andel is None
    assert score.kvalitet.andel is None
    assert score_case([], CATALOGUE).alle.andel is None


@pytest.mark.parametrize(("answer", "share"), [(JA, 0.0), (NEJ, 1.0), (VED_IKKE, None)])
def test_a_breach_counts_inverted(answer: Status, share: float | None) -> None:
    score = _score(fd__laege_155_udenom_kf=answer)
    assert score.lovkrav.andel == score.alle.andel == score.temaer["1"].andel == share
    assert score.lovkrav.kan_ikke_vurderes == (answer is VED_IKKE)


def test_measured_numbers_are_left_out() -> None:
    score = _score(fd__varighed_til_moede=JA, ind__dage_til_orientering=VED_IKKE)
    assert score.alle == score.kvalitet == score.temaer["1"] == score.temaer["2"] == ScorePart()


@pytest.mark.parametrize("paragraf", [JA, NEJ, VED_IKKE, UVEDKOMMENDE])
def test_progression_is_a_legal_requirement_only_under_116(paragraf: Status) -> None:
    score = _score(ind__progression=NEJ, ind__paragraf_116_stk_2=paragraf)
    assert score.lovkrav.ikke_dokumenteret == (paragraf is JA)
    assert score.kvalitet.ikke_dokumenteret == (paragraf is not JA)


@pytest.mark.parametrize("answer", [JA, NEJ, VED_IKKE])
def test_krav_b_without_a_known_condition_counts_in_neither_sub_score(answer: Status) -> None:
    score = _score(ind__indsatser=answer, ind__indsats_mentor=answer, ind__paragraf_116_stk_2=answer)
    assert score.lovkrav == score.kvalitet == ScorePart()
    assert score.alle == score.temaer["2"] != ScorePart()


def test_the_two_job_goal_rows_of_an_indstilling_both_count() -> None:
    score = _score(ind__jobtyper_arbejdsfunktioner=JA, ind__klart_jobmaal=JA)
    assert (score.alle.dokumenteret, score.lovkrav.dokumenteret, score.kvalitet.dokumenteret) == (2, 1, 1)
    fleksjob = _score(ind__jobtyper_arbejdsfunktioner=JA, ind__klart_jobmaal=UVEDKOMMENDE)
    assert fleksjob.alle.dokumenteret == 1


def test_theme_five_is_a_view_and_not_counted_again() -> None:
    score = _score(fd__borgerens_perspektiv=JA, ind__borgerens_perspektiv=NEJ, js__klart_jobmaal=JA)
    assert score.temaer["5"] == ScorePart(2, 1, 0)
    assert score.alle == ScorePart(2, 1, 0)


def test_the_shape_of_the_contract() -> None:
    shape = _score(fd__styrker=JA, fd__praktik_deltagelse=JA, fd__selvvurderet_helbred=NEJ).as_dict()
    assert list(shape) == ["alle", "lovkrav", "kvalitet", "temaer"]
    assert list(shape["temaer"]) == ["1", "2", "3", "4", "5", "6"]
    assert shape["alle"] == {
        "dokumenteret": 2,
        "ikke_dokumenteret": 1,
        "kan_ikke_vurderes": 0,
        "andel": 0.6667,
    }
    assert shape["temaer"]["4"]["andel"] is None
    assert json.loads(json.dumps(shape)) == shape


def test_an_unknown_checkpoint_is_a_bug() -> None:
    with pytest.raises(KeyError):
        score_case([_decision("fd.styrker", JA)], type(CATALOGUE)((), {}, {}, {}))


@given(st.lists(st.sampled_from(Status), min_size=len(CATALOGUE), max_size=len(CATALOGUE)), st.randoms())
def test_counts_add_up_and_order_does_not_matter(answers: list[Status], random: object) -> None:
    decisions = [_decision(c.id, answer) for c, answer in zip(CATALOGUE, answers, strict=True)]
    score = score_case(decisions, CATALOGUE)
    shuffled = list(decisions)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert score_case(shuffled, CATALOGUE) == score

    def total(part: ScorePart) -> int:
        return part.dokumenteret + part.ikke_dokumenteret + part.kan_ikke_vurderes

    counted = [c for c, answer in zip(CATALOGUE, answers, strict=True) if answer is not UVEDKOMMENDE and not c.measured]
    assert total(score.alle) == len(counted)
    assert sum(total(score.temaer[theme]) for theme in "12346") == total(score.alle)
    unconditional = sum(c.krav is not Krav.BETINGET for c in counted)
    assert total(score.lovkrav) + total(score.kvalitet) == unconditional
    for part in (score.alle, score.lovkrav, score.kvalitet, *score.temaer.values()):
        assert part.andel is None or 0 <= part.andel <= 1
