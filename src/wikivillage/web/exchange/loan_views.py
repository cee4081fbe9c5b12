"""The pages of lending: reserve, the page behind a tool's label that hands out and takes back, and who has what."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from wikivillage.web.exchange import helping_words as words
from wikivillage.web.exchange import loan_actions as actions
from wikivillage.web.exchange.helping_pages import Looker, agent_named, attempted, done, looker, place_names
from wikivillage.web.exchange.loan_queries import going_loans, loan_out, loans_ahead, loans_of, now_and_next
from wikivillage.web.exchange.loan_rules import Asked, tool_name, way_out
from wikivillage.web.exchange.models import Loan, Tool
from wikivillage.web.exchange.tool_forms import FIRST_HOUR, LAST_HOUR, BackForm, LendForm, OutForm, TimesForm
from wikivillage.web.exchange.tool_views import find_tool, tool_line, tool_page
from wikivillage.web.exchange.ways import ways
from wikivillage.web.registry.forms import attempt
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.once import new_key
from wikivillage.web.registry.permits import access
from wikivillage.web.shell.csv import csv_response
from wikivillage.web.shell.pages import page_of
from wikivillage.web.shell.templatetags.village import moment

FETCH_FROM = timedelta(days=1)


@never_cache
@require_POST
def reserve(request: HttpRequest, id: str) -> HttpResponse:
    """Reserve a tool; where it cannot be, every reason and the next time at which it can."""
    seen, row = looker(request), find_tool(id)
    access(seen.viewer, "make", "loan", owner=seen.me or None)
    form = TimesForm(request.POST, lang=seen.lang, at=seen.now)

    def act(said: dict[str, Any]) -> Loan:
        begin, due = form.times
        wanted = {"tool": row.pk, "agent": seen.me, "begin": begin, "due": due}
        return actions.reserve_tool(**wanted, at=seen.now, by=seen.me, key=said["key"])

    tried = attempt(form, act)
    if tried.made is not None:
        said = _("It is reserved for you from %(begin)s until %(due)s. You find it in your calendar.")
        told = said % {"begin": moment(tried.made.begin), "due": moment(tried.made.due)}
        return done(request, told, reverse("exchange:tool", args=[row.pk]))
    context = {**tool_page(seen, row, form), "problems": tried.problems, "other": _other_time(seen, row, form)}
    return render(request, "exchange/tool.html", context, status=422)


def _other_time(seen: Looker, row: Tool, form: TimesForm) -> dict[str, Any] | None:
    """A time that would work, as the fields of a form with one button."""
    if not form.is_bound or any(name in form.errors for name in form.fields) or "due_day" not in form.cleaned_data:
        return None
    begin, due = form.times
    found = way_out(Asked(row, Agent.objects.get(pk=seen.me), begin, due, seen.now))
    if found is None:
        return None
    first, last = _open_hours(found[0]), _open_hours(found[1])
    fields = {
        "begin_day": f"{first:%Y-%m-%d}",
        "begin_hour": str(first.hour),
        "due_day": f"{last:%Y-%m-%d}",
        "due_hour": str(last.hour),
    }
    return {"begin": first, "due": last, "fields": [*fields.items(), ("key", new_key())]}


def _open_hours(when: datetime) -> datetime:
    """The next full hour at which somebody is there."""
    local = timezone.localtime(when)
    full = local if not (local.minute or local.second) else local.replace(minute=0, second=0) + timedelta(hours=1)
    full = full.replace(microsecond=0)
    if full.hour > LAST_HOUR:
        full = (full + timedelta(days=1)).replace(hour=FIRST_HOUR)
    return full.replace(hour=max(full.hour, FIRST_HOUR))


@never_cache
@require_safe
def here(request: HttpRequest, id: str) -> HttpResponse:
    """The page behind a tool's label: lend it here, bring it back here."""
    seen, row = looker(request), find_tool(id)
    access(seen.viewer, "see", "tool")
    return render(request, "exchange/tool_here.html", _here(seen, row))


def _here(seen: Looker, row: Tool, **more: Any) -> dict[str, Any]:
    ahead, out = loans_ahead(row, seen.now), loan_out(row)
    names = seen.names({loan.agent_id for loan in ahead})
    may_lend = seen.may("hand_out", "loan")
    waiting = [one for one in ahead if one.state == words.RESERVED and one.begin <= seen.now + FETCH_FROM]
    return {
        **tool_line(row, *now_and_next([row], seen.now)[row.pk], place_names(seen.lang), seen),
        "loan": out,
        "who_has": names.get(out.agent_id, "") if out and (may_lend or out.agent_id in seen.mine) else "",
        "waiting": [(one, names[one.agent_id], _out_form(one, more)) for one in waiting] if may_lend else [],
        "my_turn": next((one for one in ahead if one.state == words.RESERVED and one.agent_id in seen.mine), None),
        "may_lend": may_lend,
        "signed_in": bool(seen.me),
        "back_form": BackForm(),
        "lend_form": LendForm(longest=row.longest_days, auto_id="lend_%s"),
        **more,
    }


def _out_form(loan: Loan, more: dict[str, Any]) -> OutForm:
    """The form of one reservation: the one that was refused, or a fresh one, with ids of its own."""
    found: OutForm | None = more.get("out_forms", {}).get(loan.pk)
    return found or OutForm(auto_id=f"{loan.pk}_%s")


@never_cache
@require_POST
def lend(request: HttpRequest, id: str) -> HttpResponse:
    """Lend a tool to somebody who stands here."""
    seen, row = looker(request), find_tool(id)
    access(seen.viewer, "hand_out", "loan")
    form = LendForm(request.POST, longest=row.longest_days, auto_id="lend_%s")

    def act(said: dict[str, Any]) -> Loan:
        who, due = agent_named(form).pk, seen.now + timedelta(days=said["days"])
        words_said = {name: said[name] for name in ("condition", "note", "key")}
        return actions.lend_now(tool=row.pk, agent=who, due=due, at=seen.now, by=seen.me, **words_said)

    tried = attempt(form, act)
    if tried.made is None:
        more = {"lend_form": form, "problems": tried.problems, "title": _("It cannot be lent")}
        return render(request, "exchange/tool_here.html", _here(seen, row, **more), status=422)
    told = _("It is lent until %(due)s.") % {"due": moment(tried.made.due)}
    return done(request, told, reverse("exchange:tool_here", args=[row.pk]))


@never_cache
@require_POST
def out(request: HttpRequest, id: str) -> HttpResponse:
    """Hand a reserved tool out."""
    seen, row = looker(request), _loan(id)
    access(seen.viewer, "hand_out", "loan")
    form = OutForm(request.POST, auto_id=f"{row.pk}_%s")
    tried = attempt(form, lambda said: actions.hand_out(loan=row.pk, at=seen.now, by=seen.me, **_state_said(said)))
    if tried.made is None:
        more = {"out_forms": {row.pk: form}, "problems": tried.problems, "title": _("It cannot be handed out")}
        return render(request, "exchange/tool_here.html", _here(seen, row.tool, **more), status=422)
    told = _("It is handed out. It is due back on %(due)s.") % {"due": moment(tried.made.due)}
    return done(request, told, reverse("exchange:tool_here", args=[row.tool_id]))


def _state_said(said: dict[str, Any]) -> dict[str, str]:
    return {"condition": said["condition"], "note": said["note"]}


@never_cache
@require_POST
def back(request: HttpRequest, id: str) -> HttpResponse:
    """Take a tool back; one that came back worse goes to repair in one press more."""
    seen, row = looker(request), _loan(id)
    access(seen.viewer, "take_back", "loan")
    form = BackForm(request.POST)
    tried = attempt(form, lambda said: actions.take_back(loan=row.pk, at=seen.now, by=seen.me, **_state_said(said)))
    if tried.made is None:
        more = {"back_form": form, "problems": tried.problems, "title": _("It cannot be taken back")}
        return render(request, "exchange/tool_here.html", _here(seen, row.tool, **more), status=422)
    loan: Loan = tried.made
    if actions.differs(loan):
        context = {
            "loan": loan,
            "name": tool_name(row.tool),
            "before": words.CONDITIONS[loan.condition_out],
            "after": words.CONDITIONS[loan.condition_in],
            "broken": loan.condition_in in words.NEEDS_REPAIR,
        }
        return render(request, "exchange/came_back.html", context)
    return done(request, _("It is back, as it left."), reverse("exchange:tool_here", args=[row.tool_id]))


@never_cache
@require_POST
def cancel(request: HttpRequest, id: str) -> HttpResponse:
    """Give up a reservation."""
    seen, row = looker(request), _loan(id)
    access(seen.viewer, "cancel", "loan", owner=row.agent_id)
    return attempted(
        request,
        lambda: actions.cancel_loan(loan=row.pk, at=seen.now, by=seen.me),
        said=_("The reservation is given up; the tool is free for others."),
        title=_("It cannot be given up"),
        to=reverse("exchange:tool", args=[row.tool_id]),
        back_words=tool_name(row.tool),
    )


@never_cache
@require_safe
def loans(request: HttpRequest) -> HttpResponse:
    """What I have borrowed; for who lends, everything that is out or reserved."""
    seen = looker(request)
    access(seen.viewer, "see", "own_things", owner=seen.me or None)
    everybody = seen.may("list", "loan")
    page = page_of(request, going_loans() if everybody else loans_of(seen.mine))
    context = {
        "ways": ways(seen.viewer),
        "page": page,
        "lines": _lines(page.items, seen),
        "everybody": everybody,
        "mine": _lines(loans_of(seen.mine)[:20], seen) if everybody else [],
        "late": sum(1 for one in page.items if one.state == words.OUT and one.due < seen.now),
    }
    return render(request, "exchange/loans.html", context)


def _lines(rows: Any, seen: Looker) -> list[dict[str, Any]]:
    found = list(rows)
    names = seen.names({row.agent_id for row in found})
    return [
        {
            "loan": row,
            "name": tool_name(row.tool),
            "who": _("You") if row.agent_id in seen.mine else names[row.agent_id],
            "state": words.LOAN_STATES[row.state],
            "late": row.state == words.OUT and row.due < seen.now,
        }
        for row in found
    ]


@never_cache
@require_safe
def loans_csv(request: HttpRequest) -> HttpResponse:
    """All loans as a file for who lends; for everybody else their own."""
    seen = looker(request)
    access(seen.viewer, "see", "own_things", owner=seen.me or None)
    rows = Loan.objects.select_related("tool") if seen.may("list", "loan") else loans_of(seen.mine)
    found = list(rows)
    names = seen.names({row.agent_id for row in found})
    header = [
        *(_("Tool"), _("Who"), _("State"), pgettext("a loan", "From"), pgettext("a loan", "Due"), _("Handed out")),
        *(_("State when it left"), _("Back"), _("State when it came back")),
    ]
    lines = (
        (
            tool_name(row.tool), names[row.agent_id], words.LOAN_STATES[row.state], row.begin, row.due, row.out_at,
            words.CONDITIONS.get(row.condition_out, ""), row.in_at, words.CONDITIONS.get(row.condition_in, ""),
        )
        for row in found
    )  # fmt: skip
    return csv_response("loans", header, lines)


def _loan(id: str) -> Loan:
    row: Loan | None = Loan.objects.select_related("tool").filter(pk=id).first()
    if row is None:
        raise Http404
    return row
