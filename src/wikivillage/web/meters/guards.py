"""What the database itself refuses: a reading is never changed, removed or replaced, a closed interval never removed.

PostgreSQL has no REPLACE: what there conflicts goes through the guard of updates. SQLite's REPLACE removes the old row
without a word where ``recursive_triggers`` is off, so there a guard looks before each insert.
"""

from __future__ import annotations

APPEND_ONLY = ("meters_reading", "meters_correction", "meters_correctionevent")
NEVER_REMOVED = (*APPEND_ONLY, "meters_closedinterval", "meters_conflict", "meters_quarantine", "meters_batch")
KEYS = {
    "meters_reading": "id = NEW.id OR (register_id = NEW.register_id AND at = NEW.at)",
    "meters_correctionevent": "event = NEW.event",
    "meters_correction": "id = NEW.id OR (interval_id = NEW.interval_id AND number = NEW.number)",
    "meters_closedinterval": 'id = NEW.id OR (register_id = NEW.register_id AND "begin" = NEW."begin")',
}
"""What REPLACE would silently remove: a row with the same key."""


def create_guards(vendor: str) -> list[str]:
    """The statements that put the guards into a database of Django's ``vendor``, sqlite or postgresql."""
    return _sqlite() if vendor == "sqlite" else _postgres()


def guard_names(vendor: str) -> set[str]:
    """The names under which a database lists its guards."""
    changed = {f"{table}_unchanged" for table in APPEND_ONLY}
    kept = {f"{table}_kept" for table in NEVER_REMOVED}
    other = (
        {f"{table}_once" for table in KEYS} if vendor == "sqlite" else {f"{one}_not_emptied" for one in NEVER_REMOVED}
    )
    return changed | kept | other


def _sqlite() -> list[str]:
    return [
        *(_refuse(table, "unchanged", "UPDATE", "is append-only") for table in APPEND_ONLY),
        *(_refuse(table, "kept", "DELETE", "keeps its rows") for table in NEVER_REMOVED),
        *(
            _refuse(table, "once", "INSERT", "has it already", f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {keys})")
            for table, keys in KEYS.items()
        ),
    ]


def _refuse(table: str, name: str, event: str, says: str, when: str = "") -> str:
    return f"""CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} {when}
    BEGIN SELECT RAISE(ABORT, '{table} {says}'); END"""


def _postgres() -> list[str]:
    function = """CREATE FUNCTION meters_refuse() RETURNS trigger LANGUAGE plpgsql AS $guard$
    BEGIN RAISE EXCEPTION '% %', TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'restrict_violation'; END $guard$"""
    return [
        function,
        *(_trigger(table, "unchanged", "UPDATE", "is append-only") for table in APPEND_ONLY),
        *(_trigger(table, "kept", "DELETE", "keeps its rows") for table in NEVER_REMOVED),
        *(_trigger(table, "not_emptied", "TRUNCATE", "keeps its rows", each="") for table in NEVER_REMOVED),
    ]


def _trigger(table: str, name: str, event: str, says: str, each: str = "FOR EACH ROW") -> str:
    return f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} {each} EXECUTE FUNCTION meters_refuse('{says}')"
