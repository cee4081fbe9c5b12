"""Prices worked out by hand: the room of the mock page, the national scale of crèches, each way to share a price."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.web.prices.rules import ROOM, SUN, creche, facts, hours, rule, sun
from wikivillage.base.problems import ProblemError
from wikivillage.web.prices.engine import by_bracket, difference, quote
from wikivillage.web.prices.facts import Facts, Item
from wikivillage.web.prices.policies import (
    BiddingRound,
    Brackets,
    CommonFund,
    EffortRate,
    FreePrice,
    GridPrice,
    Plain,
    Policy,
    Scale,
    Sharing,
    Text,
)
from wikivillage.web.prices.sentences import say
from wikivillage.web.prices.splits import fund_month, settle_round, split

FREE = FreePrice(Decimal("2"))
ROUND = BiddingRound(Decimal("100"), Decimal("0.5"), Decimal("2"))
FUND = CommonFund(Decimal("100"), (Decimal("10"), Decimal("60"), Decimal("150")))


def words(policy: Policy, facts: Facts, lang: str = "fr") -> list[str]:
    """Each line and its reasons, with plain spaces."""
    told = [
        " | ".join(say(one, lang) for one in (line.words, *line.notes, line.source.words))
        for line in quote(policy, facts).lines
    ]
    return [text.replace("\u00a0", " ").replace("\u202f", " ") for text in told]


def formula(policy: Policy, facts: Facts, lang: str = "fr") -> str:
    """The calculation with plain spaces."""
    return quote(policy, facts).words[lang].replace("\u00a0", " ").replace("\u202f", " ")


def codes(policy: Policy, facts: Facts) -> list[str]:
    """What stands against a price."""
    with pytest.raises(ProblemError) as refused:
        quote(policy, facts)
    return [problem.code for problem in refused.value.problems]


def test_the_room_of_the_mock_page() -> None:
    """2 h at 8 € are 16 €; bracket 2 pays 45 %, that is 7.20 €; a tenth less for the sun is 6.48 €."""
    found = quote(rule(), facts(sun=sun()))
    assert [line.cents for line in found.lines] == [1600, -880, -72]
    assert found.total_cents == 648
    assert words(rule(), facts(sun=sun())) == [
        "Salle, 2 h à 8,00 € | Grille du 1er janvier 2026",
        "Votre tranche de revenus, la 2 : vous payez 45 % | Attestation vue le 3 octobre 2025, valable jusqu’au "
        "2 octobre 2026 | Règle du 1er janvier 2026",
        "Heures de soleil, direct ou gardé : 10 % de moins | 0,8 kWh sur 0,9 kWh viennent du soleil, direct ou gardé ; "
        "dès 50 % ; Assemblée, 4 décembre 2025 | Règle du 1er janvier 2026",
    ]
    assert formula(rule(), facts(sun=sun())) == "6,48 € = 2 h × 8,00 € − 8,80 € − 0,72 €"
    assert formula(rule(), facts(sun=sun()), "en") == "€6.48 = 2 h × €8.00 − €8.80 − €0.72"


def test_what_each_bracket_pays_for_it() -> None:
    assert [(number, paid) for number, _share, paid in by_bracket(rule(), facts(sun=sun()))] == [
        (1, 432), (2, 648), (3, 864), (4, 1080), (5, 1296), (6, 1440),
    ]  # fmt: skip
    assert by_bracket(rule(), facts(audience="organisation")) == ()
    assert by_bracket(rule(Plain()), facts()) == ()


@pytest.mark.parametrize(("own", "paid"), [("0.9", 648), ("0.45", 648), ("0.44", 720), ("0", 720)])
def test_the_sun_counts_from_its_share_on(own: str, paid: int) -> None:
    assert quote(rule(), facts(sun=sun(own))).total_cents == paid


def test_without_a_decision_hours_of_sun_cost_the_same() -> None:
    assert quote(rule(sun=None), facts(sun=sun())).total_cents == 720
    assert quote(rule(), facts(sun=sun("0", "0"))).total_cents == 720


def test_no_day_costs_more_than_its_price() -> None:
    """9 h at 8 € are 72 €, capped at 48 €; over two days at 96 €."""
    assert [line.cents for line in quote(rule(Plain(), sun=None), facts("9")).lines] == [7200, -2400]
    assert quote(rule(Plain()), facts("9", days=2)).total_cents == 7200
    assert words(rule(Plain()), facts("9"))[1] == "Au plus 48,00 € par jour, jours : 1 | Grille du 1er janvier 2026"


def test_a_certificate_out_of_date_says_so_and_pays_in_full() -> None:
    late = facts(on=date(2026, 10, 3))
    assert quote(rule(), replace(late, on=date(2026, 10, 2))).total_cents == 720
    assert quote(rule(), late).total_cents == 1600
    assert formula(rule(), late) == (
        "16,00 € = 2 h × 8,00 € ; Votre attestation était valable jusqu’au 2 octobre 2026 : plein tarif"
    )
    assert "Montrez-en une nouvelle" in words(rule(), late)[1]


def test_without_a_certificate_the_price_is_full_and_the_way_is_told() -> None:
    assert words(rule(), facts(band=None))[1] == (
        "Sans attestation de revenus : plein tarif | Avec une attestation, vous payez à partir de 30 % | Règle du "
        "1er janvier 2026"
    )
    assert len(quote(rule(), facts(band=None, audience="organisation")).lines) == 1


def test_an_audience_has_its_own_grid() -> None:
    own = replace(ROOM, audience="organisation", price=Decimal("20"), most_a_day=None)
    assert quote(rule(grid=(ROOM, own)), facts(audience="organisation")).total_cents == 4000
    assert quote(rule(grid=(ROOM, own)), facts(audience="neighbour")).total_cents == 1600


def test_brackets_by_the_number_of_children() -> None:
    table = Brackets(((Decimal("0.5"), Decimal("0.4"), Decimal("0.3")), (Decimal("1"), Decimal("0.9"), Decimal("0.8"))))
    first = replace(facts(), band=replace(facts().band, number=1))  # type: ignore[type-var]
    assert [quote(rule(table), replace(first, children=n)).total_cents for n in range(5)] == [800, 640, 480, 480, 480]
    assert words(rule(table), replace(first, children=1))[1].startswith(
        "Votre tranche de revenus, la 1, enfants : 1 ; vous payez 40 %"
    )


def test_brackets_with_prices_of_their_own() -> None:
    """A family of bracket 2 with two children pays 1.25 € an hour."""
    table = Brackets(
        ((Decimal("1"), Decimal("0.9"), Decimal("0.8")), (Decimal("2"), Decimal("1.5"), Decimal("1.25"))), True
    )
    assert quote(rule(table), facts("4", children=2)).total_cents == 500
    assert words(rule(table), facts("4", children=2))[0].startswith(
        "Salle, 4 h à 1,25 € : votre tranche de revenus, la 2, enfants : 2 | Attestation vue le 3 octobre 2025"
    )
    assert quote(rule(table), facts("4", band=None)).total_cents == 800
    late = facts("4", on=date(2027, 1, 1))
    assert [line.cents for line in quote(rule(table), late).lines] == [800, 0]
    assert quote(rule(table), facts("4", audience="organisation")).total_cents == 3200
    assert [paid for _number, _share, paid in by_bracket(rule(table), facts("4", children=2))] == [320, 500]


@pytest.mark.parametrize(
    ("income", "children", "disabled", "rate"),
    [
        ("2400", 1, 0, 149),  # 2,400 x 0.0619 % = 1.4856
        ("2400", 2, 0, 124),  # x 0.0516 % = 1.2384
        ("2400", 3, 0, 99),  # x 0.0413 % = 0.9912
        ("2400", 5, 0, 74),  # x 0.0310 % = 0.7440
        ("2400", 8, 0, 49),  # x 0.0206 % = 0.4944
        ("2400", 1, 1, 124),  # a disabled child: one line lower
        ("2400", 4, 1, 49),
        ("2400", 9, 1, 49),  # there is no line below the last
        ("2400", 0, 0, 149),
        ("8500", 1, 0, 526),  # 5.2615
        ("12000", 1, 0, 526),  # capped
        (None, 1, 0, 526),  # not known: the ceiling
        ("0", 1, 0, 0),
    ],
)
def test_effort_rates_of_the_national_scale(income: str | None, children: int, disabled: int, rate: int) -> None:
    assert quote(creche(), hours("1", income, children, disabled=disabled)).total_cents == rate
    assert quote(creche(), hours("10", income, children, disabled=disabled)).total_cents == 10 * rate


def test_the_ceiling_is_that_of_the_day() -> None:
    """10,000 € a month: 6,000, from September 2024 on 7,000, from September 2025 on 8,500 are counted."""
    paid = {
        day: quote(creche(), hours("1", "10000", on=date.fromisoformat(day))).total_cents
        for day in ("2024-08-31", "2024-09-01", "2025-08-31", "2025-09-01")
    }
    assert paid == {"2024-08-31": 371, "2024-09-01": 433, "2025-08-31": 433, "2025-09-01": 526}
    assert codes(creche(), hours("1", "2000", on=date(2021, 12, 31))) == ["no-figures"]


def test_a_floor_raises_a_small_income() -> None:
    """With a floor of 800 €, nobody pays less than 800 x 0.0619 % = 0.50 € an hour."""
    (figures,) = (one for one in creche().sharing.figures if one.ceiling == 8500)  # type: ignore[union-attr]
    floored = creche(sharing=EffortRate((replace(figures, floor=Decimal("800")),)))
    assert quote(floored, hours("1", "100")).total_cents == 50
    assert formula(floored, hours("2", "100")) == "1,00 € = 2 h × 0,50 € ; revenu compté à partir de 800 €"


def test_the_calculation_in_words_as_in_the_notes() -> None:
    assert formula(creche(), hours("8", "9000", 3)) == "28,08 € = 8 h × 3,51 € ; revenu plafonné à 8 500 €"
    assert formula(creche(), hours("8", None, 3), "en") == (
        "€28.08 = 8 h × €3.51; income not known, so the ceiling of €8,500 counts"
    )
    assert words(creche(), hours("8", "2400", 2, disabled=1)) == [
        "Crèche, 8 h à 0,99 € | 0,0413 % d’un revenu mensuel de 2 400 € | Enfants : 2, une ligne plus bas par enfant "
        "en situation de handicap : 1 | Barème national du 1er septembre 2025"
    ]


def test_an_income_is_not_kept() -> None:
    line = quote(creche(), hours("8", "2400", 2)).lines[0]
    assert "2\u202f400" in say(line.notes[0], "fr")
    assert say(line.notes[0], "fr", private=False) == "0,0516\u00a0% d’un revenu mensuel de (non conservé)"


def test_a_free_price() -> None:
    """16 € are suggested, 2 € are the least."""
    assert quote(rule(FREE, sun=None), facts()).total_cents == 1600
    assert [line.cents for line in quote(rule(FREE), facts(offered=500)).lines] == [1600, -1100]
    assert quote(rule(FREE), facts(offered=3000)).total_cents == 3000
    assert quote(rule(FREE), facts(offered=200)).total_cents == 200
    assert codes(rule(FREE), facts(offered=199)) == ["below-floor"]
    assert quote(rule(FreePrice(Decimal("20"))), facts()).total_cents == 2000
    assert words(rule(FREE), facts(offered=500))[1] == (
        "Prix libre : vous donnez 5,00 € | Prix conseillé : 16,00 € ; au moins 2,00 € | Règle du 1er janvier 2026"
    )
    assert words(rule(FREE), facts())[1].startswith("Prix libre : donnez ce que vous pouvez")
    assert formula(rule(FREE), facts(offered=3000)) == "30,00 € = 2 h × 8,00 € + 14,00 €"


def test_a_bidding_round() -> None:
    """Around a reference of 16 €, between 8 € and 32 €."""
    assert quote(rule(ROUND), facts()).total_cents == 1600
    assert [quote(rule(ROUND), facts(pledge=named)).total_cents for named in (800, 2000, 3200)] == [800, 2000, 3200]
    assert codes(rule(ROUND), facts(pledge=799)) == ["pledge-outside"]
    assert codes(rule(ROUND), facts(pledge=3201)) == ["pledge-outside"]
    assert words(rule(ROUND), facts(pledge=2000))[1] == (
        "Tour d’engagement : vous avez nommé 20,00 € | Entre 50 % et 200 % de la référence ; il vaut dès que 100 € "
        "sont réunis | Règle du 1er janvier 2026"
    )
    assert words(rule(ROUND), facts())[1].startswith("Tour d’engagement : nommez")


def test_a_round_holds_once_the_need_is_together() -> None:
    short = settle_round(ROUND, [3000, 3000, 3999])
    assert (short.holds, short.named, short.missing) == (False, 9999, 1)
    kept = settle_round(ROUND, [3000, 3000, 6000])
    assert (kept.holds, kept.shares) == (True, (3000, 3000, 6000))
    assert settle_round(ROUND, [3000, 3000, 6000], give_back=True).shares == (2500, 2500, 5000)
    assert settle_round(ROUND, [4000, 4000, 4000], give_back=True).shares == (3334, 3333, 3333)
    assert not settle_round(ROUND, []).holds


def test_a_common_fund_pays_what_is_bought_from_it() -> None:
    assert [line.cents for line in quote(rule(FUND, sun=None), facts(fund=1000)).lines] == [1600, -1000]
    assert quote(rule(FUND), facts(fund=10000)).total_cents == 0
    assert quote(rule(FUND), facts()).total_cents == 1600
    assert words(rule(FUND), facts(fund=10000))[1] == (
        "La caisse commune paie 16,00 € | De votre part, il reste 84,00 € | Règle du 1er janvier 2026"
    )


def test_contributions_to_a_common_fund_go_by_bracket() -> None:
    month = GridPrice("contribution", Text("Contribution", "Cotisation"), "month", Decimal("0"))
    policy = rule(FUND, grid=(ROOM, month), sun=None)
    wanted = facts(items=(Item("contribution", Decimal(1)),))
    assert quote(policy, wanted).total_cents == 6000
    assert quote(policy, replace(wanted, band=None)).total_cents == 15000
    assert words(policy, wanted)[0].startswith(
        "Cotisation de la tranche 2 : 1 mois à 60,00 € | Chaque personne peut dépenser 100 € par mois | Attestation vue"
    )
    assert words(policy, replace(wanted, band=None))[0].startswith("Cotisation sans attestation : 1 mois à 150,00 €")


def test_a_month_of_a_common_fund() -> None:
    full = fund_month(FUND, [1, 2, 3, None])  # 10 + 60 + 150 + 150 pays less than 4 x 100
    assert full.paid_in == (1000, 6000, 15000, 15000)
    assert full.entitled == (9250, 9250, 9250, 9250)
    kept = fund_month(FUND, [3, 3, 1])
    assert (kept.entitled, kept.left) == ((10000, 10000, 10000), 1000)
    assert fund_month(FUND, [1, 1, 1], reserve=1).entitled == (1001, 1000, 1000)
    assert fund_month(FUND, []).left == 0


def test_the_largest_remainders_get_the_cents_that_are_left() -> None:
    assert split(100, [1, 1, 1]) == (34, 33, 33)
    assert split(100, [1, 2, 3]) == (17, 33, 50)
    assert split(5, [0, 0]) == (3, 2)
    assert split(1000, [Decimal("0.3"), Decimal("0.7")]) == (300, 700)


def test_everything_that_stands_against_a_price_is_told() -> None:
    assert codes(rule(), facts("0", items=(Item("flat", Decimal(-1)),), children=-1)) == [
        "bad-facts", "no-price", "bad-amount",
    ]  # fmt: skip
    assert codes(rule(), facts("NaN")) == ["bad-amount"]
    assert codes(rule(), facts(items=())) == ["nothing-to-price"]
    assert codes(rule(Scale((Decimal("400"),)), grid=()), facts()) == ["nothing-to-price"]
    assert codes(rule(), facts(disabled=2)) == ["bad-facts"]
    assert codes(rule(), facts(sun=sun("-1"))) == ["bad-facts"]
    with pytest.raises(ProblemError) as refused:
        quote(rule(), facts(items=(Item("flat", Decimal(1)),)), "fr")
    (problem,) = refused.value.problems
    assert (problem.what, problem.hint) == (
        "«\u00a0flat\u00a0» n’a pas de prix dans la règle «\u00a0Salles\u00a0».", "Il y a\u00a0: Salle.",
    )  # fmt: skip


@pytest.mark.parametrize(("quotient", "band"), [("0", 1), ("400", 1), ("400.01", 2), ("700", 2), ("9999", 3)])
def test_the_bracket_of_a_quotient(quotient: str, band: int) -> None:
    assert Scale((Decimal("400"), Decimal("700"))).bracket_of(Decimal(quotient)) == band


def test_why_a_price_is_another_than_before() -> None:
    dearer = rule(grid=(replace(ROOM, price=Decimal("9")),), version=2, valid_from=date(2026, 5, 1))
    told = say(difference(720, dearer, facts(), facts(), 1), "en")
    assert told == "The price was €7.20 and is €8.10 today. The rule “Rooms” holds since 1 May 2026."
    late = facts(on=date(2026, 12, 1))
    assert "your certificate is out of date" in say(difference(720, rule(), late, facts(), 1), "en")
    assert "ou le soleil a changé" in say(difference(648, rule(), facts(), facts(sun=sun()), 1), "fr")


@pytest.mark.parametrize("sharing", [Plain(), FREE, FUND])
def test_the_sun_is_taken_off_in_every_grid(sharing: Sharing) -> None:
    assert quote(rule(sharing, sun=SUN), facts(sun=sun())).total_cents == 1440
