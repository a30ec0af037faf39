"""Unpacking a zip from a stranger, in memory: small, flat, and of plain files only."""

from __future__ import annotations

import io
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable

from sim.scenario.faults import printable
from sim.scenario.find import is_folder_name

ZIP_BYTES = 5_000_000
UNPACKED_BYTES = 20_000_000
MOST_FILES = 60
MOST_RATIO = 100
"""Most that a file may grow when unpacked; tables of numbers and names grow about tenfold."""

FREE_BYTES = 100_000
"""A file of up to so many bytes may grow as it likes."""

KINDS = (".toml", ".csv", ".md")
_ALLOWED = "files that end in .toml, .csv or .md, all in one folder or in none"
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}", re.ASCII)
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.ASCII | re.IGNORECASE)
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+", re.ASCII)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may ask for any amount of memory
_CHUNK = 65_536

# What machines add by themselves; left out without a word.
_LITTER_FOLDERS = ("__MACOSX",)
_LITTER_FILES = (".DS_Store", "Thumbs.db", "desktop.ini")


class UploadError(ValueError):
    """Why an upload cannot be used, in sentences."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        super().__init__(" ".join(sentences))

    def __reduce__(self) -> tuple[type[UploadError], tuple[str, ...]]:
        return type(self), self.sentences


def unpack(data: bytes) -> tuple[dict[str, bytes], str]:
    """Return the files of a zip by name, and the name of the folder that they lie in.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    files : dict of str to bytes
        Plain names without a folder, as they may be written down anywhere.
    top : str
        As it stands in the zip; empty if the files lie in no folder.

    Raises
    ------
    UploadError
        If it is no zip, is too large, or holds anything but plain files of a scenario.
    """
    if len(data) > ZIP_BYTES:
        raise UploadError(f"The zip has {len(data):,} bytes; at most {ZIP_BYTES:,} are allowed.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members, top = _checked(archive.infolist())
            return _contents(archive, members), top
    except UploadError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError) as error:
        raise UploadError(f"The file is no zip, or a damaged one ({_reason(error)}).") from None
    except (NotImplementedError, RuntimeError) as error:
        raise UploadError(f"The zip cannot be read here ({_reason(error)}).") from None


def scenario_name(text: str) -> str:
    """Return a plain folder's name made of any text."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    name = re.sub(r"\.{2,}", ".", _NOT_IN_NAMES.sub("-", plain)).strip("-._")[:60]
    return name if is_folder_name(name) else "scenario"


def _checked(infos: Iterable[zipfile.ZipInfo]) -> tuple[dict[str, zipfile.ZipInfo], str]:
    """Return the members by plain name, and the folder that they lie in."""
    members: dict[str, zipfile.ZipInfo] = {}
    tops: set[str] = set()
    seen: set[str] = set()
    for info in infos:
        parts = _parts(info)
        if _is_litter(parts):
            continue
        if info.is_dir():
            if len(parts) > 1:
                raise _not_allowed(info, "a folder in a folder")
            continue
        _check_kind(info)
        if len(parts) > 2:
            raise _not_allowed(info, "a folder in a folder")
        name = _file_name(info, parts[-1])
        if name.casefold() in seen:
            raise _not_allowed(info, "the same name twice")
        seen.add(name.casefold())
        tops.add(parts[0] if len(parts) == 2 else "")
        members[name] = info
        if len(members) > MOST_FILES:
            raise UploadError(f"The zip holds more than {MOST_FILES} files.")
    if not members:
        raise UploadError(f"The zip is empty; allowed: {_ALLOWED}.")
    if len(tops) > 1:
        raise UploadError(f"The zip holds files in several folders; allowed: {_ALLOWED}.")
    return members, tops.pop()


def _parts(info: zipfile.ZipInfo) -> list[str]:
    """Return folders and file of a member; raises UploadError at anything like a path trick."""
    # As it stands in the zip: the library has cut the other name at a null byte.
    name = unicodedata.normalize("NFC", info.orig_filename)
    if "\\" in name or "\0" in name or ":" in name or name.startswith("/"):
        raise _not_allowed(info, "a path that leads elsewhere")
    parts = name.removesuffix("/").split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise _not_allowed(info, "a path that leads elsewhere")
    return parts


def _is_litter(parts: list[str]) -> bool:
    return parts[0] in _LITTER_FOLDERS or parts[-1] in _LITTER_FILES


def _check_kind(info: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise _not_allowed(info, "a link" if kind == stat.S_IFLNK else "no plain file")
    if info.flag_bits & 0x41:
        raise _not_allowed(info, "encrypted")
    if info.compress_type not in _METHODS:
        raise _not_allowed(info, "packed in an unusual way", "stored or deflated")


def _file_name(info: zipfile.ZipInfo, part: str) -> str:
    if not part.endswith(KINDS):
        raise _not_allowed(info, "not a file of a scenario")
    if not _FILE_NAME.fullmatch(part) or ".." in part or _RESERVED.fullmatch(part):
        allowed = "names of letters, digits, blanks and . _ -"
        raise _not_allowed(info, "not a plain name", allowed)
    return part


def _contents(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> dict[str, bytes]:
    """Return what the members hold, counting bytes as they come: headers may lie."""
    left = UNPACKED_BYTES
    files: dict[str, bytes] = {}
    for name, info in members.items():
        most = min(left, max(FREE_BYTES, MOST_RATIO * info.compress_size))
        content = bytearray()
        with archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                content += chunk
                if len(content) > left:
                    raise UploadError(
                        f"The zip holds more than {UNPACKED_BYTES:,} bytes when it is unpacked."
                    )
                if len(content) > most:
                    raise _not_allowed(info, f"more than {MOST_RATIO} times its packed size")
        left -= len(content)
        files[name] = bytes(content)
    return files


def _not_allowed(info: zipfile.ZipInfo, what: str, allowed: str = _ALLOWED) -> UploadError:
    return UploadError(f'"{printable(info.orig_filename)}" in the zip: {what}; allowed: {allowed}.')


def _reason(error: Exception) -> str:
    return printable(" ".join(str(error).split()) or type(error).__name__, 120)
