"""What is fuzzed between the readers and the model: mails, repaired text, invented people, masks and journals."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from msg_support import compound, message

from docscore.case import Case, Document
from docscore.errors import DocscoreError

CHARACTERS = 20_000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")
KEY = b"en hemmelig noegle"

PRINTED = (
    "Det er vigtigt at fa ro pa arbejdet, og borger har ogsa skanehensyn, fgr hun kan mgde fuldt ud. "
    "Hun har vaeret sygemeldt i 2% ar; LA 265 foreligger. | maj @nsker hun Igbende opfglgning p& jobmalet.\n"
)
"""A text that was printed without Danish letters: what is drawn behind it is repaired too."""


def mail(data: bytes, name: str, document: Callable[..., None]) -> None:
    """A mail: its text, and attachments whose names are safe, differ, and are no more than the limit."""
    from docscore.readers.mail import MAX_ATTACHMENTS, attachments

    document(data, name)
    try:
        found, notes = attachments(data, name)
    except DocscoreError as error:
        assert name in str(error)
        return
    assert len(found) <= MAX_ATTACHMENTS
    names = [one.name.casefold() for one in found]
    assert len(set(names)) == len(names), "two attachments of one name"
    for one in found:
        assert one.name and not set(one.name) & set("/\\") and one.name not in {".", ".."}, "a name that leads away"
        assert _CONTROL.search(one.name) is None and len(one.name) <= 130, "an odd name"
    for note in notes:
        assert _CONTROL.search(note) is None


STREAMS = (
    *("__substg1.0_1000001F", "__substg1.0_1000001E", "__substg1.0_10130102", "__substg1.0_1013001F"),
    *("__properties_version1.0", "__substg1.0_0037001F", "__substg1.0_007D001F", "__substg1.0_0C1A001E"),
)
_DAY = datetime(2021, 3, 12, 9, 15, tzinfo=UTC)


def message_part(data: bytes, document: Callable[..., None]) -> None:
    """A stream of a sound Outlook mail, the first byte saying which; one bit puts it into a mail that it carries."""
    if not data:
        return
    stream, content = STREAMS[data[0] % len(STREAMS)], data[1:]
    inner = message("Indre", "Tekst", "A B", _DAY, inner=True)
    outer = message("Jobsamtale", "Hej Mette\nVi ses.", "Ditte Lund", _DAY, {"notat.txt": b"Hej", "mail": inner})
    (inner if data[0] & 0x80 else outer)[stream] = content
    mail(compound(outer), "x.msg", document)


def repaired(data: bytes) -> None:
    """A text printed without Danish letters: repaired over a map that is true both ways."""
    from docscore.readers.cleanup import clean
    from docscore.repair import repair

    text = PRINTED + clean(data[:CHARACTERS].decode("utf-8", "replace"))
    found = repair(text)
    if found is None:
        return
    assert found.to_original(0, len(found.text)) == (0, len(text)), "the map does not hold the whole text"
    assert found.to_repaired(0, len(text)) == (0, len(found.text))
    step = max(1, len(found.text) // 40)
    before = 0
    for at in range(0, len(found.text), step):
        start, end = found.to_original(at, at + 1)
        assert before <= start < end <= len(text), "a piece of the repaired text that stands nowhere in the file"
        before = start
        a, b = found.to_repaired(start, end)
        assert a <= at < b, "the map does not lead back"


def pseudonyms(data: bytes) -> None:
    """A text with invented people: no CPR number left, the same again under the same key."""
    from docscore.privacy.numbers import find_cpr
    from docscore.privacy.people import find_people
    from docscore.privacy.pseudonyms import Pseudonyms

    text = data[:CHARACTERS].decode("utf-8", "replace")
    people = find_people([text])
    found = Pseudonyms(KEY, people).text(text)
    assert found == Pseudonyms(KEY, people).text(text)
    assert not list(find_cpr(found.text)), "a CPR number is left"
    assert all(count >= 0 for count in found.counts.values())


def people(data: bytes) -> None:
    """The masks of a case's names: the same length and places, none of them left where it is written as a name."""
    from docscore.privacy.masking import Masks

    text = data[:CHARACTERS].decode("utf-8", "replace")
    masks = Masks.of(Case("fuzz", (Document("a", text),)))
    for masked in (masks.text(text), masks.name(text), masks.said(text)):
        assert len(masked) == len(text), "a mask of another length"
        assert [a.isspace() for a in masked] == [b.isspace() for b in text], "a mask over a blank"
    assert Masks(active=False).text(text) == text


def journal(data: bytes) -> None:
    """A journal print to its notes: in order, apart, with nothing of the text outside its file."""
    from docscore.readers.cleanup import clean
    from docscore.recognise import find_furniture, find_inserts, recognise, split_entries

    text = clean(data[: 4 * CHARACTERS].decode("utf-8", "replace"))[:CHARACTERS]
    end = 0
    for entry in split_entries(text):
        assert end <= entry.start < entry.end <= len(text), "notes that overlap"
        assert _CONTROL.search(entry.title) is None
        end = entry.end
    end = 0
    for start, stop in find_furniture(text):
        assert end <= start <= stop <= len(text), "furniture that overlaps"
        end = stop
    for insert in find_inserts(text):
        assert 0 <= insert.start < insert.end <= len(text)
    case = recognise(Case("fuzz", (Document("a", text, file="a.txt"),)))
    ids = [document.document_id for document in case.documents]
    assert ids and len(set(ids)) == len(ids), "two notes of one id"
    for document in case.documents:
        assert document.text is text or document.text == text
        assert 0 <= document.start <= document.end <= len(text)
    assert recognise(case).documents == case.documents, "recognised anew, the case changes"


def targets(document: Callable[..., None]) -> dict[str, Callable[[bytes], None]]:
    """The targets of this module by their names."""
    return {
        "mail.eml": partial(mail, name="x.eml", document=document),
        "mail.msg": partial(mail, name="x.msg", document=document),
        "part.message": partial(message_part, document=document),
        "repair": repaired,
        "pseudonyms": pseudonyms,
        "people": people,
        "journal": journal,
    }


# Where the fuzzer begins

_FOLDER = Path(__file__).parent / "data" / "journals"
_LETTER = """Navn: Mette Holm Hansen, cpr 120370-1234, født den 12. marts 1970
Søndre Ringvej 12, 2. tv, 8000 Aarhus C
Mette og M.H. samt MHH. METTE HOLM ringer på 20304050 (mh@x.dk), Jens-Ole Bragh, 010170-XXXX. Konto 1234 1234567890.
Hej Yrsa
Med venlig hilsen
Karl-Otto Vinding
"""


def seeds(target: str) -> list[bytes]:
    """The inputs that a target of this module begins with."""
    if target == "mail.msg":
        inner = message("Indre", "Tekst", "A B", _DAY, inner=True)
        both = message("Jobsamtale", "Hej\n> citeret", "Ditte Lund", _DAY, {"../notat.txt": b"Hej", "mail": inner})
        return [compound(both), compound(message("Kort", "Tekst", "A", _DAY))]
    if target == "part.message":
        texts = ["Hej Mette".encode("utf-16-le"), b"Hej", b"<p>Hej</p>", "<b>Hej</b>".encode("utf-16-le")]
        return [bytes([n]) + text for n, text in enumerate(texts)] + [
            b"\x04" + b"\0" * 32 + b"\x40\0\x39\0" + b"\1" * 20
        ]
    if target == "repair":
        return [PRINTED.encode(), b"e Budgettet er 126 procent. MALET ER FLEKSJOB P& HALV TID, se www.x.dk/sggning"]
    if target in {"pseudonyms", "people"}:
        return [_LETTER.encode()]
    if target == "journal":
        files = sorted(_FOLDER.glob("*.txt")) + sorted((_FOLDER / "prints").glob("*.txt"))
        return [path.read_bytes()[:3000] for path in files]
    return []


MARKS: dict[str, tuple[str, ...]] = {
    "mail.eml": ("Content-Disposition: attachment; filename=", "../", "message/rfc822", "filename*0*=utf-8''%C3"),
    "repair": (
        "p& ",
        "p8 ",
        "skanehensyn ",
        "2% ar",
        "| ",
        "\ne ",
        "LA 265",
        "@",
        "ae",
        "å",
        "www.",
        "\n\n",
        "126 procent af",
    ),
    "pseudonyms": (
        "Navn: ",
        "Hej ",
        "Med venlig hilsen\n",
        "M.H.",
        "født ",
        "12. marts 1970",
        "010190-1234",
        "Mettes",
        "vej 12",
    ),
    "people": (
        "Navn: ",
        "Hej ",
        "Med venlig hilsen\n",
        "M.H.",
        "HOLM",
        "Mettes",
        "010190-1234",
        "@x.dk",
        "\u00a0",
        "İ",
        "ß",
    ),
    "journal": (
        *("12-03-2021", "12.03.2021 kl. 10.30 Jobsamtale\n", "\nDato: ", "\nTitel: ", "\nForfatter: ", "Side 2 af 9\n"),
        *("Udskrevet af ", "\nFra: ", "\nEmne: ", "-----", "> ", "Den 11. marts 2021 skrev ", "LÆ 265\n", "\t", "| "),
    ),
}
"""Words that a mutation may put in."""
