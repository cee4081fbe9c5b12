"""The pages of prices: rules for everybody, brackets for oneself and the reception only, in both languages."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from tests.web.prices.priced import TWO_HOURS, banded, decided, holder, person, proposed
from tests.web.registry.somebody import browser, text_of
from wikivillage.web.prices.actions import declare, freeze_quote, use_quote
from wikivillage.web.prices.models import Declaration, PolicyVersion, PriceBand
from wikivillage.web.prices.queries import village_day
from wikivillage.web.registry.models import Agent

pytestmark = pytest.mark.usefixtures("ledger")
NAME = {"en": "Boats", "fr": "Barques"}
BOATS = {"name": NAME, "grid": [{"item": "boat", "name": NAME, "unit": "h", "price": "5"}]}


def own(handle: str = "alice", quotient: str = "650") -> Agent:
    """Somebody with a bracket that counts today."""
    agent = person(handle)
    now = timezone.now()
    banded(agent, quotient, certificate_on=village_day(now) - timedelta(days=30), at=now)
    return agent


@pytest.fixture
def _decided(ledger: None) -> None:
    """Rules that hold since today."""
    decided(timezone.now())


def test_everybody_reads_the_rules() -> None:
    assert "Nothing has a price yet" in text_of(browser().get("/prices/"))
    decided(timezone.now())
    page = text_of(browser(lang="fr").get("/prices/")).replace("\u00a0", " ")
    for said in ("8,00 € par h", "au plus 48,00 € par jour", "La tranche 2 paie", "45 %", "jusqu’à 400 €", "0,02 €"):
        assert said in page, said
    assert "Assemblée des partenaires" in page
    assert browser().get("/prices/rooms/").url == "/prices/rooms/1/"
    assert browser().get("/prices/boats/").status_code == 404
    assert browser().get("/prices/rooms/7/").status_code == 404


def test_a_steward_decides_what_was_proposed() -> None:
    now = timezone.now()
    proposed(service="boats", tree=BOATS, at=now, valid_from=village_day(now))
    assert "proposed" in text_of(browser().get("/prices/"))
    sarah, tom = browser(holder("sarah", "steward")), browser(holder("tom", "treasurer"))
    assert tom.post("/prices/boats/1/decide/", {"wanted": "activate"}).status_code == 403
    assert browser().post("/prices/boats/1/decide/").status_code in (302, 403)
    assert "let it hold" in text_of(sarah.get("/prices/boats/1/"))
    assert sarah.post("/prices/boats/1/decide/", {"wanted": "activate"}).url == "/prices/boats/1/"
    assert "It holds since" in text_of(sarah.get("/prices/boats/1/"))
    refused = sarah.post("/prices/boats/1/decide/", {"wanted": "withdraw"})
    assert refused.status_code == 422
    assert "has begun to hold" in text_of(refused)
    assert PolicyVersion.objects.get().state == "active"


@pytest.mark.usefixtures("_decided")
def test_a_figure_goes_from_the_person_to_the_bracket_and_away() -> None:
    alice, tom = person("alice"), holder("tom", "treasurer")
    hers = browser(alice, lang="fr")
    assert "plein tarif" in text_of(hers.get("/prices/mine/"))
    day = str(village_day(timezone.now()) - timedelta(days=20))
    said = text_of(hers.post("/prices/mine/", {"quotient": "650,50 €", "certificate_on": day}, follow=True))
    assert "Montrez l’attestation à l’accueil" in said
    reception = browser(tom)
    page = text_of(reception.get(f"/prices/bands/?agent={alice.pk}"))
    assert "Alice" in page
    assert "650" not in page
    form = reception.get("/prices/bands/").context["form"]
    typed = {"agent": "alice", "key": form["key"].value()}
    for _ in range(2):
        assert reception.post("/prices/bands/", typed).url == "/prices/bands/"
    assert (PriceBand.objects.get().band, Declaration.objects.count()) == (2, 0)
    assert "dans la tranche 2" in text_of(hers.get("/prices/mine/"))


@pytest.mark.usefixtures("_decided")
def test_a_bracket_is_seen_by_oneself_and_the_reception_only() -> None:
    alice = own()
    for client in (browser(), browser(holder("mona", "member")), browser(holder("otto", "auditor"))):
        assert client.get("/prices/bands/").status_code in (302, 403)
        assert client.post(f"/prices/bands/{alice.pk}/end/").status_code in (302, 403)
    assert browser().get("/prices/mine/").status_code in (302, 403)
    assert "bracket 2" not in text_of(browser(holder("max", "member")).get("/prices/mine/"))
    assert "Alice" in text_of(browser(holder("sarah", "steward")).get("/prices/bands/"))
    assert "no-store" in browser(alice).get("/prices/mine/")["Cache-Control"]
    without = browser(holder("tina", "treasurer"), second_factor=False)
    assert without.get("/prices/bands/").status_code in (302, 403)


@pytest.mark.usefixtures("_decided")
def test_ones_own_prices_are_kept_with_their_calculation() -> None:
    alice, now = own(), timezone.now()
    row = freeze_quote(agent=alice, service="rooms", items=TWO_HOURS, at=now)
    use_quote(id=row.pk, agent=alice, used_by="booking:1", at=now)
    page = text_of(browser(alice, lang="fr").get("/prices/mine/")).replace("\u00a0", " ")
    for said in ("Salle, 2 h à 8,00 €", "vous payez 45 %", "−8,80 €", "7,20 €", "utilisé", '<table class="price">'):
        assert said in page, said


@pytest.mark.usefixtures("_decided")
def test_what_is_wrong_is_told_beside_its_field() -> None:
    alice, tom = person("alice"), browser(holder("tom", "treasurer"))
    wrong = browser(alice).post("/prices/mine/", {"quotient": "much", "certificate_on": ""})
    assert wrong.status_code == 422
    late = {"quotient": "650", "certificate_on": str(village_day(timezone.now()) - timedelta(days=400))}
    assert "older than a year" in text_of(browser(alice).post("/prices/mine/", late))
    refused = tom.post("/prices/bands/", {"agent": "alice"})
    assert refused.status_code == 422
    assert "Nothing was declared" in text_of(refused)
    assert "Nobody here is called so" in text_of(tom.post("/prices/bands/", {"agent": "nobody at all"}))
    mine = {"agent": "tom", "quotient": "1", "certificate_on": str(village_day(timezone.now()))}
    assert "Nobody checks their own certificate" in text_of(tom.post("/prices/bands/", mine))
    assert not PriceBand.objects.exists()


@pytest.mark.usefixtures("_decided")
def test_one_takes_oneself_out_of_a_bracket() -> None:
    alice = own()
    declare(agent=alice, quotient=Decimal(1), certificate_on=village_day(timezone.now()), at=timezone.now())
    for _ in range(2):
        assert browser(alice).post(f"/prices/bands/{alice.pk}/end/").url == "/prices/mine/"
    assert not PriceBand.objects.filter(ended_at=None).exists()
    assert not Declaration.objects.exists()


@pytest.mark.usefixtures("_decided")
def test_a_certificate_out_of_date_is_told() -> None:
    alice = own()
    PriceBand.objects.update(
        valid_until=village_day(timezone.now()) - timedelta(days=1),
        certificate_on=village_day(timezone.now()) - timedelta(days=99),
    )
    assert "plus valable" in text_of(browser(alice, lang="fr").get("/prices/mine/"))
    assert "out of date" in text_of(browser(holder("sarah", "steward")).get("/prices/bands/"))
