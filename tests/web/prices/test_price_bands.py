"""Income brackets: declared, checked, renewed, ended; the figure is erased, and nobody checks their own."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.web.prices.priced import ISSUED, NOW, banded, decided, holder, person
from tests.web.registry.somebody import codes
from wikivillage.web.prices.actions import declare, end_band, forget_declarations, forget_prices_of, set_band
from wikivillage.web.prices.models import Declaration, FrozenQuote, PriceBand
from wikivillage.web.prices.queries import band_of
from wikivillage.web.registry.models import Change
from wikivillage.web.registry.people_actions import add_household, add_organisation

pytestmark = pytest.mark.usefixtures("ledger")


def test_what_was_declared_becomes_a_bracket_and_is_erased() -> None:
    decided()
    alice, tom = person("alice"), holder("tom", "treasurer")
    declare(agent=alice, quotient=Decimal("650.10"), certificate_on=ISSUED, at=NOW, by=alice.pk)
    declare(agent=alice, quotient=Decimal("650"), certificate_on=ISSUED, at=NOW, by=alice.pk)
    assert Declaration.objects.get().quotient_cents == 65000
    band = set_band(agent=alice, at=NOW, by=tom.pk)
    assert (band.band, band.certificate_on, band.valid_until) == (2, ISSUED, ISSUED + timedelta(days=365))
    assert (band.checked_by, band.scale_id) == (tom.pk, "bands-1")
    assert not Declaration.objects.exists()
    assert {"declare_income", "set_band"} <= set(Change.objects.filter(subject=alice.pk).values_list("verb", flat=True))


def test_no_figure_is_left_in_any_table() -> None:
    decided()
    alice = person("alice")
    declare(agent=alice, quotient=Decimal("654.32"), certificate_on=ISSUED, at=NOW)
    banded(alice, "654.32")
    kept = [str(row) for table in (PriceBand, Declaration, Change, FrozenQuote) for row in table.objects.values()]
    assert not [row for row in kept if "654" in row or "65432" in row]


def test_a_new_certificate_takes_the_place_of_the_last() -> None:
    decided()
    alice = person("alice")
    first, second = banded(alice, "650"), banded(alice, "1500")
    first.refresh_from_db()
    assert (first.ended_at, second.ended_at) == (NOW, None)
    assert band_of(alice, NOW) == second
    assert banded(alice, "100", key="k") == banded(alice, "100", key="k")


def test_the_bracket_of_a_household_is_that_of_who_lives_there() -> None:
    decided()
    alice, bob = person("alice"), person("bob")
    home = add_household(name="Chez nous", members=[alice], at=NOW)
    theirs = banded(home, "300")
    assert band_of(alice, NOW) == theirs
    assert band_of(bob, NOW) is None
    own = banded(alice, "3000")
    assert band_of(alice, NOW) == own


def test_nobody_checks_their_own_certificate() -> None:
    decided()
    tom = holder("tom", "treasurer")
    assert codes(banded, agent=tom, by=tom.pk) == ["own-certificate"]
    assert not PriceBand.objects.exists()


def test_what_stands_against_a_bracket() -> None:
    alice = person("alice")
    assert codes(banded, agent=alice) == ["no-scale"]
    decided()
    assert codes(set_band, agent=alice, at=NOW, by="") == ["nothing-declared"]
    assert codes(banded, agent=alice, quotient="-1") == ["bad-quotient"]
    assert codes(banded, agent=alice, quotient="NaN") == ["bad-quotient"]
    tomorrow, long_ago = NOW.date() + timedelta(days=1), NOW.date() - timedelta(days=366)
    assert codes(banded, agent=alice, certificate_on=tomorrow) == ["certificate-to-come"]
    assert codes(banded, agent=alice, certificate_on=long_ago) == ["certificate-too-old"]
    assert codes(banded, agent=alice, valid_until=ISSUED + timedelta(days=366)) == ["bad-validity"]
    assert codes(banded, agent=alice, valid_until=date(2026, 4, 15)) == ["bad-validity"]
    assert codes(banded, agent=add_organisation(name="Le 6B", at=NOW)) == ["no-bracket-for-it"]
    assert not PriceBand.objects.exists()


def test_who_ends_a_bracket_pays_in_full() -> None:
    decided()
    alice = person("alice")
    banded(alice)
    assert [end_band(agent=alice, at=NOW) for _ in range(2)] == [1, 0]
    assert band_of(alice, NOW) is None


def test_figures_that_nobody_checks_are_forgotten() -> None:
    alice = person("alice")
    declare(agent=alice, quotient=Decimal("650"), certificate_on=ISSUED, at=NOW)
    assert forget_declarations(at=NOW + timedelta(days=30)) == 0
    assert forget_declarations(at=NOW + timedelta(days=31)) == 1


def test_who_leaves_is_forgotten() -> None:
    decided()
    alice = person("alice")
    banded(alice)
    declare(agent=alice, quotient=Decimal("650"), certificate_on=ISSUED, at=NOW)
    forget_prices_of(agent=alice)
    assert not PriceBand.objects.exists()
    assert not Declaration.objects.exists()
