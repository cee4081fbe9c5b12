"""Serve a result's report to this machine only."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from wikivillage.base.problems import Problem, ProblemError

PORTS_TRIED = 20


def serve_report(folder: Path, port: int, say: Callable[[str], None]) -> None:
    """Serve ``folder`` on 127.0.0.1 until Ctrl-C; when the port is taken, the next free one is used.

    Raises ProblemError when there is no report in the folder, or no free port.
    """
    if not (folder / "report.html").is_file():
        hint = "Make one with: wikivillage plan FILE --out DIR"
        raise ProblemError([Problem("no_report", str(folder), "holds no report.html.", hint)])
    server = _server(folder, port)
    say(f"http://127.0.0.1:{server.server_port}/report.html  (Ctrl-C to stop)")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        say("")
    finally:
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files without a line per request."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _server(folder: Path, port: int) -> ThreadingHTTPServer:
    handler = partial(_Quiet, directory=str(folder))
    for candidate in range(port, port + PORTS_TRIED) if port else (0,):
        try:
            return ThreadingHTTPServer(("127.0.0.1", candidate), handler)
        except OSError:
            continue
    what = f"no free port between {port} and {port + PORTS_TRIED - 1}."
    raise ProblemError([Problem("no_port", "127.0.0.1", what, "Choose one with --port, or 0 for any.")])
