"""The pages of what people agreed to with each other, and what they were trained for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wikivillage.base.problems import ProblemError
from wikivillage.web.registry.agreement_actions import (
    end_agreement,
    end_qualification,
    grant_qualification,
    sign_agreement,
)
from wikivillage.web.registry.agreement_queries import agreements_of, qualifications_of
from wikivillage.web.registry.forms import AgentField, DatedForm, attempt
from wikivillage.web.registry.models import Agreement, Qualification
from wikivillage.web.registry.people_queries import handles_and_names
from wikivillage.web.registry.permits import access, may
from wikivillage.web.registry.queries import names_for
from wikivillage.web.registry.trainings import TRAININGS, training_name, training_word
from wikivillage.web.registry.viewer import Viewer, viewer_of
from wikivillage.web.registry.views import ways
from wikivillage.web.registry.words import PERSON
from wikivillage.web.shell.templatetags.village import language

LEVELS = {
    1: gettext_lazy("with somebody beside"),
    2: gettext_lazy("alone"),
    3: gettext_lazy("trains others"),
}
"""What each level of a qualification means."""


class QualificationForm(DatedForm):
    """A training that somebody has done."""

    agent = AgentField(label=pgettext_lazy("registry", "Who"), help_text=gettext_lazy("A name, or their handle."))
    subject = forms.CharField(
        label=gettext_lazy("For what"),
        max_length=64,
        help_text=gettext_lazy("A kind of machine or task: laser cutter."),
        widget=forms.TextInput(attrs={"list": "trainings", "autocomplete": "off"}),
    )
    level = forms.TypedChoiceField(label=gettext_lazy("Level"), coerce=int, choices=list(LEVELS.items()))

    def clean_subject(self) -> str:
        """The word for what people call by its name."""
        return training_word(str(self.cleaned_data["subject"]))


def _mine(viewer: Viewer) -> list[str]:
    """Whose things somebody sees as their own."""
    return sorted({viewer.agent or "", *viewer.acts_for} - {""})


@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """What oneself, one's household and wards agreed to; for stewards, everybody."""
    viewer = viewer_of(request)
    access(viewer, "see", "agreement", owner=viewer.agent)
    everybody = may(viewer, "see", "agreement")
    return render(request, "registry/agreements.html", _agreements(viewer, everybody=everybody))


def _agreements(viewer: Viewer, *, everybody: bool) -> dict[str, Any]:
    rows = agreements_of(None if everybody else _mine(viewer))
    parties = {row.pk: list(row.parties.all()) for row in rows}
    people = [party.agent_id for found in parties.values() for party in found]
    return {
        "rows": [
            (row, parties[row.pk], [one for one in parties[row.pk] if _may_sign(viewer, one)], _may_end(viewer, row))
            for row in rows
        ],
        "names": names_for(viewer, people, language()),
        "now": timezone.now(),
        "ways": ways(viewer),
    }


def _may_sign(viewer: Viewer, party: Any) -> bool:
    return party.signed_at is None and may(viewer, "sign", "agreement", owner=party.agent_id)


def _may_end(viewer: Viewer, row: Agreement) -> bool:
    going = row.until is None or row.until > timezone.now()
    return going and any(may(viewer, "end", "agreement", owner=party.agent_id) for party in row.parties.all())


@require_POST
def sign(request: HttpRequest, id: int) -> HttpResponse:
    """Sign for oneself, or for somebody for whom one acts."""
    viewer, row = viewer_of(request), get_object_or_404(Agreement, pk=id)
    party = row.parties.filter(agent=request.POST.get("agent", "").replace("\0", "")).first()
    if party is None:
        raise Http404
    access(viewer, "sign", "agreement", owner=party.agent_id)
    try:
        sign_agreement(agreement=row, agent=party.agent, at=timezone.now(), by=viewer.agent or "")
    except ProblemError as error:
        everybody = may(viewer, "see", "agreement")
        context = _agreements(viewer, everybody=everybody) | {"problems": error.problems}
        return render(request, "registry/agreements.html", context, status=422)
    messages.success(request, _("You signed. It is kept here."))
    return redirect("registry:agreements")


@require_POST
def end_of_agreement(request: HttpRequest, id: int) -> HttpResponse:
    """Let an agreement end now."""
    viewer, row = viewer_of(request), get_object_or_404(Agreement, pk=id)
    if not any(may(viewer, "end", "agreement", owner=party.agent_id) for party in row.parties.all()):
        access(viewer, "end", "agreement")
    end_agreement(agreement=row, at=timezone.now(), by=viewer.agent or "")
    messages.success(request, _("That ends now. It stays in the history."))
    return redirect("registry:agreements")


@require_http_methods(["GET", "HEAD", "POST"])
def qualifications(request: HttpRequest) -> HttpResponse:
    """Who is trained for what, as far as this reader may know; the form notes a training."""
    viewer = viewer_of(request)
    access(viewer, "see", "qualification", owner=viewer.agent)
    if request.method != "POST":
        return render(request, "registry/qualifications.html", _qualifications(viewer))
    access(viewer, "grant", "qualification")
    form = QualificationForm(request.POST)
    done = attempt(form, lambda data: _grant(form, data, viewer.agent or ""))
    if done.made is None:
        context = _qualifications(viewer) | {"form": form, "problems": done.problems}
        return render(request, "registry/qualifications.html", context, status=422)
    messages.success(request, _("That is noted."))
    return redirect("registry:qualifications")


def _grant(form: QualificationForm, data: dict[str, Any], by: str) -> Qualification:
    words = {key: data[key] for key in ("agent", "subject", "level", "key")}
    return grant_qualification(at=timezone.now(), by=by, **words, **form.dates())


def _qualifications(viewer: Viewer) -> dict[str, Any]:
    everybody, may_grant = may(viewer, "see", "qualification"), may(viewer, "grant", "qualification")
    rows = qualifications_of(None if everybody else _mine(viewer), at=timezone.now())
    return {
        "rows": [(row, training_name(row.subject).words(language()), LEVELS[row.level]) for row in rows],
        "trainings": sorted(one.words(language()) for one in TRAININGS.values()),
        "names": names_for(viewer, [row.agent_id for row in rows], language()),
        "may_end": may(viewer, "end", "qualification"),
        "form": QualificationForm() if may_grant else None,
        "who": handles_and_names(PERSON) if may_grant else (),
        "now": timezone.now(),
        "ways": ways(viewer),
    }


@require_POST
def end_of_qualification(request: HttpRequest, id: int) -> HttpResponse:
    """Take a qualification back now."""
    viewer = viewer_of(request)
    access(viewer, "end", "qualification")
    end_qualification(qualification=get_object_or_404(Qualification, pk=id), at=timezone.now(), by=viewer.agent or "")
    messages.success(request, _("That ends now. It stays in the history."))
    return redirect("registry:qualifications")
