"""The server of the app: what it tells, what it hands out, whom it lets in, how it ends."""

import errno
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim import cli
from sim.app import extra_pages, serve
from sim.app.extra_pages import PageChoice
from sim.console.guard import BAD_INPUT, STOPPED

PAGES = """
import json, os, pathlib, socket, sys
import solara, solara.server.settings as settings

said = pathlib.Path(os.environ["KHABUR_TEST_SAID"])

def hook(event, args):
    if event == "socket.connect" and args[0].family != socket.AF_UNIX:
        outside = args[1][0] not in ("127.0.0.1", "::1")
    else:
        outside = event == "socket.getaddrinfo" and args[0] not in (None, "127.0.0.1")
    if outside:
        said.joinpath("outside").write_text(f"{event} {args}")

sys.addaudithook(hook)
said.joinpath("settings").write_text(json.dumps({
    "telemetry": settings.telemetry.mixpanel_enable,
    "mode": settings.main.mode,
    "cull": settings.kernel.cull_timeout,
    "user": settings.telemetry.server_user_id,
}))

@solara.component
def Page():
    solara.Text("A page of the test")
"""

START = """
import sys
from sim import cli
from sim.app import serve

serve.MODULE = "khabur_test_pages"
sys.argv = ["khabur", "app", "--no-browser", "--port", "0"]
cli.main()
"""


def started(folder):
    """Start a server with a page of its own; return its process, and its address."""
    (folder / "khabur_test_pages.py").write_text(PAGES)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(folder), str(Path.cwd())]),
        "KHABUR_TEST_SAID": str(folder),
        "HOME": str(folder),
        "OPENBLAS_NUM_THREADS": "1",
    }
    with (folder / "stderr").open("w") as complaints:
        process = subprocess.Popen(
            [sys.executable, "-c", START],
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            env=environment,
            start_new_session=True,
        )
    line = process.stdout.readline()
    assert line.startswith("Khabur is at http://127.0.0.1:"), (folder / "stderr").read_text()
    return process, line.split()[3]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Run a server; returns its address, and the folder of what it says."""
    folder = tmp_path_factory.mktemp("server")
    process, address = started(folder)
    with process:
        yield address, folder
        process.terminate()


def fetched(address):
    """Return status, headers and content of an address."""
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, b""


def test_a_page_is_served_and_nothing_is_complained_of(server):
    address, folder = server
    before = (folder / "stderr").read_text()  # other tests ask for what deserves a complaint
    status, _, content = fetched(f"{address}/?seed=7")
    assert status == 200
    loaded = rb"<(?:script|link|iframe|img)\b[^>]*(?:src|href)=[\"']?(?:https?:)?//[^>]*>"
    assert not re.findall(loaded, content)
    assert (folder / "stderr").read_text() == before


def test_nobody_is_told_and_sessions_are_freed_soon(server):
    _, folder = server
    said = json.loads((folder / "settings").read_text())
    assert said == {"telemetry": False, "mode": "production", "cull": "10m", "user": "khabur"}
    assert not list(folder.rglob("server_user_id.txt"))


def test_our_modules_are_handed_out_and_asked_for_again(server):
    address, _ = server
    name = next((Path(serve.__file__).parent / "browser").glob("*.js")).name
    status, headers, content = fetched(f"{address}/khabur/{name}")
    assert status == 200
    assert headers["Content-Type"].startswith("text/javascript")
    assert headers["Cache-Control"] == "no-cache"
    assert content


@pytest.mark.parametrize("path", ["%2e%2e/serve.py", "..%2fserve.py", "../web.py", "assets"])
def test_no_other_file_is_handed_out(server, path):
    address, _ = server
    status, _, content = fetched(f"{address}/khabur/{path}")
    assert status == 404
    assert not content


def test_an_installed_library_is_handed_out(server):
    address, _ = server
    status, _, content = fetched(f"{address}/_solara/cdn/echarts@5.4.0/dist/echarts.esm.min.js")
    assert status == 200
    assert len(content) > 100_000


@pytest.mark.parametrize("path", ["nowhere@1.0.0/dist/nowhere.js", "nowhere", "..%2f..%2fx/y"])
def test_a_library_that_is_not_installed_is_missing_and_never_fetched(server, path):
    address, folder = server
    began = time.monotonic()
    assert fetched(f"{address}/_solara/cdn/{path}")[0] == 404
    assert time.monotonic() - began < 5  # Solara would try four times with pauses
    assert not (folder / "outside").exists()


def test_a_theme_follows_the_system_until_one_is_chosen(server):
    address, _ = server
    status, _, content = fetched(f"{address}/static/assets/custom.js")
    assert status == 200
    assert b'theme.variant = "auto"' in content
    assert b'id="app"' in fetched(address)[2]  # the page would stay blank without


def opened(address, origin):
    """Return the first line that the server answers to a websocket's handshake."""
    host = address.removeprefix("http://")
    name, port = host.split(":")
    lines = [
        f"GET /jupyter/api/kernels/{uuid.uuid4()}/channels?session_id=x HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        *([f"Origin: {origin}"] if origin else []),
    ]
    with socket.create_connection((name, int(port)), timeout=20) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        return connection.recv(4096).split(b"\r\n")[0].decode()


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null", "http://127.0.0.1:1"])
def test_pages_of_other_sites_cannot_start_a_session(server, origin):
    assert " 403 " in opened(server[0], origin)


def test_our_own_page_can_start_a_session(server):
    assert " 101 " in opened(server[0], server[0])
    assert " 101 " in opened(server[0], None)


def children(pid):
    """Return the processes that a process has started, and those that they have."""
    tasks = Path(f"/proc/{pid}/task")
    own = [
        int(each) for task in tasks.iterdir() for each in (task / "children").read_text().split()
    ]
    return own + [grandchild for child in own for grandchild in children(child)]


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads Linux's table of processes")
def test_ctrl_c_ends_the_server_quietly_and_leaves_no_process(tmp_path):
    process, address = started(tmp_path)
    with process:
        assert fetched(address)[0] == 200
        helpers = children(process.pid)
        assert helpers
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == STOPPED
    assert (tmp_path / "stderr").read_text() == "Stopped; nothing was left half written.\n"
    end = time.monotonic() + 10
    while any(map(is_running, helpers)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(is_running, helpers))


def command(*options):
    """Return what the command says on standard error, and its status."""
    result = CliRunner().invoke(cli.app, ["app", "--no-browser", *options])
    return result.stderr, result.exit_code


def test_without_the_extra_the_command_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(serve, "NEEDED", ("no_such_module", "json"))
    said, status = command()
    assert status == BAD_INPUT
    assert said.count("\n") == 1
    assert "pip install 'khabur[app]'" in said
    assert "no_such_module" in said
    assert "json" not in said


def test_a_port_that_is_taken_is_told_in_one_sentence():
    with serve.listening_socket("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        said, status = command("--port", str(port))
    assert status == BAD_INPUT
    assert said.count("\n") == 1
    assert f"--port: {port} on 127.0.0.1 is taken" in said


@pytest.mark.parametrize("host", ["203.0.113.7", "no such host", "x" * 300, "é" * 70, "a..b"])
def test_a_host_that_is_not_ours_is_told_in_one_sentence(host, monkeypatch):
    def look_up(name, port, **about):  # as if there were no network
        if name != "203.0.113.7":
            raise UnicodeError if len(name) > 60 else socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (name, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    said, status = command("--host", host, "--port", "0")
    assert status == BAD_INPUT
    assert said.count("\n") == 1
    assert said.startswith("--host: ")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EACCES, "--port: 80 is not open to you"),
        (errno.EMFILE, "cannot listen on 127.0.0.1 port 80 (Too many open files)"),
    ],
)
def test_other_reasons_are_told_too(number, said, monkeypatch):
    def refuse(listener, where):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(serve.ServeError) as caught:
        serve.listening_socket("127.0.0.1", 80)
    assert said in str(caught.value)


def test_port_0_takes_one_that_is_free():
    with (
        serve.listening_socket("127.0.0.1", 0) as one,
        serve.listening_socket("0.0.0.0", 0) as other,
    ):
        assert one.getsockname()[1] != other.getsockname()[1]
        assert serve.address_of(one) == f"http://127.0.0.1:{one.getsockname()[1]}"
        assert serve.address_of(other).startswith("http://localhost:")


def test_the_help_of_the_command_imports_nothing_heavy():
    script = (
        "import sys; from typer.testing import CliRunner; from sim import cli\n"
        "assert CliRunner().invoke(cli.app, ['app', '--help']).exit_code == 0\n"
        "print({'solara', 'uvicorn', 'mesa', 'numpy', 'calibration'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert found.stdout == "set()\n", found.stderr


def test_the_command_hands_over_its_options_and_the_pages_from_above(monkeypatch):
    asked = {}
    monkeypatch.setattr(serve, "serve", lambda **options: asked.update(options))
    result = CliRunner().invoke(cli.app, ["app", "--host", "::1", "--port", "9000"])
    assert result.exit_code == 0
    page = PageChoice("/calibration", "Calibration", "calibration.app_page:CalibrationPage")
    assert asked == {"host": "::1", "port": 9000, "browser": True, "pages": [page]}


def test_a_browser_is_opened_only_where_there_is_a_screen(monkeypatch):
    import webbrowser

    opened = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.setattr(serve, "has_screen", lambda: False)
    serve.open_browser("http://127.0.0.1:1")
    assert opened == []
    monkeypatch.setattr(serve, "has_screen", lambda: True)
    serve.open_browser("http://127.0.0.1:1")
    end = time.monotonic() + 5
    while not opened and time.monotonic() < end:
        time.sleep(0.01)
    assert opened == ["http://127.0.0.1:1"]


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({}, False),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "w"}, True),
        ({"TERM": "x"}, False),
    ],
)
def test_a_terminal_is_no_screen(variables, found, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", "linux")
    assert serve.has_screen() is found


def test_what_an_operator_set_stays_but_not_for_telling_others(monkeypatch):
    monkeypatch.setattr(os, "environ", {"SOLARA_KERNEL_CULL_TIMEOUT": "1h"})
    os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] = "True"
    serve.set_environment()
    assert os.environ["SOLARA_KERNEL_CULL_TIMEOUT"] == "1h"
    assert os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] == "False"
    assert os.environ["SOLARA_APP"] == "sim.app.pages"


@pytest.fixture
def no_extra_pages():
    before = extra_pages.extra_pages()
    yield
    extra_pages.hand_in(before)


@pytest.mark.usefixtures("no_extra_pages")
def test_pages_are_handed_in_and_imported_late():
    page = PageChoice("/dates", "Dates", "datetime:date")
    missing = PageChoice("/missing", "Missing", "no_such_module:Page")
    extra_pages.hand_in([page, missing])
    assert extra_pages.extra_pages() == (page, missing)
    assert extra_pages.component_of(page).__name__ == "date"
    with pytest.raises(ModuleNotFoundError):
        extra_pages.component_of(missing)
    extra_pages.hand_in([])
    assert extra_pages.extra_pages() == ()


@pytest.mark.parametrize(
    "page",
    [
        ("calibration", "Calibration", "a:B"),
        ("/", "Calibration", "a:B"),
        ("/a/b", "Calibration", "a:B"),
        ("//a", "Calibration", "a:B"),
        ("/calibration", "", "a:B"),
        ("/calibration", "Calibration", "a"),
        ("/calibration", "Calibration", "a:b c"),
        ("/calibration", "Calibration", ":B"),
    ],
)
@pytest.mark.usefixtures("no_extra_pages")
def test_what_is_no_page_cannot_be_handed_in(page):
    with pytest.raises(ValueError, match="is not a page"):
        extra_pages.hand_in([page])
