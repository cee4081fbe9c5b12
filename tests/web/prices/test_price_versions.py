"""Rules have versions: proposed, activated from a day on, never changed; every fault of a rule is told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.web.prices.priced import NOW, dearer, decided, proposed
from tests.web.registry.somebody import codes
from wikivillage.base.problems import ProblemError
from wikivillage.web.prices.actions import activate_version, propose_defaults, propose_version, withdraw_version
from wikivillage.web.prices.defaults import default_rules, psu_figures
from wikivillage.web.prices.models import PolicyVersion
from wikivillage.web.prices.queries import coming, policy_for, rules_at, version_for
from wikivillage.web.prices.trees import read_policy
from wikivillage.web.registry.models import Change

pytestmark = pytest.mark.usefixtures("ledger")
NAME = {"en": "A", "fr": "B"}
LINE = {"item": "room", "name": NAME, "unit": "h", "price": "8.00"}
FIGURES = {"since": "2026-01-01", "ceiling": "8500", "rates": [[1, "0.0006"]]}


def tree(**changes: Any) -> dict[str, Any]:
    """A small rule."""
    return {"name": NAME, "grid": [LINE], **changes}


def wrong(**changes: Any) -> list[tuple[str, str]]:
    """What is wrong with a rule, and where."""
    with pytest.raises(ProblemError) as refused:
        read_policy(tree(**changes), service="rooms", version=1, valid_from=NOW.date())
    return [(problem.code, problem.where) for problem in refused.value.problems]


def test_the_rules_to_begin_with_hold_from_today_and_once() -> None:
    made = propose_defaults(at=NOW, by="sarah")
    assert {row.service for row in made} == {rule["service"] for rule in default_rules()}
    assert {"bands", "rooms", "machines", "materials"} <= {row.service for row in made}
    assert all((row.state, row.valid_from, row.version) == ("active", NOW.date(), 1) for row in made)
    assert propose_defaults(at=NOW + timedelta(days=1)) == []
    assert len(rules_at(NOW)) == len(made)
    assert not rules_at(NOW - timedelta(days=1))
    assert Change.objects.filter(verb="activate_prices", by="sarah").count() == len(made)


def test_the_newest_version_that_has_begun_holds() -> None:
    decided()
    dearer(since=NOW.date() + timedelta(days=10))
    at = {days: policy_for("rooms", NOW + timedelta(days=days)) for days in (-1, 0, 9, 10)}
    assert [policy and policy.version for policy in at.values()] == [None, 1, 1, 2]
    assert [rule.row.pk for rule in coming(NOW)] == ["rooms-2"]
    assert version_for("nothing", NOW) is None


def test_a_day_begins_where_the_village_is() -> None:
    """At 22:30 in UTC it is tomorrow already in a Paris summer."""
    decided()
    dearer(since=NOW.date() + timedelta(days=1))
    assert policy_for("rooms", NOW.replace(hour=21, minute=30)).version == 1  # type: ignore[union-attr]
    assert policy_for("rooms", NOW.replace(hour=22, minute=30)).version == 2  # type: ignore[union-attr]


def test_a_proposed_version_counts_for_nobody_until_it_is_decided() -> None:
    row = proposed(tree=tree())
    assert version_for("rooms", NOW) is None
    for _ in range(2):
        activate_version(version=row, at=NOW, by="sarah")
    assert version_for("rooms", NOW) == row
    assert Change.objects.filter(verb="activate_prices").count() == 1


def test_prices_do_not_change_for_days_that_are_past() -> None:
    row = proposed(tree=tree(), valid_from=NOW.date() - timedelta(days=1))
    assert codes(activate_version, version=row, at=NOW) == ["starts-in-the-past"]


def test_what_has_not_begun_can_be_taken_back() -> None:
    row = activate_version(version=proposed(tree=tree(), valid_from=NOW.date() + timedelta(days=3)), at=NOW)
    for _ in range(2):
        withdraw_version(version=row, at=NOW)
    assert codes(activate_version, version=row, at=NOW) == ["withdrawn-version"]
    holding = activate_version(version=proposed(tree=tree()), at=NOW)
    assert codes(withdraw_version, version=holding, at=NOW) == ["holds-already"]


def test_sending_it_twice_proposes_once() -> None:
    assert proposed(tree=tree(), key="k") == proposed(tree=tree(), key="k")
    assert PolicyVersion.objects.count() == 1


def test_a_version_that_was_taken_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    proposed(tree=tree())
    monkeypatch.setattr("wikivillage.web.prices.actions.Max", lambda _: None, raising=True)
    monkeypatch.setattr(
        "wikivillage.web.prices.actions.PolicyVersion.objects.filter",
        lambda **_: type("None yet", (), {"aggregate": lambda self, **_: {"newest": 0}})(),
    )
    assert codes(proposed, tree=tree()) == ["version-taken"]


def test_words_and_service_are_needed() -> None:
    words = {"tree": tree(), "valid_from": NOW.date(), "at": NOW, "decided_by": " ", "why_en": "", "why_fr": "\0"}
    assert codes(propose_version, service="two words", **words) == ["bad-service", *["bad-words"] * 3]


def test_every_fault_of_a_rule_is_told_with_its_place() -> None:
    assert wrong(name="A") == [("bad-words", "name")]
    assert wrong(grid=[]) == [("no-grid", "grid")]
    assert wrong(grid=[{**LINE, "price": "-1", "item": ""}]) == [
        ("bad-words", "grid[0].item"),
        ("bad-figure", "grid[0].price"),
    ]
    assert wrong(grid=[{**LINE, "price": "NaN"}]) == [("bad-figure", "grid[0].price")]
    assert wrong(grid=[{**LINE, "price": "0.1234567"}]) == [("bad-figure", "grid[0].price")]
    assert wrong(sharing={"kind": "brakets"}) == [("unknown-sharing", "sharing.kind")]
    assert wrong(sharing={"kind": "brackets", "table": [["0.5"], ["0.4"]]}) == [("not-rising", "sharing.table")]
    assert wrong(sharing={"kind": "brackets", "table": [["0.5", "0.4"], ["0.6"]]}) == [
        ("uneven-table", "sharing.table")
    ]
    assert wrong(sharing={"kind": "brackets", "table": [["1.5"]]}) == [("bad-figure", "sharing.table[0][0]")]
    assert wrong(sharing={"kind": "brackets"}) == [("bad-figure", "sharing.table")]
    assert wrong(sharing={"kind": "scale", "limits": []}) == [("bad-figure", "sharing.limits")]
    assert wrong(sharing={"kind": "scale", "limits": ["700", "400"]}) == [("not-rising", "sharing.limits")]
    assert wrong(sharing={"kind": "fund", "entitlement": "x", "contributions": ["2", "1"]}) == [
        ("not-rising", "sharing.contributions"), ("bad-figure", "sharing.entitlement"),
    ]  # fmt: skip
    assert wrong(sharing={"kind": "round", "need": "1", "lowest": "2", "highest": "1"}) == [
        ("not-rising", "sharing.lowest")
    ]
    assert wrong(sharing={"kind": "effort"}) == [("bad-figure", "sharing.figures")]
    assert wrong(sharing={"kind": "effort", "figures": [{**FIGURES, "rates": [[2, "0.1"]]}]})[0][0] == "bad-figure"
    assert wrong(sharing={"kind": "effort", "figures": [{**FIGURES, "since": "soon"}]}) == [
        ("bad-day", "sharing.figures[0].since")
    ]
    assert wrong(sharing={"kind": "effort", "figures": [{**FIGURES, "floor": "9000"}]})[0][0] == "bad-figure"
    sun = {"discount": "0.1", "least": "0.5", "decided_on": "2026-01-01"}
    assert wrong(sun=sun) == [("sun-without-decision", "sun.decision")]


def test_the_figures_of_the_law_have_their_day_and_source() -> None:
    assert [(one.since, one.ceiling, one.floor) for one in psu_figures()] == [
        (date(2022, 1, 1), 6000, None), (date(2024, 9, 1), 7000, None), (date(2025, 9, 1), 8500, None),
    ]  # fmt: skip
    assert all(one.source for one in psu_figures())
