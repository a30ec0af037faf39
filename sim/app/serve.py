"""Starting the server of the app.

What can go wrong is found before Solara is imported, which takes a second.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
import threading
from collections.abc import Sequence
from importlib.util import find_spec

from sim.app.extra_pages import PageChoice, hand_in

MODULE = "sim.app.pages"
"""The module of the pages: Solara finds its ``routes`` there."""

NEEDED = ("solara", "solara_assets", "ipyvuetify", "anywidget", "altair", "uvicorn", "starlette")
"""Modules of the extra ``app``."""

# Read by Solara when it is first imported. Nobody is told, nothing is fetched.
_FIXED = {
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_TELEMETRY_SERVER_USER_ID": "khabur",  # else Solara makes one up and writes it down
    "SOLARA_ASSETS_PROXY": "True",  # fonts and scripts come from this server
    "SOLARA_MODE": "production",  # no watching of files, no reloading
    "SOLARA_OAUTH_PRIVATE": "False",
    "SOLARA_THEME_VARIANT": "light",  # "auto" gives a blank page: assets/custom.js does its work
    "SOLARA_ASSETS_EXTRA_LOCATIONS": "sim.app.assets",
    "SOLARA_CHECK_HOOKS": "off",  # else it complains of hooks in pages of Mesa's
}

# What whoever runs a server for many may want otherwise.
_USUAL = {
    # A tab that is closed frees its session at once; one that only lost its connection (a laptop
    # asleep, a browser that crashed) may come back for ten minutes. Solara's own day would keep
    # every model that was ever looked at.
    "SOLARA_KERNEL_CULL_TIMEOUT": "10m",
    "SOLARA_KERNEL_MAX_PER_SESSION": "20",  # tabs of one browser
    "SOLARA_KERNEL_MAX_COUNT": "100",  # tabs of everybody: each has a thread
    "SOLARA_THEME_TITLE": "Khabur",
    "SOLARA_THEME_SHOW_BANNER": "False",
}


class ServeError(Exception):
    """A reason why the app cannot be served, in one sentence."""


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 8765,
    pages: Sequence[PageChoice] = (),
    browser: bool = False,
) -> None:
    """Serve the app until it is stopped; its address is printed once it is ready.

    Parameters
    ----------
    host, port : str, int
        Where to listen; port 0 for any that is free.
    pages : sequence of PageChoice
        Pages from above.
    browser : bool
        Whether to open the page in the user's browser.

    Raises
    ------
    ServeError
        If a module is missing, or host or port cannot be had.
    KeyboardInterrupt
        If it was stopped by Ctrl-C, after everything has ended.
    """
    check_installed()
    hand_in(pages)
    with listening_socket(host, port) as listener:
        set_environment()
        address = address_of(listener)

        def ready() -> None:
            print(f"Khabur is at {address} - Ctrl-C ends it.", flush=True)
            if browser:
                open_browser(address)

        from sim.app.workers import close_shared_workers, shared_workers

        shared_workers().start()  # they warm up while Solara is imported
        try:
            from sim.app.web import run_server

            run_server(listener, ready)
        finally:
            close_shared_workers()


def check_installed() -> None:
    """Check that the extra ``app`` is installed; raise ServeError if not."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        modules = ", ".join(missing)
        raise ServeError(
            f"The app needs more than is installed (missing: {modules}); "
            "get it with: pip install 'khabur[app]'"
        )


def set_environment() -> None:
    """Set what Solara reads when it is first imported."""
    os.environ.update(_FIXED, SOLARA_APP=MODULE)
    for name, value in _USUAL.items():
        os.environ.setdefault(name, value)


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens on a host and port.

    Raises
    ------
    ServeError
        If it cannot be had; says why.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise ServeError(f"--host: {host[:80]!r} is no address of this machine.") from None
    family, kind, protocol, _, where = found[0]
    listener = socket.socket(family, kind, protocol)
    try:
        if sys.platform != "win32":  # there it would share the port with another server
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise ServeError(_reason(host, port, error)) from None
    return listener


def _reason(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"--port: {port} on {host} is taken, perhaps by another khabur app; try --port 0."
    if error.errno == errno.EACCES:
        return f"--port: {port} is not open to you; allowed: 1024 to 65535, or 0 for a free one."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"--host: {host!r} is no address of this machine."
    return f"--host, --port: cannot listen on {host} port {port} ({error.strerror})."


def address_of(listener: socket.socket) -> str:
    """Return the address to type into a browser on this machine."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = "localhost"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def open_browser(address: str) -> None:
    """Open an address in the user's browser, if there is a screen to open it on."""
    if not has_screen():
        return
    import webbrowser

    # Some browsers keep whoever opens them waiting.
    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def has_screen() -> bool:
    """Tell whether a browser would get a window; a browser in the terminal is not wanted."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
