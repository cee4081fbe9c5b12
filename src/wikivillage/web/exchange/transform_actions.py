"""A run of a workshop: kilograms of lots go in, new lots come out, and what is missing has a name.

In the ledger it is a process whose inputs and outputs add up exactly: what was lost goes to an account of losses, and
what came from nowhere (glue, water, scales that differ) comes from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem
from wikivillage.flows.kinds import Entry, Event, NewStock, Process
from wikivillage.web.exchange.lot_actions import written_lot
from wikivillage.web.exchange.lot_rules import (
    COMPOST,
    KG,
    MOST_PARTS,
    Balance,
    Described,
    balance_of,
    balance_problems,
    description_problems,
    text_problems,
    weight_problems,
)
from wikivillage.web.exchange.lot_stocks import (
    after_change,
    keeper_of,
    kind_of,
    labelled_stock,
    locked_lots,
    own_event,
    refuse_not_free,
    refuse_short,
    weight,
)
from wikivillage.web.exchange.lot_words import FREE, RAW, TREATED_YES
from wikivillage.web.exchange.models import Lot, Transformation
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.models import Stock
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.registry.actions import record_change, refuse_with
from wikivillage.web.registry.models import RecipeEntry

LOSSES = "lot-losses"
"""The account of what workshops lost, and of what they made too much."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Kilograms of a lot that go into a workshop."""

    lot: str
    kg: Decimal


@dataclass(frozen=True, slots=True)
class Made:
    """A lot that comes out of it: its kind, weight and words, where it lies."""

    spec: str
    kg: Decimal
    place: str
    title: str = ""
    bin: str = ""
    pieces: int | None = None
    size: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """What a workshop does once: ``work`` is the recipe by which it is done, or nothing."""

    id: str
    work: str
    place: str
    taken: Sequence[Taken]
    made: Sequence[Made]

    @property
    def balance(self) -> Balance:
        """What went in and came out."""
        return balance_of([one.kg for one in self.taken], [one.kg for one in self.made])


@retrying
def transform(*, run: Run, at: datetime, by: str = "", lost_as: str = "", why: str = "") -> Transformation:
    """Take lots into a workshop and bring out others, whole or not at all. The same id again is the same run.

    New lots are called ``<id>-1`` and so on.

    Raises ProblemError: no-lot, no-inputs, no-outputs, too-many-parts, named-twice, quarantined, lot-gone, not-so-much,
    those of weights and words, unknown-kind, not-weighed, unknown-place, unknown-work, never-to-compost, not-balanced.
    """
    with transaction.atomic():
        found = Transformation.objects.filter(pk=run.id).first()
        if found is not None:
            return found
        refuse_with([*_form_problems(run), *text_problems("why", why, 300)])
        lots, balance = locked_lots([one.lot for one in run.taken]), run.balance
        found = Transformation.objects.filter(pk=run.id).first()
        if found is not None:
            return found
        refuse_with(
            [
                *(problem for one in run.taken for problem in _why_not(lots[one.lot], one.kg, at)),
                *_compost_problems(lots, run),
                *balance_problems(balance, lost_as=lost_as, why=why),
            ]
        )
        record(entries=_entries(run, lots, at, by), at=at, by=by or None)
        _write_lots(run, lots, at)
        said = {"work": run.work, "place": run.place, "taken": balance.taken, "made": balance.made}
        named = {"loss": balance.loss, "lost_as": lost_as if balance.loss else "", "why": why.strip()}
        written = Transformation.objects.create(process=run.id, by=by, at=at, **said, **named)
        record_change("transform_lots", run.id, at=at, by=by)
        for row in lots.values():
            after_change(row, at=at, by=by)
        return written


def _form_problems(run: Run) -> Iterator[Problem]:
    if run.work and not ("\0" not in run.work and RecipeEntry.objects.filter(pk=run.work).exists()):
        what = _("There is no recipe “%(work)s”.") % {"work": run.work[:40]}
        yield Problem("unknown-work", "work", what, _("Choose one of the list."))
    if not run.taken:
        yield Problem("no-inputs", "", _("Nothing goes in."), _("Choose at least one lot and how much of it."))
    if not run.made:
        yield Problem("no-outputs", "", _("Nothing comes out."), _("Write what was made, with its weight."))
    if max(len(run.taken), len(run.made)) > MOST_PARTS:
        what = _("These are more than %(most)s lots.") % {"most": MOST_PARTS}
        yield Problem("too-many-parts", "", what, _("Write it in two runs."))
    if len({one.lot for one in run.taken}) < len(run.taken):
        yield Problem("named-twice", "", _("A lot is named twice."), _("Add up what you take of it."))
    for number, one in enumerate(run.taken, 1):
        yield from weight_problems(one.kg, _("in %(number)s") % {"number": number}, sure=True)
    for number, new in enumerate(run.made, 1):
        yield from weight_problems(new.kg, _("out %(number)s") % {"number": number}, sure=True)
        yield from description_problems(_said(new))


def _said(new: Made) -> Described:
    return Described(title=new.title, pieces=new.pieces, size=new.size, origin="fablab", bin=new.bin)


def _why_not(lot: Lot, kg: Decimal, at: datetime) -> list[Problem]:
    found = refuse_not_free(lot) or refuse_short(lot, kg, at)
    return [replace(one, where=one.where or lot.stock.lot or "") for one in found]


def _compost_problems(lots: Mapping[str, Lot], run: Run) -> Iterator[Problem]:
    """Nothing that is or may be glued, painted or treated ends in the gardens."""
    if not COMPOST & {one.spec for one in run.made}:
        return
    for lot in lots.values():
        if lot.treated != RAW:
            what = _("Lot %(lot)s is glued, painted or treated, or may be: it never goes to the compost.")
            hint = _("Have somebody look at it; only wood and paper that are known to be raw feed the gardens.")
            yield Problem("never-to-compost", "", what % {"lot": lot.stock.lot}, hint)


def _entries(run: Run, lots: Mapping[str, Lot], at: datetime, by: str) -> list[Entry]:
    """The process, what goes in, what comes out, and the loss that closes the sum."""
    inputs = [
        own_event(f"{run.id}-in-{number}", "consume", lots[one.lot], one.kg, at=at, input_of=run.id)
        for number, one in enumerate(run.taken, 1)
    ]
    outputs = [_made(run, number, new, at, by) for number, new in enumerate(run.made, 1)]
    process = Process(run.id, based_on=run.work or None, at=run.place)
    return [process, *inputs, *outputs, *_loss(run, keeper_of(run.place), at)]


def _made(run: Run, number: int, new: Made, at: datetime, by: str) -> Event:
    owner, title = keeper_of(new.place), new.title.strip() or kind_of(new.spec).name_fr
    labelled = {"spec": new.spec, "owner": owner, "place": new.place, "title": title, "by": by}
    return Event(
        id=f"{run.id}-out-{number}",
        action="produce",
        provider=owner,
        receiver=owner,
        new_resource=labelled_stock(f"{run.id}-{number}", at=at, **labelled),
        spec=new.spec,
        quantity=weight(new.kg),
        output_of=run.id,
        at=at,
        basis="weighed when it was made",
    )


def _loss(run: Run, keeper: str, at: datetime) -> Iterator[Event]:
    """What is missing is made into the account of losses; what is too much is taken out of it."""
    loss = run.balance.loss
    if not loss:
        return
    there = Stock.objects.filter(pk=LOSSES).values_list("primary_accountable_id", flat=True).first()
    owner = there or keeper
    if there is None:
        new = NewStock(LOSSES, KG, spec="", classified_as=("loss",), primary_accountable=owner, allow_negative=True)
        nothing = weight(Decimal(0))
        yield Event(f"{run.id}-losses", "raise", owner, owner, new_resource=new, quantity=nothing, at=at)
    yield Event(
        id=f"{run.id}-loss",
        action="produce" if loss > 0 else "consume",
        provider=owner,
        receiver=owner,
        resource=LOSSES,
        quantity=weight(abs(loss)),
        output_of=run.id if loss > 0 else None,
        input_of=None if loss > 0 else run.id,
        at=at,
        basis="the difference of the scales, so that the sum closes",
    )


def _write_lots(run: Run, lots: Mapping[str, Lot], at: datetime) -> None:
    """The rows of the new lots: treated if anything in them was, and once more used than what went in."""
    before = list(lots.values())
    treated = RAW if all(lot.treated == RAW for lot in before) else TREATED_YES
    used = 1 + max(lot.times_used for lot in before)
    for number, new in enumerate(run.made, 1):
        title = " ".join(new.title.split()) or kind_of(new.spec).name_fr
        said = replace(_said(new), title=title, treated=treated, times_used=used)
        same = {"spec": new.spec, "place": new.place, "given_by": before[0].given_by_id, "kg": new.kg}
        written_lot(f"{run.id}-{number}", said=said, state=FREE, at=at, **same)
