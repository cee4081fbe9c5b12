"""How meters do, and how amounts are known, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "silent": _("silent"),
    "unread": _("never read"),
    "strange": _("strange"),
    "gaps": _("with gaps"),
    "well": _("answers"),
}
"""The state of a meter in a word."""

MEANING = {
    "silent": _("Its next reading is late."),
    "unread": _("No reading of it has ever come."),
    "strange": _("It sent something that could not be: that was set aside and does not count."),
    "gaps": _("Some of the last days were not measured whole."),
    "well": _("It sends its readings in time."),
}
"""The state of a meter in a sentence."""

SURENESS = {
    "measured": _("measured"),
    "estimated": _("estimated"),
    "partial": _("known in part"),
    "missing": _("no reading"),
}
"""How an amount is known."""

RULES = {
    "difference": _("the difference of two readings"),
    "reset": _("the counter began again from zero"),
    "roll-over": _("the counter went past its last digit"),
    "dip": _("the counter went back a little"),
    "gap": _("readings are missing in between"),
    "given": _("the meter gave the amount itself"),
    "estimate": _("spread evenly over the time in between"),
}
"""By which rule an amount was made."""

ASIDE = {
    "unknown-register": (_("unknown meter"), _("No meter here has a register of this name.")),
    "unknown-meter": (_("unknown meter"), _("No meter of this name is described here.")),
    "wrong-clock": (
        _("wrong clock"),
        _("The time of the reading is in the future, or long before the meter."),
    ),
    "no-own-time": (_("no time"), _("The meter gives amounts without saying of when they are.")),
    "unit-mismatch": (_("wrong unit"), _("Its unit measures something else than the register.")),
    "unit-inexact": (_("wrong unit"), _("Its unit cannot be converted exactly into that of the register.")),
    "not-finite": (_("no number"), _("What came is no number.")),
    "too-large": (_("too large"), _("The number is too large to be meant.")),
    "too-many-decimals": (_("too exact"), _("The number has more decimals than can be kept.")),
    "below-zero": (_("below zero"), _("A counter never shows less than nothing.")),
    "beyond-range": (_("beyond its digits"), _("The counter cannot show so much.")),
    "implausible-jump": (_("impossible jump"), _("It would be more than can flow in that time.")),
    "meter-retired": (_("meter taken away"), _("The meter was taken away before that time.")),
    "conflicting": (_("two values"), _("Another value is there for the same time; the first one is kept.")),
    "csv-number": (_("no number"), _("A cell of the file holds no number.")),
    "csv-time": (_("no time"), _("A cell of the file holds no time that can be read.")),
    "csv-row": (_("broken row"), _("A row of the file has too many or too few cells.")),
    "csv-encoding": (_("wrong letters"), _("A row of the file holds bytes that are no letters.")),
    "csv-clock-change": (
        _("clock change"),
        _("That time does not exist or exists twice: the clocks changed."),
    ),
    "csv-name": (_("no name"), _("A row of the file does not say of which meter it is.")),
    "csv-broken": (_("broken file"), _("The file cannot be read on from there.")),
}
"""Why something was set aside, in a word and in a sentence, by the code of its problem."""

REGISTERS = {
    "in": _("comes in"),
    "out": _("goes out"),
    "use": _("is used"),
    "level": _("level"),
    "power": _("power"),
    "heat": _("heat"),
    "temperature": _("temperature"),
    "import": _("drawn"),
    "export": _("fed in"),
}
"""What people read for the usual names of registers."""
