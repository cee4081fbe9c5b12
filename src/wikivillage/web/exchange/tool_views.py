"""The pages of the tool library: what is lent, one tool with its days, and the forms of who looks after it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wikivillage.web.exchange import helping_words as words
from wikivillage.web.exchange import tool_actions as actions
from wikivillage.web.exchange.helping_pages import Looker, attempted, looker, place_names, places
from wikivillage.web.exchange.loan_queries import loans_ahead, next_free, now_and_next, tools
from wikivillage.web.exchange.loan_rules import Asked, refusals, tool_name
from wikivillage.web.exchange.models import Loan, Tool
from wikivillage.web.exchange.tool_forms import TimesForm, ToolForm
from wikivillage.web.exchange.ways import ways
from wikivillage.web.labels.queries import find_label
from wikivillage.web.registry.forms import attempt
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.permits import access
from wikivillage.web.shell.pages import page_of


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Every tool: where it is, and whether it is there now."""
    seen = looker(request)
    access(seen.viewer, "see", "tool")
    search, place = request.GET.get("q", "")[:80], request.GET.get("place", "")[:64].replace("\0", "")
    page = page_of(request, tools(search=search, place=place))
    rows = now_and_next(page.items, seen.now)
    where = place_names(seen.lang)
    context = {
        "ways": ways(seen.viewer),
        "page": page,
        "lines": [tool_line(tool, *rows[tool.pk], where, seen) for tool in page.items],
        "there": sum(1 for tool in page.items if tool.state == words.READY and rows[tool.pk][0] is None),
        "search": search,
        "place": place,
        "places": places(_("everywhere")),
        "may_add": seen.may("add", "tool"),
        "may_list": seen.may("list", "loan"),
        "signed_in": bool(seen.me),
    }
    return render(request, "exchange/tools.html", context)


def tool_line(
    tool: Tool, out: Loan | None, following: Loan | None, where: dict[str, str], seen: Looker
) -> dict[str, Any]:
    """A tool as lists show it: nobody is named."""
    return {
        "tool": tool,
        "name": tool_name(tool),
        "place": where.get(tool.place, ""),
        "out": out,
        "late": out is not None and out.due < seen.now,
        "next": following,
        "broken": tool.state == words.BROKEN,
        "retired": tool.state == words.RETIRED,
        "state": words.TOOL_STATES[tool.state],
        "mine": out is not None and out.agent_id in seen.mine,
    }


@never_cache
@require_safe
def tool(request: HttpRequest, id: str) -> HttpResponse:
    """One tool: what it is, when it is free, and how to reserve it."""
    seen, row = looker(request), find_tool(id)
    access(seen.viewer, "see", "tool")
    form = TimesForm(lang=seen.lang, at=seen.now)
    return render(request, "exchange/tool.html", tool_page(seen, row, form))


def tool_page(seen: Looker, row: Tool, form: TimesForm) -> dict[str, Any]:
    """All that the page of a tool says."""
    ahead = loans_ahead(row, seen.now)
    one = tool_line(row, *now_and_next([row], seen.now)[row.pk], place_names(seen.lang), seen)
    names = seen.names({loan.agent_id for loan in ahead})
    me = Agent.objects.filter(pk=seen.me).first() if seen.me else None
    return {
        **one,
        "about": row.about_fr if seen.lang == "fr" else row.about_en,
        "condition": words.CONDITIONS[row.condition],
        "owner": seen.names([row.owner_id])[row.owner_id],
        "ahead": [_loan_line(loan, seen, names) for loan in ahead],
        "free_from": next_free(row, seen.now, timedelta(days=1), seen.now),
        "label": find_label(actions.LABEL, row.pk),
        "form": form,
        "may_reserve": bool(seen.me) and seen.may("make", "loan", seen.me) and row.state != words.RETIRED,
        "not_me": _standing(row, me, seen.now) if me else [],
        "may_change": seen.may("change", "tool"),
        "may_lend": seen.may("hand_out", "loan"),
        "longest": row.longest_days,
    }


def _standing(row: Tool, me: Agent, at: datetime) -> list[Any]:
    """What speaks against lending a tool to somebody at any time: its state, a training, what is late."""
    asked = Asked(row, me, at, at + timedelta(hours=1), at)
    return [one for one in refusals(asked) if one.code != "taken"]


def _loan_line(loan: Loan, seen: Looker, names: dict[str, str]) -> dict[str, Any]:
    own = loan.agent_id in seen.mine
    known = own or seen.may("list", "loan")
    return {
        "loan": loan,
        "own": own,
        "who": _("You") if own else names[loan.agent_id] if known else "",
        "state": words.LOAN_STATES[loan.state],
        "late": loan.state == words.OUT and loan.due < seen.now,
        "may_cancel": loan.state == words.RESERVED and seen.may("cancel", "loan", loan.agent_id),
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Put a tool into the library."""
    seen = looker(request)
    access(seen.viewer, "add", "tool")
    form = ToolForm(request.POST or None)
    owner = _owner(seen)
    tried = attempt(form, lambda said: actions.add_tool(owner=owner, at=seen.now, by=seen.me, **said))
    if tried.made is not None:
        return HttpResponseRedirect(reverse("exchange:tool", args=[tried.made.pk]))
    context = {"form": form, "problems": tried.problems, "title": _("A new tool")}
    return render(request, "exchange/tool_form.html", context, status=422 if form.errors else 200)


def _owner(seen: Looker) -> str:
    """Whose a new tool is: the organisation that answers for the house, or else who puts it there."""
    first = Agent.objects.filter(kind="organisation", listed=True, erased_at=None).order_by("position").first()
    return first.pk if first else seen.me


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, id: str) -> HttpResponse:
    """Change what is said of a tool."""
    seen, row = looker(request), find_tool(id)
    access(seen.viewer, "change", "tool")
    form = ToolForm(
        request.POST or None, initial={name: getattr(row, name) for name in ToolForm.base_fields if name != "key"}
    )

    def act(said: dict[str, Any]) -> Tool:
        return actions.change_tool(
            tool=row.pk, at=seen.now, by=seen.me, **{k: v for k, v in said.items() if k != "key"}
        )

    tried = attempt(form, act)
    if tried.made is not None:
        return HttpResponseRedirect(reverse("exchange:tool", args=[row.pk]))
    title = _("Change: %(name)s") % {"name": tool_name(row)}
    context = {"form": form, "problems": tried.problems, "title": title, "row": row}
    return render(request, "exchange/tool_form.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def retire(request: HttpRequest, id: str) -> HttpResponse:
    """Lend a tool no more."""
    seen, row = looker(request), find_tool(id)
    access(seen.viewer, "change", "tool")
    return attempted(
        request,
        lambda: actions.retire_tool(tool=row.pk, at=seen.now, by=seen.me),
        said=_("It is no longer lent. Who had reserved it is told."),
        title=_("It cannot leave the library"),
        to=reverse("exchange:tool", args=[row.pk]),
        back_words=tool_name(row),
    )


def find_tool(id: str) -> Tool:
    """The tool of an address."""
    row: Tool | None = Tool.objects.filter(pk=id).first()
    if row is None:
        raise Http404
    return row
