"""The law of water: what may serve which use, and what a plan must do without."""

from __future__ import annotations

from datetime import date

import pytest

from wikivillage.model import load_village_text, refusals
from wikivillage.model.law import Refusal, broken_rule
from wikivillage.model.law_book import law_book

VILLAGE = """\
village: A
horizon: {{start: 2025-01-01, hours: 24}}
resources:
  old_water: {{name: Old water, unit: m3, tempo: day, loop: water, legal: {legal}}}
  new_water: {{name: New water, unit: m3, tempo: day, loop: water}}
recipes:
  pump: {{activity: m3, size_unit: m3/h, inputs: {{old_water: 1 m3}}, outputs: {{new_water: 1 m3}}, use: {use}}}
places:
  house: {{use: {place}}}
  corner: {{inside: house}}
processes:
  pump: {{recipe: pump, at: corner}}
needs:
  it: {{resource: new_water, amount: 1 m3/day}}
offers:
  old: {{resource: old_water, amount: 1 m3/day}}
exchanges:
  mains: {{resource: new_water, buy: 4 EUR/m3}}
"""


def refused(legal: str, use: str, place: str = "home") -> list[Refusal]:
    return refusals(load_village_text(VILLAGE.format(legal=legal, use=use, place=place)))


@pytest.mark.parametrize(
    ("legal", "use", "rule"),
    [
        ("mains", "drinking", None),
        ("mains", "kitchen_garden", None),
        ("rain", "wc_flush", None),
        ("rain", "kitchen_garden", None),
        ("rain", "laundry", "quality"),
        ("rain_a_plus", "laundry", None),
        ("rain", "drinking", "never"),
        ("rain_accessible", "wc_flush", "case_by_case"),
        ("grey_raw", "wc_flush", "quality"),
        ("grey_a", "wc_flush", "quality"),
        ("grey_a_plus", "wc_flush", None),
        ("grey_a", "ornamental_green", None),
        ("grey_a_plus", "ornamental_green", None),
        ("grey_raw", "kitchen_garden", "case_by_case"),
        ("grey_a_plus", "kitchen_garden", "case_by_case"),
        ("grey_a_plus", "laundry", "case_by_case"),
        ("grey_a_plus", "personal_hygiene", "never"),
        ("black", "wc_flush", "case_by_case"),
        ("other", "outdoor_surfaces", "case_by_case"),
    ],
)
def test_each_water_serves_the_uses_that_annex_one_allows(legal: str, use: str, rule: str | None) -> None:
    assert [refusal.rule for refusal in refused(legal, use)] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("legal", "use", "rule"),
    [
        ("mains", "wc_flush", None),
        ("rain", "wc_flush", None),
        ("rain_a_plus", "laundry", "sensitive_public"),
        ("grey_a_plus", "wc_flush", "sensitive_public"),
        ("grey_raw", "kitchen_garden", "case_by_case"),
    ],
)
def test_a_creche_needs_the_prefect_for_whatever_is_not_free(legal: str, use: str, rule: str | None) -> None:
    assert [refusal.rule for refusal in refused(legal, use, place="creche")] == ([rule] if rule else [])


def test_a_refusal_says_what_which_rule_since_when_and_where_it_stands() -> None:
    (refusal,) = refused("grey_raw", "kitchen_garden")
    assert (refusal.id, refusal.recipe) == ("pump", "pump")
    assert (refusal.use, refusal.resource) == ("kitchen_garden", "old_water")
    assert refusal.date == date(2025, 3, 14)
    assert "14 March 2025" in refusal.source
    assert refusal.text.en.startswith("Untreated greywater may not be used for watering a kitchen garden")
    assert refusal.text.fr.startswith("Eaux grises non traitées")


def test_needs_are_looked_at_too() -> None:
    text = VILLAGE.format(legal="grey_raw", use="drinking", place="home").replace("use: drinking", "note: none")
    text = text.replace("resource: new_water, amount", "resource: old_water, use: laundry, amount")
    (refusal,) = refusals(
        load_village_text(text.replace("mains: {resource: new_water, buy", "mains: {resource: new_water, sell"))
    )
    assert (refusal.id, refusal.recipe, refusal.rule) == ("it", None, "case_by_case")


def test_every_rule_can_be_broken_and_is_told_in_two_languages() -> None:
    book = law_book()
    broken = {
        broken_rule(legal, use, sensitive=sensitive)
        for legal in book.classes.values() for use in book.uses.values() for sensitive in (False, True)
    }  # fmt: skip
    assert broken - {None} == set(book.rules)
    for rule in book.rules.values():
        assert rule.text.en != rule.text.fr
        assert rule.source
