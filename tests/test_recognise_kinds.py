"""What kind of document a text is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscore.case import Kind
from docscore.recognise import recognise_kind
from docscore.recognise.cues import load_rules
from docscore.recognise.kinds import kind_of

HERE = Path(__file__).parent
SAMPLES = sorted((HERE / "data" / "recognise").glob("*/*.txt"))
CORPUS = sorted((HERE.parent / "annotations" / "cases").glob("*/*.txt"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_samples(path: Path) -> None:
    guess = recognise_kind(path.read_text(encoding="utf-8"))
    assert guess.kind == path.parent.name, guess


def test_there_are_enough_samples_of_every_kind() -> None:
    for kind in ("min_plan", "opfoelgning", "revurdering", "cv", "laegeattest", "andet"):
        assert sum(path.parent.name == kind for path in SAMPLES) >= 8


@pytest.mark.skipif(not CORPUS, reason="the corpus is not part of this distribution")
def test_core_kinds_of_the_corpus_without_file_names() -> None:
    right = sum(kind_of(path.read_text(encoding="utf-8")) == path.stem for path in CORPUS)
    assert right / len(CORPUS) >= 0.97


TRAPS = {
    "en indstilling citerer den forberedende del": (
        Kind.INDSTILLING,
        "Rehabiliteringsteamets indstilling\nMøde den 4. maj 2021. Deltagere: mødeleder, "
        "sundhedskoordinator og borger\n"
        "Det fremgår af rehabiliteringsplanens forberedende del, at borgeren er gift, bor i hus "
        "og er uddannet tømrer.\n"
        "Teamet indstiller til fleksjob, da arbejdsevnen er varigt og væsentligt nedsat.",
    ),
    "en forberedende del nævner teamets indstilling": (
        Kind.FORBEREDENDE_DEL,
        "Rehabiliteringsplan – forberedende del\nUdfyldt den 9. marts 2021\nFamilie og bolig\nBor alene i lejlighed.\n"
        "Helbred\nSlidgigt i ryggen. LÆ 265 er modtaget.\nProces\nBorgeren er orienteret om, at rehabiliteringsteamets "
        "indstilling sendes i e-Boks efter mødet, og at teamet kan indstille til fleksjob.",
    ),
    "en jobsamtale henviser til indstillingen": (
        Kind.JOBSAMTALE,
        "Jobsamtale 17.03.2022, ledighedsydelse\nJobmålet er uændret, jf. indstillingen af 9. "
        "november 2021, og skånehensyn "
        "står i rehabiliteringsteamets indstilling. Joblog gennemgået. Næste samtale uge 19.",
    ),
    "en lægeattest er klistret ind i et journalnotat om en jobsamtale": (
        Kind.JOBSAMTALE,
        "12.03.2021 kl. 10.15 – Jobsamtale – LKN\nBorger på ledighedsydelse. Joblog gennemgået, "
        "to ansøgninger siden sidst.\n"
        "Borger har attest med. Kopi: Diagnose: coxartrose. Objektivt: halter. Prognose: "
        "stationær.\nNæste samtale 14. april.",
    ),
    "en forberedende del rummer et cv": (
        Kind.FORBEREDENDE_DEL,
        "REHABILITERINGSPLAN, FORBEREDENDE DEL\nStamdata: Kaj Holm, 010170-XXXX\nCv:\n1990-1999 Slagter, Tulip\n"
        "1999-2010 Lagermand, Bilka\n2010-2019 Chauffør, DSV\nKurser: truck\nHelbred: to diskusprolapser\n"
        "Ressourcer: mødestabil\nBarrierer: smerter\nBorgerens egne ønsker: noget stillesiddende",
    ),
    "revurdering af arbejdsevnen i et fleksjob er en opfølgning": (
        Kind.OPFOELGNING,
        "Revurdering af arbejdsevnen, 2,5 år\nMedarbejder ansat i fleksjob siden 1. maj 2019 hos Brugsen i Tved. "
        "Arbejdsgiver er tilfreds. Flere timer er drøftet, og lederen kan ikke se mulighed for det.",
    ),
    "revurdering efter § 74 c er en revurdering": (
        Kind.REVURDERING,
        "Revurdering\nBorgeren har fået ledighedsydelse i 12 måneder. Redegørelse efter LAS § 74 "
        "c, stk. 3: praktik er brugt. "
        "Førtidspension er overvejet. Betingelserne for fleksjob er fortsat opfyldt.",
    ),
    "en opfølgningssamtale på ledighedsydelse er en jobsamtale": (
        Kind.JOBSAMTALE,
        "Opfølgningssamtale, ledighedsydelse\n3. juni 2021, fremmøde\nJobsøgning siden sidst: to uopfordrede. "
        "Arbejdsgiver i Tved svarede ikke. Ny aftale: cv opdateres. Næste samtale 8. juli.",
    ),
    "en jobsamtale henviser til Min Plan": (
        Kind.JOBSAMTALE,
        "Jobsamtale den 3. juni 2021\nAktiviteter og jobmål jf. Min Plan. Min Plan er gennemgået på Jobnet. "
        "Borger på ledighedsydelse har ført joblog. Næste samtale 8. juli.",
    ),
    "et brev om en jobsamtale er ikke en jobsamtale": (
        Kind.ANDET,
        "Kære Lone\nIndkaldelse til jobsamtale\nDu indkaldes til jobsamtale den 3. maj. Husk joblog og Min Plan.\n"
        "Venlig hilsen Jobcentret",
    ),
    "en afgørelse er ikke en indstilling": (
        Kind.ANDET,
        "Afgørelse om fleksjob\nVi har besluttet, at du får fleksjob. Vi følger rehabiliteringsteamets indstilling. "
        "Teamet vurderer, at din arbejdsevne er varigt og væsentligt nedsat.\nKlagevejledning: Du "
        "kan klage inden fire uger.",
    ),
    "et notat om at en attest er modtaget er ikke en attest": (
        Kind.ANDET,
        "Notat 03.02.2021 LKN\nLÆ 265 er modtaget fra egen læge og lagt på sagen. Regning sendt til betaling.",
    ),
    "en bevilling er ingen af dem": (
        Kind.ANDET,
        "Bevilling af virksomhedspraktik\nVi har bevilget praktik hos Brugsen fra 1. marts. "
        "Formålet er at afklare timetal.",
    ),
}


@pytest.mark.parametrize("name", TRAPS)
def test_traps(name: str) -> None:
    kind, text = TRAPS[name]
    guess = recognise_kind(text)
    assert guess.kind is kind, guess


def test_file_name_is_only_a_hint() -> None:
    text = "Jobsamtale, ledighedsydelse\nJoblog gennemgået. Næste samtale 3. maj."
    assert recognise_kind(text, "indstilling.docx").kind is Kind.JOBSAMTALE
    assert recognise_kind("Kaj Holm. Møde. Vi talte om det hele.", "indstilling.docx").kind is Kind.ANDET


def test_file_name_settles_a_close_race() -> None:
    text = "Samtale i dag. Søgt to job.\nTalt om det hele."
    hinted = recognise_kind(text, "sag/jobsamtale 2.txt")
    assert hinted.score > recognise_kind(text).score
    assert any(cue.place == "file_name" for cue in hinted.cues)


@pytest.mark.parametrize("text", ["", "  \n\t\n", "---\n§ 12 %".replace("12", "").replace("§", "")])
def test_without_words_the_file_name_decides(text: str) -> None:
    assert recognise_kind(text, "Indstilling.pdf").kind is Kind.INDSTILLING
    assert recognise_kind(text, "mit cv.pdf").kind is Kind.CV
    assert recognise_kind(text, "scvb.pdf").kind is Kind.ANDET
    assert recognise_kind(text).kind is Kind.ANDET


def test_only_the_given_part_is_read() -> None:
    first = "Rehabiliteringsteamets indstilling\nTeamet indstiller til fleksjob.\n"
    second = "Jobsamtale 4/5-21\nJoblog gennemgået. Næste samtale uge 22.\n"
    assert recognise_kind(first + second, start=len(first)).kind is Kind.JOBSAMTALE
    assert recognise_kind(first + second, end=len(first)).kind is Kind.INDSTILLING


def test_reasons_add_up_to_the_score() -> None:
    guess = recognise_kind(SAMPLES[0].read_text(encoding="utf-8"))
    own = [cue for cue in guess.cues if cue.kind is guess.kind]
    assert own
    assert guess.score == pytest.approx(sum(cue.weight for cue in own))
    assert guess.runner_up is not guess.kind
    assert guess.score > guess.runner_up_score


def test_the_short_way_gives_the_same_kind() -> None:
    for path in SAMPLES:
        text = path.read_text(encoding="utf-8")
        assert kind_of(text, path.name) is recognise_kind(text, path.name).kind


def test_every_kind_has_cues_and_every_cue_a_worth() -> None:
    cues = load_rules().cues
    assert {cue.kind for cue in cues} == set(Kind)
    assert all(cue.title or cue.line or cue.text for cue in cues)
    names = [(cue.kind, cue.name) for cue in cues]
    assert len(names) == len(set(names))


@given(st.text(max_size=400))
def test_any_text_has_a_kind(text: str) -> None:
    guess = recognise_kind(text)
    assert guess.kind in Kind
    assert guess == recognise_kind(text)
