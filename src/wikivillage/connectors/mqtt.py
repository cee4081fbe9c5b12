"""Listens to an MQTT broker and hands messages on in batches; only what was handled is acknowledged.

The broker keeps a persistent session under ``client_id``: what arrives while nobody listens, and what was not
acknowledged, it sends again. So every message is handled at least once, and sorting readings makes duplicates harmless.
A broker keeps as many messages for a sleeper as it is told to: Mosquitto 1000, unless ``max_queued_messages`` is set.

One thread does everything, so that no acknowledgement can meet another connection than that of its message. This is the
one connector that asks the clock and the network.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from wikivillage.connectors.messages import Message

Handle = Callable[[Sequence[Message]], None]
"""Stores a batch. When it returns, the batch is acknowledged: what it took must by then be safe on disk."""
Say = Callable[[str], None]

NEVER_EXPIRES = 0xFFFFFFFF
LONGEST_WAIT = 0.2
"""Seconds after which the listener looks whether it should stop."""


@dataclass(frozen=True, slots=True)
class MqttSettings:
    """Where the broker is and what is listened to. ``version`` is 5, or 4 for MQTT 3.1.1.

    A batch is handed on when it has ``most_messages``, or ``batch_seconds`` after its first message. ``retry_on`` are
    the errors of handling after which it is tried again; any other ends the listener, its batch unacknowledged.
    """

    host: str
    topics: tuple[str, ...]
    client_id: str
    port: int = 1883
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    version: int = 5
    keep_alive_seconds: int = 60
    batch_seconds: float = 0.5
    most_messages: int = 500
    first_back_off_seconds: float = 1.0
    longest_back_off_seconds: float = 60.0
    retry_on: tuple[type[Exception], ...] = (OSError,)


@dataclass(slots=True)
class _Connection:
    """One connection and the messages that came over it and are not acknowledged."""

    client: Client
    settings: MqttSettings
    say: Say
    goes_well: bool = False
    pending: list[tuple[MQTTMessage, Message]] = field(default_factory=list)
    began: float = 0.0

    def is_due(self) -> bool:
        full = len(self.pending) >= self.settings.most_messages
        return bool(self.pending) and (full or time.monotonic() - self.began >= self.settings.batch_seconds)


def listen(settings: MqttSettings, handle: Handle, stop: Event, say: Say) -> None:
    """Hand on messages until ``stop`` is set; lost connections are made again, after longer and longer waits.

    When it returns, every message is handled and acknowledged, or neither acknowledged nor lost. Raises what ``handle``
    raises, unless it is one of ``retry_on``.
    """
    wait = settings.first_back_off_seconds
    while not stop.is_set():
        went_well, why = _one_connection(settings, handle, stop, say)
        if stop.is_set():
            break
        wait = settings.first_back_off_seconds if went_well else min(2 * wait, settings.longest_back_off_seconds)
        say(f"{settings.host}:{settings.port}: {why}; next try in {wait:g} s.")
        stop.wait(wait)


def stop_at_signals() -> Event:
    """An event that is set when the program is asked to end, by SIGTERM or Ctrl-C."""
    stop = Event()
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda *_: stop.set())
    return stop


def _one_connection(settings: MqttSettings, handle: Handle, stop: Event, say: Say) -> tuple[bool, str]:
    """Listen until the connection ends; whether all went well until then, and why it ended."""
    tried_again: tuple[type[Exception], ...] = (OSError, *settings.retry_on)
    client = _client(settings)
    connection = _Connection(client, settings, say)
    client.user_data_set(connection)
    try:
        _connect(client, settings)
        why = _serve(connection, handle, stop)
    except tried_again as error:
        why = f"{type(error).__name__}: {error}"
    finally:
        client.disconnect()
    return connection.goes_well, why


def _serve(connection: _Connection, handle: Handle, stop: Event) -> str:
    result = MQTTErrorCode.MQTT_ERR_SUCCESS
    while result == MQTTErrorCode.MQTT_ERR_SUCCESS and not stop.is_set():
        result = connection.client.loop(min(LONGEST_WAIT, connection.settings.batch_seconds))
        if connection.is_due():
            _hand_on(connection, handle)
    if result == MQTTErrorCode.MQTT_ERR_SUCCESS:
        _hand_on(connection, handle)
        _write_out(connection.client)
    return str(result.name)


def _hand_on(connection: _Connection, handle: Handle) -> None:
    batch = connection.pending
    if not batch:
        return
    connection.pending = []
    connection.goes_well = False
    handle([message for _, message in batch])
    for sent, _ in batch:
        connection.client.ack(sent.mid, sent.qos)
    connection.goes_well = True


def _write_out(client: Client) -> None:
    """Send acknowledgements that are still waiting; a broker that no longer takes them sends their messages again."""
    until = time.monotonic() + 1.0
    while client.want_write() and time.monotonic() < until:
        if client.loop_write() != MQTTErrorCode.MQTT_ERR_SUCCESS:
            return


def _client(settings: MqttSettings) -> Client:
    is_five = settings.version == MQTTProtocolVersion.MQTTv5
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=settings.client_id,
        clean_session=None if is_five else False,
        protocol=MQTTProtocolVersion(settings.version),
        manual_ack=True,
    )
    if settings.username is not None:
        client.username_pw_set(settings.username, settings.password)
    if settings.ca_file is not None:
        client.tls_set(ca_certs=settings.ca_file)
    client.on_connect = _on_connect
    client.on_message = _on_message
    return client


def _connect(client: Client, settings: MqttSettings) -> None:
    if settings.version != MQTTProtocolVersion.MQTTv5:
        client.connect(settings.host, settings.port, settings.keep_alive_seconds)
        return
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = NEVER_EXPIRES
    properties.ReceiveMaximum = min(65_535, 2 * settings.most_messages)
    client.connect(settings.host, settings.port, settings.keep_alive_seconds, clean_start=False, properties=properties)


def _on_connect(client: Client, connection: _Connection, flags: Any, reason: Any, properties: Any) -> None:
    settings = connection.settings
    if reason.is_failure:
        connection.say(f"{settings.host}:{settings.port}: the broker refuses: {reason}.")
        return
    connection.goes_well = True
    resumed = "an old session" if flags.session_present else "a new session"
    connection.say(f"{settings.host}:{settings.port}: connected with {resumed}.")
    if settings.version == MQTTProtocolVersion.MQTTv5:
        options = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB)
        client.subscribe([(topic, options) for topic in settings.topics])
    else:
        client.subscribe([(topic, 1) for topic in settings.topics])


def _on_message(client: Client, connection: _Connection, sent: MQTTMessage) -> None:
    if not connection.pending:
        connection.began = time.monotonic()
    message = Message(_topic(sent), bytes(sent.payload), datetime.now(UTC), sent.retain)
    connection.pending.append((sent, message))


def _topic(sent: MQTTMessage) -> str:
    """The topic; bytes that are no UTF-8, which a broker should refuse, become question marks that fit no rule."""
    try:
        return sent.topic
    except UnicodeDecodeError:
        return "?"
