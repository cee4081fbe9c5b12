"""Who may do what with what: every role, kind and verb, for what is one's own, in one's scope, elsewhere and nobody's.

``permits.csv`` says what is expected: one line for each kind, verb and relation, an x for who may.
"""

from __future__ import annotations

import ast
import csv
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import translation

from tests.tidy.sources import python_files, tree_of
from wikivillage.web.registry.permits import OPEN, PERMITS, NotPermittedError, Permit, access, may
from wikivillage.web.registry.roles import MEMBERS, ROLES
from wikivillage.web.registry.viewer import VISITOR, Role, Viewer

EXPECTED = Path(__file__).with_name("permits.csv")
WHO = ("visitor", "guest", *ROLES)
RELATIONS = {
    "own": {"owner": "me"},
    "ward": {"owner": "ward"},
    "scope": {"owner": "other", "scope": "here"},
    "other": {"owner": "other"},
    "nobodys": {},
}
"""How a thing stands to who looks: theirs, of somebody they act for, in their scope, another's, nobody's own."""

Line = tuple[str, str, str]


def viewer(who: str, *, scope: str | None = None) -> Viewer:
    """Somebody with one role, who acts for a ward; a guest has signed in and has none."""
    if who == "visitor":
        return VISITOR
    held = set() if who == "guest" else {Role(who, scope)}
    member = {Role("member")} if who in MEMBERS else set()
    return Viewer("me", frozenset(held | member), frozenset({"ward"}))


def answers() -> Iterator[tuple[Line, list[str]]]:
    """What the table says, in the shape of the file."""
    for kind, verbs in PERMITS.items():
        for verb in verbs:
            for relation, thing in RELATIONS.items():
                scope = "here" if relation == "scope" else None
                allowed = [who for who in WHO if may(viewer(who, scope=scope), verb, kind, **thing)]
                yield (kind, verb, relation), allowed


def expected() -> dict[Line, list[str]]:
    """What the file says."""
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return {
        (row["kind"], row["verb"], row["relation"]): [who for who in WHO if row[who].strip() == "x"] for row in rows
    }


def differences(written: Mapping[Line, list[str]]) -> list[str]:
    """Where the table and the file do not say the same."""
    found = dict(answers())
    lines = [*found, *(line for line in written if line not in found)]
    return [
        f"{' '.join(line)}: {found.get(line)} is expected to be {written.get(line)}"
        for line in lines
        if found.get(line) != written.get(line)
    ]


def test_the_table_is_what_was_written_down() -> None:
    assert differences(expected()) == []


@pytest.mark.parametrize(("kind", "verb"), [("village_file", "load"), ("person", "see"), ("event", "see")])
def test_a_door_left_open_is_found(kind: str, verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PERMITS[kind], verb, OPEN)
    assert any(line.startswith(f"{kind} {verb} other") for line in differences(expected()))


def test_a_new_row_must_be_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PERMITS, "bicycle", {"borrow": OPEN})
    assert len(differences(expected())) == len(RELATIONS)


def test_a_role_elsewhere_opens_nothing() -> None:
    for word in ROLES:
        elsewhere = Viewer("me", frozenset({Role(word, "there")}))
        for kind, verbs in PERMITS.items():
            for verb, permit in verbs.items():
                if word not in permit.anywhere:
                    thing = {"owner": "other", "scope": "here"}
                    assert may(elsewhere, verb, kind, **thing) is permit.everyone, (word, verb, kind)


def test_a_role_that_waits_for_a_second_factor_opens_nothing() -> None:
    waiting = Viewer("me", frozenset({Role("member")}), waiting=frozenset({Role("steward")}))
    assert not may(waiting, "load", "village_file")
    with translation.override("en"), pytest.raises(NotPermittedError) as refused:
        access(waiting, "load", "village_file")
    assert refused.value.reasons == (
        "It needs the role of steward. A steward gives it.",
        "Your role of steward counts once you have signed in with your second factor.",
    )


def test_every_reason_is_told_in_both_languages() -> None:
    lead = Viewer("me", frozenset({Role("circle_lead", "there")}))
    with translation.override("en"):
        with pytest.raises(NotPermittedError) as refused:
            access(lead, "add", "membership", scope="here")
        assert refused.value.reasons == (
            "It needs one of these roles: circle lead, steward. A steward gives them.",
            "Your role of circle lead counts in another circle or place, not here.",
        )
        with pytest.raises(NotPermittedError) as refused:
            access(VISITOR, "see", "own_things", owner="alice")
        assert refused.value.reasons == ("You are not signed in.",)
        with pytest.raises(NotPermittedError) as refused:
            access(Viewer("me"), "see", "event", owner="alice")
        assert refused.value.reasons[0].startswith("It belongs to somebody else")
    with translation.override("fr"), pytest.raises(NotPermittedError) as refused:
        access(Viewer("me"), "see", "event", owner="alice")
    assert refused.value.reasons == (
        "Cela appartient à quelqu’un d’autre\u00a0: seuls cette personne, son foyer et son tuteur l’ouvrent.",
        "Il faut l’un de ces rôles\u00a0: contrôle, intendance. L’intendance les donne.",
    )


def test_what_is_not_in_the_table_may_not_be_asked() -> None:
    for verb, kind in (("see", "bicycle"), ("eat", "place")):
        with pytest.raises(AssertionError, match="add a row to PERMITS"):
            may(VISITOR, verb, kind)


def test_every_question_in_the_source_has_its_row() -> None:
    assert not [place for place, verb, kind in asked() if verb not in PERMITS.get(kind, {})]


def asked() -> Iterator[tuple[str, str, str]]:
    """Every call of ``may`` and ``access`` with its verb and kind written out."""
    for path in python_files("src/wikivillage/web"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("may", "access"):
                words = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
                if len(words) == 2:
                    yield f"{path.name}:{node.lineno} {words}", *words


def test_permits_are_values() -> None:
    assert replace(OPEN, everyone=False) == Permit()
