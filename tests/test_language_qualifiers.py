"""Qualifiers, with the expectation written into the text.

``<neg>``, ``<guid>``, ``<hist>``, ``<hyp>`` and ``<out>`` enclose the words in the scope of a cue (never the cue itself,
and nothing else may be in a scope); ``[borger]`` before a sentence is the speaker that the sentence names itself,
``[borger?]`` the one that follows only from whose text it is. A line without a speaker is not asked for one.
"""

from __future__ import annotations

import re

import pytest

from docscore.case import Kind
from docscore.language import tokens
from docscore.language.qualifiers import Qualifier, Speaker
from docscore.language.reading import read
from docscore.language.vocabulary import vocabulary

TAGS = {
    "neg": Qualifier.NEGATION,
    "guid": Qualifier.GUIDANCE,
    "hist": Qualifier.HISTORY,
    "hyp": Qualifier.HYPOTHESIS,
    "out": Qualifier.RULED_OUT,
}
MARKUP = re.compile(r"<(/?)(neg|guid|hist|hyp|out)>|\[([a-z]+\??)\] ?")

NEGATION = """
Borger kan ikke <neg>løfte tunge ting</neg>.
Hun kan ik <neg>løfte</neg>.
Der er ingen <neg>skånehensyn i forhold til støj</neg>.
Hun klarer opgaverne uden <neg>hjælp fra andre</neg>.
Hun har aldrig <neg>haft personlig assistance</neg>.
Der er næppe <neg>mulighed for flere timer</neg>.
Han kan hverken <neg><out>gå eller stå i længere tid</out></neg>.
Personlig assistance er endnu ikke <neg>søgt</neg>.
Hun kan slet ikke <neg>overskue det</neg>.
Der vurderes ikke <neg>behov for hjælpemidler</neg>.
Intet behov <neg>for personlig assistance</neg>.
Hun har ikke <neg>brug for hjælpemidler på arbejdspladsen lige nu</neg>.
Hun mangler <neg>energi om eftermiddagen</neg>.
Borger afviser, <neg>at hun har brug for hjælp</neg>.
<neg>Behov for hjælpemidler</neg> afvises.
<neg>Personlig assistance</neg> frafaldet.
<neg>Mentor er</neg> overflødig, da kollegerne hjælper.
Progression er ikke <neg>drøftet</neg>.
Der er ikke <neg>udsigt til flere timer</neg>.
Hun er ikke <neg>bange for at prøve noget nyt</neg>.
"""

STOPS = """
Borger kan ikke <neg>løfte tungt</neg>, men kan sidde ned i længere tid.
Hun ønsker ikke <neg>at arbejde i butik</neg>; hun vil gerne være pedel.
Borger må ikke <neg>løfte</neg>, derimod kan hun sidde.
Hun ønsker ikke <neg>mentor</neg>, hvorimod personlig assistance vil være en hjælp.
Ikke <neg>aktuelt med flere timer</neg>, mens hun er i behandling.
Ikke <neg>aktuelt med mentor</neg>, dog ønskes hjælp til jobsøgning.
Borger kan ikke <neg>løfte over 5 kg</neg> og har brug for pauser.
Tidligere <hist>frisør</hist>, men vil gerne arbejde i reception.
<hist>Førhen klarede han 37 timer</hist>, dog med mange pauser.
<hist>Behandlingen blev afsluttet i 2019</hist>; nu er hun klar.
<out>Han er</out> ikke <neg>egnet <out>til lagerarbejde</out></neg>, men kan klare kontoropgaver.
Hun kan ikke <neg>løfte</neg>. Hun kan sidde.
"""

GUIDANCE = """
<guid>Borgeren er vejledt om muligheden for at søge personlig assistance</guid>.
<guid>Der er orienteret om reglerne for ledighedsydelse</guid>.
<guid>Generelt oplyst om reglerne for fleksløntilskud</guid>.
<guid>Gjort opmærksom på muligheden for at søge hjælpemidler</guid>.
<guid>Borger har fået pjece om personlig assistance</guid>.
<guid>Der er udleveret pjece om handicapkompenserende ordninger</guid>.
<guid>Et fleksjob kan være på få timer</guid>.
<guid>Formålet med et fleksjob er at udnytte arbejdsevnen</guid>.
<guid>Borgere i fleksjob kan få bevilget hjælpemidler</guid>.
<guid>Personer med nedsat arbejdsevne kan få personlig assistance</guid>.
<guid>Kommunen kan bevilge mentor til borgere i fleksjob</guid>.
<guid>Efter reglerne kan der ydes støtte til arbejdsredskaber</guid>.
<guid>Ifølge loven skal arbejdsevnen være varigt nedsat</guid>.
<guid>Retten til personlig assistance er gennemgået</guid>.
<guid>I henhold til LAB § 116 kan der bevilges fleksjob</guid>.
<guid>Man kan søge om mentor</guid>.
<guid>Borger er gjort bekendt med reglerne</guid>.
"""

HISTORY = """
<hist>Hun har</hist> tidligere <hist>haft personlig assistance</hist>.
Har arbejdet <hist>som tømrer i 20 år</hist>.
Hun er uddannet <hist>frisør</hist>.
<hist>Dengang kunne hun arbejde fuld tid</hist>.
<hist>Han havde personlig assistance tidligere</hist>.
<hist>For fem år siden var hun i praktik</hist>.
<hist>Hun</hist> var <hist>ansat i Netto indtil 2018</hist>.
Har været i virksomhedspraktik <hist>hos en gartner</hist>.
<hist>Siden 2015 har hun arbejdet fra sit hjem</hist>.
<hist>Hun arbejdede før sygdommen som kok</hist>.
<hist>Hun</hist> arbejdede <hist>i 2015 som kok</hist>.
"""

HYPOTHESIS = """
Hvis <hyp>smerterne aftager, kan timetallet øges</hyp>.
Timetallet øges, såfremt <hyp>helbredet tillader det</hyp>.
Medmindre <hyp>smerterne tager til, fortsætter hun</hyp>.
Forudsat <hyp>at smerterne aftager, kan hun øge til 10 timer</hyp>.
Personlig assistance kunne eventuelt <hyp>komme på tale</hyp>.
Evt. <hyp>personlig assistance</hyp>.
Måske <hyp>kan hun komme op på 10 timer</hyp>.
Jobmålet er formentlig <hyp>pedelmedhjælper</hyp>.
<hyp>Timetallet skal</hyp> afklares <hyp>i praktik</hyp>.
<hyp>Det</hyp> overvejes <hyp>at søge om hæve-sænkebord</hyp>.
<hyp>Behov for tolk</hyp> undersøges.
Overvejer <hyp>at søge om tolk</hyp>.
Hun er i tvivl om <hyp>jobmålet</hyp>.
Usikkert <hyp>om hun kan komme op i tid</hyp>.
"""

RULED_OUT = """
<out>Hun kan</out> ikke <neg>vende tilbage <out>til frisørfaget</out></neg>.
<neg><out>Frisørfaget</out></neg><out> er</out> udelukket <out>på grund af eksem</out>.
<out>Lagerarbejde er</out> ikke <neg>realistisk</neg>.
<out>Hun</out> har måttet opgive <out>arbejdet som sygeplejerske</out>.
<out>Tømrerfaget er</out> lagt på hylden.
<out>Nedslidning gør kontorarbejde</out> urealistisk.
<out>Hun</out> egner sig ikke <neg><out>til kundekontakt</out></neg>.
<out>Hun</out> ønsker ikke længere <neg><out>at arbejde i butik</out></neg>.
<out>Rengøring er</out> uforeneligt <out>med ryggen</out>.
"""

NO_CUE = """
Mikkel arbejder i en nikkelfabrik.
Udendørs arbejde er bedst for hende.
Hun spiser ingefær til morgenmad.
Hendes datter hedder Ingeborg.
Hun er ejer af en hund.
Ingeniøren arbejder stadig.
Hun er nejsigeren i familien.
Hun har en hviskende stemme.
Eventyr er hendes yndlingslæsning.
Hun lever i nuet og oplevede praktikken som god.
Hun kan sidde i 20 minutter ad gangen.
Timetallet øges fra 19 til 20 timer.
Ikke mindst ønsker hun ro.
Hun kan ikke kun arbejde i køkken.
Hun vil ikke bare have et job, men et meningsfuldt job.
Det er ikke udelukket, at hun kan øge.
Ingen tvivl om, at hun er motiveret.
Uden for arbejdstiden går hun ture.
Det blev vurderet, at timetallet kan øges.
Sygdommen er kronisk fremadskridende.
Hun er fritaget for tunge løft.
"""

SPEAKERS = """
[borger] Hun oplever, at smerterne tager til.
[borger] Borger oplyser, at han bor i lejlighed.
[borger] Bg. opl., at hun sover dårligt.
[borger] Bgr. giver udtryk for, at hun gerne vil op i tid.
[borger] Pgl. ønsker færre timer.
[borger] Patienten angiver daglige smerter.
[borger] Hun siger selv, at hun er klar.
[borger] Sådan oplever hun det.
[borger] Gerne vil hun arbejde i en kantine.
[borger] Selv mener hun, at hun kan klare 10 timer.
[borger] Derudover oplyser borgeren, at hun sover dårligt.
[borger] På mødet fortalte borger, at hun er glad for praktikken.
[borger] Ifølge borgeren går det fremad.
[borger] Efter borgers eget udsagn går det bedre.
[borger] Det er borgerens opfattelse, at hun kan klare 10 timer.
[borger] "Jeg er bange for at miste mit job," siger borger.
[borger] Jeg vil gerne arbejde med dyr.
[borger] Min drøm er at blive pedel.
[borger] Hun er glad for sin chef.
[laege] Lægen vurderer, at hun er udtrættet.
[laege] Lægen fraråder tunge løft.
[laege] Egen læge skriver, at hun bør have korte dage.
[laege] Psykologen vurderer, at hun er sårbar.
[laege] Ifølge lægen bør borgeren skånes.
[laege] Efter lægens opfattelse er tilstanden stationær.
[laege] Borger har talt med sin læge, som mener, at hun skal holde igen.
[arbejdsgiver] Arbejdsgiver oplyser, at hun er vellidt.
[arbejdsgiver] Kollegerne synes, at hun er god til kunderne.
[arbejdsgiver] Lederen er glad for, at hun møder stabilt.
[arbejdsgiver] Virksomheden oplyser, at 67 % af de ansatte ønskede en praktik.
[arbejdsgiver] Kaj, butikschef, siger at hun er dygtig.
[paaroerende] Ægtefællen mener, at han overvurderer sig selv.
[paaroerende] Hendes mand er bekymret for økonomien.
[paaroerende] Ifølge hustruen sover han dårligt.
[paaroerende] Borgers datter, Pia, oplyser, at han glemmer aftaler.
[paaroerende] Jytte (hustru) siger, at han er træt.
[teamet] Teamet vurderer, at arbejdsevnen er nedsat.
[teamet] Rehabiliteringsteamet indstiller til fleksjob.
[teamet] Efter teamets vurdering kan hun arbejde 8 timer.
[sagsbehandler] SB vurderer, at hun er motiveret.
[sagsbehandler] Det er vores indtryk, at borger er motiveret.
[sagsbehandler] Virksomhedskonsulenten mener, at hun kan klare opgaverne.
[sagsbehandler?] Informanterne oplever, at borgerne føler sig hørt.
[sagsbehandler?] Borgeren er umotiveret.
[sagsbehandler?] Borger er hørt.
[sagsbehandler?] Borger kan sidde ned, men kan gå korte ture.
[laege] Lægen fraråder tunge løft. [laege] Han anbefaler pauser.
[borger] Hun oplever bedring. [borger] Hun vil gerne øge.
[sagsbehandler?] Borgerens hustru Jytte deltog. [paaroerende] Jytte mener, at han har det dårligt.
[sagsbehandler] Sagsbehandler Mette Holm vurderer, at hun er klar. [sagsbehandler] Mette foreslår praktik.
Borgerens egne ord: [borger?] Klar til noget nyt.
Hvordan oplever du selv dit helbred?\\n[borger?] Det går fremad.
Mine ønsker: [borger?] et job med dyr
Lægens vurdering: [laege?] Ingen <neg>tunge løft</neg>.
Arbejdsgivers bemærkninger: [arbejdsgiver?] God til kunderne.
Teamets vurdering: [teamet?] Kan klare 8 timer.
Bisidder: [paaroerende?] Hun har det skidt.
Mor på telefon: [paaroerende?] Han sover dårligt.
Aftaler: [sagsbehandler?] Ny samtale i uge 14.
"""

POINTING_BACK = """
<out>Mødet endte med et tilbud om at sortere møtrikker.</out> Det vil hun ikke.
<out>Der er snak om natportier på kroen eller vægter i parken.</out> Nul og niks, siger Birk.
Hun vil gerne stå i isboden. Der er sol.
Udelukkede funktioner: <out>stilladsopsætning og kloakspuling</out>
Fravalgte job:\\n<out>dørmand, bingovært</out>
Ikke egnede opgaver: <out>palletering</out>
Egnede opgaver: mærkning af paller
"""

WHO = """
Gift med Poul. [paaroerende] Poul er bekymret for økonomien.
Broderen har en sejlklub. [paaroerende] Han kunne godt tænke sig at få Gudrun med, men er nervøs for vejret.
[paaroerende] Sviger-moderen føler sig overset.
Formanden hedder Kresten. [arbejdsgiver] Kresten er glad for indsatsen.
[arbejdsgiver] Svenden er meget glad for Villy.
"""

PAST = """
<hist>Hun</hist> syltede <hist>agurker i Ringsted, skrubbede gryder og bar kasser</hist>.
<hist>Han</hist> var <hist>bådebygger</hist>, nu vil han være korvagt.
Borger oplyste, at hun ønsker at passe fyret.
Der blev talt om kaffe, og teamet var enigt.
Hun oplevede, at rosinerne var tunge.
Skærmede omgivelser og tilpassede opgaver.
Det samlede billede peger på korte vagter.
Hun skal kunne sidde ned, når hun skræller.
Der sad han ved roret.
<hist>I sin ungdom kom han på en hvalfanger.</hist> <hist>Der</hist> sad <hist>han ved roret</hist>.
<hist>Stolen er</hist> kasseret.
Har aldrig <neg>haft en trillebør</neg>.
Har ikke <neg>været i praktik som perlesyer</neg>.
Tidligere: <hist>perlefisker</hist>
Sidste stilling: <hist>krabbefisker</hist>
Tidligere beskæftigelse: <hist>Vognstyrer, bødker</hist>
Erhvervserfaring: Ønsker at blive orgelbygger
Ønsket beskæftigelse: Vognstyrer
"""

GENERAL = """
Mange med <guid>slidgigt får en ståstøttestol</guid>.
<guid>Pjecen om snestøvler er udleveret</guid>, men hun ønsker sko.
Loven <guid>nævner førerhunde</guid>.
<guid>Cirkelsave er der</guid> regler om<guid>, sagde smeden</guid>.
Hun har mange pinde i strikketøjet.
Hans datter læser jura.
"""

OPEN = """
<hyp>Jobmålet er</hyp> uafklaret.
<hyp>Han</hyp> vakler mellem <hyp>glaspust og kurvefletning</hyp>.
<hyp>Punktet om hørekrog er</hyp> udskudt.
<hyp>Hun</hyp> undersøger, om <hyp>fyrtårnet kan bruges</hyp>.
<hyp>Valget af hal er</hyp> lige meget.
Hun ved meget om tang.
"""

TABLES = {
    "negation": NEGATION,
    "stops": STOPS,
    "guidance": GUIDANCE,
    "history": HISTORY,
    "hypothesis": HYPOTHESIS,
    "ruled_out": RULED_OUT,
    "past": PAST,
    "general": GENERAL,
    "open": OPEN,
    "no_cue": NO_CUE,
    "speakers": SPEAKERS,
    "pointing_back": POINTING_BACK,
    "who": WHO,
}
LINES = [(name, line) for name, table in TABLES.items() for line in table.strip().splitlines()]


def _parse(marked: str) -> tuple[str, dict[Qualifier, list[tuple[int, int]]], dict[int, str]]:
    """The text without its markup, the enclosed spans of each qualifier, and the speaker at each sentence's start."""
    marked = marked.replace("\\n", "\n")
    text, pos = "", 0
    spans: dict[Qualifier, list[tuple[int, int]]] = {qualifier: [] for qualifier in Qualifier}
    opened: dict[str, int] = {}
    speakers: dict[int, str] = {}
    for match in MARKUP.finditer(marked):
        text += marked[pos : match.start()]
        pos = match.end()
        closing, tag, speaker = match.groups()
        if speaker:
            speakers[len(text)] = speaker
        elif closing:
            spans[TAGS[tag]].append((opened.pop(tag), len(text)))
        else:
            opened[tag] = len(text)
    assert not opened
    return text + marked[pos:], spans, speakers


def _check(marked: str, kind: Kind | None = None) -> None:
    text, wanted, speakers = _parse(marked)
    found: dict[Qualifier, list[str]] = {qualifier: [] for qualifier in Qualifier}
    expected: dict[Qualifier, list[str]] = {qualifier: [] for qualifier in Qualifier}
    said: dict[int, str] = {}
    for sentence in read(text, kind=kind).sentences:
        qualified = sentence.qualified
        said[sentence.start] = qualified.speaker.value + ("" if qualified.attributed else "?")
        for i, (a, b) in enumerate(tokens.spans(text[sentence.start : sentence.end], sentence.start)):
            if not text[a].isalnum():
                continue
            for qualifier in Qualifier:
                if qualified.covers(qualifier, i):
                    found[qualifier].append(text[a:b])
                if any(start <= a < end for start, end in wanted[qualifier]):
                    expected[qualifier].append(text[a:b])
    assert found == expected
    assert {start: said.get(start) for start in speakers} == speakers


@pytest.mark.parametrize(("table", "line"), LINES, ids=[f"{name}-{line[:50]}" for name, line in LINES])
def test_line(table: str, line: str) -> None:
    _check(line)
    if table == "no_cue":
        assert not any(s.qualified.scopes for s in read(_parse(line)[0]).sentences)


def test_the_tables_are_large_enough() -> None:
    assert len({line for _, line in LINES}) >= 80


def test_markup_is_read() -> None:
    text, spans, speakers = _parse("Felt: [borger?] Kan ikke <neg>løfte</neg>.")
    assert text == "Felt: Kan ikke løfte."
    assert [text[a:b] for a, b in spans[Qualifier.NEGATION]] == ["løfte"]
    assert speakers == {6: "borger?"}


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("[teamet?] Arbejdsevnen er 8 timer om ugen.", Kind.INDSTILLING),
        ("[sagsbehandler?] Arbejdsevnen er 8 timer om ugen.", Kind.JOBSAMTALE),
        ("[borger] Borgeren ønsker at arbejde som pedel.", Kind.INDSTILLING),
        ("Borgers bemærkninger: [borger?] Enig.", Kind.INDSTILLING),
    ],
)
def test_the_writer_of_a_document(line: str, kind: Kind) -> None:
    _check(line, kind)


def test_the_citizen_is_known_by_name_and_initials() -> None:
    head = "Navn: Birthe Lund Krogh\nCpr: 120568-XXXX\n\n"
    _check(head + "[borger] Birthe vil gerne arbejde. [borger] BLK er glad for praktikken. [borger] Krogh ønsker ro.")
    _check("[sagsbehandler?] Birthe arbejder. [sagsbehandler?] BLK er glad for praktikken.")


def test_a_name_with_a_role_is_that_role_in_the_whole_document() -> None:
    _check(
        "[arbejdsgiver] Praktikvært Bo Lind fortæller, at hun møder stabilt. [arbejdsgiver] Bo Lind vil gerne beholde hende."
    )
    _check("Datter Pia: [paaroerende?] Han sover dårligt.\n\n[paaroerende] Pia mener, at han er træt.")


def test_a_name_without_a_role_is_somebody_else_where_the_citizen_is_known() -> None:
    head = "Navn: Farida Noor\nCpr: 120568-XXXX\n\n"
    _check(head + "[anden] Per mener, at hun godt kan klare mere. [borger] Hun ønsker ro.")
    _check(head + "[borger] Farida er bange for at fejle. [anden] Han er sikker på, at det går, siger Per.")
    _check(head + "Lise: [anden] Jeg synes, hun skal prøve.")


def test_the_other_sex_is_somebody_else() -> None:
    head = "Navn: Farida Noor\nCpr: 120568-XXXX\n\n"
    _check(head + "[borger] Hun vil gerne arbejde. [anden] Han vil gerne have hende hjemme.")


def test_whose_words_a_heading_in_du_form_holds() -> None:
    _check("Det betyder for dig\n\n[sagsbehandler?] Fleksjobbet er på få timer.")
    _check("Hvordan har du det?\n\n[borger?] Hovedet er tungt om morgenen.")
    _check("Det har du fortalt os\n\n[borger?] Hovedet er tungt om morgenen.")


def test_the_polite_form_addresses_the_citizen() -> None:
    letter = (
        "Vi har modtaget det, De sendte. Som De ved, svarer vi snart, og vi skriver til Dem, når De beder om det.\n\n"
    )
    _check(letter + "[borger] De oplever, at dagen er for lang.")


def test_every_speaker_and_every_category_is_covered() -> None:
    speakers = {speaker.strip("[]? ") for _, line in LINES for speaker in re.findall(r"\[[a-z]+\??\]", line)}
    # A person without a role is known only where a document names the citizen, below.
    assert speakers == {speaker.value for speaker in Speaker} - {"anden"}
    tags = {tag for _, line in LINES for tag in re.findall(r"<([a-z]+)>", line)}
    assert tags == set(TAGS)


def test_a_phrase_that_is_no_cue_silences_only_the_cues_inside_it() -> None:
    _check("Ikke kun ryggen, hun kan heller ikke <neg>løfte armene</neg>.")
    _check("Uden for huset kan hun gå uden <neg>stok</neg>.")


def test_reach_is_bounded() -> None:
    """A cue governs so many words and no more; a comma counts as one."""
    text = "Borger kan ikke " + "løfte " * 30
    (sentence,) = read(text).sentences
    assert sum(sentence.qualified.covers(Qualifier.NEGATION, i) for i in range(len(sentence.words))) == 9


@pytest.mark.parametrize(
    "cue", [cue for cue in vocabulary().cues.values() if cue.category not in ("none", "past_time")]
)
def test_every_cue_has_a_known_category_and_a_reach(cue: object) -> None:
    assert Qualifier(cue.category)  # type: ignore[attr-defined]
    assert cue.reach > 0  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "line",
    [
        "[sagsbehandler?] Det vurderes, at borgeren kan arbejde 8 timer om ugen.",
        "[sagsbehandler?] Det blev vurderet, at hun kan arbejde 8 timer.",
        "[sagsbehandler?] Det anbefales, at hun får pauser.",
    ],
)
def test_impersonal_assessment(line: str) -> None:
    _check(line)


@pytest.mark.parametrize(
    "line",
    [
        "[borger] Vil gerne arbejde i en kantine.",
        "[borger] Føler sig klar.",
        "[borger] Mener selv, at hun kan klare 8 timer.",
    ],
)
def test_telegram_style_leaves_the_citizen_out(line: str) -> None:
    _check(line)


def test_a_document_that_addresses_the_citizen() -> None:
    _check("[borger] Du vil gerne arbejde med dyr.")


@pytest.mark.parametrize(
    "line", ["[sagsbehandler] Jeg vurderer, at hun er klar til praktik.", "[sagsbehandler] Jeg anbefaler praktik."]
)
def test_the_caseworker_in_the_first_person(line: str) -> None:
    _check(line)


def test_minutes_are_nobody() -> None:
    _check("[sagsbehandler?] Anbefales 10 min. pause hver time.")


@pytest.mark.parametrize(
    "line",
    [
        "[sagsbehandler?] Borger har talt med sin chef. [arbejdsgiver] Han siger, at der er plads til hende.",
        "[sagsbehandler?] Borger har spurgt sin mester. [borger] Han synes, at der er for travlt.",
    ],
)
def test_who_of_two_a_pronoun_means(line: str) -> None:
    _check(line)


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("- Storesøster: hun overvurderer sig og er bange for at fejle.", Speaker.PAAROERENDE),
        ("Værkfører: han er glad for at komme.", Speaker.ARBEJDSGIVER),
        ("Værkfører: borger ønsker flere dage.", Speaker.BORGER),
        ("Borgers ord: han er glad for at komme.", Speaker.BORGER),
        ("Skånehensyn: han er bange for støj.", Speaker.BORGER),
    ],
)
def test_a_role_as_prompt_decides_for_its_value(text: str, speaker: Speaker) -> None:
    assert [s.qualified.speaker for s in read(text).sentences] == [speaker]


@pytest.mark.parametrize(
    "line",
    [
        "[sagsbehandler?] Han er en mand på 52, der bor i Vejle.",
        "[sagsbehandler?] Hun er mor til tre. [borger] Som mor ønsker hun at have tid hjemme.",
        "[paaroerende] Morbroderen er bekymret for, om han kan <hyp>klare det</hyp>.",
        "[paaroerende] Svigerfaren mener, at det er for tidligt.",
        "[arbejdsgiver] Butiksbestyreren mener, at det går godt.",
        "[arbejdsgiver] Tillidsmanden er bekymret for tempoet.",
        "[borger] Leder efter noget roligt, siger hun.",
        "[borger] Hun beskriver sig som en mor med overskud og ønsker dage med ro.",
        "[borger] Han ønsker at være en god bror.",
        "[paaroerende] En kusine mener, at det går for stærkt.",
        "[anden] Underviseren mener, at hun er klar.",
    ],
)
def test_who_is_a_person(line: str) -> None:
    _check(line)


@pytest.mark.parametrize(
    "line",
    [
        "[borger] Det gør ham vred, at dagen er så kort.",
        "[paaroerende] Moderen mener, at det betyder for meget for hende at have fri.",
        "[borger] Efter hendes mening er dagen for lang.",
        "[borger] Det betyder meget for hende at have kolleger.",
    ],
)
def test_whose_feeling_it_is_without_being_the_subject(line: str) -> None:
    _check(line)


def test_a_name_that_no_list_holds() -> None:
    found = read("Qorvi vil gerne arbejde med heste. Hverdagen er god.")
    assert found.people == {"qorvi": Speaker.BORGER}
    assert found.sentences[0].qualified.speaker is Speaker.BORGER
    assert found.sentences[0].words[0] == "borger"
    assert not read("Hverdagen er god. Eftermiddagen vil gerne blive lang.").people
    assert read("Karen oplyser. Qorvi vil gerne arbejde.").people == {"karen": Speaker.BORGER}


def test_a_name_with_a_hyphen() -> None:
    assert read("Anne-Mette vil gerne arbejde med heste.").people == {"anne-mette": Speaker.BORGER}
    assert read("Hæve-Sænke vil gerne.").people != {"hæve-sænke": Speaker.ANDEN}


@pytest.mark.parametrize(
    "line",
    [
        "<out>Butiksarbejde er</out> lukket land for ham.",
        "<hist>Han</hist> varetog <hist>driften af et lager</hist>.",
        "<guid>Med nedsat syn kan man få en skærmlup</guid>.",
        "<guid>Mange fleksjobbere får en ekstra pause</guid>.",
        "<guid>I dette afsnit kan der stå noget om pauser</guid>.",
    ],
)
def test_more_cues(line: str) -> None:
    _check(line)


def test_a_pronoun_behind_a_field_is_no_name() -> None:
    found = read("Bgr.: Hun føler sig ikke klar til mere.")
    assert "hun" not in found.people
    assert found.sentences[0].words[0] == "hun"
    assert read("Bgr.: Ægtefællen Jytte mener, at det går godt.").people == {"jytte": Speaker.PAAROERENDE}


def test_a_field_of_what_was_may_go_on_to_what_is() -> None:
    _check("Tidligere beskæftigelse: <hist>Ostehandler i Skive</hist>, og vil nu være fyrpasser")


def test_only_the_same_text_goes_on_telling() -> None:
    """A verb of state is past where the sentence before it tells of the past; not across fields."""
    _check("Tidligere stilling: <hist>kørekusk</hist>\n\nAftale:\nHan lå længe i sengen")
