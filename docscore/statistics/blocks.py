"""The rows of a run's decisions in blocks: what figures need of them, from JSONL, Parquet or CSV.

A run over 100,000 cases has 6 million lines, 2 GB as JSONL, most of it evidence that no figure needs. Blocks of whole
lines are therefore read, parsed and encoded in a few threads side by side (pyarrow leaves Python's lock alone
meanwhile), and hardly more of them lie in memory than there are threads.
"""

from __future__ import annotations

import json
import os
import re
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from docscore.checkpoints import load_catalogue
from docscore.errors import InputError
from docscore.statistics.decisions import DOCUMENTED, STATUSES, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Encoded: TypeAlias = tuple[list[str], NDArray[np.int32]]
    """The different texts of a column, and for each row the place of its own among them."""

_BLOCK = 8 * 1024 * 1024
_THREADS = max(2, min(8, os.cpu_count() or 2))
_NEEDED = ("case_id", "checkpoint", "status")
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows.

    Attributes:
        case: the id of each row's case.
        checkpoint: of each row.
        status: of each row.
        probability: of each row, NaN where there is none; None when not asked for.
        numbers: case, checkpoint and number of the rows that hold a measured number of days.
    """

    case: Encoded
    checkpoint: Encoded
    status: Encoded
    probability: NDArray[np.float32] | None = None
    numbers: list[tuple[str, str, float]] = field(default_factory=list)


def read_blocks(file: Path, *, probabilities: bool = False) -> Iterator[Block]:
    """All rows of a file, in order.

    Args:
        file: ``decisions.jsonl``, ``.parquet`` or ``.csv``.
        probabilities: whether the probabilities are needed too.

    Raises:
        InputError: a line is no decision; the message names file and line.
    """
    import pyarrow as pa

    wanted = (*_NEEDED, *(("probability",) if probabilities else ()))
    read = {".parquet": _parquet, ".csv": _csv}.get(file.suffix.lower(), _jsonl)
    try:
        yield from read(file, wanted)
    except (pa.ArrowInvalid, pa.ArrowKeyError, OSError, KeyError) as error:
        raise InputError(
            f"{shown(file)} kan ikke læses som afgørelser. Den skal have kolonnerne case_id, checkpoint og status, som "
            "docscore score skriver dem."
        ) from error


def _block(table: Any, numbers: list[tuple[str, str, float]], file: Path) -> Block:
    columns: list[Encoded] = []
    for name in _NEEDED:
        encoded = table[name].combine_chunks().dictionary_encode()
        if encoded.null_count:
            raise InputError(f"{shown(file)}: en linje mangler {name}. Ret linjen, eller kør docscore score igen.")
        columns.append(([str(text) for text in encoded.dictionary.to_pylist()], encoded.indices.to_numpy()))
    probability = None
    if "probability" in table.column_names:
        probability = table["probability"].to_numpy().astype(np.float32)
    return Block(columns[0], columns[1], columns[2], probability, numbers)


def _measuring() -> list[str]:
    return [checkpoint.id for checkpoint in load_catalogue() if checkpoint.measured]


# JSONL


def _jsonl(file: Path, wanted: tuple[str, ...]) -> Iterator[Block]:
    """Blocks parsed side by side and handed on in order."""
    import pyarrow as pa

    types = {"probability": pa.float64()}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in wanted])

    def parse(begin: int, end: int) -> Block:
        block = _lines(file, begin, end)
        heads = _heads_of(block, wanted)
        if heads is not None:
            return _block(*heads, file)
        table = _table_of(block, schema)
        return _block(table, _numbers(block, table), file)

    waiting: deque[Any] = deque()
    with ThreadPoolExecutor(_THREADS) as pool:
        try:
            for begin, end in _ranges(file):
                waiting.append(pool.submit(parse, begin, end))
                if len(waiting) > _THREADS:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except ValueError as error:
            raise _explained(file) from error
        finally:
            for future in waiting:
                future.cancel()


def _ranges(file: Path) -> Iterator[tuple[int, int]]:
    """Where blocks of whole lines begin and end."""
    size = file.stat().st_size
    begin = 0
    with file.open("rb") as stream:
        while begin < size:
            stream.seek(min(begin + _BLOCK, size))
            stream.readline()
            end = stream.tell()
            yield begin, end
            begin = end


def _lines(file: Path, begin: int, end: int) -> bytes:
    with file.open("rb") as stream:
        stream.seek(begin)
        block = stream.read(end - begin)
    if begin == 0:
        block = block.removeprefix(_MARK)
    return block if block.endswith(b"\n") else block + b"\n"


# At most four groups: with more, re2 leaves its fastest matcher.
_HEAD = (
    r'^\{"case_id": "(?P<case_id>[^"\\]*)", "checkpoint": "(?P<checkpoint>[^"\\]*)", '
    r'"document_id": (?:null|"[^"\\]*"), "kind": "[^"\\]*", "status": "(?P<status>[^"\\]*)"'
)
_PROBABILITY = (
    r', "value": (?:null|-?[0-9][0-9.]*|"[^"\\]*"|\[[^\]]*\]), "probability": (?P<probability>null|[0-9.e-]+),'
)


_VALUE = re.compile(rb'"status": "dokumenteret", "value": (-?[0-9][0-9.]*),')


def _heads_of(block: bytes, wanted: tuple[str, ...]) -> tuple[Any, list[tuple[str, str, float]]] | None:
    """Table and numbers of a block as docscore writes it, from the beginning of each line; None where a line differs.

    The evidence, most of a line, need not be parsed. A line in another order of fields, or with an escaped sign before
    its evidence, is left to the parser.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    signs = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(signs == ord("\n"))
    if not len(ends) or (signs[ends - 1] != ord("}")).any():
        return None
    begins = np.concatenate([[0], ends + 1]).astype(np.int32)
    lines = pa.StringArray.from_buffers(len(ends), pa.py_buffer(begins), pa.py_buffer(block))
    found = pc.extract_regex(lines, _HEAD + (_PROBABILITY if "probability" in wanted else ""))
    if found.null_count:
        return None
    columns = {name: found.field(name) for name in _NEEDED}
    if "probability" in wanted:
        given = found.field("probability")
        columns["probability"] = pc.cast(pc.if_else(pc.equal(given, "null"), None, given), pa.float64())
    table = pa.table(columns)
    rows = _measuring_rows(table)
    chosen = table.take(rows)
    numbers = [
        (case_id, checkpoint, float(value[1]))
        for row, case_id, checkpoint in zip(
            rows.tolist(), chosen["case_id"].to_pylist(), chosen["checkpoint"].to_pylist(), strict=True
        )
        if (value := _VALUE.search(block, int(begins[row]), int(ends[row]))) is not None
    ]
    return table, numbers


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


def _parquet(file: Path, wanted: tuple[str, ...]) -> Iterator[Block]:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet

    source = pyarrow.parquet.ParquetFile(file)
    names = [*wanted, *(["value"] if "value" in source.schema_arrow.names else [])]
    for batch in source.iter_batches(batch_size=262_144, columns=names):
        table = pa.Table.from_batches([batch])
        table = table.set_column(0, "case_id", pc.cast(table["case_id"], pa.string()))
        yield _block(table, _measured_of(table), file)


def _csv(file: Path, wanted: tuple[str, ...]) -> Iterator[Block]:
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
        yield _block(table, _measured_of(table), file)


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
