"""The pages of offers and needs: the board, one wish with what goes with it, answers and their buttons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wikivillage.flows import match as flows
from wikivillage.web.exchange import helping_words as words
from wikivillage.web.exchange import wish_actions as actions
from wikivillage.web.exchange.helping_pages import Looker, attempted, looker, place_names, places, typed
from wikivillage.web.exchange.matching import matches_of, sort_pairs
from wikivillage.web.exchange.models import Answer, Wish
from wikivillage.web.exchange.ways import ways
from wikivillage.web.exchange.wish_forms import AnswerForm, WishForm
from wikivillage.web.exchange.wish_queries import left_of, read_wanted, wishes, wishes_of
from wikivillage.web.registry.forms import attempt
from wikivillage.web.registry.models import Identity, ResourceKind
from wikivillage.web.registry.permits import access
from wikivillage.web.shell.csv import csv_response
from wikivillage.web.shell.pages import page_of

SIZE = 30


def line_of(row: Wish, seen: Looker, names: dict[str, str], where: dict[str, str]) -> dict[str, Any]:
    """A wish as lists show it."""
    return {
        "row": row,
        "seeks": row.side == words.NEED,
        "what": words.WHAT_NAMES[row.what],
        "loop": "people" if row.what in words.TIME_KINDS else "matter",
        "who": names.get(row.agent_id, ""),
        "own": row.agent_id in seen.mine,
        "place": where.get(row.place, ""),
        "pieces": row.unit == "one",
        "state": words.WISH_STATES[row.state],
        "open": row.state == words.OPEN,
    }


def lines_of(rows: Iterable[Wish], seen: Looker) -> list[dict[str, Any]]:
    """Wishes as lists show them, in two queries."""
    found = list(rows)
    names, where = seen.names({row.agent_id for row in found}), place_names(seen.lang)
    return [line_of(row, seen, names, where) for row in found]


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """What is looked for and what is offered, the newest first."""
    seen, wanted = looker(request), read_wanted(request.GET)
    access(seen.viewer, "see", "wish")
    page = page_of(request, wishes(wanted), size=SIZE)
    open_ones = Wish.objects.filter(state=words.OPEN)
    context = {
        "ways": ways(seen.viewer),
        "wanted": wanted,
        "page": page,
        "lines": lines_of(page.items, seen),
        "needs": open_ones.filter(side=words.NEED).count(),
        "offers": open_ones.filter(side=words.OFFER).count(),
        "sides": [("", _("both")), *words.SIDES.items()],
        "whats": [("", _("everything")), *words.WHATS.items()],
        "places": places(_("everywhere")),
        "signed_in": bool(seen.me),
    }
    return render(request, "exchange/wishes.html", context)


@require_safe
def board_csv(request: HttpRequest) -> HttpResponse:
    """The same as a file."""
    seen = looker(request)
    access(seen.viewer, "see", "wish")
    header = [_("Side"), _("Kind"), _("Title"), _("Amount"), _("Unit"), _("Where"), _("Who"), _("Since"), _("Until")]
    rows = (
        (
            words.SIDES[one["row"].side], one["what"], one["row"].title, one["row"].amount, one["row"].unit,
            one["place"], one["who"], one["row"].made_at, one["row"].until,
        )
        for one in lines_of(wishes(read_wanted(request.GET)), seen)
    )  # fmt: skip
    return csv_response("wishes", header, rows)


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My own wishes, and what I answered."""
    seen = looker(request)
    access(seen.viewer, "see", "own_things", owner=seen.me or None)
    answers = Answer.objects.filter(agent__in=seen.mine).select_related("wish").order_by("-made_at")[:SIZE]
    context = {
        "ways": ways(seen.viewer),
        "lines": lines_of(wishes_of(seen.mine)[: 2 * SIZE], seen),
        "answers": [(one, words.ANSWER_STATES[one.state]) for one in answers],
    }
    return render(request, "exchange/wishes_mine.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Look for something or offer it; what goes with it is shown at once."""
    seen = looker(request)
    access(seen.viewer, "make", "wish", owner=seen.me or None)
    known = {name: request.GET[name] for name in ("side", "what", "title", "spec") if name in request.GET}
    form = WishForm(request.POST or None, initial=known)
    tried = attempt(form, lambda _said: actions.make_wish(agent=seen.me, at=seen.now, by=seen.me, **form.words()))
    if tried.made is not None:
        return HttpResponseRedirect(f"{reverse('exchange:wish', args=[tried.made.pk])}?new")
    context = {"form": form, "problems": tried.problems}
    return render(request, "exchange/wish_new.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def wish(request: HttpRequest, id: str) -> HttpResponse:
    """One wish: what it is, what goes with it, and its answers for whom they concern."""
    seen, row = looker(request), _wish(id)
    access(seen.viewer, "see", "wish")
    return render(request, "exchange/wish.html", _wish_page(request, seen, row, AnswerForm(initial=_much(row))))


def _much(row: Wish) -> dict[str, Any]:
    return {"amount": f"{left_of(row).normalize():f}"}


def _wish_page(request: HttpRequest, seen: Looker, row: Wish, form: AnswerForm) -> dict[str, Any]:
    names = seen.names([row.agent_id, *row.answers.values_list("agent_id", flat=True)])
    one = line_of(row, seen, names, place_names(seen.lang))
    own = one["own"] or seen.may("change", "wish", row.agent_id)
    kind = ResourceKind.objects.filter(pk=row.spec).first() if row.spec else None
    return {
        **one,
        "own": own,
        "left": left_of(row),
        "material": (kind.name_fr if seen.lang == "fr" else kind.name_en) if kind else "",
        "pairs": _pairs(row, seen) if row.state == words.OPEN else [],
        "answers": [_answer_line(answer, seen, names, row, own=own) for answer in _answers(row, seen, own=own)],
        "may_answer": row.state == words.OPEN and not one["own"] and seen.may("make", "wish", seen.me or None),
        "form": form,
        "new": "new" in request.GET,
        "sure": request.GET.get("sure", ""),
    }


def _answers(row: Wish, seen: Looker, *, own: bool) -> Iterable[Answer]:
    """All answers for whose wish it is, for others only their own."""
    return row.answers.all() if own else row.answers.filter(agent__in=seen.mine)


def _answer_line(answer: Answer, seen: Looker, names: dict[str, str], row: Wish, *, own: bool) -> dict[str, Any]:
    theirs = answer.agent_id in seen.mine
    agreed, asked = answer.state == words.AGREED, answer.state == words.ASKED
    in_hours = row.what in words.TIME_KINDS
    giver, _taker = actions.sides_of(answer, row)
    return {
        "answer": answer,
        "who": _("You") if theirs else names[answer.agent_id],
        "state": words.ANSWER_STATES[answer.state],
        "to_decide": asked and own,
        "to_keep": agreed and not in_hours and (own or theirs),
        "to_count": agreed and in_hours and (own or theirs),
        "gives": giver in seen.mine,
        "other": handle_of(row.agent_id if theirs else answer.agent_id),
        "to_withdraw": (asked and theirs) or (agreed and (own or theirs)),
    }


def handle_of(agent: str) -> str:
    """What forms call somebody."""
    found = Identity.objects.filter(agent=agent).values_list("handle", flat=True).first()
    return found or ""


def _pairs(row: Wish, seen: Looker) -> list[dict[str, Any]]:
    """What goes with a wish, with its reasons in words."""
    lang: flows.Language = "fr" if seen.lang == "fr" else "en"
    found = []
    where = place_names(seen.lang)
    for pair in sort_pairs(matches_of(row, at=seen.now)):
        other = pair.offer if row.side == words.NEED else pair.need
        said = [flows.say(_placed(reason, where), lang).replace("'", "’") for reason in pair.reasons]
        found.append(
            {"pair": pair, "other": other, "lot": other.kind == "lot", "why": said, "pieces": pair.unit == "one"}
        )
    return found


def _placed(reason: flows.Reason, where: dict[str, str]) -> flows.Reason:
    """A reason with places by their names."""
    return flows.Reason(reason.key, tuple(where.get(word, word) for word in reason.words))


@never_cache
@require_POST
def answer(request: HttpRequest, id: str) -> HttpResponse:
    """Answer a wish."""
    seen, row = looker(request), _wish(id)
    access(seen.viewer, "make", "wish", owner=seen.me or None)
    form = AnswerForm(request.POST)
    tried = attempt(form, lambda said: actions.answer_wish(wish=row.pk, agent=seen.me, at=seen.now, by=seen.me, **said))
    if tried.made is None:
        context = {**_wish_page(request, seen, row, form), "problems": tried.problems}
        return render(request, "exchange/wish.html", context, status=422)
    said = _("Your answer is on its way. You are told what becomes of it.")
    return attempted(request, lambda: None, said=said, title="", to=_page(row), back_words="")


@never_cache
@require_POST
def end(request: HttpRequest, id: str) -> HttpResponse:
    """Take my wish back."""
    seen, row = looker(request), _wish(id)
    access(seen.viewer, "end", "wish", owner=row.agent_id)
    actions.end_wish(wish=row.pk, at=seen.now, by=seen.me)
    return attempted(
        request, lambda: None, said=pgettext("a wish", "It is taken back."), title="", to=_page(row), back_words=""
    )


@never_cache
@require_POST
def renew(request: HttpRequest, id: str) -> HttpResponse:
    """Put my wish there again, for as long as usual."""
    seen, row = looker(request), _wish(id)
    access(seen.viewer, "change", "wish", owner=row.agent_id)
    made: list[Wish] = []
    key = typed(request, "key") or f"renew-{row.pk}"
    until = seen.now + actions.USUAL

    def act() -> None:
        made.append(actions.renew_wish(wish=row.pk, until=until, at=seen.now, by=seen.me, key=key))

    answer = attempted(
        request, act, said=_("It is open again."), title=_("It cannot be renewed"), to=_page(row), back_words=row.title
    )
    return HttpResponseRedirect(_page(made[0])) if made else answer


@never_cache
@require_POST
def decide(request: HttpRequest, id: str) -> HttpResponse:
    """Say yes or no to an answer."""
    seen, row = looker(request), _answer(id)
    access(seen.viewer, "change", "wish", owner=row.wish.agent_id)
    agree, reply = request.POST.get("agree") == "yes", typed(request, "reply", 1000)
    said = _("It is agreed. Both of you have it as a promise.") if agree else _("You said no. They are told.")
    return attempted(
        request,
        lambda: actions.decide_answer(answer=row.pk, agree=agree, reply=reply, at=seen.now, by=seen.me),
        said=said,
        title=_("It cannot be agreed"),
        to=_page(row.wish),
        back_words=row.wish.title,
    )


@never_cache
@require_POST
def keep(request: HttpRequest, id: str) -> HttpResponse:
    """Note that it has changed hands."""
    seen, row = looker(request), _answer(id)
    _access_either(seen, row)
    return attempted(
        request,
        lambda: actions.keep_answer(answer=row.pk, at=seen.now, by=seen.me),
        said=_("It is noted as given."),
        title=_("It cannot be noted"),
        to=_page(row.wish),
        back_words=row.wish.title,
    )


@never_cache
@require_POST
def withdraw(request: HttpRequest, id: str) -> HttpResponse:
    """Take an answer back."""
    seen, row = looker(request), _answer(id)
    _access_either(seen, row)
    return attempted(
        request,
        lambda: actions.withdraw_answer(answer=row.pk, at=seen.now, by=seen.me),
        said=_("It is taken back. The other one is told."),
        title=_("It cannot be taken back"),
        to=_page(row.wish),
        back_words=row.wish.title,
    )


def _access_either(seen: Looker, row: Answer) -> None:
    """Either of the two between whom it was agreed may."""
    owner = row.agent_id if row.agent_id in seen.mine else row.wish.agent_id
    access(seen.viewer, "change", "wish", owner=owner)


def _wish(id: str) -> Wish:
    row: Wish | None = Wish.objects.filter(pk=id).first()
    if row is None:
        raise Http404
    return row


def _answer(id: str) -> Answer:
    row: Answer | None = Answer.objects.select_related("wish").filter(pk=id).first()
    if row is None:
        raise Http404
    return row


def _page(row: Wish) -> str:
    return reverse("exchange:wish", args=[row.pk])
