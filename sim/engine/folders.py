"""Writing a folder whole or not at all, and reading files that may be anything."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path


class ResultsError(ValueError):
    """A folder that cannot be written or read, in one sentence."""


# A file of results is smaller than this; whatever is larger is not read.
MOST_BYTES = 1 << 30

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EACCES: "permission is denied",
    errno.EPERM: "permission is denied",
    errno.EROFS: "the file system is read-only",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ENOTDIR: "a part of the path is not a folder",
    errno.ENOENT: "it is not there",
    errno.ELOOP: "its links go round in a circle",
}


def reason(fault: OSError) -> str:
    """Say in a few words why the system refused."""
    known = _REASONS.get(fault.errno or 0)
    return known or (fault.strerror or str(fault)).lower()


def is_results_folder(folder: Path) -> bool:
    """Tell whether a folder holds results of Khabur: the only folders that may be replaced."""
    try:
        about = json.loads(read_bytes(folder / "run.json", 1 << 26))
    except (ResultsError, ValueError, RecursionError):
        return False
    return isinstance(about, dict) and str(about.get("format", "")).startswith("khabur ")


def check_target(folder: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
    """Check, before anything is done, that a folder can be written.

    Parameters
    ----------
    folder : path
    overwrite : bool
        Whether results that are there may be replaced.

    Returns
    -------
    Path
        The folder, absolute, links followed.

    Raises
    ------
    ResultsError
        If something else is there, or the nearest folder above that exists is not writable.
    """
    shown = repr(os.fspath(folder))
    try:
        target = Path(folder).resolve()
        if target.exists():
            _check_replaceable(target, shown, overwrite)
        above = next(parent for parent in target.parents if parent.exists())
    except ValueError as fault:
        if isinstance(fault, ResultsError):
            raise
        raise ResultsError(f"{shown} cannot be the name of a folder.") from None
    except (OSError, RuntimeError) as fault:
        why = reason(fault) if isinstance(fault, OSError) else "its links go round in a circle"
        raise ResultsError(f"The folder {shown} cannot be written: {why}.") from None
    if not above.is_dir():
        raise ResultsError(f"The folder {shown} cannot be written: {str(above)!r} is a file.")
    if not os.access(above, os.W_OK | os.X_OK):
        raise ResultsError(f"The folder {shown} cannot be written: permission is denied.")
    return target


def _check_replaceable(target: Path, shown: str, overwrite: bool) -> None:
    if not target.is_dir():
        raise ResultsError(f"{shown} is a file; results need a folder.")
    if not any(target.iterdir()):
        return
    if not is_results_folder(target):
        raise ResultsError(f"The folder {shown} holds something else than a run; it is left alone.")
    if not overwrite:
        raise ResultsError(f"There is a run in {shown} already; it is replaced only if you say so.")


def write_folder(target: Path, files: Mapping[str, bytes], *, overwrite: bool = False) -> Path:
    """Write files as a folder that appears whole or not at all.

    Parameters
    ----------
    target : Path
        As :func:`check_target` returns it.
    files : mapping of str to bytes
        Content by file name.
    overwrite : bool
        Whether results that are there may be replaced.

    Raises
    ------
    ResultsError
        If the system refuses. What was there before is there still, and nothing else.
    """
    made: list[Path] = []
    partial: Path | None = None
    try:
        _make_parents(target.parent, made)
        partial = Path(tempfile.mkdtemp(prefix=f".{target.name[:60]}.", dir=target.parent))
        for name, content in files.items():
            write_file(partial / name, content)
        partial.chmod(0o777 & ~_umask())
        _sync_folder(partial)
        _put_in_place(partial, target, overwrite)
        _sync_folder(target.parent)
    except BaseException as fault:
        if partial is not None:
            shutil.rmtree(partial, ignore_errors=True)
        for folder in reversed(made):
            _remove_if_empty(folder)
        if isinstance(fault, OSError):
            said = f"The folder {str(target)!r} cannot be written: {reason(fault)}."
            raise ResultsError(said) from None
        raise
    return target


def _make_parents(folder: Path, made: list[Path]) -> None:
    """Make a folder and those above it, noting each before the next is tried."""
    missing = [above for above in (folder, *folder.parents) if not above.exists()]
    for above in reversed(missing):
        above.mkdir(exist_ok=True)
        made.append(above)


def write_file(path: Path, content: bytes) -> None:
    """Write a file and make it last through a power cut; OSError if the system refuses."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder last through a power cut, where the system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)


def _put_in_place(partial: Path, target: Path, overwrite: bool) -> None:
    """Rename a finished folder to its place; an old one stands aside until that is done."""
    if not (target.exists() and any(target.iterdir())):
        partial.rename(target)
        return
    _check_replaceable(target, repr(str(target)), overwrite)
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name[:60]}.", dir=target.parent))
    try:
        target.rename(aside)
    except BaseException:
        _remove_if_empty(aside)
        raise
    try:
        partial.rename(target)
    except BaseException:
        aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:  # somebody else put something there meanwhile
        return


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under another name and rename it, so that it is there whole or not at all.

    Raises
    ------
    ResultsError
        If it cannot be written.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write_file(partial, content)
        partial.replace(path)
    except OSError as fault:
        with contextlib.suppress(OSError):  # a disk that became read-only
            partial.unlink(missing_ok=True)
        raise ResultsError(f"{str(path)!r} cannot be written: {reason(fault)}.") from None


def read_bytes(path: Path, most_bytes: int) -> bytes:
    """Read a plain file of limited size.

    Raises
    ------
    ResultsError
        If it is missing, no plain file, too large or unreadable.
    """
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise ResultsError(f"{str(path)!r} is not a plain file.")
        if about.st_size > most_bytes:
            raise ResultsError(f"{str(path)!r} is larger than {most_bytes >> 20} MB.")
        return path.read_bytes()
    except OSError as fault:
        raise ResultsError(f"{str(path)!r} cannot be read: {reason(fault)}.") from None
