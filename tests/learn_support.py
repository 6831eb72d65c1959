"""A tiny invented corpus: three writers, two cases each, every topic documented in half of the documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docscore.checkpoints.catalogue import TOPICS

WRITERS = ("anker", "birte", "carlo")
KINDS = ("forberedende_del", "indstilling", "jobsamtale")

DOCUMENTED = {
    "borgerens_perspektiv": [
        "Hun er glad for praktikken og vil gerne op i tid.",
        "Borger føler sig presset og er bange for at fejle.",
    ],
    "klart_jobmaal": ["Jobmålet er pedelmedhjælper på en mindre skole.", "Målet er et job som kantinemedhjælper."],
    "skaanehensyn": [
        "Der skal tages hensyn til ryggen, så ingen tunge løft.",
        "Har brug for pauser hver time og ro omkring sig.",
    ],
    "handicapkompenserende_ordninger": [
        "Der søges om personlig assistance 4 timer om ugen.",
        "Behov for hæve-sænkebord og skærmlup.",
    ],
    "progression": [
        "Timetallet forventes øget fra 6 til 10 timer inden for et år.",
        "Kan på sigt komme op på 12 timer, hvis smerterne aftager.",
    ],
}
OTHER = [
    "Borger bor i en lejlighed på anden sal.",
    "Der er fremlagt attest fra egen læge.",
    "Mødet varede en time.",
    "Der er vejledt om reglerne for ledighedsydelse.",
    "Har tidligere arbejdet som frisør.",
    "Borger er enig i indstillingen.",
]


def _grade(topic: str, documented: bool, k: int) -> int | str:
    if topic == "progression":
        return ("i_nogen_grad", "i_hoej_grad")[k % 2] if documented else "slet_ikke"
    return 1 + k % 2 if documented else 0


def write_corpus(root: Path, writers: tuple[str, ...] = WRITERS) -> Path:
    """Write the corpus below ``root`` and return ``root``."""
    number = 0
    for w, writer in enumerate(writers):
        for c in range(2):
            case = root / "cases" / f"{writer}-{c + 1:02}"
            case.mkdir(parents=True)
            documents: dict[str, Any] = {}
            for d, kind in enumerate(KINDS):
                sentences = [f"{writer.upper()} notat {number}", OTHER[number % 6], OTHER[(number + 2) % 6]]
                topics: dict[str, Any] = {}
                for t, topic in enumerate(TOPICS):
                    documented = (w + c + d + t) % 2 == 0
                    quotes = [DOCUMENTED[topic][(c + d) % 2]] if documented else []
                    sentences += quotes
                    topics[topic] = {
                        "documented": documented,
                        "grade": _grade(topic, documented, number),
                        "evidence": quotes,
                    }
                topics["borgerens_perspektiv"]["elements"] = (
                    ["oensker"] if topics["borgerens_perspektiv"]["documented"] else []
                )
                topics["klart_jobmaal"]["own"] = bool(topics["klart_jobmaal"]["documented"] and c)
                (case / f"{kind}.txt").write_text("\n".join(sentences) + "\n", "utf-8")
                documents[f"{kind}.txt"] = {"kind": kind, "topics": topics}
                number += 1
            labels = {"case": case.name, "writer": writer, "annotator": writer, "documents": documents}
            (case / f"labels.{writer}.json").write_text(json.dumps(labels, ensure_ascii=False), "utf-8")
    bank = root / "sentences"
    bank.mkdir()
    lines = [
        {
            "sentence": "Skal have mulighed for at sidde ned.",
            "topic": "skaanehensyn",
            "documented": True,
            "kind": "indstilling",
        },
        {
            "sentence": "Har ondt i ryggen.",
            "topic": "skaanehensyn",
            "documented": False,
            "before": "Helbred.",
            "prompt": "Helbred",
        },
        {
            "sentence": "☒ Personlig assistance",
            "topic": "handicapkompenserende_ordninger",
            "documented": True,
            "also": ["skaanehensyn"],
        },
    ]
    (bank / "proeve-a.jsonl").write_text("".join(json.dumps(x, ensure_ascii=False) + "\n\n" for x in lines), "utf-8")
    return root
