"""Each limit, each goal and the finding, in words."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from wikivillage.report.goals_read import says, target_words
from wikivillage.report.limits import reason, what_would_change
from wikivillage.report.reading import read
from wikivillage.report.sections.hero import finding
from wikivillage.report.words import words_of

N = "\u00a0"
SIZE: dict[str, Any] = {
    "id": "pv", "kind": "process", "size": 149.0, "unit": "kWp", "low": 10.0, "high": 150.0, "marginal_value": 0.0,
    "break_even": None, "owned": False,
}  # fmt: skip


def size(kind: str, **more: Any) -> dict[str, Any]:
    limit = {key: more.pop(key) for key in ("surface", "place", "busiest_hour", "busy_steps") if key in more}
    return SIZE | {"limit": {"kind": kind, **limit}} | more


@pytest.mark.parametrize(
    ("given", "french", "english"),
    [
        (size("fixed"), "Taille fixée dans le fichier.", "Size fixed in the file."),
        (
            size("surface", surface="roof", place="roof"),
            "plus un mètre carré libre (toiture).",
            "not a square metre left (roof).",
        ),
        (size("surface", surface="meadow", place="fablab"), "(fablab).", "(fablab)."),
        (size("maximum"), f"Au maximum permis par le fichier, 150{N}kWc.", f"At the most the file allows, 150{N}kWp."),
        (
            size("minimum"),
            f"Au minimum demandé par le fichier, 10{N}kWc.",
            f"At the least the file asks for, 10{N}kWp.",
        ),
        (
            size("balanced"),
            "Une unité de plus coûterait autant qu’elle rapporte.",
            "One more unit would cost as much as it brings.",
        ),
        (
            size("balanced", busiest_hour="2025-01-14T07:00:00", busy_steps=12),
            f"Réglé par 12 heures tendues, surtout le 14 janvier à 7{N}h.",
            "Set by 12 tight hours, most of all 14 January at 7:00.",
        ),
        (size("not_worth", size=0.0), "Ne rapporte pas ce que cela coûte.", "Does not bring what it costs."),
        (size("moon"), f"Limite{N}: moon.", "Limit: moon."),
    ],
)
def test_why_a_thing_has_its_size(
    given: dict[str, Any], french: str, english: str, record: dict[str, Any], flows: pd.DataFrame
) -> None:
    assert reason(read(record, flows, "fr"), given).endswith(french)
    assert reason(read(record, flows, "en"), given).endswith(english)


PRICES = {"annuity": 21.0, "capital": 190.0, "today": 250.0}


@pytest.mark.parametrize(
    ("given", "french"),
    [
        (size("maximum", marginal_value=89.0), f"10{N}kWc de plus rapporteraient 890{N}€ par an."),
        (size("minimum", marginal_value=-3.0), f"10{N}kWc de moins épargneraient 30{N}€ par an."),
        (
            size("balanced", break_even=PRICES),
            f"Plus grand si le prix passe sous 190{N}€ par kWc (250{N}€ aujourd’hui).",
        ),
        (
            size("not_worth", size=0.0, break_even=PRICES),
            f"À construire si le prix passe sous 190{N}€ par kWc (250{N}€ aujourd’hui).",
        ),
        (
            size("not_worth", size=0.0, break_even=PRICES | {"capital": 249.0}),
            f"Au bord{N}: à 250{N}€ par kWc, construire ou non revient au même.",
        ),
        (
            size("not_worth", size=0.0, break_even=PRICES | {"capital": None, "today": None}),
            f"Vaut 21,00{N}€ par an et par kWc pour ce village, moins que son coût.",
        ),
        (
            size("not_worth", size=0.0, break_even=PRICES | {"today": None}),
            f"À construire si le prix passe sous 190{N}€ par kWc.",
        ),
        (size("not_worth", size=0.0), "Même gratuit, ce plan n’en aurait pas l’usage."),
        (size("fixed"), ""),
    ],
)
def test_what_would_change_the_size(
    given: dict[str, Any], french: str, record: dict[str, Any], flows: pd.DataFrame
) -> None:
    assert what_would_change(read(record, flows, "fr"), given) == french


@pytest.mark.parametrize(
    ("met", "missed", "sentence"),
    [
        (0, 0, "Un plan sans objectif : le moins cher qui réponde aux besoins."),
        (1, 0, "L’objectif est atteint."),
        (0, 1, "L’objectif n’est pas atteint. Voici le prix du pas suivant."),
        (6, 0, "Les six objectifs sont atteints."),
        (0, 6, "Aucun des six objectifs n’est atteint. Voici le prix de chacun."),
        (3, 3, "Trois objectifs atteints sur six. Voici le prix des trois autres."),
        (1, 5, "Un objectif atteint sur six. Voici le prix des cinq autres."),
        (5, 1, "Cinq objectifs atteints sur six. Voici le prix du dernier."),
        (1, 1, "Un objectif atteint sur deux. Voici le prix de l’autre."),
    ],
)
def test_the_finding(met: int, missed: int, sentence: str) -> None:
    assert finding(words_of("fr"), met, missed).replace(N, " ") == sentence


def test_what_goals_say(record: dict[str, Any], flows: pd.DataFrame) -> None:
    reading = read(record, flows, "fr")
    goals = {goal["id"]: says(reading, goal) for goal in record["goals"]}
    assert goals["carbon"].fact == f"13,6{N}t CO₂e de trop. Fabriquer les équipements compte pour 63{N}%."
    assert goals["carbon"].step == f"−1{N}t CO₂e, pour plus de 250{N}€ par an."
    assert goals["carbon"].worth == f"Le village y met jusqu’à 0,25{N}€ par kg CO₂e."
    assert goals["renewable"].step.startswith("+1 point, pour plus de 2")
    assert goals["mains"].fact == f"Marge{N}: 160{N}m³."
    assert goals["food"].step == f"Le dernier point coûte 23{N}€ par an."


def test_targets_of_goals(record: dict[str, Any], flows: pd.DataFrame) -> None:
    reading = read(record, flows, "fr")
    assert [target_words(reading, goal).replace(N, " ").replace("\u202f", " ") for goal in record["goals"]] == [
        "objectif 100 %", "objectif 0 t CO₂e", "objectif 1 600 m³ au plus", "objectif 0 t", "objectif 30 %",
    ]  # fmt: skip


def test_a_goal_just_reached_at_no_cost_says_so(record: dict[str, Any], flows: pd.DataFrame) -> None:
    goal = record["goals"][2] | {"reached": 1600.0}
    assert says(read(record, flows, "en"), goal).fact == "Just reached, at no extra cost."
    priced = goal | {"price": 2.0}
    assert says(read(record, flows, "en"), priced).step == f"The last 100{N}m³ cost €200 a year."
