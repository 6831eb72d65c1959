"""``docscore purge`` and ``docscore pseudonymise``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from docscore.cli.files import shown
from docscore.errors import DocscoreError, ExitCode
from docscore.report.privacy import one_line

if TYPE_CHECKING:
    from pathlib import Path

    from docscore.report.texts import Texts


def purge(folder: Path, *, yes: bool, texts: Texts) -> int:
    """Remove a run after asking.

    Returns:
        1 where the user said no; 0 otherwise.

    Raises:
        DocscoreError: it is no run, or nobody can be asked.
    """
    from docscore.batch.purge import own_files
    from docscore.batch.purge import purge as remove

    name = shown(folder)
    files = own_files(folder)
    if not yes:
        if not sys.stdin.isatty():
            raise DocscoreError(texts("purge.ask_yes"))
        print(texts("purge.question", n=len(files), folder=name), end=" ", flush=True)
        if sys.stdin.readline().strip().casefold() not in {"ja", "j", "yes", "y"}:
            print(texts("purge.kept"))
            return ExitCode.PROBLEMS
    done = remove(folder)
    print(texts("purge.done", n=done.files, folder=name))
    if done.left:
        print(texts("purge.left", n=done.left))
    return ExitCode.OK


def pseudonymise(source: Path, out: Path, key: Path | None, texts: Texts) -> int:
    """Write a copy of a case with invented people, and say what was replaced.

    Raises:
        DocscoreError: the case cannot be read, the folder is taken, or the key cannot be used.
    """
    from docscore.privacy import pseudonymise as copying
    from docscore.privacy.masking import Masks
    from docscore.readers import read_case

    copying.check_place(source, out)
    case = read_case(source)
    secret, made = copying.load_key(key)
    copy = copying.pseudonymise(case, out, secret)
    print(texts("pseudonymise.done", folder=shown(out), id=copy.case_id))
    print("  " + ", ".join(copy.files))
    sorts = ", ".join(f"{texts(f'pseudonymise.{sort}')} {n}" for sort, n in sorted(copy.counts.items()) if n)
    print(texts("pseudonymise.replaced", sorts=sorts or texts("pseudonymise.nothing")))
    if key is None:
        print(texts("pseudonymise.no_key"))
    elif made:
        print(texts("pseudonymise.key_made", file=shown(key)))
    masks = Masks.of(case)
    for problem in case.problems:
        print(one_line(f"{masks.name(problem.file)}: {masks.said(problem.reason)}"), file=sys.stderr)
    if copy.left_out:
        print(texts("pseudonymise.left_out", n=copy.left_out))
    print(texts("pseudonymise.warning"))
    return ExitCode.PROBLEMS if case.problems else ExitCode.OK
