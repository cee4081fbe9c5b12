"""Events and promises told in sentences: the 19 actions of ValueFlows in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wikivillage.report.words import lowered
from wikivillage.web.ledger.things import Things
from wikivillage.web.shell.templatetags.village import amount as amount_in_words


@dataclass(frozen=True, slots=True)
class Telling:
    """How an action is told: in a word, of an agent, and of a process where it can be its input or output."""

    word: Lazy
    of_agent: Lazy
    of_process: Lazy | None = None


TOLD: Mapping[str, Telling] = {
    "produce": Telling(
        _("made"),
        _("%(who)s made %(amount)s (%(thing)s)."),
        _("“%(process)s” gave %(amount)s (%(thing)s)."),
    ),
    "consume": Telling(
        _("used up"),
        _("%(who)s used up %(amount)s (%(thing)s)."),
        _("“%(process)s” took %(amount)s (%(thing)s)."),
    ),
    "use": Telling(
        _("used"),
        _("%(who)s used %(thing)s: %(amount)s."),
        _("%(thing)s served “%(process)s”: %(amount)s."),
    ),
    "work": Telling(
        _("worked"),
        _("%(who)s worked: %(amount)s."),
        _("%(who)s worked for “%(process)s”: %(amount)s."),
    ),
    "cite": Telling(
        _("referred to"),
        _("%(who)s referred to %(thing)s."),
        _("“%(process)s” referred to %(thing)s."),
    ),
    "deliverService": Telling(
        _("did a service"),
        _("%(who)s did %(to_who)s a service: %(amount)s (%(thing)s)."),
    ),
    "pickup": Telling(
        _("picked up"),
        _("%(who)s picked up %(amount)s (%(thing)s)."),
        _("%(amount)s (%(thing)s) were picked up for “%(process)s”."),
    ),
    "dropoff": Telling(
        _("brought"),
        _("%(who)s brought %(amount)s (%(thing)s)."),
        _("“%(process)s” brought %(amount)s (%(thing)s)."),
    ),
    "accept": Telling(
        _("taken in hand"),
        _("%(to_who)s took %(amount)s in hand (%(thing)s)."),
        _("“%(process)s” took %(amount)s in hand (%(thing)s)."),
    ),
    "modify": Telling(
        _("given back, changed"),
        _("%(who)s gave %(amount)s back, changed (%(thing)s)."),
        _("“%(process)s” gave %(amount)s back, changed (%(thing)s)."),
    ),
    "combine": Telling(_("packed"), _("%(who)s packed %(amount)s (%(thing)s).")),
    "separate": Telling(_("unpacked"), _("%(who)s unpacked %(amount)s (%(thing)s).")),
    "transferCustody": Telling(
        _("handed over to keep"),
        _("%(who)s handed %(amount)s (%(thing)s) over to %(to_who)s, to keep."),
    ),
    "transferAllRights": Telling(
        _("given away, left where it is"),
        _("%(who)s gave %(to_who)s all rights to %(amount)s (%(thing)s), which stay where they are."),
    ),
    "transfer": Telling(_("passed on"), _("%(who)s passed %(amount)s (%(thing)s) on to %(to_who)s.")),
    "move": Telling(_("moved"), _("%(who)s moved %(amount)s (%(thing)s).")),
    "copy": Telling(_("copied"), _("%(who)s copied %(thing)s: %(amount)s.")),
    "raise": Telling(_("counted in"), _("%(who)s counted %(amount)s in (%(thing)s).")),
    "lower": Telling(_("counted out"), _("%(who)s counted %(amount)s out (%(thing)s).")),
}
"""Every action."""

BETWEEN = _("%(amount)s (%(thing)s) went from “%(stock)s” to “%(to_stock)s”.")
"""What is told of an amount that goes from one stock to another: a meter at the grid, a charge of the battery."""
CORRECTED = _("A correction: %(amount)s (%(thing)s).")


def action_word(action: str) -> str:
    """An action in a word; of one that nobody knows, itself."""
    return str(TOLD[action].word) if action in TOLD else action


def tell_event(row: Any, things: Things) -> str:
    """An event row, or anything with its columns, as a sentence without its time."""
    said = _said(row, things)
    if row.corrects:
        return str(CORRECTED % said)
    if row.resource and row.to_resource and row.action in ("transfer", "move"):
        return str(BETWEEN % said)
    told = TOLD[row.action]
    process = row.input_of or row.output_of
    return str((told.of_process if process and told.of_process else told.of_agent) % said)


def tell_promise(promise: Any, things: Things) -> str:
    """A commitment, claim or intent as a sentence without its time."""
    who, to_who = getattr(promise, "provider", None), getattr(promise, "receiver", None)
    measure = promise.quantity or getattr(promise, "effort", None)
    process = getattr(promise, "input_of", None)
    said = {
        "amount": amount_of(measure.value, measure.unit) if measure else gettext("once"),
        "thing": lowered(_thing(promise, things)),
        "who": things.agent(who),
        "to_who": things.agent(to_who),
        "process": things.process(process),
    }
    side = "both" if who and to_who else "offer" if who else "need"
    is_shift = promise.action == "work" and process is not None
    return str((SHIFTS if is_shift else PROMISED)[side] % said)


PROMISED = {
    "both": _("%(who)s promised %(to_who)s: %(amount)s (%(thing)s)."),
    "offer": _("%(who)s offers %(amount)s (%(thing)s)."),
    "need": _("%(to_who)s needs %(amount)s (%(thing)s)."),
}
SHIFTS = {
    "both": _("%(who)s will work for “%(process)s”: %(amount)s."),
    "offer": _("%(who)s offers work for “%(process)s”: %(amount)s."),
    "need": _("“%(process)s” needs hands: %(amount)s."),
}


def amount_of(value: Decimal | None, unit: str | None) -> str:
    """An amount as people write it, or a dash."""
    return amount_in_words(value, unit or "")


def _said(row: Any, things: Things) -> dict[str, str]:
    counted = row.effort is None or row.quantity is not None
    value, unit = (row.quantity, row.unit) if counted else (row.effort, row.effort_unit)
    return {
        "amount": amount_of(value, unit) if value is not None else gettext("once"),
        "thing": lowered(_thing(row, things)),
        "who": things.agent(row.provider_id),
        "to_who": things.agent(row.receiver_id),
        "process": things.process(row.input_of or row.output_of),
        "stock": things.stock(row.resource),
        "to_stock": things.stock(row.to_resource),
    }


def _thing(row: Any, things: Things) -> str:
    spec = getattr(row, "spec", None)
    if spec:
        return things.resource(spec)
    resource = getattr(row, "resource", None) or getattr(row, "to_resource", None)
    return things.resource(things.spec(resource)) if things.spec(resource) else gettext("something")
