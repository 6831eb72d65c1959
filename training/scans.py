"""How well scans are read: documents are set in type, scanned on paper that is not, recognised and decided anew.

    python -m training.scans [FOLDER] [--dpi 200] [--limit N]      # needs Tesseract and the extra "dev"

Every document of the cases is laid out on A4 pages, in several fonts and layouts, rendered, laid askew by up to 1.5
degrees, blurred, specked and packed as JPEG in a PDF without a text layer. The decisions on what docscore recognises
are compared with those on the clean text, and, to tell the layout's share from the recognition's, with those on the
same pages with their text layer. Beside the cases, ``forventet.json`` may hold expected answers.
"""

from __future__ import annotations

import argparse
import difflib
import json
import random
import re
import time
import zlib
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import docscore
from docscore.case import Case, Problem
from docscore.readers import iter_cases, read_document

if TYPE_CHECKING:
    from collections.abc import Callable

    from docscore.decision import Decision
    from docscore.readers import ExtractedText

ROOT = Path(__file__).resolve().parents[1]
MOST_SKEW = 1.5
FONTS = ("Helvetica", "Times-Roman", "Courier", "Vera")
LAYOUTS = ("letter", "form", "print", "leaflet")
_PROMPT = re.compile(r"([^:|]{2,40}:)[ \t]+(\S.*)")
_TOPIC_OF = {
    "jobtyper_arbejdsfunktioner": "klart_jobmaal",
    "progression_seneste": "progression",
    "progression_2_5_aar": "progression",
}
_DECIDED = ("dokumenteret", "ikke_dokumenteret")
_FILES = TemporaryDirectory()
_BOXES = ("☐", "☒")
_WORD = re.compile(r"[^\W_]+|[§☐☒]")


def typeset(text: str, seed: int) -> bytes:
    """A text as a PDF with a text layer, in one of :data:`FONTS` and :data:`LAYOUTS`.

    A paragraph per line, a table row per line with cells; a form has its prompts in a column of their own, a print its
    head and its pages' numbers, a leaflet two columns.
    """
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Spacer, Table

    chance = random.Random(seed)
    font, size, layout = chance.choice(FONTS), chance.choice((9.5, 10, 10.5, 11, 12)), chance.choice(LAYOUTS)
    _register()
    style = ParagraphStyle("s", fontName=font, fontSize=size, leading=size * 1.25, spaceAfter=size * 0.4)
    out = BytesIO()
    page = BaseDocTemplate(out, pagesize=A4, invariant=1)
    wide, tall = A4[0] - 128, A4[1] - 130
    widths = (0.48 * wide, 0.48 * wide) if layout == "leaflet" else (wide,)
    frames = [Frame(64 + (wide - width) * n, 65, width, tall, 0, 0, 0, 0) for n, width in enumerate(widths)]
    furniture = _print_furniture if layout == "print" else _no_furniture
    page.addPageTemplates(PageTemplate("p", frames, onPage=furniture))
    story: list[Any] = []
    for line in text.split("\n"):
        cells = [_marked(cell.strip()) for cell in _cells(line, layout)]
        if not any(cells):
            story.append(Spacer(1, size * 0.6))
        elif len(cells) == 1:
            story.append(Paragraph(cells[0], style))
        else:
            first = 0.3 * widths[0] if len(cells) == 2 else widths[0] / len(cells)
            columns = [first] + [(widths[0] - first) / (len(cells) - 1)] * (len(cells) - 1)
            grid = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "TOP")]
            row = [Paragraph(cell, style) for cell in cells]
            story.append(Table([row], colWidths=columns, style=grid, splitInRow=1))
    page.build(story)
    return out.getvalue()


def _cells(line: str, layout: str) -> list[str]:
    """The cells of a line; a form has a prompt and what is said to it in two."""
    if " | " in line:
        return line.split(" | ")
    prompt = _PROMPT.match(line) if layout == "form" else None
    return [line] if prompt is None else [prompt[1], prompt[2]]


def _print_furniture(canvas: Any, page: Any) -> None:
    canvas.setFont("Helvetica", 8)
    canvas.drawString(64, page.pagesize[1] - 40, "Sagsakter - udskrevet fra journalen")
    canvas.drawRightString(page.pagesize[0] - 64, 36, f"Side {canvas.getPageNumber()}")


def _no_furniture(canvas: Any, page: Any) -> None:
    """Nothing but the text."""


@cache
def _register() -> None:
    """The one font beside those that every PDF has which comes with reportlab itself."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))


def _marked(text: str) -> str:
    text = escape(text)
    for box in _BOXES:
        text = text.replace(box, f'<img src="{_box(box)}" width="9" height="9" valign="-1"/>')
    return text


@cache
def _box(sign: str) -> str:
    """A tick box as a picture file: the fonts that every PDF has hold none."""
    from PIL import Image, ImageDraw

    image = Image.new("L", (60, 60), 255)
    pen = ImageDraw.Draw(image)
    pen.rectangle((1, 1, 58, 58), outline=0, width=4)
    if sign == "☒":
        pen.line((12, 12, 47, 47), fill=0, width=6)
        pen.line((12, 47, 47, 12), fill=0, width=6)
    path = Path(_FILES.name, f"{ord(sign)}.png")
    image.save(path)
    return str(path)


def pictures(pdf: bytes, seed: int, dpi: int = 200) -> list[Any]:
    """The pages of a PDF as a scanner gives them: grey, askew, blurred, with uneven light and specks."""
    import numpy as np
    import pypdfium2
    from PIL import Image, ImageFilter

    rng = np.random.default_rng(seed)
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        image = page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
        angle = float(rng.uniform(-MOST_SKEW, MOST_SKEW))
        image = image.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255).filter(
            ImageFilter.GaussianBlur(float(rng.uniform(0.4, 0.8)))
        )
        grey = np.asarray(image, dtype=np.float32)
        light = np.linspace(1.0, float(rng.uniform(0.85, 1.0)), grey.shape[1], dtype=np.float32)
        grey = grey * 0.85 * light + 20 + rng.normal(0, 8, grey.shape).astype(np.float32)
        specks = rng.random(grey.shape) < 0.0003
        grey[specks] = rng.uniform(0, 120, int(specks.sum()))
        found.append(Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8), "L"))
    return found


def scan(text: str, seed: int, dpi: int = 200) -> bytes:
    """A text as a scanned PDF without a text layer."""
    out = BytesIO()
    pages = pictures(typeset(text, seed), seed, dpi)
    quality = random.Random(seed).randint(40, 75)
    pages[0].save(out, "PDF", resolution=float(dpi), save_all=True, append_images=pages[1:], quality=quality)
    return out.getvalue()


def reread(case: Case, read: Callable[[str, int], ExtractedText]) -> Case:
    """The case with every document's text read anew; its kinds and dates are found again from it."""
    documents = []
    for document in case.documents:
        found = read(document.text, zlib.crc32(document.document_id.encode()))
        documents.append(
            replace(document, text=found.text, end=len(found.text), ocr=found.ocr, ocr_pages=found.ocr_pages)
        )
    return replace(case, documents=tuple(documents))


def kappa(pairs: Counter[tuple[str, str]]) -> float:
    """Cohen's kappa of two sets of statuses."""
    total = pairs.total()
    same = sum(count for (one, other), count in pairs.items() if one == other) / total
    ones, others = Counter[str](), Counter[str]()
    for (one, other), count in pairs.items():
        ones[one] += count
        others[other] += count
    chance = sum(ones[status] * others[status] for status in ones) / total**2
    return 1.0 if chance == 1 else (same - chance) / (1 - chance)


@dataclass(slots=True)
class Gold:
    """The expected answers of the example documents, and each version's answers to them by topic."""

    expected: dict[str, dict[str, dict[str, dict[str, bool]]]]
    answers: dict[str, dict[str, Counter[tuple[str, str]]]] = field(default_factory=dict)

    def add(self, clean: Decision, versions: dict[str, Decision]) -> None:
        """Count a decision, where the document that it is made on has an expected answer."""
        topic = clean.checkpoint.partition(".")[2]
        topic = _TOPIC_OF.get(topic, topic)
        document = self.expected.get(clean.case_id, {}).get(clean.document_id or "", {})
        truth = document.get("emner", {}).get(topic)
        if truth is None or clean.status not in _DECIDED:
            return
        for version, decision in versions.items():
            pairs = self.answers.setdefault(version, {}).setdefault(topic, Counter())
            pairs[str(truth), str(decision.status == _DECIDED[0])] += 1

    def tell(self) -> None:
        """Print each version's kappa as a mean over the topics."""
        for version, topics in self.answers.items():
            found = sum(kappa(pairs) for pairs in topics.values()) / len(topics)
            total = sum(pairs.total() for pairs in topics.values())
            print(f"{version} mod forventet svar: kappa {found:.3f} ({len(topics)} emner, {total} afgørelser)")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "examples" / "sager")
    parser.add_argument("--dpi", type=int, default=200)
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--show", action="store_true", help="print the words and decisions that differ")
    options = parser.parse_args()
    cases = [item for item in iter_cases(options.folder) if not isinstance(item, Problem)]
    cases = [case for case in cases if case.documents][: options.limit or None]
    seconds, sure, pages = 0.0, list[float](), 0
    words, kept = Counter[str](), Counter[str]()
    typeset_pairs, scanned_pairs = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    known = Counter[tuple[str, str]]()
    expected = options.folder.parent / "forventet.json"
    gold = Gold(json.loads(expected.read_text("utf-8"))["sager"] if expected.exists() else {})
    for case in cases:

        def scanned(text: str, seed: int) -> ExtractedText:
            nonlocal seconds, pages
            data = scan(text, seed, options.dpi)
            began = time.perf_counter()
            found = read_document(data, "scan.pdf")
            seconds += time.perf_counter() - began
            pages += found.pages or 0
            for note in found.notes:
                print(f"   {note}")
            sure.extend(page.confidence for page in found.ocr_pages if page.confidence is not None)
            count_words(text, found.text, words, kept, show=options.show)
            return found

        read = reread(case, scanned)
        clean, laid, new = (
            docscore.score(each).decisions
            for each in (case, reread(case, lambda text, seed: read_document(typeset(text, seed), "sat.pdf")), read)
        )
        for one, other, third in zip(clean, laid, new, strict=True):
            gold.add(one, {"ren tekst": one, "med tekstlag": other, "scannet": third})
            typeset_pairs[one.status.value, other.status.value] += 1
            scanned_pairs[one.status.value, third.status.value] += 1
            if one.method.value == "model" and one.probability is not None and third.probability is not None:
                known[one.status.value, third.status.value] += 1
            if options.show and one.status != third.status:
                print(
                    f"{case.case_id} {one.checkpoint}: {one.status} {one.probability} → "
                    f"{third.status} {third.probability} (med tekstlag {other.status})"
                )
    gold.tell()
    print(f"sider {pages}, sekunder pr. side {seconds / max(pages, 1):.2f}")
    mean = sum(sure) / max(len(sure), 1)
    print(f"sikkerhed pr. side: mindst {min(sure, default=0):.2f}, i gennemsnit {mean:.3f}; {pages - len(sure)} uden")
    for name, count in (+words).items():
        print(f"ord, {name}: {kept[name]} af {count} genfundet ({kept[name] / count:.2%})")
    for title, pairs in (
        ("med tekstlag mod ren tekst", typeset_pairs),
        ("scannet mod ren tekst", scanned_pairs),
        ("scannet mod ren tekst, afgjort af modellen i begge", known),
    ):
        same = sum(count for (one, other), count in pairs.items() if one == other)
        print(
            f"{title}: {same} af {pairs.total()} afgørelser ens ({same / pairs.total():.1%}), kappa {kappa(pairs):.3f}"
        )


def count_words(clean: str, read: str, words: Counter[str], kept: Counter[str], *, show: bool = False) -> None:
    """Count the words of a text, and those found again at their place."""
    before, after = _WORD.findall(clean), _WORD.findall(read)
    same = [False] * len(before)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, begin, stop in matcher.get_opcodes():
        if tag == "equal":
            same[start:end] = [True] * (end - start)
        elif show:
            print("  ", " ".join(before[start:end]), "→", " ".join(after[begin:stop]))
    for word, found in zip(before, same, strict=True):
        kinds = {"med æøå": bool(re.search("[æøåÆØÅ]", word)), "§": word == "§", "☐ og ☒": word in _BOXES}
        for name, is_one in {"alle": True, **kinds}.items():
            words[name] += is_one
            kept[name] += is_one and found


if __name__ == "__main__":
    main()
