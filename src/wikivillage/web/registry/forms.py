"""Forms of the room's pages: they read what was typed; what it means is decided by the actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wikivillage.base.problems import Problem, ProblemError, nearest
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.once import new_key
from wikivillage.web.registry.people_queries import find_by_name, handles_and_names, scope_names
from wikivillage.web.registry.roles import ROLES
from wikivillage.web.registry.words import HOUSEHOLD, ORGANISATION, PERSON

KIND_WORDS = {PERSON: _("a person"), HOUSEHOLD: _("a household"), ORGANISATION: _("an organisation")}
"""What pages call the kinds of agents that a steward can add."""


NAMED = {"until": "last_day", "scope": "where", "body": "agent"}
"""How a form calls what a problem of an action points at, where that differs."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of a form: what the action made, or its problems; neither where the form itself was wrong."""

    made: Any = None
    problems: tuple[Problem, ...] = ()


def attempt(form: forms.Form, act: Callable[[dict[str, Any]], Any]) -> Attempt:
    """Let an action work with what a form read."""
    if not form.is_valid():
        return Attempt()
    try:
        return Attempt(made=act(form.cleaned_data))
    except ProblemError as error:
        return Attempt(problems=tuple(_at_field(form, problem) for problem in error.problems))


def _at_field(form: forms.Form, problem: Problem) -> Problem:
    """A problem beside the field that it is about, and called by the words of that field."""
    field = NAMED.get(problem.where, problem.where)
    if field not in form.fields:
        return replace(problem, where="")
    form.add_error(field, f"{problem.what} {problem.hint}".strip())
    return replace(problem, where=str(form.fields[field].label))


class AgentField(forms.CharField):
    """Somebody, by handle or by name; ``names`` is the list that the field proposes."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"list": "who", "autocomplete": "off"})
        super().__init__(max_length=200, widget=widget, **options)

    def clean(self, value: Any) -> Agent | None:
        """The one agent who is meant."""
        words = super().clean(value)
        if not words:
            return None
        found = find_by_name(words)
        if not found:
            close = nearest(words, [word for pair in handles_and_names() for word in pair])
            hint = _("Did you mean “%(close)s”?") % {"close": close} if close else ""
            raise forms.ValidationError(
                [_("Nobody here is called so."), hint] if hint else _("Nobody here is called so.")
            )
        if len(found) > 1:
            handles = ", ".join(agent.identity.handle for agent in found)
            raise forms.ValidationError(
                _("Several are called so. Write one of these instead: %(handles)s.") % {"handles": handles}
            )
        return found[0]


class KeyedForm(forms.Form):
    """A form that carries a key, so that sending it twice does its work once."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput, required=False)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options["initial"] = {"key": new_key(), **(options.get("initial") or {})}
        options.setdefault("label_suffix", "")
        super().__init__(*arguments, **options)


DATES = ("since", "last_day")
"""The fields that come last."""


class DatedForm(KeyedForm):
    """A form of something that holds from a day to a day."""

    since = forms.DateField(label=_("First day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.order_fields([name for name in self.fields if name not in DATES] + list(DATES))
        self.fields["since"].help_text = _("Left empty: from now.")
        self.fields["last_day"].help_text = _("Left empty: without an end.")

    def clean_since(self) -> datetime | None:
        """The first moment of the first day."""
        return midnight(self.cleaned_data["since"])

    def clean_last_day(self) -> datetime | None:
        """The first moment after the last day."""
        day = self.cleaned_data["last_day"]
        return midnight(day + timedelta(days=1)) if day and day < date.max else None

    def dates(self) -> dict[str, datetime | None]:
        """From when to when, as actions take it."""
        return {"since": self.cleaned_data["since"], "until": self.cleaned_data["last_day"]}


def midnight(day: date | None) -> datetime | None:
    """The first moment of a day in the village's own time."""
    return None if day is None else datetime.combine(day, time.min, timezone.get_current_timezone())


class AddAgentForm(KeyedForm):
    """Somebody new: a person without an account, a household, an organisation."""

    kind = forms.ChoiceField(label=pgettext_lazy("registry", "What"), choices=list(KIND_WORDS.items()))
    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("Seen by them and by stewards only."))


class MemberForm(DatedForm):
    """Somebody who joins."""

    agent = AgentField(label=pgettext_lazy("registry", "Who"), help_text=_("A name, or what programs call them."))
    role = forms.CharField(label=_("As what"), max_length=100, required=False, help_text=_("Such as: treasurer, cook."))
    votes = forms.BooleanField(label=_("Has a vote"), required=False, initial=True)


class RoleForm(DatedForm):
    """A role for somebody."""

    agent = AgentField(label=pgettext_lazy("registry", "Who"), help_text=_("A name, or what programs call them."))
    word = forms.ChoiceField(label=_("Which role"))
    where = forms.ChoiceField(label=_("Where it counts"), required=False)

    def __init__(self, *arguments: Any, lang: str, scopes: Iterable[str] = (), **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["word"].choices = [
            (word, f"{role.name} : {role.purpose}" if lang == "fr" else f"{role.name}: {role.purpose}")
            for word, role in ROLES.items()
        ]
        only = set(scopes)
        names = {key: name for key, name in scope_names(lang).items() if not only or key[1] in only}
        self.fields["where"].choices = [
            (f"{kind}:{id}" if kind else "", name or _("in the whole village")) for (kind, id), name in names.items()
        ]

    def scope(self) -> dict[str, str]:
        """Where it counts, as the action takes it."""
        kind, _colon, id = self.cleaned_data["where"].partition(":")
        return {"scope_kind": kind, "scope": id}


class GuardianForm(DatedForm):
    """Somebody who acts for a ward."""

    ward = AgentField(label=_("For whom"), help_text=_("A child, or somebody whom a guardian helps."))
    guardian = AgentField(label=_("Who acts for them"))


class CircleForm(KeyedForm):
    """A working group."""

    name_fr = forms.CharField(label=_("Name in French"), max_length=100, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=100, required=False)
    purpose = forms.CharField(
        label=_("What it is for"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
