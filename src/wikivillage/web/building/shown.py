"""The building as pages show it: cells, links and drawings, for a reader in their language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wikivillage.report.figures.bars import Bar, Labels, axis_step, bars
from wikivillage.report.figures.floor_plan import Area, floor_plan
from wikivillage.report.markup import Html
from wikivillage.web.building import words
from wikivillage.web.building.inventory import Inventory, PlaceOf, Standing
from wikivillage.web.building.room import FlowHere, RoomFacts
from wikivillage.web.building.scene import Building, Row
from wikivillage.web.building.sizes import Sizes
from wikivillage.web.registry.queries import names_for
from wikivillage.web.registry.viewer import Viewer
from wikivillage.web.shell.templatetags.village import language, numbers


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop and its name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """A place as a line: ``source`` is where its number comes from."""

    id: str
    name: str
    href: str
    who: str
    use: str
    now: str
    loops: tuple[Loop, ...]
    area: float | None
    used: float | None
    made: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of a level; ``plan`` is the address of its plan."""

    title: str
    plan: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A machine, a store or a wish in a place: its name, what it is, its size in a plan, and where it leads."""

    id: str
    name: str
    word: str
    loops: tuple[Loop, ...]
    size: str
    href: str
    plan: str = ""


@dataclass(frozen=True, slots=True)
class FlowLine:
    """A flow of a place: its resource, what happens to it, yesterday and the last days."""

    name: str
    word: str
    loop: str
    unit: str
    yesterday: float | None
    month: float
    days: int
    href: str


@dataclass(frozen=True, slots=True)
class Curve:
    """The days of a flow as a drawing, with a sentence and the numbers themselves."""

    title: str
    drawing: SafeString
    days: tuple[tuple[object, float, str], ...]


def who_is_who(building: Building, viewer: Viewer) -> dict[str, str]:
    """The names of who runs the places, as this reader may read them."""
    agents = {place.run_by for place in building.inventory.places if place.run_by}
    return names_for(viewer, sorted(agents), language())


def safe(drawing: Html) -> SafeString:
    """A drawing in a template: it was made by markup, which escapes."""
    return mark_safe(drawing)


def groups(building: Building, viewer: Viewer) -> list[Group]:
    """The list from top to bottom."""
    who = who_is_who(building, viewer)
    return [
        Group(
            title=level.title,
            plan="" if level.floor is None else reverse("building:floor", args=[level.floor]),
            lines=tuple(line_of(row, building, who) for row in level.rows),
        )
        for level in building.levels
    ]


def line_of(row: Row, building: Building, who: dict[str, str]) -> Line:
    """A place as a line."""
    place = row.place
    meters = sorted({flow.meter for flow in building.facts.flows if flow.place == place.id})
    href = reverse("building:place", args=[place.id])
    return Line(
        id=f"place-{place.id}",
        name=words.said(place.name),
        href=href,
        who=who.get(place.run_by or "", ""),
        use=words.use_in_words(place.use),
        now=row.now,
        loops=loops(row.loops),
        area=place.area,
        used=row.power.used,
        made=row.power.made,
        source=f"/meters/{meters[0]}/" if len(meters) == 1 else f"{href}#flows",
    )


def loops(some: Iterable[str]) -> tuple[Loop, ...]:
    """Loops with their names."""
    return tuple(Loop(loop, words.loop_in_words(loop)) for loop in some)


def plan_of_floor(building: Building, floor: int, viewer: Viewer) -> tuple[SafeString, list[Line]]:
    """The diagram of a floor, and the same as lines."""
    who = who_is_who(building, viewer)
    rows = [row for level in building.levels if level.floor == floor for row in level.rows]
    inside = {row.place.id: [one for one in rows if one.place.inside == row.place.id] for row in rows}
    top = [row for row in rows if row.place.inside not in inside]
    label = _("Plan of a floor as a diagram: %(floor)s. The same as a list below.") % {"floor": words.long_level(floor)}
    areas = [_area(row, inside, who, top) for row in top]
    return safe(floor_plan(areas, label=label)), [line_of(row, building, who) for row in rows]


def _area(row: Row, inside: dict[str, list[Row]], who: dict[str, str], beside: Sequence[Row]) -> Area:
    place, write = row.place, numbers()
    known = [one.place.area for one in beside if one.place.area]
    said = [words.use_in_words(place.use), who.get(place.run_by or "", "")]
    said += [write.amount(place.area, "m2")] if place.area else []
    return Area(
        id=place.id,
        name=words.said(place.name),
        href=reverse("building:place", args=[place.id]),
        size=place.area or (sum(known) / len(known) if known else 1.0),
        says=row.room.says,
        lines=tuple(one for one in said if one),
        loops=row.loops,
        light=row.room.light if any(one.room.light != "unknown" for one in beside) else "lit",
        parts=tuple(_area(one, inside, who, inside[place.id]) for one in inside[place.id]),
    )


def held(place: PlaceOf, stock: Inventory, sizes: Sizes) -> list[Held]:
    """What stands in a place, with the sizes of the plan that is followed."""
    return [_held(one, sizes) for one in place.standing]


WORD_OF_SECTION = {
    "processes": gettext_lazy("works here"),
    "stores": gettext_lazy("keeps"),
    "needs": gettext_lazy("is needed"),
    "offers": gettext_lazy("arrives"),
    "exchanges": gettext_lazy("joins the outside"),
}
"""What an entry of a section of the village file does where it stands."""


def _held(one: Standing, sizes: Sizes) -> Held:
    amount = sizes.of(one.id)
    size = "" if amount is None else numbers().amount(amount, sizes.unit(one.id))
    href = f"/ledger/stocks/{one.id}/" if one.section in ("stores", "exchanges") else f"/ledger/processes/{one.id}/"
    plan = f"/plans/{sizes.plan}/" if sizes.plan is not None else ""
    return Held(one.id, words.said(one.name), str(WORD_OF_SECTION[one.section]), loops(one.loops), size, href, plan)


def flow_lines(facts: RoomFacts, stock: Inventory) -> list[FlowLine]:
    """The flows of a place as a table."""
    return [
        FlowLine(
            name=name_of(flow.resource, stock),
            word=role_in_words(flow.role),
            loop=flow.loop,
            unit=flow.unit,
            yesterday=flow.days.get(facts.last),
            month=flow.month,
            days=len(flow.days),
            href=f"/meters/{flow.meters[0]}/?at={facts.last}" if len(flow.meters) == 1 else "#meters",
        )
        for flow in facts.flows
    ]


def name_of(resource: str, stock: Inventory) -> str:
    """The name of a kind of thing."""
    return words.said(stock.kinds[resource].name) if resource in stock.kinds else resource.replace("_", " ")


ROLES = {
    "use": gettext_lazy("used here"),
    "make": gettext_lazy("made here"),
    "in": gettext_lazy("comes in"),
    "out": gettext_lazy("goes out"),
    "level": gettext_lazy("stands at"),
}
"""What a register counts at its place."""


def role_in_words(role: str) -> str:
    """What a register counts, in a word."""
    return str(ROLES[role])


def curves(flows: Sequence[FlowHere], facts: RoomFacts, stock: Inventory) -> list[Curve]:
    """The days of some flows as drawings."""
    return [_curve(flow, facts, stock) for flow in flows]


def _curve(flow: FlowHere, facts: RoomFacts, stock: Inventory) -> Curve:
    write = numbers()
    all_days = [facts.first + timedelta(days=at) for at in range((facts.last - facts.first).days + 1)]
    found = [Bar(flow.days[day]) if day in flow.days else Bar(0.0, "missing") for day in all_days]
    ticks = [(at, f"{day.day}.{day.month}.") for at, day in enumerate(all_days) if day.weekday() == 0]
    step = write.amount(axis_step(found), flow.unit)
    drawing = bars(found, loop=flow.loop, labels=Labels(ticks=ticks, gap=_("not known"), step=step))
    title = _("%(name)s, %(word)s: %(amount)s in %(days)s days") % {
        "name": name_of(flow.resource, stock),
        "word": role_in_words(flow.role),
        "amount": write.amount(flow.month, flow.unit),
        "days": len(flow.days),
    }
    return Curve(title, safe(drawing), tuple((day, flow.days[day], flow.unit) for day in all_days if day in flow.days))


def held_anywhere(one: Standing) -> Held:
    """What belongs to no place in particular."""
    return _held(one, Sizes({}))


@dataclass(frozen=True, slots=True)
class MeterLine:
    """A register of a meter here, in words."""

    href: str
    name: str
    what: str
    loop: str
    value: str
    last_at: object
    silent: object


def meter_lines(facts: RoomFacts, stock: Inventory) -> list[MeterLine]:
    """The meters of a place, each register a line."""
    write = numbers()
    return [
        MeterLine(
            href=f"/meters/{one.meter}/",
            name=one.name,
            what=f"{name_of(one.resource, stock)}, {role_in_words(one.role)}",
            loop=stock.kinds[one.resource].loop if one.resource in stock.kinds else "",
            value="" if one.last_value is None else write.amount(float(one.last_value), one.unit),
            last_at=one.last_at,
            silent=one.silent,
        )
        for one in sorted(facts.meters, key=lambda one: (one.meter, one.register))
    ]


@dataclass(frozen=True, slots=True)
class StockLine:
    """A stock that is in a place."""

    href: str
    name: str
    what: str
    loop: str
    value: float
    unit: str


def stock_lines(facts: RoomFacts, stock: Inventory) -> list[StockLine]:
    """The stocks of a place that hold something, or are of its stores."""
    names = {
        one.id: words.said(one.name) for place in stock.places for one in place.standing if one.section == "stores"
    }
    return [
        StockLine(
            href=reverse("ledger:stock", args=[row.pk]),
            name=names.get(row.pk) or name_of(row.spec, stock),
            what=name_of(row.spec, stock),
            loop=stock.kinds[row.spec].loop if row.spec in stock.kinds else "",
            value=float(row.onhand),
            unit=row.unit,
        )
        for row in facts.stocks
        if row.pk in names or row.onhand
    ]
