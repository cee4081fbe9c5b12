"""From what is wanted to everything that has to be done for it: dependent demand, level by level.

Each process is planned once, after all who need what it makes, for the sum of what stock does not cover and for the
earliest moment at which it is missing. So a good that two parents need is made in one go, and no stock is promised
twice. scale = to produce / amount of the main output per batch, exact; what has no end in decimals is rounded to 9
places, up for inputs, down for what comes along. What comes along is planned but not counted as supply: it may be
there too late; who wants to count it says so as a scheduled output.

Source of the rules: R. Haugen on dependent demand, PLoP 1997 (hillside.net/plop/plop97/Proceedings/haugen.pdf), and
plans from recipes in ValueFlows 1.0.0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.exact import decimal_of
from wikivillage.flows.kinds import Measure
from wikivillage.flows.recipes import (
    Cookbook,
    Good,
    RecipeFlow,
    RecipeProcess,
    StockLine,
    Wanted,
    check_request,
    find_maker,
    no_source,
)
from wikivillage.flows.schedule import (
    Cycle,
    Link,
    Netting,
    PlannedCommitment,
    PlannedProcess,
    PlannedPurchase,
    ProductionPlan,
    Rounding,
    as_moment,
    back_from,
    duration_of,
    find_late,
)

NOTHING = Fraction(0)


def explode(
    wanted: Wanted | Sequence[Wanted],
    cookbook: Cookbook,
    stock: Iterable[StockLine],
    due: date | datetime,
    ids: Callable[[str], str] = str,
    today: date | datetime | None = None,
) -> ProductionPlan:
    """The plan that has everything ``wanted`` there at ``due``, starting each process as late as possible.

    ``ids`` makes an id of a name that is unique in the plan (``make-child``, ``make-child/input/1``,
    ``buy-grandchild``); the same names come back when the same is exploded for another amount. ``today`` tells what
    is late. A recipe cycle stops the plan there and is named. Raises ProblemError with all that is wrong.
    """
    asked = (wanted,) if isinstance(wanted, Wanted) else tuple(wanted)
    lines = tuple(stock)
    problems = check_request(asked, cookbook, lines)
    if problems:
        raise ProblemError(problems)
    route = _find_route(asked, cookbook)
    draft = _Draft(cookbook, route, ids, {line.good: line.available for line in lines})
    moment = as_moment(due)
    for one in asked:
        maker = find_maker(one.good, None, cookbook)
        draft.ask(maker, _Demand(one.good, Fraction(one.quantity.value), one.quantity.unit, moment))
    for process in route.order:
        draft.make(process)
    draft.buy()
    draft.close_cycles()
    return draft.plan(moment, None if today is None else as_moment(today, "today"))


@dataclass(frozen=True, slots=True)
class _Demand:
    """So much of a good is needed at a moment, by a process of the recipe or from outside."""

    good: Good
    amount: Fraction
    unit: str
    due: datetime
    consumer: RecipeProcess | None = None


@dataclass(frozen=True, slots=True)
class _Route:
    """The processes that may be needed, each after all who need it, and the inputs that would lead back."""

    order: tuple[RecipeProcess, ...]
    closing: Mapping[tuple[str, int], tuple[str, ...]]
    """Process and position of an input to the specifications of its circle."""


def _find_route(wanted: Sequence[Wanted], cookbook: Cookbook) -> _Route:
    """A walk from what is wanted down to what is only bought; an input whose maker is on the way here closes a circle.

    The walk keeps its own stack, so that a long chain of recipes cannot exhaust Python's.
    """
    finished: dict[str, RecipeProcess] = {}
    closing: dict[tuple[str, int], tuple[str, ...]] = {}
    for one in wanted:
        root = find_maker(one.good, None, cookbook)
        if root is None or root.id in finished:
            continue
        way = {root.id: (root, _makers(root, cookbook))}
        while way:
            process, makers = next(reversed(way.values()))
            step = next(makers, None)
            if step is None:
                finished[process.id] = way.pop(process.id)[0]
            elif step[1].id in way:
                closing[process.id, step[0]] = _circle(step[1], [made for made, _ in way.values()])
            elif step[1].id not in finished:
                way[step[1].id] = (step[1], _makers(step[1], cookbook))
    return _Route(tuple(reversed(finished.values())), closing)


def _makers(process: RecipeProcess, cookbook: Cookbook) -> Iterator[tuple[int, RecipeProcess]]:
    for position, flow in enumerate(process.inputs):
        maker = find_maker(flow.good, process, cookbook) if flow.demands else None
        if maker is not None:
            yield position, maker


def _circle(first: RecipeProcess, way: list[RecipeProcess]) -> tuple[str, ...]:
    members = [*way[way.index(first) :], first]
    return tuple(_main(one).spec for one in members)


def _main(process: RecipeProcess) -> RecipeFlow:
    assert process.main is not None, "a checked process has an output"
    return process.main


@dataclass(slots=True)
class _Draft:
    """A plan while it is made. ``pools`` is what is left in stock, ``asked`` what waits for each maker (None: bought).

    Lists of rows per process are put together at the end, in the order of making.
    """

    cookbook: Cookbook
    route: _Route
    ids: Callable[[str], str]
    pools: dict[Good, Fraction]
    asked: dict[str | None, list[_Demand]] = field(default_factory=dict)
    processes: list[PlannedProcess] = field(default_factory=list)
    commitments: list[list[PlannedCommitment]] = field(default_factory=list)
    purchases: list[PlannedPurchase] = field(default_factory=list)
    netting: list[Netting] = field(default_factory=list)
    links: dict[Link, None] = field(default_factory=dict)
    closing: list[tuple[_Demand, tuple[str, ...]]] = field(default_factory=list)
    cycles: list[Cycle] = field(default_factory=list)
    roundings: list[Rounding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def ask(self, maker: RecipeProcess | None, demand: _Demand) -> None:
        """Let a demand wait until all others for the same maker are known."""
        self.asked.setdefault(maker.id if maker else None, []).append(demand)

    def make(self, process: RecipeProcess) -> None:
        """Plan one process for what stock does not cover of all that is asked of it."""
        made = process.reached(_main(process))
        open_demands = [one for group in self._groups(process.id) for one in self._net(group, made)]
        if not open_demands:
            return
        scale = sum((one.amount for one in open_demands), NOTHING) / Fraction(_amount(_main(process)))
        end = min(one.due for one in open_demands)
        start = back_from(end, duration_of(process, scale), process.id)
        self.processes.append(PlannedProcess(self.ids(process.id), process.id, scale, start, end))
        independent = any(one.consumer is None for one in open_demands)
        self.commitments.append(self._promise(process, scale, start, end, independent))
        for one in open_demands:
            if one.consumer is not None:
                self.links[Link(self.ids(process.id), self.ids(one.consumer.id), made)] = None

    def buy(self) -> None:
        """Order what nobody makes, and name what nobody sells either."""
        for group in self._groups(None):
            open_demands = self._net(group, group[0].good)
            if open_demands:
                self._order(open_demands)

    def close_cycles(self) -> None:
        """Cover the inputs that lead back from what is left in stock, and name what is missing."""
        for demand, specs in self.closing:
            assert demand.consumer is not None, "only an input can close a circle"
            maker = find_maker(demand.good, demand.consumer, self.cookbook)
            assert maker is not None, "a circle has makers"
            missing = demand.amount - self._take(demand, maker.reached(_main(maker)))
            process = self.ids(demand.consumer.id)
            self.cycles.append(Cycle(specs, process, _measure(demand, demand.amount), _measure(demand, missing)))
            if missing:
                what = f"{_words(demand, missing)} are missing: {' needs '.join(specs)}, and the plan stops there."
                self.problems.append(Problem("recipe-cycle", process, what, "Have some in stock, or buy it."))

    def plan(self, due: datetime, today: datetime | None) -> ProductionPlan:
        """The finished plan: who makes something stands before who needs it."""
        processes = tuple(reversed(self.processes))
        return ProductionPlan(
            due=due,
            processes=processes,
            commitments=tuple(one for rows in reversed(self.commitments) for one in rows),
            purchases=tuple(self.purchases),
            netting=tuple(self.netting),
            links=tuple(self.links),
            cycles=tuple(self.cycles),
            roundings=tuple(self.roundings),
            problems=tuple(self.problems),
            late=() if today is None else tuple(find_late(processes, self.purchases, today)),
        )

    def _groups(self, maker: str | None) -> list[list[_Demand]]:
        """The demands that wait for a maker, those of one good together, the earliest first."""
        groups: dict[Good, list[_Demand]] = {}
        for demand in self.asked.get(maker, []):
            groups.setdefault(demand.good, []).append(demand)
        return [sorted(group, key=lambda one: one.due) for group in groups.values()]

    def _net(self, group: list[_Demand], made: Good) -> list[_Demand]:
        """What stock does not cover of some demands for one good; the earliest are covered first."""
        first = group[0]
        wanted = sum((one.amount for one in group), NOTHING)
        available = sum((self.pools[good] for good in _fitting(first.good, made, self.pools)), NOTHING)
        rests = [(one, one.amount - self._take(one, made)) for one in group]
        rest = sum((left for _, left in rests), NOTHING)
        amounts = (_exact(value) for value in (wanted, available, wanted - rest, rest))
        self.netting.append(Netting(first.good, first.unit, *amounts))
        return [_Demand(one.good, left, one.unit, one.due, one.consumer) for one, left in rests if left]

    def _take(self, demand: _Demand, made: Good) -> Fraction:
        """Take what fits from stock, as much as is needed and there, and say how much."""
        rest = demand.amount
        for good in _fitting(demand.good, made, self.pools):
            taken = min(rest, self.pools[good])
            self.pools[good] -= taken
            rest -= taken
        return demand.amount - rest

    def _promise(
        self, process: RecipeProcess, scale: Fraction, start: datetime, end: datetime, independent: bool
    ) -> list[PlannedCommitment]:
        """The inputs and outputs of a process; what the inputs demand is asked of their makers."""
        rows = []
        for position, flow in enumerate(process.inputs):
            row = self._commitment(process, "input", position, flow, scale, start)
            rows.append(row)
            if flow.demands and row.quantity is not None:
                self._pass_on(process, position, flow, row.quantity, start)
        for position, flow in enumerate(process.outputs):
            asked_for = independent and flow is _main(process)
            rows.append(self._commitment(process, "output", position, flow, scale, end, asked_for))
        return rows

    def _pass_on(
        self, process: RecipeProcess, position: int, flow: RecipeFlow, quantity: Measure, due: datetime
    ) -> None:
        demand = _Demand(flow.good, Fraction(quantity.value), quantity.unit, due, process)
        circle = self.route.closing.get((process.id, position))
        if circle is None:
            self.ask(find_maker(flow.good, process, self.cookbook), demand)
        else:
            self.closing.append((demand, circle))

    def _commitment(
        self,
        process: RecipeProcess,
        side: Literal["input", "output"],
        position: int,
        flow: RecipeFlow,
        scale: Fraction,
        due: datetime,
        independent: bool = False,
    ) -> PlannedCommitment:
        id = self.ids(f"{process.id}/{side}/{position + 1}")
        return PlannedCommitment(
            id=id,
            process=self.ids(process.id),
            side=side,
            action=flow.action,
            spec=flow.spec,
            stage=flow.stage,
            state=flow.state,
            quantity=self._scaled(flow.quantity, scale, id, up=side == "input"),
            effort=self._scaled(flow.effort, scale, id, up=side == "input"),
            due=due,
            independent_demand=independent,
            optional=flow.optional,
        )

    def _scaled(self, measure: Measure | None, scale: Fraction, commitment: str, *, up: bool) -> Measure | None:
        if measure is None:
            return None
        exact = Fraction(measure.value) * scale
        written = decimal_of(exact, up=up)
        if written != exact:
            self.roundings.append(Rounding(commitment, exact, written))
        return Measure(written, measure.unit)

    def _order(self, demands: list[_Demand]) -> None:
        first, amount = demands[0], sum((one.amount for one in demands), NOTHING)
        wait = self.cookbook.waits.get(first.good.spec)
        if wait is None:
            self.problems.append(no_source(first.good, f"{_exact(amount)} {first.unit}", self.cookbook))
            return
        id = self.ids(f"buy-{first.good}")
        order_by = back_from(first.due, wait, id)
        users = tuple(dict.fromkeys(self.ids(one.consumer.id) for one in demands if one.consumer is not None))
        self.purchases.append(PlannedPurchase(id, first.good, _measure(first, amount), order_by, first.due, users))


def _fitting(asked: Good, made: Good, pools: Mapping[Good, Fraction]) -> list[Good]:
    """The goods in stock that serve a demand: the stage and state it names; where it names none, none or its maker's.

    So a failed bucket is never taken for a bucket that somebody asked for without a word on its state.
    """
    stages = (asked.stage,) if asked.stage else (None, made.stage)
    states = (asked.state,) if asked.state else (None, made.state)
    fitting = (Good(asked.spec, stage, state) for stage in stages for state in states)
    return [good for good in dict.fromkeys(fitting) if good in pools]


def _amount(flow: RecipeFlow) -> Decimal:
    assert flow.quantity is not None, "a process is run for an output with an amount"
    return flow.quantity.value


def _exact(value: Fraction) -> Decimal:
    decimal = decimal_of(value, up=True)
    assert decimal == value, "sums of decimals are decimals"
    return decimal


def _measure(demand: _Demand, amount: Fraction) -> Measure:
    return Measure(_exact(amount), demand.unit)


def _words(demand: _Demand, amount: Fraction) -> str:
    return f"{_exact(amount)} {demand.unit} of {demand.good}"
