"""The rules that the database itself holds, by triggers on both engines, so that no path around Python breaks them.

What is written is never changed or removed. Numbers of records and of a resource's sequence have no gaps, each record
is sealed with the one before, each posting adds up with the one before, a stock shows what its last posting left,
nothing falls below zero, and what is promised of a resource is never more than there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

APPEND_ONLY = ("ledger_record", "ledger_event", "ledger_posting", "ledger_keeping")
NEVER_REMOVED = (*APPEND_ONLY, "ledger_stock", "ledger_promise", "ledger_process", "ledger_head")
KEYS = {
    "ledger_record": "number = NEW.number OR id = NEW.id",
    "ledger_event": "number = NEW.number OR id = NEW.id",
    "ledger_posting": "id = NEW.id OR (resource = NEW.resource AND sequence = NEW.sequence)",
    "ledger_keeping": "id = NEW.id OR (promise_id = NEW.promise_id AND number = NEW.number)",
    "ledger_stock": "id = NEW.id",
    "ledger_promise": "id = NEW.id OR number = NEW.number",
    "ledger_process": "id = NEW.id OR number = NEW.number",
    "ledger_head": "id = NEW.id",
}
"""What REPLACE would silently remove: a row with the same key."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A trigger: before an INSERT, UPDATE or DELETE of a table it refuses whatever fulfils ``when``, a condition on
    NEW and OLD in the SQL that both engines read. ``locks``: the record whose row PostgreSQL locks first."""

    name: str
    table: str
    event: str
    when: str
    says: str
    locks: str = ""


BEFORE_IT = "SELECT {column} FROM ledger_posting p WHERE p.resource = NEW.resource AND p.sequence = NEW.sequence - 1"
BEFORE = {column: f"coalesce(({BEFORE_IT.format(column=column)}), 0)" for column in ("accounting", "onhand")}
OVERDRAWN = " OR ".join(f"(NEW.{column} < 0 AND NEW.{column}_change < 0)" for column in BEFORE)
COUNTING = """FROM ledger_promise o WHERE o.resource = NEW.resource AND o.counts AND o.ended IS NULL AND o.id <> NEW.id
    AND (o.expires IS NULL OR o.expires > {now})"""
NOW_OF_RECORD = "(SELECT r.recorded_at FROM ledger_record r WHERE r.number = NEW.number)"
OPEN = "coalesce(sum(CASE WHEN o.amount > o.delivered THEN o.amount - o.delivered ELSE 0 END), 0)"
OTHERS = COUNTING.format(now=NOW_OF_RECORD)
PEAK = f"""(SELECT max(taken) FROM (
    SELECT (SELECT coalesce(sum(o.amount), 0) {OTHERS} AND o.booking
        AND o."begin" <= m.moment AND o."end" > m.moment) AS taken
    FROM (SELECT NEW."begin" AS moment UNION
          SELECT o."begin" {OTHERS} AND o.booking AND o."begin" >= NEW."begin" AND o."begin" < NEW."end") m) t)"""

PROMISED = (
    "id",
    "number",
    "kind",
    "resource",
    "amount",
    "unit",
    "counts",
    "booking",
    "single",
    "begin",
    "end",
    "expires",
)
LAPSES = """NEW.lapsed AND NEW.expires IS NOT NULL
    AND NEW.expires <= (SELECT recorded_at FROM ledger_record ORDER BY number DESC LIMIT 1)"""


def _differs(*columns: str) -> str:
    """Whether any of some columns is changed, an empty one included."""
    pairs = [(f'NEW."{name}"', f'OLD."{name}"') for name in columns]
    return " OR ".join(f"{new} <> {old} OR ({new} IS NULL) <> ({old} IS NULL)" for new, old in pairs)


GUARDS = (
    *(Guard(f"{table}_unchanged", table, "UPDATE", "1 = 1", f"{table} is append-only") for table in APPEND_ONLY),
    *(Guard(f"{table}_kept", table, "DELETE", "1 = 1", f"nothing is removed from {table}") for table in NEVER_REMOVED),
    *(
        Guard(
            f"{table}_once", table, "INSERT", f"EXISTS (SELECT 1 FROM {table} WHERE {keys})", f"{table} has it already"
        )
        for table, keys in KEYS.items()
    ),
    Guard(
        "ledger_record_chained",
        "ledger_record",
        "INSERT",
        """NEW.number <> coalesce((SELECT max(number) FROM ledger_record), 0) + 1
        OR (NEW.number > 1 AND NEW.previous <> (SELECT hash FROM ledger_record WHERE number = NEW.number - 1))
        OR (NEW.number = 1 AND NEW.previous <> '0000000000000000000000000000000000000000000000000000000000000000')""",
        "a record follows the last one",
    ),
    Guard(
        "ledger_event_recorded",
        "ledger_event",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM ledger_record r WHERE r.number = NEW.number AND r.id = NEW.id AND r.kind = 'event')",
        "an event has its record",
    ),
    Guard(
        "ledger_event_unit",
        "ledger_event",
        "INSERT",
        """EXISTS (SELECT 1 FROM ledger_stock s WHERE s.id IN (NEW.resource, NEW.to_resource)
        AND NEW.quantity IS NOT NULL AND s.unit <> NEW.unit)""",
        "a quantity is in the unit of its resource",
    ),
    Guard(
        "ledger_event_correction",
        "ledger_event",
        "INSERT",
        """NEW.corrects IS NOT NULL AND (
        NOT EXISTS (SELECT 1 FROM ledger_event e
            WHERE e.id = NEW.corrects AND e.corrects IS NULL AND e.action = NEW.action)
        OR coalesce(NEW.quantity, 0) + (SELECT coalesce(sum(e.quantity), 0) FROM ledger_event e
            WHERE e.id = NEW.corrects OR e.corrects = NEW.corrects) < 0
        OR coalesce(NEW.effort, 0) + (SELECT coalesce(sum(e.effort), 0) FROM ledger_event e
            WHERE e.id = NEW.corrects OR e.corrects = NEW.corrects) < 0)""",
        "a correction leaves no less than nothing",
    ),
    Guard(
        "ledger_posting_adds_up",
        "ledger_posting",
        "INSERT",
        f"""NEW.sequence < 1
        OR (NEW.sequence > 1 AND NOT EXISTS (SELECT 1 FROM ledger_posting p
            WHERE p.resource = NEW.resource AND p.sequence = NEW.sequence - 1))
        OR NEW.accounting <> NEW.accounting_change + {BEFORE["accounting"]}
        OR NEW.onhand <> NEW.onhand_change + {BEFORE["onhand"]}""",
        "a posting adds up with the one before",
    ),
    Guard(
        "ledger_posting_not_overdrawn",
        "ledger_posting",
        "INSERT",
        f"({OVERDRAWN}) AND NOT EXISTS (SELECT 1 FROM ledger_stock s WHERE s.id = NEW.resource AND s.allow_negative)",
        "nothing falls below zero",
    ),
    Guard(
        "ledger_stock_opens_empty",
        "ledger_stock",
        "INSERT",
        "NEW.accounting <> 0 OR NEW.onhand <> 0 OR NEW.sequence <> 0",
        "a stock begins with nothing",
    ),
    Guard(
        "ledger_stock_is_its_postings",
        "ledger_stock",
        "UPDATE",
        """NEW.id <> OLD.id OR NEW.unit <> OLD.unit OR NEW.spec <> OLD.spec OR NEW.allow_negative <> OLD.allow_negative
        OR NEW.sequence <= OLD.sequence
        OR NOT EXISTS (SELECT 1 FROM ledger_posting p WHERE p.resource = NEW.id AND p.sequence = NEW.sequence
            AND p.accounting = NEW.accounting AND p.onhand = NEW.onhand)""",
        "a stock shows what its last posting left",
    ),
    Guard(
        "ledger_promise_stands",
        "ledger_promise",
        "UPDATE",
        f"""{_differs(*PROMISED)} OR (OLD.ended IS NOT NULL AND coalesce(NEW.ended, '') <> OLD.ended)
        OR (NEW.lapsed <> OLD.lapsed AND NOT ({LAPSES}))""",
        "a promise is kept or ended, not rewritten",
    ),
    Guard(
        "ledger_process_stands",
        "ledger_process",
        "UPDATE",
        _differs("id", "number", "based_on", "name", "at"),
        "a process is not rewritten",
    ),
    Guard(
        "ledger_promise_fits",
        "ledger_promise",
        "INSERT",
        f"""NEW.booking AND NEW.ended IS NULL AND NEW.amount + {PEAK}
        > (SELECT s.accounting FROM ledger_stock s WHERE s.id = NEW.resource)""",
        "it is taken at that time",
        locks="NEW.resource",
    ),
    Guard(
        "ledger_promise_covered",
        "ledger_promise",
        "INSERT",
        f"""NEW.counts AND NOT NEW.booking AND NEW.ended IS NULL
        AND NEW.amount - NEW.delivered + (SELECT {OPEN} {OTHERS} AND NOT o.booking)
        > (SELECT CASE WHEN s.allow_negative THEN 9223372036854775807 ELSE s.onhand END
            FROM ledger_stock s WHERE s.id = NEW.resource)""",
        "not so much of it is free",
        locks="NEW.resource",
    ),
)
"""Every guard."""


def guards_of(vendor: str) -> list[Guard]:
    """The triggers of an engine. PostgreSQL has no REPLACE; its unique constraints are enough there."""
    return [guard for guard in GUARDS if vendor == "sqlite" or not guard.name.endswith("_once")]


def create_guards(vendor: str) -> list[str]:
    """The statements that put the guards into a database of Django's ``vendor``, sqlite or postgresql."""
    if vendor == "sqlite":
        return [_sqlite(guard) for guard in guards_of(vendor)]
    return [statement for guard in guards_of(vendor) for statement in _postgres(guard)] + [
        *_truncate(),
        EXCLUSION_EXTENSION,
        EXCLUSION,
    ]


LISTED = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """SELECT t.tgname, pg_get_triggerdef(t.oid, true) || ' ' || p.prosrc
        FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')""",
}
"""What a database has of triggers: name and text."""


def broken_guards(vendor: str, there: Mapping[str, str]) -> list[str]:
    """The guards that are not among the triggers ``there``, name and text, or that no longer say what they should."""
    found = {name: _words(text) for name, text in there.items()}
    return sorted(name for name, text in _texts(vendor).items() if found.get(name) != _words(text))


def _texts(vendor: str) -> dict[str, str]:
    """The text of each guard, as a database lists it."""
    if vendor == "sqlite":
        return {guard.name: _sqlite(guard) for guard in guards_of(vendor)}
    bodies = {guard.name: _postgres(guard) for guard in guards_of(vendor)}
    refuse, *triggers = _truncate()
    for table, trigger in zip(NEVER_REMOVED, triggers, strict=True):
        bodies[f"{table}_not_emptied"] = [refuse, trigger]
    return {name: f"{trigger} {body.split('$guard$')[1]}" for name, (body, trigger) in bodies.items()}


def _words(text: str) -> str:
    return "".join(text.replace('"', "").split())


def _sqlite(guard: Guard) -> str:
    return f"""CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table}
    WHEN {guard.when} BEGIN SELECT RAISE(ABORT, '{guard.says}'); END"""


def _postgres(guard: Guard) -> list[str]:
    """A function and its trigger. The plans of its questions are made when the tables are empty and kept, so they are
    told to use the indexes."""
    lock = f"PERFORM 1 FROM ledger_stock WHERE id = {guard.locks} FOR UPDATE;" if guard.locks else ""
    back = "OLD" if guard.event == "DELETE" else "NEW"
    function = f"""CREATE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off AS $guard$
    BEGIN {lock}
    IF {guard.when} THEN RAISE EXCEPTION '{guard.says}' USING ERRCODE = 'restrict_violation'; END IF;
    RETURN {back}; END $guard$"""
    trigger = f"""CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table}
    FOR EACH ROW EXECUTE FUNCTION {guard.name}()"""
    return [function, trigger]


def _truncate() -> list[str]:
    """TRUNCATE passes by the triggers of rows, so it has its own."""
    refuse = """CREATE FUNCTION ledger_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $guard$
    BEGIN RAISE EXCEPTION 'nothing is removed from %', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation'; END $guard$"""
    triggers = [
        f"""CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_not_emptied()"""
        for table in NEVER_REMOVED
    ]
    return [refuse, *triggers]


EXCLUSION_EXTENSION = "CREATE EXTENSION IF NOT EXISTS btree_gist"
EXCLUSION = """ALTER TABLE ledger_promise ADD CONSTRAINT bookings_of_one_thing_never_overlap EXCLUDE USING gist
    (resource WITH =, tstzrange("begin", "end") WITH &&) WHERE (booking AND single AND ended IS NULL AND NOT lapsed)"""
MORE_CONSTRAINTS = {("postgresql", "ledger_promise"): {"bookings_of_one_thing_never_overlap"}}
"""By engine and table, those that Django's models do not know."""
