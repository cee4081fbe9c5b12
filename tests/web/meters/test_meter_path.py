"""The whole path: a real Mosquitto, a listener that is killed in mid-stream, the readings, the events, the stock."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from tests.connectors.broker import Broker, find_broker
from tests.connectors.streams import START
from tests.web.meters.rooms import close, meter, net
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.models import Stock
from wikivillage.web.meters.models import Batch, Quarantine, Reading

LISTEN = "from wikivillage.commands.meters import meters_app; meters_app()"
MESSAGES = 800
TOPICS = """topics:
  - topic: village/{meter}/{register}
    unit: kWh
"""


def test_invariant_12_a_listener_killed_in_mid_stream_loses_nothing_and_counts_nothing_twice(
    database: str, tmp_path: Path
) -> None:
    meter("m1")
    meter("m2")
    broker = find_broker(tmp_path)
    broker.start()
    listeners = []
    try:
        listeners.append(_listener(broker, database, tmp_path))
        _publish(broker, range(MESSAGES // 2))
        _until(lambda: Reading.objects.exists())
        listeners[0].send_signal(signal.SIGKILL)
        listeners[0].wait(10)
        broker.publish("village/m1/import", "no number", "{}")
        _publish(broker, range(MESSAGES // 2 - 100, MESSAGES))
        listeners.append(_listener(broker, database, tmp_path))
        _until(lambda: Reading.objects.count() >= MESSAGES and Quarantine.objects.count() >= 2)
        listeners[1].terminate()
        assert listeners[1].wait(10) == 0
    finally:
        for one in listeners:
            one.kill()
        broker.stop()
    assert Reading.objects.count() == MESSAGES
    told = Batch.objects.values_list("new", "duplicate", "conflicting")
    assert sum(new for new, _, _ in told) == MESSAGES
    assert sum(duplicate for _, duplicate, _ in told) >= 100
    assert sum(conflicting for _, _, conflicting in told) == 0
    assert {one.code for one in Quarantine.objects.all()} == {"payload-json", "payload-missing"}
    close()
    assert net() == 2 * Decimal(MESSAGES // 2 - 1) / 10
    assert Stock.objects.get(pk="mains").onhand == -net()
    assert check_ledger().ok


def _publish(broker: Broker, numbers: range) -> None:
    for name in ("m1", "m2"):
        mine = [number // 2 for number in numbers if number % 2 == int(name[1]) - 1]
        broker.publish(f"village/{name}/import", *(_payload(name, step) for step in mine))


def _payload(name: str, step: int) -> str:
    return f'{{"at": {int(START.timestamp()) + 900 * step}, "value": "{Decimal(step) / 10}"}}'


def _listener(broker: Broker, database: str, folder: Path) -> subprocess.Popen[bytes]:
    """``meters listen`` as a process, once it has its session at the broker."""
    (folder / "topics.yaml").write_text(TOPICS, "utf-8")
    log = folder / f"listener-{time.monotonic_ns()}.log"
    options = ["listen", "--port", str(broker.port), "--topics", str(folder / "topics.yaml")]
    with log.open("wb") as out:
        command = [sys.executable, "-c", LISTEN, *options]
        started = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": database}, stdout=out, stderr=out)
    _until(lambda: "connected with" in log.read_text("utf-8"), lambda: log.read_text("utf-8"))
    time.sleep(0.1)
    return started


def _until(is_so: Callable[[], bool], otherwise: Callable[[], str] = str) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.02)
