"""What is true of every lot: which weights can be, what may go into the compost, how much a workshop may lose. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem
from wikivillage.flows.exact import plain
from wikivillage.report.formats import Numbers
from wikivillage.web.exchange.lot_words import CHANNELS, CONDITIONS, LOSSES, ORIGINS, PURPOSES, RAW, TREATED
from wikivillage.web.shell.templatetags.village import numbers

KG = "kg"
HEAVY, HEAVIEST = Decimal(1500), Decimal(5000)
"""What a pallet bears; what no crane of ours lifts."""
DECIMALS = 3
TOLERANCE = Decimal("0.02")
"""Which share of what a workshop takes may be lost or gained without a reason."""

LONGEST_RESERVATION = timedelta(days=7)
OFFERED_FOR = timedelta(days=30)
"""How long a lot is offered before it may be thrown away."""
MOST_PIECES, LONGEST_CM = 10_000, 2_000
MOST_PARTS = 12

COMPOST = frozenset(("brown_dry", "compost", "soil_matter", "mulch"))
"""Kinds that end in the gardens: nothing glued, painted or treated may become one of them."""
DOUBTFUL = frozenset(("wood_offcuts", "wood_scrap", "boards", "sawdust", "plastic_sorted", "flakes", "paper_waste"))
"""Kinds of which one wants to know whether they were treated."""


def kilograms(value: Decimal) -> str:
    """A weight exactly as it is kept, as people write it."""
    decimals = max(0, -int(value.normalize().as_tuple().exponent)) if value else 0
    return f"{numbers().number(float(value), decimals)}\N{NO-BREAK SPACE}kg"


def exact(value: Decimal) -> str:
    """A weight as a field of a form shows it."""
    return plain(value).replace(".", numbers_point(numbers()))


def numbers_point(written: Numbers) -> str:
    """The decimal sign of a language."""
    return written.number(0.5, 1).strip("05") or "."


def weight_problems(kg: Decimal | None, where: str = "", *, sure: bool = False, zero: bool = False) -> list[Problem]:
    """Every reason why something cannot weigh so much. ``sure``: somebody has looked twice at a heavy one."""
    hint = _("Look at the scales again, and write what they show.")
    if kg is None or not kg.is_finite():
        return [Problem("weight-missing", where, _("The weight is missing, or it is no number."), hint)]
    if kg < 0:
        return [Problem("weight-negative", where, _("A weight is never below zero."), hint)]
    if kg == 0 and not zero:
        return [Problem("weight-zero", where, _("Zero kilograms are nothing to keep."), hint)]
    return list(_odd_weights(kg, where, sure=sure))


def _odd_weights(kg: Decimal, where: str, *, sure: bool) -> Iterator[Problem]:
    if kg > HEAVIEST:
        what = _("That is more than anything here can be: at most %(most)s in one lot.") % {"most": kilograms(HEAVIEST)}
        yield Problem("weight-absurd", where, what, _("Were there grams on the scales? Else make several lots."))
    elif kg > HEAVY and not sure:
        what = _("%(kg)s is more than a pallet bears (%(most)s).")
        said = {"kg": kilograms(kg), "most": kilograms(HEAVY)}
        yield Problem("weight-heavy", where, what % said, _("If it is really so, say that you have looked twice."))
    if int(kg.normalize().as_tuple().exponent) < -DECIMALS:
        what = _("That has more decimals than the scales.")
        yield Problem("weight-too-fine", where, what, _("Write at most three decimals: grams."))


@dataclass(frozen=True, slots=True)
class Described:
    """What somebody says of a lot."""

    title: str = ""
    pieces: int | None = None
    size: str = ""
    longest_cm: int | None = None
    condition: str = "good"
    origin: str = "neighbour"
    treated: str = RAW
    bin: str = ""
    times_used: int = 0


LENGTHS = {"title": 120, "size": 80, "bin": 24}
WORDS = {"condition": CONDITIONS, "origin": ORIGINS, "treated": TREATED}
COUNTS = {"pieces": MOST_PIECES, "longest_cm": LONGEST_CM, "times_used": 1000}


def description_problems(said: Described) -> Iterator[Problem]:
    """Everything that cannot be kept of what somebody says of a lot."""
    for name, most in LENGTHS.items():
        yield from text_problems(name, getattr(said, name), most)
    for name, known in WORDS.items():
        if getattr(said, name) not in known:
            what = _("“%(word)s” is no choice here.") % {"word": str(getattr(said, name))[:40]}
            yield Problem("unknown-word", name, what, _("Choose one of the list."))
    for name, most in COUNTS.items():
        number = getattr(said, name)
        if number is not None and not 0 <= number <= most:
            what = _("%(number)s cannot be: from 0 to %(most)s.") % {"number": number, "most": most}
            yield Problem("bad-count", name, what)


def text_problems(where: str, text: str, most: int) -> Iterator[Problem]:
    """What is wrong with a text that somebody typed."""
    if len(text) > most:
        what = _("This is longer than %(most)s characters.") % {"most": most}
        yield Problem("text-too-long", where, what, _("Say it shorter."))
    if any(ord(sign) < 32 and sign not in "\n\r\t" for sign in text):
        yield Problem("text-unreadable", where, _("There is a sign in it that cannot be read."), _("Type it again."))


def choice_problems(where: str, word: str, known: Iterable[str]) -> Iterator[Problem]:
    """A word that is none of a list."""
    if word not in set(known):
        what = _("“%(word)s” is no choice here.") % {"word": word[:40]}
        yield Problem("unknown-word", where, what, _("Choose one of the list."))


def purpose_problems(purpose: str) -> Iterator[Problem]:
    """What somebody wants it for is one of the list."""
    return choice_problems("purpose", purpose, PURPOSES)


def channel_problems(channel: str) -> Iterator[Problem]:
    """What becomes of waste is one of the list."""
    return choice_problems("channel", channel, CHANNELS)


@dataclass(frozen=True, slots=True)
class Balance:
    """What a workshop took and made, exactly; ``loss`` is below zero where it made more."""

    taken: Decimal
    made: Decimal

    @property
    def loss(self) -> Decimal:
        """What is missing."""
        return self.taken - self.made

    @property
    def is_small(self) -> bool:
        """Whether the difference is so small that it needs no reason."""
        return abs(self.loss) <= self.taken * TOLERANCE


def balance_of(taken: Sequence[Decimal], made: Sequence[Decimal]) -> Balance:
    """The sums of what went in and what came out."""
    return Balance(sum(taken, Decimal(0)), sum(made, Decimal(0)))


def balance_problems(balance: Balance, *, lost_as: str, why: str) -> Iterator[Problem]:
    """A difference of more than the tolerance needs a name and a reason; a smaller one needs none."""
    if lost_as and lost_as not in LOSSES:
        yield from choice_problems("lost_as", lost_as, LOSSES)
    if balance.is_small or (lost_as and why.strip()):
        return
    said = {"taken": kilograms(balance.taken), "made": kilograms(balance.made), "loss": kilograms(abs(balance.loss))}
    if balance.loss > 0:
        what = _("%(taken)s went in and %(made)s came out: %(loss)s are missing, more than two per cent.") % said
    else:
        what = _("%(taken)s went in and %(made)s came out: %(loss)s too many, more than two per cent.") % said
    hint = _("Weigh again, or say what became of it and why.")
    yield Problem("not-balanced", "lost_as", what, hint)
