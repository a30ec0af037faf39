"""The server under test: where it is, what it costs, whom it serves."""

import os
from pathlib import Path

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


class RunningServer:
    """A server that runs in a process of its own."""

    def __init__(self, address, process, home, complaints):
        self.address = address
        self.process = process
        self.home = home
        self.complaints = complaints

    @property
    def sessions(self):
        """How many pages it keeps something for: each has a folder for what is uploaded."""
        return len(list(self.home.glob("khabur-upload-*")))

    def ticks(self):
        """Return the processor time of the server and all of its processes, in ticks."""
        return sum(ticks_of(number) for number in (self.process.pid, *self.children()))

    def children(self):
        """Return the numbers of the processes below the server's."""
        parents = {}
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and (fields := fields_of(folder.name)):
                parents[int(folder.name)] = int(fields[1])
        found, ask = [], [self.process.pid]
        while ask:
            parent = ask.pop()
            below = [number for number, of in parents.items() if of == parent]
            found += below
            ask += below
        return found


def fields_of(number):
    """Return what the kernel says of a process from its state on, nothing if it has ended."""
    try:
        text = Path(f"/proc/{number}/stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def ticks_of(number):
    """Return the processor time of one process, in ticks."""
    fields = fields_of(number)
    return int(fields[11]) + int(fields[12]) if fields else 0
