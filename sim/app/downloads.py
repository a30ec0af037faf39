"""The run folder that a visitor takes home, as a zip."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from sim.app.recording import changed_parameters, recording_key, unpack_record
from sim.engine.results import default_folder, run_files

if TYPE_CHECKING:
    from sim.engine.record import RunRecord

# The first moment that a zip can tell: the same run gives the same bytes whenever it is packed.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16
_UNIX = 3


def run_zip(record: RunRecord) -> bytes:
    """Return the folder of a run as a zip, the same bytes for the same run.

    It holds what :func:`sim.engine.results.write_run` writes, in a folder named as
    :func:`folder_name` says.

    Raises
    ------
    OutcomeError
        If the scenario asks for an outcome that cannot be measured.
    """
    folder = folder_name(record)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in run_files(record).items():
            entry = zipfile.ZipInfo(f"{folder}/{name}", _MOMENT)
            entry.external_attr = _PLAIN_FILE
            entry.create_system = _UNIX
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return content.getvalue()


def packed_run_zip(packed: bytes) -> bytes:
    """Return the zip of a packed record: a job of the pool.

    Parameters
    ----------
    packed : bytes
        As :func:`sim.app.recording.pack_record` packs it.
    """
    return run_zip(unpack_record(packed))


def folder_name(record: RunRecord) -> str:
    """Return the name of the folder of a run.

    That of the command line's default. Where parameters are not the scenario's own, or the run
    stops before the scenario's end, the end of the recording's key tells it from the plain one.
    """
    name = default_folder(record.scenario.name, record.seed, record.replicate).name
    if changed_parameters(record) or record.history.days < record.scenario.days:
        return f"{name}-{recording_key(record)[-8:]}"
    return name
