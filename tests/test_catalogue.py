"""The catalogue: complete, in the codebook's order, and strict about faults."""

from __future__ import annotations

import doctest
import importlib
import re
import subprocess
import sys
from collections import Counter

import pytest

from docscore.case import Kind
from docscore.checkpoints import (
    Catalogue,
    CatalogueError,
    CheckpointType,
    Krav,
    Population,
    load_catalogue,
    parse_catalogue,
)
from docscore.checkpoints.catalogue import FIELDS, SAG, SHORT_LENGTH, TOPICS
from docscore.checkpoints.table import checkpoint_table_markdown, decided_by

# The codebook, section 4: id, krav, national share, N, in order.
CODEBOOK = """
fd.laege_265 L 96 270
fd.laege_155_udenom_kf L 1 300
fd.laege_275 P 1 300
fd.andre_helbredsoplysninger P 18 300
fd.selvvurderet_helbred L 96 300
fd.styrker L 89 300
fd.praktik_deltagelse L 84 300
fd.praktik_formaal_udbytte P 58 300
fd.cv_kompetencer P 14 300
fd.varighed_til_moede P - 300
fd.borgerens_perspektiv P 97 300
fd.borgerens_eget_jobmaal L 79 300
fd.klart_jobmaal P 76 140
fd.skaanehensyn P - -
fd.handicapkompenserende_ordninger P - -
fd.progression P 6 300
ind.konkret_fleksjob P 26 299
ind.fastholdelsesfleksjob P 2 300
ind.selv_finde_fleksjob P 6 299
ind.afklaret_begrundelse L - -
ind.jobtyper_arbejdsfunktioner L 83 299
ind.klart_jobmaal P 82 139
ind.borgerens_perspektiv P 52 299
ind.skaanehensyn P 97 299
ind.handicapkompenserende_ordninger P 1 299
ind.indsatser B 29 299
ind.indsats_mentor B 20 139
ind.arbejdsevne_timer P 84 299
ind.progression P 4 299
ind.frist_udvikling P 0 11
ind.paragraf_116_stk_2 B - 300
ind.paragraf_116_begrundelse L - 2
ind.virksomhedskonsulent P 29 299
ind.dage_til_orientering P - 300
ly.cv_jobnet_3_uger L 49 140
mp.klart_jobmaal P 64 140
mp.jobmaal_som_indstilling P 43 140
mp.indsatser P 50 140
mp.indsats_virksomhedspraktik P 25 140
mp.indsats_oevrige P 25 140
mp.indsats_mentor P 4 140
js.jobrettede_aktiviteter L 69 140
js.nye_aftaler P 52 140
js.naeste_opfoelgning P 13 140
js.tilbud_opfoelgning P 54 70
js.borgerens_perspektiv P 61 140
js.klart_jobmaal P - -
js.skaanehensyn P - -
js.handicapkompenserende_ordninger P 0 140
js.progression P - -
js.fire_samtaler_6_mdr L - -
rv.igangsat_rettidigt L 65 91
rv.afsluttet_rettidigt L 65 83
rv.paragraf_74c L 53 91
rv.paragraf_74c_elementer L - -
op.progression_seneste P 28 160
op.progression_2_5_aar P 36 86
op.hjaelpemidler P - -
adm.kontering_fleksjob L 98 160
adm.kontering_ledighedsydelse L 99 140
"""

TOPIC_ANSWERED = {
    *(f"fd.{topic}" for topic in TOPICS),
    *(f"ind.{topic}" for topic in TOPICS),
    *(f"js.{topic}" for topic in TOPICS),
    "fd.borgerens_eget_jobmaal",
    "ind.jobtyper_arbejdsfunktioner",
    "mp.klart_jobmaal",
    "op.progression_seneste",
    "op.hjaelpemidler",
    "op.progression_2_5_aar",
}

NAMES = """
[themes]
1 = {da = "a", en = "a"}
2 = {da = "a", en = "a"}
3 = {da = "a", en = "a"}
4 = {da = "a", en = "a"}
5 = {da = "a", en = "a"}
6 = {da = "a", en = "a"}
[kinds]
""" + "\n".join(f'{kind} = {{da = "a", en = "a"}}' for kind in [*Kind, SAG])

ROW: dict[str, object] = {
    "id": "fd.styrker",
    "theme": 1,
    "kind": "forberedende_del",
    "type": "text",
    "population": "alle",
    "krav": "L",
    "question_da": "Er styrker beskrevet?",
    "question_en": "Are strengths described?",
    "short_da": "Styrker",
    "short_en": "Strengths",
    "ask_da": "Beskriv mindst en styrke.",
    "ask_en": "Describe at least one strength.",
}


def _toml(**changes: object) -> str:
    row = {key: value for key, value in {**ROW, **changes}.items() if value is not None}
    lines = []
    for key, value in row.items():
        shown = str(value).lower() if isinstance(value, bool) else value
        lines.append(f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {shown}")
    return NAMES + "\n[[checkpoint]]\n" + "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def test_every_row_of_the_codebook_is_there_in_order(catalogue: Catalogue) -> None:
    expected = [line.split() for line in CODEBOOK.split("\n") if line]
    found = [
        [
            checkpoint.id,
            checkpoint.krav.value,
            "-" if checkpoint.national is None else f"{checkpoint.national:g}",
            "-" if checkpoint.n is None else str(checkpoint.n),
        ]
        for checkpoint in catalogue
    ]
    assert found == expected


def test_lookup_and_selection(catalogue: Catalogue) -> None:
    assert catalogue["rv.paragraf_74c"].law == "LAS § 74 c, stk. 3"
    assert "fd.findes_ikke" not in catalogue
    with pytest.raises(KeyError):
        catalogue["fd.findes_ikke"]
    assert Counter(checkpoint.theme for checkpoint in catalogue) == {1: 16, 2: 18, 3: 21, 4: 3, 6: 2}
    assert sum(len(catalogue.for_kind(kind)) for kind in [*Kind, SAG]) == len(catalogue)
    assert [c.id for c in catalogue.for_kind(Kind.CV)] == ["fd.cv_kompetencer"]
    assert catalogue.for_kind(Kind.ANDET) == ()
    assert load_catalogue() is catalogue


def test_theme_five_is_a_view_over_perspective_and_job_goals(catalogue: Catalogue) -> None:
    view = {checkpoint.id for checkpoint in catalogue.for_theme(5)}
    assert view == {
        checkpoint.id
        for checkpoint in catalogue
        if checkpoint.theme in (1, 2, 3)
        and (checkpoint.topic in ("borgerens_perspektiv", "klart_jobmaal") or "jobmaal" in checkpoint.id)
    }
    assert len(view) == 10


def test_the_topic_detector_answers_exactly_these_rows(catalogue: Catalogue) -> None:
    assert {c.id for c in catalogue if c.detector == "topic"} == TOPIC_ANSWERED
    assert all(catalogue[row].type is CheckpointType.TOPIC for row in TOPIC_ANSWERED)
    assert [c.id for c in catalogue if c.own] == ["fd.borgerens_eget_jobmaal"]
    assert catalogue["ind.jobtyper_arbejdsfunktioner"].topic == "klart_jobmaal"


def test_fields_of_the_contract_are_each_used(catalogue: Catalogue) -> None:
    assert {c.field for c in catalogue if c.field} == set(FIELDS)
    assert {c.id for c in catalogue if c.detector == "felt"} == {
        "adm.kontering_fleksjob",
        "adm.kontering_ledighedsydelse",
    }


def test_special_rows(catalogue: Catalogue) -> None:
    assert [c.id for c in catalogue if c.breach] == ["fd.laege_155_udenom_kf"]
    assert [c.id for c in catalogue if c.measured] == ["fd.varighed_til_moede", "ind.dage_til_orientering"]
    assert [c.id for c in catalogue if c.law_when] == ["ind.progression"]
    assert catalogue["ind.selv_finde_fleksjob"].population is Population.UDEN_KONKRET_FLEKSJOB
    assert {c.krav for c in catalogue} == set(Krav)
    assert {c.population for c in catalogue} == set(Population)


def test_the_sentences_for_a_caseworker_are_sentences(catalogue: Catalogue) -> None:
    for checkpoint in catalogue:
        for language in ("da", "en"):
            ask = checkpoint.ask(language)
            assert re.search(r"\. [A-ZÆØÅ]", ask) is None, f"{checkpoint.id}: more than one sentence"
            assert 30 < len(ask) <= 190, checkpoint.id
            assert len(checkpoint.short(language)) <= SHORT_LENGTH
            assert checkpoint.question(language).endswith("?")
        # It speaks of the documents: no verdict on the citizen.
        assert not any(word in checkpoint.ask_da.lower() for word in ("umotiveret", "uegnet", "svag borger"))
    asks = Counter(checkpoint.ask_da for checkpoint in catalogue)
    assert asks.most_common(1)[0][1] == 1


def test_national_text_in_both_languages(catalogue: Catalogue) -> None:
    assert catalogue["fd.laege_265"].national_text("en") == "96 % (N = 270, figures 1 and 14)"
    assert catalogue["js.handicapkompenserende_ordninger"].national_text() == "0 % (N = 140, afsnit 5.3)"
    assert catalogue["ind.paragraf_116_stk_2"].national_text() == "2 af 300 sager (N = 300, afsnit 4.2)"
    assert catalogue["rv.igangsat_rettidigt"].national_text() == "65 % (N = 91, figur 43)"
    assert catalogue["js.progression"].national_text("en") == "not published"
    assert catalogue["ind.konkret_fleksjob"].national_text().startswith("26 %; borgere i fleksjob 37 %")


def test_table_has_a_line_per_checkpoint(catalogue: Catalogue) -> None:
    lines = checkpoint_table_markdown(catalogue).split("\n")
    assert len(lines) == len(catalogue) + 2
    assert {line.replace("\\|", "").count("|") for line in lines} == {7}
    assert [line.split("`")[1] for line in lines[2:]] == [checkpoint.id for checkpoint in catalogue]
    assert decided_by(catalogue["fd.laege_275"]) == "regel"
    assert decided_by(catalogue["fd.styrker"]) == "model"
    assert decided_by(catalogue["fd.skaanehensyn"]) == "model"
    assert decided_by(catalogue["adm.kontering_fleksjob"]) == "felt `kontering_korrekt`"
    assert decided_by(catalogue["ind.konkret_fleksjob"], "en") == "field `konkret_fleksjob`; the text: model"


def test_a_plain_row_is_accepted() -> None:
    (checkpoint,) = parse_catalogue(_toml())
    assert (checkpoint.id, checkpoint.detector, checkpoint.national) == ("fd.styrker", None, None)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"krav": "X"}, "krav"),
        ({"kind": "brev"}, "kind"),
        ({"population": "nogle"}, "population"),
        ({"type": "topic"}, "topic"),
        ({"topic": "skaanehensyn"}, "topic"),
        ({"type": "topic", "topic": "skaanehensyn", "own": True}, "own"),
        ({"type": "field"}, "field"),
        ({"field": "ukendt_felt"}, "field"),
        ({"kind": "sag"}, "sag"),
        ({"theme": 5}, "theme"),
        ({"theme": True}, "theme"),
        ({"theme": "1"}, "theme"),
        ({"national": 101, "n": 3, "figure": "1"}, "national"),
        ({"national": 50}, "national"),
        ({"n": 0}, "»n«"),
        ({"figure": "1", "section": "2"}, "figure"),
        ({"national_note": "to af tre"}, "national_note"),
        ({"breach": True}, "breach"),
        ({"measured": True}, "measured"),
        ({"ask_da": None}, "ask_da"),
        ({"ask_da": "Beskriv en styrke"}, "ask_da"),
        ({"question_en": "Strengths"}, "question_en"),
        ({"short_da": "x" * (SHORT_LENGTH + 1)}, "short_da"),
        ({"short_da": "  "}, "short_da"),
        ({"same_as": "fd.findes_ikke"}, "same_as"),
        ({"law_when": "fd.styrker"}, "law_when"),
        ({"farve": "blå"}, "farve"),
        ({"id": "FD Styrker"}, "id"),
    ],
)
def test_a_bad_row_is_named(changes: dict[str, object], named: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        parse_catalogue(_toml(**changes), "eget.toml")
    message = str(caught.value)
    assert "eget.toml, kontrolpunkt nr. 1" in message
    assert str(changes.get("id", "fd.styrker")) in message
    assert named in message


def test_duplicates_and_broken_files_are_refused() -> None:
    again = _toml() + _toml()[len(NAMES) :]
    with pytest.raises(CatalogueError, match=r"nr\. 2 \(»fd\.styrker«\).*findes allerede"):
        parse_catalogue(again)
    with pytest.raises(CatalogueError, match="ikke gyldig TOML"):
        parse_catalogue("[[checkpoint]\n")
    with pytest.raises(CatalogueError, match="ingen kontrolpunkter"):
        parse_catalogue(NAMES)
    with pytest.raises(CatalogueError, match="kinds"):
        parse_catalogue(_toml().replace('sag = {da = "a", en = "a"}', ""))
    with pytest.raises(CatalogueError, match="themes"):
        parse_catalogue(_toml().replace('4 = {da = "a", en = "a"}', '4 = {da = "a"}'))


def test_loading_imports_nothing_slow() -> None:
    code = (
        "import sys; from docscore.checkpoints import load_catalogue; load_catalogue(); "
        "print(sorted({'spacy', 'numpy', 'pandas', 'sklearn', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("module", ["catalogue", "reasons"])
def test_doctests(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"docscore.checkpoints.{module}"))
    assert result.attempted > 0
    assert result.failed == 0
