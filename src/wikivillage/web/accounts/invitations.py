"""The first steward of a village: made by whoever has the server, before anybody could give a role."""

from __future__ import annotations

from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.validators import validate_email
from django.db import transaction
from django.forms import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.accounts.actions import welcome
from wikivillage.web.accounts.models import Account
from wikivillage.web.accounts.names import clean_name
from wikivillage.web.notices.actions import queue_letter
from wikivillage.web.registry.intervals import holding
from wikivillage.web.registry.models import RoleGrant
from wikivillage.web.registry.role_actions import give_role
from wikivillage.web.registry.roles import STEWARD, VILLAGE
from wikivillage.web.registry.village_of_request import village_here


@transaction.atomic
def invite_steward(*, email: str, name: str, at: datetime) -> Account:
    """An account with the role of steward, and a letter to it. One who has the role already gets no second letter.

    Raises ProblemError: bad-email, bad-name.
    """
    address, called = email.strip().lower(), clean_name(name)
    _check(address, called)
    account = Account.objects.filter(email=address).first() or Account.objects.create_user(address, wanted_name=called)
    EmailAddress.objects.update_or_create(user=account, email=address, defaults={"verified": True, "primary": True})
    agent = welcome(account=account, at=at)
    if RoleGrant.objects.filter(holding(at), agent=agent, word=STEWARD, scope_kind=VILLAGE).exists():
        return account
    give_role(agent=agent, word=STEWARD, at=at)
    said = {"village": village_here(), "origin": settings.ORIGIN, "sign_in_url": f"{settings.ORIGIN}/accounts/login/"}
    queue_letter(
        to=address,
        subject=f"{village_here().name} : {gettext('you look after the village')}",
        text=render_to_string("account/email/invitation_message.txt", said).strip(),
        kind="invitation",
        agent=agent.pk,
        at=at,
    )
    return account


def password_path(account: Account) -> str:
    """A link that opens once, to set a password: for the first steward of a server that has no mail yet."""
    key = f"{user_pk_to_url_str(account)}-{default_token_generator.make_token(account)}"
    uid, _, token = key.partition("-")
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})


def _check(address: str, name: str) -> None:
    problems = []
    try:
        validate_email(address)
    except ValidationError:
        what = "is no e-mail address."
        problems.append(Problem("bad-email", address[:128] or "email", what, "Write it like name@example.org."))
    if not name:
        problems.append(Problem("bad-name", "name", "A name is missing.", "Write how others shall call them."))
    if problems:
        raise ProblemError(problems)
