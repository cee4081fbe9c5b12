"""A private MQTT broker for a test: a real Mosquitto on a free port of this machine, its files in the test's folder."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from paho.mqtt.client import CallbackAPIVersion, Client

PLACES = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"
CONFIG = """user root
listener {port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location {folder}/
max_queued_messages 0
max_inflight_messages {inflight}
"""
"""``user`` only matters to a broker that root starts: it would become somebody who cannot write in the folder."""


@dataclass(slots=True)
class Broker:
    """A Mosquitto that can be stopped, killed and started again with its old sessions."""

    program: str
    folder: Path
    port: int
    inflight: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        """Start it and wait until it answers."""
        config = self.folder / "mosquitto.conf"
        config.write_text(CONFIG.format(port=self.port, folder=self.folder, inflight=self.inflight), "utf-8")
        log = (self.folder / "mosquitto.log").open("ab")
        with log:
            self.process = subprocess.Popen([self.program, "-c", str(config)], stdout=log, stderr=log)
        self._wait(self._answers)

    def stop(self, *, gently: bool = True) -> None:
        """End it: gently, so that it saves its sessions, or as a power cut would."""
        if self.process is not None:
            self.process.terminate() if gently else self.process.kill()
            self.process.wait(10)
            self.process = None

    def save(self) -> None:
        """Let it save its sessions and messages now, which it does by itself only now and then."""
        assert self.process is not None
        before = self._saved()
        self.process.send_signal(signal.SIGUSR1)
        self._wait(lambda: self._saved() != before)

    def wait_until_gone(self, client_id: str) -> None:
        """Wait until it has read everything that a client sent before it left."""
        self._wait(lambda: f"Client {client_id} disconnected" in self._log())

    def publish(self, topic: str, *payloads: str | bytes, retain: bool = False) -> None:
        """Send messages with QoS 1, and return when the broker has acknowledged all of them."""
        client = Client(CallbackAPIVersion.VERSION2)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        for sent in [client.publish(topic, payload, qos=1, retain=retain) for payload in payloads]:
            sent.wait_for_publish(10)
            assert sent.is_published()
        client.disconnect()
        client.loop_stop()

    def _answers(self) -> bool:
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0

    def _saved(self) -> tuple[int, int] | None:
        path = self.folder / "mosquitto.db"
        return (path.stat().st_ino, path.stat().st_mtime_ns) if path.exists() else None

    def _log(self) -> str:
        return (self.folder / "mosquitto.log").read_text("utf-8")

    def _wait(self, is_so: Callable[[], bool]) -> None:
        until = time.monotonic() + 10
        while not is_so():
            assert time.monotonic() < until, self._log()
            time.sleep(0.02)


def free_port() -> int:
    """A port of this machine that nobody listens to."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def find_broker(folder: Path, inflight: int = 0) -> Broker:
    """A broker with its files in ``folder``, not yet started. Without Mosquitto the test is skipped."""
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path=PLACES)
    if program is None:
        pytest.skip("mosquitto is not installed: apt install mosquitto")
    return Broker(program, folder, free_port(), inflight)
