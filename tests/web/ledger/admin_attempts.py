"""A superuser tries to change the ledger on the pages of Django's admin; what came of each try, as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.apps import apps  # noqa: E402
from django.contrib import admin  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.forms import model_to_dict  # noqa: E402
from django.test import Client, RequestFactory  # noqa: E402
from django.urls import path  # noqa: E402

from wikivillage.web.ledger.models import Event, Keeping, Stock  # noqa: E402

for model in apps.get_app_config("ledger").get_models():
    admin.site.register(model)
urlpatterns = [path("admin/", admin.site.urls)]


def main() -> None:
    """Try every way and print what was raised."""
    call_command("migrate", verbosity=0)
    client = Client()
    client.force_login(_owner())
    print(json.dumps({name: _outcome(way, client) for name, way in WAYS.items()}))


def _owner() -> Any:
    """An account that the admin lets do everything; the village's own have no such power."""
    account = get_user_model()
    for power in ("is_staff", "is_superuser"):
        setattr(account, power, True)
    for question in ("has_perm", "has_perms", "has_module_perms"):
        setattr(account, question, lambda *_: True)
    return account.objects.create_user("owner@village.example")


def _outcome(way: Callable[[Client], Any], client: Client) -> str:
    try:
        way(client)
    except Exception as error:
        return type(error).__name__
    return "nothing was raised"


def _change_page(client: Client) -> None:
    """The page to change what was kept of a promise, sent back with another amount."""
    row = Keeping.objects.get()
    sent = {**model_to_dict(row), "amount": 5}
    answer = client.post(f"/admin/ledger/keeping/{row.pk}/change/", sent)
    raise AssertionError(f"answered {answer.status_code}: {answer.content[-2000:]!r}")


def _delete_page(client: Client) -> None:
    """The page to delete several, and its button that says yes."""
    keys = list(Keeping.objects.values_list("pk", flat=True))
    sent = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
    answer = client.post("/admin/ledger/keeping/", sent)
    raise AssertionError(f"answered {answer.status_code}")


def _save_model(model: Any, where: dict[str, Any], field: str, value: Any) -> Callable[[Client], None]:
    def save(_client: Client) -> None:
        row = model.objects.get(**where)
        setattr(row, field, value)
        admin.site.get_model_admin(model).save_model(RequestFactory().get("/"), row, None, change=True)

    return save


WAYS: dict[str, Callable[[Client], Any]] = {
    "change page": _change_page,
    "delete page": _delete_page,
    "save an event": _save_model(Event, {"id": "added"}, "quantity", 100),
    "save a stock": _save_model(Stock, {"pk": "flour"}, "onhand", 100),
    "delete_model": lambda client: admin.site.get_model_admin(Keeping).delete_model(None, Keeping.objects.get()),
    "delete_queryset": lambda client: admin.site.get_model_admin(Event).delete_queryset(None, Event.objects.all()),
}
