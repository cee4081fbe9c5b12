"""The buttons on the page of a lot: each a small form, which does its work once or says every reason why not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.exchange import lot_actions, lot_forms, photo_actions, reservation_actions, waste_actions
from wikivillage.web.exchange.helping_pages import Looker, looker
from wikivillage.web.exchange.lot_page import describe_form, move_form, refused_at_lot, throw_form
from wikivillage.web.exchange.lot_rules import Described
from wikivillage.web.exchange.lot_stocks import lot_path
from wikivillage.web.exchange.models import Lot
from wikivillage.web.exchange.photo_uploads import photo_of, with_photo
from wikivillage.web.exchange.split_actions import split_lot
from wikivillage.web.exchange.views import found_lot
from wikivillage.web.registry.once import new_key
from wikivillage.web.registry.permits import access

Words = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Gesture:
    """What a button does: who may (a verb of lots), its form, its work, and what is said before and after."""

    verb: str
    form: Callable[[Lot, Looker, Any], django_forms.Form]
    act: Callable[[Lot, Looker, str, Words], Any]
    said: Promise
    title: Promise


def _reserve(lot: Lot, seen: Looker, key: str, words: Words) -> Any:
    asked = {"agent": seen.me, "kg": words["kg"], "purpose": words["purpose"]}
    return reservation_actions.reserve_lot(id=f"r-{key}", lot=lot.pk, at=seen.now, by=seen.me, **asked)


def _take(lot: Lot, seen: Looker, key: str, words: Words) -> Any:
    asked = {"agent": seen.me, "kg": words["kg"], "reservation": words.get("reservation", "")}
    return reservation_actions.take_lot(id=f"take-{key}", lot=lot.pk, at=seen.now, by=seen.me, **asked)


def _weigh(lot: Lot, seen: Looker, key: str, words: Words) -> Any:
    said = {"kg": words["kg"], "why": words["why"], "sure": words["sure"]}
    return lot_actions.weigh_lot(id=f"weigh-{key}", lot=lot.pk, at=seen.now, by=seen.me, **said)


def _hold(lot: Lot, seen: Looker, key: str, words: Words) -> Any:
    return lot_actions.hold_back(lot=lot.pk, why=words["why"], at=seen.now, by=seen.me)


def _release(lot: Lot, seen: Looker, key: str, words: Words) -> Any:
    said = {"treated": words["treated"], "why": words["why"]}
    return lot_actions.release_lot(lot=lot.pk, at=seen.now, by=seen.me, **said)


def _move(lot: Lot, seen: Looker, key: str, words: Words) -> Any:
    said = {"place": words["place"], "bin": words["bin"]}
    return lot_actions.move_lot(id=f"move-{key}", lot=lot.pk, at=seen.now, by=seen.me, **said)


def _split(lot: Lot, seen: Looker, key: str, words: Words) -> Any:
    return split_lot(id=f"lot-{key[:40]}", lot=lot.pk, parts=words["weights"], at=seen.now, by=seen.me)


def _describe(lot: Lot, seen: Looker, key: str, words: Words) -> Any:
    names = [name for name in Described.__dataclass_fields__ if name in words]
    said = Described(bin=lot.bin, treated=lot.treated, **{name: words[name] for name in names})
    return lot_actions.describe_lot(lot=lot.pk, said=said, at=seen.now, by=seen.me)


def _throw(lot: Lot, seen: Looker, key: str, words: Words) -> Any:
    said = {name: words[name] for name in ("kg", "exchange", "channel", "certificate")}
    return waste_actions.throw_away(id=f"waste-{key}", lot=lot.pk, at=seen.now, by=seen.me, **said)


def _plain(form: type[django_forms.Form]) -> Callable[[Lot, Looker, Any], django_forms.Form]:
    return lambda lot, seen, data: form(data)


GESTURES: dict[str, Gesture] = {
    "reserve": Gesture(
        "take",
        _plain(lot_forms.TakeForm),
        _reserve,
        _("It is kept for you for seven days."),
        _("This cannot be reserved"),
    ),
    "take": Gesture(
        "take",
        _plain(lot_forms.TakenForm),
        _take,
        _("It is written down that you took it."),
        _("This cannot be taken"),
    ),
    "weigh": Gesture(
        "weigh",
        _plain(lot_forms.WeighForm),
        _weigh,
        _("The new weight is written down."),
        _("This weight cannot be kept"),
    ),
    "hold": Gesture(
        "hold_back",
        _plain(lot_forms.HoldForm),
        _hold,
        _("The lot is set aside. Whoever reserved some of it is told."),
        _("This cannot be set aside so"),
    ),
    "release": Gesture(
        "clear", _plain(lot_forms.ReleaseForm), _release, _("The lot is free again."), _("This cannot be released so")
    ),
    "move": Gesture(
        "move",
        lambda lot, seen, data: move_form(lot, seen.lang, "", data),
        _move,
        _("Its new place is written down."),
        _("This cannot be moved so"),
    ),
    "split": Gesture(
        "move",
        _plain(lot_forms.SplitForm),
        _split,
        _("Each part is a lot of its own now, with its number."),
        _("This cannot be split so"),
    ),
    "describe": Gesture(
        "move", lambda lot, seen, data: describe_form(lot, "", data), _describe, _("It is written down."), _("Not so")
    ),
    "throw": Gesture(
        "throw_away",
        lambda lot, seen, data: throw_form(lot, seen.lang, "", data),
        _throw,
        _("It is in the waste register."),
        _("This cannot be thrown away"),
    ),
}
"""Every button of the page of a lot, by the last word of its address."""


@never_cache
@require_POST
def gesture(request: HttpRequest, id: str, word: str) -> HttpResponse:
    """One of the gestures. The button beside reserving takes it at once."""
    lot, seen = found_lot(id), looker(request)
    wanted = GESTURES["take" if request.POST.get("do") == "take" else word]
    access(seen.viewer, wanted.verb, "lot", scope=lot.place)
    form = wanted.form(lot, seen, request.POST)
    title, typed = str(wanted.title), dict(request.POST.items())
    if not form.is_valid():
        return refused_at_lot(request, lot, form_problems(form), title=title, wanted=typed)
    try:
        wanted.act(lot, seen, form.cleaned_data.get("key") or new_key(), form.cleaned_data)
    except ProblemError as error:
        return refused_at_lot(request, lot, named(form, error.problems), title=title, wanted=typed)
    messages.success(request, str(wanted.said))
    return HttpResponseRedirect(lot_path(lot.pk))


def form_problems(form: django_forms.Form) -> list[Problem]:
    """What a form itself refuses, in the words of its fields."""
    return [Problem("form", _label(form, name), str(text)) for name, texts in form.errors.items() for text in texts]


def named(form: django_forms.Form, problems: Sequence[Problem]) -> list[Problem]:
    """Problems with the words of their fields in place of the names that programs give them."""
    return [replace(one, where=_label(form, one.where) or one.where) for one in problems]


def _label(form: django_forms.Form, name: str) -> str:
    return str(form.fields[name].label or "") if name in form.fields else ""


@never_cache
@require_POST
@with_photo
def photo_add(request: HttpRequest, id: str) -> HttpResponse:
    """One more photo of a lot."""
    lot, seen = found_lot(id), looker(request)
    access(seen.viewer, "move", "lot", scope=lot.place)
    try:
        photo_actions.add_photo(lot=id, content=photo_of(request), at=seen.now, by=seen.me)
    except ProblemError as error:
        problems = [replace(one, where="") for one in error.problems]
        return refused_at_lot(request, lot, problems, title=str(_("This photo cannot be kept")))
    messages.success(request, str(_("The photo is kept, without where it was taken.")))
    return HttpResponseRedirect(lot_path(id))


@never_cache
@require_POST
def photo_remove(request: HttpRequest, id: str, position: int) -> HttpResponse:
    """Take a photo away for good."""
    lot, seen = found_lot(id), looker(request)
    access(seen.viewer, "clear", "lot", scope=lot.place)
    photo_actions.remove_photo(lot=id, position=position, at=seen.now, by=seen.me)
    messages.success(request, str(_("The photo is gone.")))
    return HttpResponseRedirect(lot_path(id))
