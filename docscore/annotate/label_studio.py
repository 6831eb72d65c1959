"""Label Studio: one file of tasks and one labelling configuration for each kind of document, and its JSON export back.

A project asks the same of all its tasks, so there is a project for each kind. Spans are labels over the ``Text`` tag
(``belaeg``), answers are choices (``svar.<head>``); our predictions are there to begin from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from docscore.annotate.offsets import canonical, resolve
from docscore.annotate.questions import Answer, Question, questions
from docscore.annotate.tasks import Task
from docscore.case import Kind, Problem
from docscore.errors import AnnotationError

SPANS, TEXT, ANSWER, ELEMENTS, OWN = "belaeg", "text", "svar.", "delelementer", "eget"
"""Names of the controls; an answer's is ``svar.<head>``."""

_SHOWN = {
    "ja": "Ja",
    "nej": "Nej",
    "0": "0: ikke dokumenteret",
    "1": "1: dokumenteret",
    "2": "2: tydeligt dokumenteret",
    "slet_ikke": "Slet ikke",
    "i_mindre_grad": "I mindre grad",
    "i_nogen_grad": "I nogen grad",
    "i_hoej_grad": "I høj grad",
    "i_meget_hoej_grad": "I meget høj grad",
    "mening": "Mening",
    "foelelser": "Følelser",
    "oensker": "Ønsker",
    "eget": "Borgerens eget",
}
_CODE = {shown: code for code, shown in _SHOWN.items()}

_COLOURS = (
    "#1f77b4",
    "#d62728",
    "#2ca02c",
    "#9467bd",
    "#8c564b",
    "#e377c2",
    "#17becf",
    "#bcbd22",
    "#ff7f0e",
    "#7f7f7f",
)


def config(kind: Kind) -> str:
    """The labelling configuration of a project for documents of a kind (XML)."""
    asked = questions(kind)
    lines = ["<View>", '  <Header value="$titel"/>', f'  <Labels name="{SPANS}" toName="{TEXT}">']
    for number, question in enumerate(asked):
        colour = _COLOURS[number % len(_COLOURS)]
        lines.append(f'    <Label value={quoteattr(question.head)} background="{colour}"/>')
    lines += ["  </Labels>", f'  <Text name="{TEXT}" value="$text" granularity="symbol"/>']
    for question in asked:
        lines.append(f'  <Header value={quoteattr(question.text)} size="5"/>')
        lines += _choices(ANSWER + question.head, question.codes, "single-radio", required=True)
        if question.elements:
            lines += _choices(ELEMENTS, question.elements, "multiple")
        if question.own:
            lines += _choices(OWN, (OWN,), "multiple")
    return "\n".join([*lines, "</View>"]) + "\n"


def _choices(name: str, codes: Sequence[str], choice: str, required: bool = False) -> list[str]:
    needed = ' required="true"' if required else ""
    head = f'  <Choices name={quoteattr(name)} toName="{TEXT}" choice="{choice}" showInline="true"{needed}>'
    return [head, *(f"    <Choice value={quoteattr(_SHOWN[code])}/>" for code in codes), "  </Choices>"]


def task_record(task: Task) -> dict[str, Any]:
    """One task as Label Studio imports it; answers stand as a prediction."""
    data = {
        "text": task.text,
        "titel": f"{task.case_id} · {task.document}",
        "case_id": task.case_id,
        "document": task.document,
        "kind": str(task.kind),
        "date": task.date or "",
        "writer": task.writer,
        "selection": task.selection,
    }
    record: dict[str, Any] = {"data": data}
    if task.answers:
        known = [a.probability for a in task.answers.values() if a.probability is not None]
        sure = min((abs(2 * p - 1) for p in known), default=None)
        prediction: dict[str, Any] = {"model_version": task.annotator, "result": list(_results(task))}
        if sure is not None:
            prediction["score"] = round(sure, 4)  # the least sure answer: sorting by it shows what to look at first
        record["predictions"] = [prediction]
    return record


def _results(task: Task) -> Iterator[dict[str, Any]]:
    number = 0
    for question in questions(task.kind):
        answer = task.answers.get(question.head)
        if answer is None:
            continue
        score = {} if answer.probability is None else {"score": round(answer.probability, 4)}
        chosen = [(ANSWER + question.head, [answer.code])]
        if question.elements and answer.elements:
            chosen.append((ELEMENTS, [e for e in question.elements if e in answer.elements]))
        if question.own and answer.own:
            chosen.append((OWN, [OWN]))
        for name, codes in chosen:
            number += 1
            value: dict[str, Any] = {"choices": [_SHOWN[code] for code in codes]}
            yield {"id": f"d{number}", "from_name": name, "to_name": TEXT, "type": "choices", "value": value, **score}
        for start, end in answer.evidence:
            number += 1
            value = {"start": start, "end": end, "text": task.text[start:end], "labels": [question.head]}
            yield {"id": f"d{number}", "from_name": SPANS, "to_name": TEXT, "type": "labels", "value": value, **score}


def write(tasks: Iterable[Task], folder: Path) -> list[Path]:
    """Write ``<kind>.json`` (tasks) and ``<kind>.xml`` (configuration) for each kind that there is; returns them."""
    by_kind: dict[Kind, list[dict[str, Any]]] = {}
    for task in tasks:
        by_kind.setdefault(task.kind, []).append(task_record(task))
    written: list[Path] = []
    for kind, records in by_kind.items():
        content = json.dumps(records, ensure_ascii=False, indent=1) + "\n"
        for path, text in ((folder / f"{kind}.json", content), (folder / f"{kind}.xml", config(kind))):
            path.write_text(text, encoding="utf-8", newline="\n")
            written.append(path)
    return written


def read(path: Path, names: Mapping[str, str], annotator: str | None, problems: list[Problem]) -> Iterator[Task]:
    """The annotations of a JSON export (not JSON_MIN, not CSV).

    Args:
        path: the export's file.
        names: annotator by Label Studio's user id; others are called ``ls<id>``.
        annotator: one name for all, or None.
        problems: spans that cannot be placed are added to it.

    Raises:
        AnnotationError: the file is no such export.
    """
    for number, raw in enumerate(_records(path), 1):
        where = f"{path.name}, opgave {number}"
        data = raw.get("data")
        if not isinstance(data, dict) or not isinstance(data.get("text"), str) or "annotations" not in raw:
            raise AnnotationError(
                f"{where} er ikke en opgave fra en JSON-eksport. Vælg formatet JSON i Label Studio (ikke JSON-MIN)."
            )
        if data.get("kind") not in tuple(Kind) or not data.get("case_id") or not data.get("document"):
            raise AnnotationError(f"{where} mangler »case_id«, »document« eller »kind«. Er den lavet af docscore?")
        latest: dict[str, dict[str, Any]] = {}
        for one in raw["annotations"]:
            if not one.get("was_cancelled"):
                who = annotator or _who(one.get("completed_by"), names)
                if who not in latest or str(one.get("updated_at")) >= str(latest[who].get("updated_at")):
                    latest[who] = one
        for who, one in latest.items():
            yield Task(
                case_id=str(data["case_id"]),
                document=str(data["document"]),
                kind=Kind(data["kind"]),
                date=data.get("date") or None,
                writer=str(data.get("writer") or data["case_id"]),
                text=canonical(data["text"]),
                answers=_answers(one.get("result") or [], data, where, problems),
                annotator=who,
                selection=str(data.get("selection") or ""),
            )


def _records(path: Path) -> list[dict[str, Any]]:
    try:
        raw = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise AnnotationError(f"{path} kan ikke læses som JSON. Eksportér igen fra Label Studio.") from error
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise AnnotationError(f"{path} er ikke en JSON-eksport fra Label Studio (en liste af opgaver).")
    return raw


def _who(completed_by: object, names: Mapping[str, str]) -> str:
    """An annotator's name; never the mail address that some exports hold."""
    number = completed_by.get("id") if isinstance(completed_by, dict) else completed_by
    return names.get(str(number), f"ls{number}")


def _answers(
    results: Sequence[Mapping[str, Any]], data: Mapping[str, Any], where: str, problems: list[Problem]
) -> dict[str, Answer]:
    asked: dict[str, Question] = {question.head: question for question in questions(Kind(data["kind"]))}
    chosen: dict[str, list[str]] = {}
    spans: dict[str, list[tuple[int, int]]] = {}
    text = canonical(data["text"])
    for one in results:
        value, name = one.get("value") or {}, str(one.get("from_name"))
        if one.get("type") == "choices":
            chosen[name] = [_CODE.get(str(shown), str(shown)) for shown in value.get("choices", ())]
        elif one.get("type") == "labels" and name == SPANS:
            for head in value.get("labels", ()):
                # The text was stored as it was exported; where a tool changed its line ends, the quotation decides.
                found = resolve(text, _number(value.get("start")), _number(value.get("end")), value.get("text"))
                if found is None:
                    problems.append(
                        Problem(where, None, f"{head}: en markeret sætning kan ikke findes i teksten; markér den igen.")
                    )
                else:
                    spans.setdefault(str(head), []).append(found)
    heads = [*asked, *(head for head in spans if head not in asked)]
    found_answers: dict[str, Answer] = {}
    for head in heads:
        code = (chosen.get(ANSWER + head) or [""])[0]
        if not code and head not in spans:
            continue
        question = asked.get(head)
        found_answers[head] = Answer(
            code,
            tuple(dict.fromkeys(spans.get(head, ()))),
            tuple(chosen.get(ELEMENTS, ())) if question and question.elements else (),
            bool(question and question.own and chosen.get(OWN)),
        )
    return found_answers


def _number(value: object) -> int | None:
    """An offset; some versions write it as text."""
    try:
        return int(value)  # type: ignore[call-overload, no-any-return]
    except (TypeError, ValueError):
        return None
