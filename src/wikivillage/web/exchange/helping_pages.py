"""What the pages of mutual help share: who looks, lists of names, refusals with a way out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.registry.forms import AgentField, KeyedForm
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.people_queries import handles_and_names
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.queries import names_for
from wikivillage.web.registry.viewer import Viewer, viewer_of
from wikivillage.web.registry.village_names import village_names
from wikivillage.web.shell.templatetags.village import language


@dataclass(frozen=True, slots=True)
class Looker:
    """Who looks at a page, in which language, and when."""

    viewer: Viewer
    lang: str
    now: datetime

    @property
    def me(self) -> str:
        """Their pseudonym; empty for a visitor."""
        return self.viewer.agent or ""

    @property
    def mine(self) -> list[str]:
        """The pseudonyms whose things are theirs."""
        return sorted({self.me, *self.viewer.acts_for} - {""})

    def names(self, agents: Iterable[str]) -> dict[str, str]:
        """What they read for some agents."""
        return names_for(self.viewer, agents, self.lang)

    def may(self, verb: str, kind: str, owner: str | None = None) -> bool:
        """Whether they may."""
        return may(self.viewer, verb, kind, owner=owner)


def looker(request: HttpRequest) -> Looker:
    """Who looks."""
    return Looker(viewer_of(request), language(), timezone.now())


def place_names(lang: str) -> dict[str, str]:
    """Every place by its name, in the order of the house."""
    return dict(village_names(lang).places)


def places(empty: Any) -> list[tuple[str, Any]]:
    """Places to choose from, after a choice that is none."""
    return [("", empty), *sorted(place_names(language()).items(), key=lambda pair: pair[1].casefold())]


def moment_of(day: date, clock: time) -> datetime:
    """A moment by the clocks of the village."""
    return datetime.combine(day, clock, timezone.get_current_timezone())


def done(request: HttpRequest, words: str, to: str) -> HttpResponse:
    """Say what is now true, and go to its page."""
    messages.success(request, words)
    return HttpResponseRedirect(to)


def refused(
    request: HttpRequest, problems: Sequence[Problem], *, title: str, back: str, back_words: str
) -> HttpResponse:
    """A page of its own for a button that could not do its work: every reason, and a way back."""
    context = {"problems": problems, "title": title, "back": back, "back_words": back_words}
    return render(request, "exchange/refused.html", context, status=422)


def attempted(
    request: HttpRequest, act: Callable[[], Any], *, said: str, title: str, to: str, back_words: str
) -> HttpResponse:
    """Let a button do its work; say what it did, or every reason why not."""
    try:
        act()
    except ProblemError as error:
        return refused(request, error.problems, title=title, back=to, back_words=back_words)
    return done(request, said, to)


class WhoForm(KeyedForm):
    """A form that asks for somebody by name or handle; ``names`` are proposed where the reader may know them."""

    who = AgentField(label=_("With whom"), help_text=_("A name, or their handle."))

    @property
    def known(self) -> list[tuple[str, str]]:
        """Handles and names to choose from."""
        return handles_and_names()


def agent_named(form: WhoForm) -> Agent:
    """Whom a form names."""
    found: Agent = form.cleaned_data["who"]
    return found


def typed(request: HttpRequest, name: str, most: int = 64) -> str:
    """A field of a form that is one button and a few words."""
    return request.POST.get(name, "")[:most].replace("\0", "")
