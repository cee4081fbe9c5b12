"""Numbers, units and dates as people write them."""

from __future__ import annotations

from datetime import datetime

import pytest

from wikivillage.report.formats import Numbers
from wikivillage.report.words import words_of

FR, EN = Numbers(words_of("fr")), Numbers(words_of("en"))
N, T, M = "\u00a0", "\u202f", "\u2212"


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (515560.0, f"515{T}560", "515,560"),
        (13.6, "13,6", "13.6"),
        (0.30, "0,3", "0.3"),
        (-8.8, f"{M}8,8", f"{M}8.8"),
        (0.0, "0", "0"),
        (-0.0, "0", "0"),
        (99.96, "100", "100"),
        (0.000317, "0,000317", "0.000317"),
        (3.1e-8, f"3,1{N}×{N}10⁻⁸", f"3.1{N}×{N}10⁻⁸"),
        (None, "–", "–"),
        (float("nan"), "–", "–"),
    ],
)
def test_numbers(value: float | None, french: str, english: str) -> None:
    assert FR.number(value) == french
    assert EN.number(value) == english


@pytest.mark.parametrize(
    ("value", "unit", "french", "english"),
    [
        (26000.0, "kWh", f"26{N}MWh", f"26{N}MWh"),
        (9999.0, "kWh", f"9{T}999{N}kWh", f"9,999{N}kWh"),
        (13600.0, "kgCO2e", f"13,6{N}t CO₂e", f"13.6{N}t CO₂e"),
        (149.0, "kWp", f"149{N}kWc", f"149{N}kWp"),
        (40.0, "m3", f"40{N}m³", f"40{N}m³"),
        (1.0, "person", f"1{N}personne", f"1{N}person"),
        (3.0, "person", f"3{N}personnes", f"3{N}people"),
        (10.0, "kg/day", f"10{N}kg/jour", f"10{N}kg/day"),
        (4.0, "EUR/(m3/day)", f"4{N}€/(m³/jour)", f"4{N}€/(m³/day)"),
        (0.03, "1/year", f"0,03{N}par an", f"0.03{N}per year"),
        (0.5, "1", "0,5", "0.5"),
        (12.0, "loaves", f"12{N}loaves", f"12{N}loaves"),
    ],
)
def test_amounts(value: float, unit: str, french: str, english: str) -> None:
    assert FR.amount(value, unit) == french
    assert EN.amount(value, unit) == english


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (98412.4, f"98{T}412{N}€", "€98,412"),
        (-8.8, f"{M}8,80{N}€", f"{M}€8.80"),
        (12.4, f"12{N}€", "€12"),
        (0.0536, f"0,054{N}€", "€0.054"),
        (0.0001, f"0{N}€", "€0"),
        (0.0, f"0{N}€", "€0"),
    ],
)
def test_money(value: float, french: str, english: str) -> None:
    assert FR.money(value) == french
    assert EN.money(value) == english


def test_prices_keep_their_cents() -> None:
    assert FR.price(49.53) == f"49,53{N}€"
    assert FR.money_per(0.3, "kWh") == f"0,30{N}€ par kWh"
    assert EN.money_per(250.0, "kWh") == "€250 per kWh"


@pytest.mark.parametrize(
    ("share", "french", "english"),
    [
        (0.94, f"94{N}%", "94%"),
        (1.0, f"100{N}%", "100%"),
        (0.0, f"0{N}%", "0%"),
        (0.9996, f"99,96{N}%", "99.96%"),
        (0.0004, f"0,04{N}%", "0.04%"),
    ],
)
def test_a_share_is_never_rounded_to_what_it_is_not(share: float, french: str, english: str) -> None:
    assert FR.percent(share) == french
    assert EN.percent(share) == english


def test_dates() -> None:
    first = datetime(2025, 1, 1, 7)
    assert FR.date(first) == "1er janvier 2025"
    assert EN.date(first) == "1 January 2025"
    assert FR.moment(datetime(2025, 1, 14, 7)) == f"14 janvier à 7{N}h"
    assert EN.moment(datetime(2025, 1, 14, 7)) == "14 January at 7:00"
    assert FR.days(datetime(2025, 1, 11), datetime(2025, 1, 17)) == "11 au 17 janvier"
    assert FR.days(datetime(2025, 12, 1), datetime(2025, 12, 7)) == "1er au 7 décembre"
    assert EN.days(datetime(2025, 12, 29), datetime(2026, 1, 4)) == "29 December to 4 January"
