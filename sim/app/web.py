"""The web server of the app: Solara's, with the files of the browser's modules.

Import it only after the environment has been set: see :mod:`sim.app.serve`.
"""

from __future__ import annotations

import mimetypes
import os
import socket
import warnings
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from solara.server.cdn_helper import cdn_url_path
from solara.server.starlette import StaticCdn
from solara.server.starlette import app as solara_app
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from sim.app.widgets import ADDRESS, BROWSER

GOODBYE_SECONDS = 2
"""How long browsers may take to say goodbye when the server ends."""


class BrowserFiles(StaticFiles):
    """Our own modules: a browser keeps them, and asks whether they have changed."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Return a file with the word not to use it unasked."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "no-cache"
        return response


class InstalledAssets(StaticCdn):
    """Fonts and libraries that are installed; what is not is missing, never fetched."""

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Return a file and what is known of it, or nothing."""
        # A bare name means the package's main file: so does Solara keep them.
        file = path if len(Path(path).parts) > 1 else f"{path}/__main.js"
        return StaticFiles.lookup_path(self, file)


class SameOrigin:
    """Refuses websockets that pages of other sites open: they would start sessions here."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on but those."""
        if scope["type"] == "websocket" and not is_same_origin(Headers(scope=scope)):
            await send({"type": "websocket.close", "code": 1008})
            return
        await self.app(scope, receive, send)


def is_same_origin(headers: Headers) -> bool:
    """Tell whether a request comes from a page of this server, or from no page at all."""
    origin = headers.get("origin")
    if origin is None:
        return True
    hosts = (headers.get("host"), headers.get("x-forwarded-host"))
    return urlsplit(origin).netloc in [host for host in hosts if host]


def application() -> ASGIApp:
    """Return the ASGI application."""
    from solara.server import settings

    mimetypes.add_type("text/javascript", ".js")  # some machines say text/plain
    assets = InstalledAssets(directory=settings.assets.proxy_cache_dir)
    ours = [
        Mount(f"/{ADDRESS}", app=BrowserFiles(directory=BROWSER)),
        Mount(f"/{cdn_url_path}", app=assets),
    ]
    solara_app.router.routes[:0] = ours
    return SameOrigin(solara_app)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def run_server(listener: socket.socket, ready: Callable[[], None]) -> None:
    """Serve on a socket until a signal ends it; the signal is then raised again.

    Parameters
    ----------
    listener : socket
        Bound and listening.
    ready : callable
        Called once pages can be asked for.
    """
    # Solara says on every page that its cookie stays with this site where there is no https.
    # That is as it should be, and no setting of Solara's stops it.
    warnings.filterwarnings("ignore", message="Cookies with samesite=none require https")
    config = uvicorn.Config(
        application(),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GOODBYE_SECONDS,
    )
    _Server(config, ready).run(sockets=[listener])
