"""Who looks at the site in a test: a visitor, a member, a steward with a second factor, each with their own client."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.test import Client

from tests.web.lived import LIVED_NOW
from wikivillage.web.accounts.actions import welcome
from wikivillage.web.accounts.models import Account
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.role_actions import give_role
from wikivillage.web.registry.viewer import METHODS, SECOND_FACTOR

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NAMES = {
    "member": "Ada Lovelace-Brun",
    "steward": "Basile Okonkwo",
    "second_steward": "Fatou Lindqvist",
    "neighbour": "Zoé Nakamura",
}
"""Names that are found nowhere else, so that one on a public page is a leak."""
STEWARDS = ("steward", "second_steward")


def client_of(who: str, *, lang: str = "fr", **options: bool) -> Client:
    """A client that reads in a language, signed in unless it is a visitor's."""
    client = Client(headers={"accept-language": lang}, **options)
    if who != "visitor":
        sign_in(client, account_of(who), second_factor=who in STEWARDS)
    return client


def account_of(who: str) -> Account:
    """Somebody's account, with a role of the same name; made when it is first asked for."""
    email = address_of(who)
    found = Account.objects.filter(email=email).first()
    return found or _joined(who, email)


def address_of(who: str) -> str:
    """Their address of e-mail."""
    return f"{who}@people.example"


def agent_of(who: str) -> Agent:
    """Who they are in the registry."""
    agent = account_of(who).agent
    assert agent is not None, "whoever signed in has one"
    return agent


def _joined(who: str, email: str) -> Account:
    at = LIVED_NOW
    account = Account.objects.create_user(email, wanted_name=NAMES[who])
    EmailAddress.objects.create(user=account, email=email, verified=True, primary=True)
    agent = welcome(account=account, at=at)
    give_role(agent=agent, word="steward" if who in STEWARDS else "member", at=at)
    return account


def sign_in(client: Client, account: Account, *, second_factor: bool) -> None:
    """Open a session as allauth leaves it after a sign-in."""
    client.force_login(account, backend=BACKEND)
    session = client.session
    method = SECOND_FACTOR if second_factor else "code"
    session[METHODS] = [{"method": method, "at": LIVED_NOW.timestamp()}]
    session.save()
