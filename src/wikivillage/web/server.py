"""The web server: gunicorn in this process, on this machine only."""

from __future__ import annotations

from typing import Any

from gunicorn.app.base import BaseApplication


class _Server(BaseApplication):
    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Take the options over."""
        for key, value in self.options.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        """The application, once in each worker."""
        from wikivillage.web.wsgi import application

        return application


def serve(*, port: int, threads: int) -> None:
    """Serve on 127.0.0.1 until Ctrl-C: one worker, so that a SQLite file has one writing process."""
    options = {
        "bind": f"127.0.0.1:{port}",
        "workers": 1,
        "threads": threads,
        "worker_class": "gthread",
        "loglevel": "warning",
    }
    _Server(options).run()
