"""The decisions of a run as arrays: how many of each status every case has at every checkpoint."""

from __future__ import annotations

import json
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from docscore.checkpoints import load_catalogue
from docscore.decision import Status
from docscore.errors import InputError
from docscore.report.privacy import mask_name, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

STATUSES: tuple[str, ...] = tuple(status.value for status in Status)
DOCUMENTED, NOT_DOCUMENTED, NOT_ASSESSABLE, NOT_RELEVANT = range(4)
"""Places in :data:`STATUSES`."""

NAMES = ("decisions.parquet", "decisions.jsonl", "decisions.csv")
"""The files of a run that hold its decisions, the fastest first."""

_BLOCK = 8 * 1024 * 1024
_THREADS = 4
_NEEDED = ("case_id", "checkpoint", "status")


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions of a run.

    Attributes:
        source: the file that they come from.
        cases: the ids in the order of the file.
        checkpoints: the catalogue's ids, in its order.
        counts: decisions by case, checkpoint and status (:data:`STATUSES`), shape (cases, checkpoints, 4).
        probability: of ``dokumenteret``, NaN where there is none, shape (cases, checkpoints); None when not asked for.
        measured: for each checkpoint that measures days, the places of the cases and their numbers.
        unknown: lines with a checkpoint that the catalogue does not have; they are left out.
    """

    source: Path
    cases: list[str]
    checkpoints: tuple[str, ...]
    counts: NDArray[np.uint16]
    probability: NDArray[np.float32] | None = None
    measured: dict[str, tuple[NDArray[np.intp], NDArray[np.float64]]] = field(default_factory=dict)
    unknown: int = 0

    @property
    def documented(self) -> NDArray[np.uint16]:
        """Decisions ``dokumenteret``, shape (cases, checkpoints)."""
        return self.counts[:, :, DOCUMENTED]

    @property
    def decided(self) -> NDArray[np.uint16]:
        """Decisions ``dokumenteret`` or ``ikke_dokumenteret``, shape (cases, checkpoints)."""
        return self.counts[:, :, DOCUMENTED] + self.counts[:, :, NOT_DOCUMENTED]

    def statuses(self) -> NDArray[np.int8]:
        """The one status of each case at each checkpoint as a place in :data:`STATUSES`, -1 where there is no decision.

        Raises:
            InputError: a case has two decisions at the same checkpoint.
        """
        total = self.counts.sum(axis=2)
        if (total > 1).any():
            case, checkpoint = np.argwhere(total > 1)[0]
            raise InputError(
                f"{shown(self.source)}: sagen {one_line(self.cases[case])} har flere afgørelser af "
                f"{self.checkpoints[checkpoint]}. Lad hver sag have én linje for hvert kontrolpunkt."
            )
        return np.where(total == 0, -1, self.counts.argmax(axis=2)).astype(np.int8)


def shown(path: Path) -> str:
    """A path for a message."""
    return one_line(mask_name(str(path)))


def decisions_file(path: Path) -> Path:
    """The file with the decisions: the path itself, or the one in the folder of a run.

    Raises:
        InputError: there is none.
    """
    if path.is_dir():
        for name in NAMES:
            if (path / name).is_file():
                return path / name
        raise InputError(
            f"{shown(path)} har ingen decisions.jsonl. Angiv en mappe, som docscore score har "
            "skrevet, eller filen selv."
        )
    if not path.is_file():
        raise InputError(
            f"{shown(path)} findes ikke. Angiv en mappe, som docscore score har skrevet, eller filen selv."
        )
    if path.suffix.lower() not in {".jsonl", ".ndjson", ".parquet", ".csv"}:
        raise InputError(
            f"{shown(path)} kan ikke læses som afgørelser. Angiv decisions.jsonl, decisions.parquet "
            "eller decisions.csv fra docscore score."
        )
    return path


def load_decisions(path: Path, *, probabilities: bool = False) -> Decisions:
    """The decisions of a run.

    Args:
        path: a folder that ``docscore score`` wrote, or its ``decisions.jsonl``, ``.parquet`` or ``.csv``.
        probabilities: whether the probabilities are needed too.

    Raises:
        InputError: there are none, or a line is no decision; the message names file and line.
    """
    file = decisions_file(path)
    wanted = (*_NEEDED, *(("probability",) if probabilities else ()))
    read = {".parquet": _parquet, ".csv": _csv}.get(file.suffix.lower(), _jsonl)
    collected = _Collector(file)
    import pyarrow as pa

    try:
        for table, values in read(file, wanted):
            collected.add(table, values)
    except (pa.ArrowInvalid, pa.ArrowKeyError, OSError, KeyError) as error:
        raise InputError(
            f"{shown(file)} kan ikke læses som afgørelser. Den skal have kolonnerne case_id, checkpoint og status, som "
            "docscore score skriver dem."
        ) from error
    return collected.finish(probabilities)


class _Collector:
    """Turns tables with texts into arrays of places."""

    def __init__(self, file: Path) -> None:
        catalogue = load_catalogue()
        self._file = file
        self._checkpoints = {checkpoint.id: place for place, checkpoint in enumerate(catalogue)}
        self._cases: dict[str, int] = {}
        self._keys: list[NDArray[np.int64]] = []
        self._probabilities: list[NDArray[np.float32]] = []
        self._measured: dict[str, dict[int, float]] = {}
        self._unknown = 0

    def add(self, table: Any, values: Iterable[tuple[str, str, float]]) -> None:
        """Take in a table, and the numbers of its measured checkpoints as case, checkpoint and days."""
        case = self._places(table, "case_id", self._cases, grow=True)
        checkpoint = self._places(table, "checkpoint", self._checkpoints)
        status = self._places(table, "status", {name: place for place, name in enumerate(STATUSES)})
        if (status < 0).any():
            raise InputError(
                f"{shown(self._file)}: en afgørelse har en status, som ikke findes. "
                f"Den skal være {', '.join(STATUSES)}."
            )
        known = checkpoint >= 0
        self._unknown += int((~known).sum())
        key = (case * len(self._checkpoints) + checkpoint) * len(STATUSES) + status
        self._keys.append(key[known])
        if "probability" in table.column_names:
            self._probabilities.append(table["probability"].to_numpy().astype(np.float32)[known])
        for case_id, name, value in values:
            self._measured.setdefault(name, {})[self._cases[case_id]] = value

    def _places(self, table: Any, column: str, places: dict[str, int], *, grow: bool = False) -> NDArray[np.int64]:
        """The place of each row's text; -1 for an unknown one."""
        encoded = table[column].combine_chunks().dictionary_encode()
        if encoded.null_count:
            raise InputError(
                f"{shown(self._file)}: en linje mangler {column}. Ret linjen, eller kør docscore score igen."
            )
        names = [str(name) for name in encoded.dictionary.to_pylist()]
        if grow:
            found = [places.setdefault(name, len(places)) for name in names]
        else:
            found = [places.get(name, -1) for name in names]
        return np.array(found, np.int64)[encoded.indices.to_numpy()] if found else np.empty(0, np.int64)

    def finish(self, probabilities: bool) -> Decisions:
        """All of it."""
        if not self._cases:
            raise InputError(f"{shown(self._file)} har ingen afgørelser. Kør docscore score på nogle sager først.")
        shape = (len(self._cases), len(self._checkpoints), len(STATUSES))
        counts = np.zeros(shape, np.uint16)
        matrix = np.full(shape[:2], np.nan, np.float32) if probabilities else None
        for number, keys in enumerate(self._keys):
            np.add.at(counts.reshape(-1), keys, 1)
            if matrix is not None and self._probabilities:
                matrix.reshape(-1)[keys // len(STATUSES)] = self._probabilities[number]
        measured = {
            name: (np.fromiter(found, np.intp, len(found)), np.fromiter(found.values(), np.float64, len(found)))
            for name, found in self._measured.items()
        }
        names = tuple(self._checkpoints)
        return Decisions(self._file, list(self._cases), names, counts, matrix, measured, self._unknown)


def _measuring() -> list[str]:
    return [checkpoint.id for checkpoint in load_catalogue() if checkpoint.measured]


# JSONL


def _jsonl(file: Path, wanted: tuple[str, ...]) -> Iterator[tuple[Any, list[tuple[str, str, float]]]]:
    """Blocks of whole lines, parsed side by side in a few threads and handed on in order."""
    import pyarrow as pa

    types = {"probability": pa.float64()}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in wanted])

    def parse(block: bytes) -> tuple[Any, list[tuple[str, str, float]]]:
        table = _table_of(block, schema)
        return table, _numbers(block, table)

    waiting: deque[Any] = deque()
    with file.open("rb") as stream, ThreadPoolExecutor(_THREADS) as pool:
        try:
            for block in _blocks(stream):
                waiting.append(pool.submit(parse, block))
                if len(waiting) > _THREADS:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except (pa.ArrowInvalid, ValueError) as error:
            raise _explained(file) from error
        finally:
            for future in waiting:
                future.cancel()


def _blocks(stream: Any) -> Iterator[bytes]:
    left = b""
    first = True
    while chunk := stream.read(_BLOCK):
        if first:
            chunk, first = chunk.removeprefix(b"\xef\xbb\xbf"), False
        cut = chunk.rfind(b"\n") + 1
        if cut:
            yield left + chunk[:cut]
            left = chunk[cut:]
        else:
            left += chunk
    if left.strip():
        yield left + b"\n"


def _table_of(block: bytes, schema: Any) -> Any:
    import pyarrow as pa
    import pyarrow.json

    if not block.strip():
        return schema.empty_table()
    return pyarrow.json.read_json(
        pa.BufferReader(block),
        # Every block is one piece for the parser, so that no line lies in two.
        read_options=pyarrow.json.ReadOptions(use_threads=False, block_size=len(block) + 1),
        parse_options=pyarrow.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
    )


def _numbers(block: bytes, table: Any) -> list[tuple[str, str, float]]:
    """The values of the few lines with a checkpoint that measures; a value has many types, so it is no column."""
    rows = _measuring_rows(table)
    if not len(rows):
        return []
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n"))
    if len(ends) != table.num_rows:
        # Blank lines are no rows.
        lines = [line for line in block.split(b"\n") if line.strip()]
        chosen = [lines[row] for row in rows]
    else:
        begins = np.concatenate([[0], ends[:-1] + 1])
        chosen = [block[begins[row] : ends[row]] for row in rows]
    found: list[tuple[str, str, float]] = []
    for line in chosen:
        record = json.loads(line)
        if _is_number(record.get("value")):
            found.append((str(record["case_id"]), str(record["checkpoint"]), float(record["value"])))
    return found


def _measuring_rows(table: Any) -> NDArray[np.intp]:
    """The rows of a table that hold a number of days."""
    import pyarrow as pa
    import pyarrow.compute as pc

    measures = pc.is_in(table["checkpoint"], pa.array(_measuring()))
    return np.flatnonzero(
        pc.and_(measures, pc.equal(table["status"], STATUSES[DOCUMENTED])).combine_chunks().to_numpy(False)
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _explained(file: Path) -> InputError:
    """The first line that is no decision, by its number; the file is read once more to find it."""
    with file.open(encoding="utf-8-sig", errors="replace") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                value = json.loads(line)
                fine = isinstance(value, dict) and all(isinstance(value.get(name), str) for name in _NEEDED)
                fine = fine and (value.get("probability") is None or _is_number(value["probability"]))
            except (ValueError, RecursionError):
                fine = False
            if not fine:
                return InputError(
                    f"{shown(file)}, linje {number}: linjen er ikke en afgørelse med case_id, checkpoint og status. "
                    "Ret linjen, eller kør docscore score igen."
                )
    return InputError(f"{shown(file)} kan ikke læses som afgørelser. Kør docscore score igen.")


# Parquet and CSV


def _parquet(file: Path, wanted: tuple[str, ...]) -> Iterator[tuple[Any, list[tuple[str, str, float]]]]:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet

    source = pyarrow.parquet.ParquetFile(file)
    names = [*wanted, *(["value"] if "value" in source.schema_arrow.names else [])]
    for batch in source.iter_batches(batch_size=262_144, columns=names):
        table = pa.Table.from_batches([batch])
        table = table.set_column(0, "case_id", pc.cast(table["case_id"], pa.string()))
        yield table, _measured_of(table)


def _csv(file: Path, wanted: tuple[str, ...]) -> Iterator[tuple[Any, list[tuple[str, str, float]]]]:
    """As docscore writes it: ``;`` and decimal commas, and an apostrophe before what a spreadsheet would run."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.csv

    with file.open(encoding="utf-8-sig", errors="replace") as stream:
        header = stream.readline()
    delimiter = max(";,\t", key=header.count)
    names = [*wanted, *(["value"] if "value" in header else [])]
    reader = pyarrow.csv.open_csv(
        file,
        read_options=pyarrow.csv.ReadOptions(block_size=_BLOCK),
        parse_options=pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            include_columns=names,
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        ),
    )
    for batch in reader:
        table = pa.Table.from_batches([batch])
        marked = pc.starts_with(table["case_id"], "'")
        formula = pc.match_substring_regex(table["case_id"], "^'[=+@-]")
        own = pc.if_else(pc.and_(marked, formula), pc.utf8_slice_codeunits(table["case_id"], 1), table["case_id"])
        table = table.set_column(table.column_names.index("case_id"), "case_id", own)
        if "probability" in wanted:
            place = table.column_names.index("probability")
            number = pc.cast(pc.replace_substring(table["probability"], ",", "."), pa.float64())
            table = table.set_column(place, "probability", number)
        yield table, _measured_of(table)


def _measured_of(table: Any) -> list[tuple[str, str, float]]:
    """The numbers in a table whose values are texts."""
    if "value" not in table.column_names:
        return []
    found: list[tuple[str, str, float]] = []
    for row in table.take(_measuring_rows(table)).select(["case_id", "checkpoint", "value"]).to_pylist():
        try:
            found.append((row["case_id"], row["checkpoint"], float(str(row["value"]).replace(",", "."))))
        except ValueError:
            continue
    return found
