"""The listener against a real Mosquitto: nothing published with QoS 1 is lost, nothing is acknowledged early."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.connectors.broker import Broker, find_broker, free_port
from wikivillage.connectors.messages import Message
from wikivillage.connectors.mqtt import MqttSettings, listen, stop_at_signals


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    one = find_broker(tmp_path)
    one.start()
    yield one
    one.stop()


@dataclass
class Store:
    """What was handled, batch by batch; ``fail`` raises in front of a batch as long as it says so."""

    batches: list[Sequence[Message]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    fail: Callable[[], None] = lambda: None
    error: BaseException | None = None

    def handle(self, batch: Sequence[Message]) -> None:
        self.fail()
        self.batches.append(batch)

    @property
    def payloads(self) -> list[str]:
        return [message.payload.decode() for batch in self.batches for message in batch]

    def wait_for(self, *payloads: str) -> None:
        _until(lambda: set(payloads) <= set(self.payloads), lambda: f"{self.said} {self.payloads}")


@contextmanager
def listening(store: Store, settings: MqttSettings) -> Iterator[Event]:
    """A listener in a thread, which has stopped when the block is left."""
    stop = Event()

    def run() -> None:
        try:
            listen(settings, store.handle, stop, store.said.append)
        except BaseException as error:
            store.error = error

    thread = Thread(target=run)
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


def test_messages_arrive_in_batches_and_are_read(broker: Broker) -> None:
    store = Store()
    with listening(store, replace(_settings(broker), batch_seconds=0.2)):
        _connected(store)
        broker.publish("village/m1/import", *map(str, range(50)))
        store.wait_for("49")
    assert store.payloads == [str(number) for number in range(50)]
    assert len(store.batches) < 25
    first = store.batches[0][0]
    assert (first.topic, first.is_retained) == ("village/m1/import", False)
    assert first.received_at.tzinfo is UTC
    assert abs((datetime.now(UTC) - first.received_at).total_seconds()) < 60


def test_a_full_batch_does_not_wait_and_what_was_handled_does_not_come_again(broker: Broker) -> None:
    patient = replace(_settings(broker), batch_seconds=30, most_messages=20)
    with listening(store := Store(), patient):
        _connected(store)
        broker.publish("village/m1/import", *map(str, range(40)))
        store.wait_for("39")
    assert [len(batch) for batch in store.batches] == [20, 20]
    broker.wait_until_gone("wikivillage-test")
    broker.publish("village/m1/import", "later")
    with listening(again := Store(), _settings(broker)):
        again.wait_for("later")
    assert again.payloads == ["later"]


def test_a_listener_that_is_stopped_hands_on_what_it_has_and_leaves_the_rest(broker: Broker) -> None:
    with listening(store := Store(), replace(_settings(broker), batch_seconds=30)):
        _connected(store)
        broker.publish("village/m1/import", *map(str, range(45)))
    broker.publish("village/m1/import", "later")
    with listening(again := Store(), _settings(broker)):
        again.wait_for("later")
    assert {*store.payloads, *again.payloads} == {*map(str, range(45)), "later"}


@pytest.mark.parametrize("version", [4, 5])
def test_what_is_published_while_nobody_listens_arrives_later(broker: Broker, version: int) -> None:
    settings = replace(_settings(broker), version=version)
    with listening(first := Store(), settings):
        _connected(first)
    broker.publish("village/m1/import", "asleep 1", "asleep 2")
    with listening(second := Store(), settings):
        second.wait_for("asleep 1", "asleep 2")
    assert second.payloads == ["asleep 1", "asleep 2"]
    assert "connected with an old session" in second.said[0]


def test_what_could_not_be_stored_is_not_acknowledged_and_comes_again(broker: Broker) -> None:
    failures = iter([OSError("the disk is full"), LookupError("the database sleeps")])

    def fail() -> None:
        error = next(failures, None)
        if error is not None:
            raise error

    store = Store(fail=fail)
    with listening(store, replace(_settings(broker), retry_on=(LookupError,))):
        _connected(store)
        broker.publish("village/m1/import", "1", "2", "3")
        store.wait_for("1", "2", "3")
    assert any("OSError: the disk is full; next try in" in line for line in store.said)
    assert any("LookupError" in line for line in store.said)
    assert sorted(set(store.payloads)) == ["1", "2", "3"]


def test_a_mistake_of_ours_ends_the_listener_and_loses_nothing(broker: Broker) -> None:
    def fail() -> None:
        raise AssertionError("our own mistake")

    broken = Store(fail=fail)
    with listening(broken, _settings(broker)):
        _connected(broken)
        broker.publish("village/m1/import", "precious")
        _until(lambda: broken.error is not None, lambda: "the listener goes on")
    assert isinstance(broken.error, AssertionError)
    with listening(mended := Store(), _settings(broker)):
        mended.wait_for("precious")


@pytest.mark.parametrize("gently", [True, False])
def test_a_broker_that_is_restarted_in_the_middle_loses_nothing(broker: Broker, gently: bool) -> None:
    store = Store()
    with listening(store, _settings(broker)):
        _connected(store)
        broker.publish("village/m1/import", *map(str, range(300)))
        broker.save()
        broker.stop(gently=gently)
        broker.start()
        broker.publish("village/m1/import", *map(str, range(300, 400)))
        store.wait_for(*map(str, range(400)))
    assert any("next try in" in line for line in store.said)


def test_a_broker_killed_before_anything_was_acknowledged_sends_it_again(broker: Broker) -> None:
    down = Event()

    def fail() -> None:
        if not down.is_set():
            raise OSError("not yet")

    store = Store(fail=fail)
    with listening(store, _settings(broker)):
        _connected(store)
        broker.publish("village/m1/import", *map(str, range(100)))
        broker.save()
        broker.stop(gently=False)
        down.set()
        broker.start()
        store.wait_for(*map(str, range(100)))


def test_a_broker_with_a_narrow_window_is_read_to_the_end(tmp_path: Path) -> None:
    broker = find_broker(tmp_path, inflight=20)
    broker.start()
    store = Store()
    with listening(store, _settings(broker)):
        _connected(store)
        broker.publish("village/m1/import", *map(str, range(200)))
        store.wait_for(*map(str, range(200)))
    broker.stop()
    assert len(store.payloads) == 200


def test_retained_messages_say_that_they_are(broker: Broker) -> None:
    broker.publish("village/m1/import", "kept", retain=True)
    with listening(store := Store(), _settings(broker)):
        store.wait_for("kept")
    assert [message.is_retained for batch in store.batches for message in batch] == [True]


def test_a_broker_that_is_not_there_is_tried_again_more_and_more_rarely() -> None:
    settings = MqttSettings("127.0.0.1", ("#",), "lonely", free_port(), first_back_off_seconds=0.01)
    with listening(store := Store(), replace(settings, longest_back_off_seconds=0.05)):
        _until(lambda: len(store.said) >= 4, lambda: str(store.said))
    waits = [line.rpartition("next try in ")[2] for line in store.said[:4]]
    assert waits == ["0.02 s.", "0.04 s.", "0.05 s.", "0.05 s."]


def test_a_signal_asks_the_listener_to_stop() -> None:
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        for one in before:
            stop = stop_at_signals()
            signal.raise_signal(one)
            assert stop.is_set()
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def test_a_password_is_not_shown() -> None:
    settings = MqttSettings("host", ("#",), "id", username="u", password="precious")
    assert "precious" not in repr(settings)


def _settings(broker: Broker) -> MqttSettings:
    return MqttSettings(
        host="127.0.0.1",
        topics=("village/+/+",),
        client_id="wikivillage-test",
        port=broker.port,
        batch_seconds=0.02,
        first_back_off_seconds=0.05,
        longest_back_off_seconds=0.2,
    )


def _connected(store: Store) -> None:
    """Wait until the listener is connected, and its subscription with it."""
    _until(lambda: any("connected with" in line for line in store.said), lambda: str(store.said))
    time.sleep(0.05)


def _until(is_so: Callable[[], bool], otherwise: Callable[[], str], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.01)
