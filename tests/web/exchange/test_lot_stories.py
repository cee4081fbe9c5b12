"""The story of a lot tells every event that touched it, and its kilograms are found again to the gram."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.exchange.yards import AT, dropped, key, kg_of, member, runs, yard
from wikivillage.report.figures.net import Link, Net, Node
from wikivillage.report.figures.sankey_small import sankey_small
from wikivillage.web.exchange import lot_actions, lot_shown
from wikivillage.web.exchange.lot_ahead import next_of, now_of
from wikivillage.web.exchange.lot_carbon import carbon_of
from wikivillage.web.exchange.lot_family import MOST, family_of
from wikivillage.web.exchange.lot_story import story_of
from wikivillage.web.exchange.models import Lot
from wikivillage.web.exchange.reservation_actions import reserve_lot, take_lot
from wikivillage.web.exchange.split_actions import split_lot
from wikivillage.web.exchange.transform_actions import Made, Run, Taken, transform
from wikivillage.web.ledger.models import Posting
from wikivillage.web.registry.models import ResourceKind
from wikivillage.web.registry.viewer import VISITOR, Viewer

pytestmark = pytest.mark.usefixtures("ledger")


@pytest.fixture(autouse=True)
def _yard(ledger: None) -> Iterator[None]:
    yard()
    with translation.override("en"):
        yield


def lot_of(id: str) -> Lot:
    """A lot as it stands."""
    return Lot.objects.select_related("stock").get(pk=id)


def events_of(id: str) -> set[str]:
    """Every event that touched a lot, by the book."""
    return set(Posting.objects.filter(resource=id).values_list("record__id", flat=True))


def told(id: str, viewer: Viewer = VISITOR) -> list[Any]:
    """The stops of its story."""
    return story_of(lot_of(id), viewer, "en")


def stairs() -> str:
    """340 kg of oak that become stairs, and what was left over: the lot of the mock page."""
    oak = dropped("340", id="lot-oak", title="oak")
    parts = (Made("boards", Decimal(296), "fablab", title="stairs"), Made("wood_offcuts", Decimal(44), "recyclab"))
    transform(run=Run("run-stairs", "wood_to_boards", "fablab", (Taken(oak.pk, Decimal(340)),), parts), at=AT)
    split_lot(id="lot-left", lot="run-stairs-2", parts=(Decimal(20), Decimal(12)), at=AT)
    take_lot(id="take-20", lot="lot-left-1", agent=runs("ici_montreuil"), kg=Decimal(20), at=AT)
    return "lot-left-2"


def test_340_kilograms_delivered_340_found_again() -> None:
    id = stairs()
    family = family_of(id)
    assert (family.total, family.difference, family.whole) == (340, 0, True)
    lot = lot_of(id)
    names = lot_shown.names_of_ends(family, VISITOR, "en")
    rows = dict(lot_shown.table_of(family.found_again, lot, names))
    assert rows["This lot"] == 12
    assert rows["Taken away"] == 20
    assert sorted(rows.values()) == [12, 12, 20, 296]
    figure = lot_shown.draw(family, lot, names)
    assert figure is not None
    for word in ("This lot", "Taken away", "Workshop", "296", "340"):
        assert word in figure


def test_the_story_goes_back_to_the_tree_and_forward_to_where_it_went() -> None:
    id = stairs()
    titles = [(stop.title, stop.own) for stop in told(id)]
    assert titles == [
        ("Brought: oak", False),
        ("Offcuts made into boards and furniture", False),
        ("Split off", True),
    ]
    assert "20 kg" in " ".join(stop.text for stop in told("run-stairs-2")).replace("\u00a0", " ")
    forward = told("lot-oak")
    assert [stop.own for stop in forward] == [True, True, False, False, False]
    assert {stop.event for stop in forward if stop.own} == events_of("lot-oak")


def test_a_visitor_reads_no_name_of_a_person_and_gets_no_link_to_their_event() -> None:
    ben = member("ben")
    lot = dropped("12", by=ben)
    one = reserve_lot(id="r-1", lot=lot.pk, agent=ben.pk, kg=Decimal(5), purpose="art", at=AT)
    take_lot(id="take-1", lot=lot.pk, agent=ben.pk, kg=Decimal(5), at=AT, reservation=one.pk)
    stops = told(lot.pk)
    assert [stop.title for stop in stops] == ["Brought", "Taken"]
    assert [stop.link for stop in stops] == ["", ""]
    assert "a person" in stops[0].text
    assert stops[1].branch == ("A work of art",)
    assert "ben" not in str(stops)
    assert [bool(stop.link) for stop in told(lot.pk, Viewer(ben.pk))] == [True, True]


def test_what_it_is_now_and_what_may_come() -> None:
    raw, ben = dropped("12"), member("ben")
    dust = dropped("10", "sawdust")
    assert now_of(lot_of(raw.pk), VISITOR, "en", AT).title == "Free"
    reserve_lot(id="r-1", lot=raw.pk, agent=ben.pk, kg=Decimal(5), purpose="art", at=AT)
    now = now_of(lot_of(raw.pk), VISITOR, "en", AT)
    assert now.title.replace("\u00a0", " ") == "7 kg are free"
    assert "a person" in now.branch[0]
    reserve_lot(id="r-2", lot=raw.pk, agent=ben.pk, kg=Decimal(7), purpose="art", at=AT)
    assert now_of(lot_of(raw.pk), VISITOR, "en", AT).title == "All of it is reserved"
    assert [stop.title for stop in next_of(lot_of(raw.pk), AT)] == ["Leaves as waste"]
    assert [stop.title for stop in next_of(lot_of(dust.pk), AT)][1:] == ["Feeds the gardens"]
    lot_actions.hold_back(lot=dust.pk, why="glue", at=AT)
    assert now_of(lot_of(dust.pk), VISITOR, "en", AT).text == "glue"
    assert next_of(lot_of(dust.pk), AT) == []


def test_carbon_is_told_with_its_source_or_not_at_all() -> None:
    wood = ResourceKind.objects.get(pk="wood_offcuts")
    found = carbon_of(wood, Decimal(12))
    assert found is not None
    assert round(found.kg, 2) == Decimal("19.36")
    assert (found.grade, found.grown) == ("B", True)
    assert "EN 16449" in found.source
    assert carbon_of(wood, Decimal(0)) is None
    assert carbon_of(None, Decimal(1)) is None
    assert carbon_of(ResourceKind(pk="x", tree={}), Decimal(1)) is None


def test_a_family_too_large_to_tell_is_told_by_the_lot_alone() -> None:
    lot = dropped("100")
    for part in range(5):
        split_lot(id=f"lot-part-{part}", lot=lot.pk, parts=(Decimal(1),) * 9, at=AT)
    family = family_of(lot.pk)
    assert (family.whole, family.total, family.difference, MOST) == (False, 100, 0, 40)


def test_a_small_drawing_that_does_not_balance_is_refused() -> None:
    nodes = (Node("a", "A", "matter", "source"), Node("b", "B", "matter", "bus"), Node("c", "C", "matter", "sink"))
    links = (Link("a", "b", 5.0, "matter"), Link("b", "c", 3.0, "matter"))
    with pytest.raises(ValueError, match="does not balance"):
        sankey_small(Net("kg", nodes, links), str)
    good = sankey_small(Net("kg", nodes, (links[0], Link("b", "c", 5.0, "matter"))), str)
    assert good.count("<rect") == 3


STEPS = st.lists(
    st.tuples(st.sampled_from(("split", "weigh", "take", "run", "move", "hold")), st.integers(1, 9)), max_size=6
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_every_life_of_a_lot_is_told_whole_and_adds_up(steps: list[tuple[str, int]]) -> None:
    lots = [dropped("100").pk]
    for number, (word, tenth) in enumerate(steps):
        lot = lot_of(lots[number % len(lots)])
        part = lot.stock.onhand * tenth / 10
        part = part.quantize(Decimal("0.001"))
        if not part or lot.state != "free":
            continue
        lots += live(lot, word, part)
    for id in lots:
        stops, family = told(id), family_of(id)
        assert {stop.event for stop in stops if stop.own} - {""} == events_of(id)
        assert family.difference == 0
        assert family.total > 0 or not family.flows


def live(lot: Lot, word: str, part: Decimal) -> list[str]:
    """Let something happen to a lot; the lots that come of it."""
    if word == "split":
        return [one.pk for one in split_lot(id=key("lot"), lot=lot.pk, parts=(part,), at=AT)]
    if word == "run":
        run = Run(key("run"), "", "fablab", (Taken(lot.pk, part),), (Made("boards", part, "fablab"),))
        transform(run=run, at=AT)
        return [f"{run.id}-1"]
    if word == "weigh":
        lot_actions.weigh_lot(id=key(), lot=lot.pk, kg=part, at=AT)
    if word == "take":
        take_lot(id=key(), lot=lot.pk, agent=runs("ici_montreuil"), kg=part, at=AT)
    if word == "move":
        lot_actions.move_lot(id=key(), lot=lot.pk, place="fablab" if lot.place != "fablab" else "yard", at=AT)
    if word == "hold":
        lot_actions.hold_back(lot=lot.pk, why="wet", at=AT)
        lot_actions.release_lot(lot=lot.pk, treated="no", at=AT)
    assert kg_of(lot) >= 0
    return []
