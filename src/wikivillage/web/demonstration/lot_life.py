"""Matter that goes from hand to hand: what is brought to the RecycLab, kept for somebody, taken, worked up, cleared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from wikivillage.web.demonstration.by_hand import moment
from wikivillage.web.demonstration.facts import entry_id
from wikivillage.web.demonstration.gestures import Gesture, table_of
from wikivillage.web.demonstration.noise import chance
from wikivillage.web.demonstration.people import RECYCLING, everybody, of_circle
from wikivillage.web.demonstration.week import Week
from wikivillage.web.exchange.lot_actions import drop_lot, release_lot, weigh_lot
from wikivillage.web.exchange.lot_rules import OFFERED_FOR, Described
from wikivillage.web.exchange.lot_stocks import lot_id, ways_out
from wikivillage.web.exchange.lot_words import FREE, RAW, UNKNOWN
from wikivillage.web.exchange.models import Lot
from wikivillage.web.exchange.reservation_actions import reserve_lot, take_lot
from wikivillage.web.exchange.transform_actions import Made, Run, Taken, transform
from wikivillage.web.exchange.waste_actions import throw_away

BROUGHT = """
wood_offcuts    ici_montreuil   8   40  fablab       no       Chutes de chêne          9   30 à 70 cm, 40 mm
wood_offcuts    le_6b           3   15  site_offcut  no       Tasseaux d’épicéa        12  1 m
wood_offcuts    person          2   12  neighbour    unknown  Planches d’une armoire   5   60 cm
plastic_sorted  person          1   6   neighbour    no       Bouchons et barquettes   0   trié
paper_waste     person          3   15  neighbour    no       Papier et carton         0   plié
paper_waste     labo_ess        5   25  gift         no       Affiches d’une campagne  0   A1
boards          ici_montreuil   5   30  fablab       no       Panneaux d’étagères      4   40 sur 80 cm
plastic_sorted  crescendo       2   8   gift         no       Pots de yaourt de la crèche  0  lavés
wood_offcuts    person          4   20  building_part  no     Lames de parquet         20  90 cm
"""
"""Kind, who brings it, least and most kilograms, where it comes from, whether it was treated, title, pieces, size."""
EACH_WEEK = 4
PURPOSES = ("furniture", "repair", "building", "course", "art")
OAK = "oak-of-the-stairs"
DELIVERED, STAIRS = Decimal(340), Decimal(296)
OFFCUTS = (("Chutes de chêne de l’escalier", Decimal(20)), ("Petites chutes de l’escalier", Decimal(16)))
DUST = DELIVERED - STAIRS - sum(kg for _, kg in OFFCUTS)


def lots_of(week: Week, *, begins: bool) -> Iterator[Gesture]:
    """What is brought in a week and what becomes of it until it is gone; ``begins``: the oak of the stairs comes."""
    if begins:
        yield from _oak(week)
    rows = list(table_of(BROUGHT))
    drawn = chance(week.seed, "lots", week.span.number)
    for place in sorted(drawn.choice(len(rows), EACH_WEEK, replace=False).tolist()):
        yield from _lot(week, rows[place], week.span.days[place % len(week.span.days)])
    yield from _shredded(week)


def _lot(week: Week, row: list[str], day: date) -> Iterator[Gesture]:
    spec, who, least, most, origin, treated, title, pieces, size = row
    key = f"{title} {day}"
    drawn = chance(week.seed, "lot", key)
    people = everybody()
    giver = who if who != "person" else people[int(drawn.integers(len(people)))].pseudonym
    kg = Decimal(int(drawn.integers(int(least) * 10, int(most) * 10))) / 10
    said = Described(title=title, pieces=int(pieces) or None, size=size, origin=origin, treated=treated)
    brought = moment(week, day, 13.0, int(drawn.integers(0, 300)))
    yield Gesture(brought, partial(_bring, lot_id(key), spec, kg, giver, said))
    if treated == UNKNOWN:
        yield Gesture(brought + timedelta(days=2), partial(_look, lot_id(key)))
    taker, days = people[int(drawn.integers(len(people)))].pseudonym, float(drawn.uniform(1, 9))
    purpose = PURPOSES[int(drawn.integers(len(PURPOSES)))]
    share = Decimal(int(drawn.integers(3, 11))) / 10
    if drawn.random() < 0.7:
        wanted = (kg * share).quantize(Decimal("0.1"))
        yield Gesture(brought + timedelta(days=days), partial(_reserve, key, wanted, taker, purpose))
        if drawn.random() < 0.85:
            yield Gesture(brought + timedelta(days=days + 2), partial(_fetch, key, wanted, taker))
    yield Gesture(brought + OFFERED_FOR + timedelta(days=8), partial(_clear, lot_id(key)))


def _bring(lot: str, spec: str, kg: Decimal, giver: str, said: Described, at: datetime) -> None:
    drop_lot(id=lot, spec=spec, kg=kg, place="recyclab", given_by=giver, said=said, at=at, by=giver)


def _look(lot: str, at: datetime) -> None:
    release_lot(lot=lot, treated=RAW, why="Bois massif, ni peint ni collé.", at=at, by=_sorter())


def _sorter() -> str:
    return of_circle(RECYCLING)[0].pseudonym


def _reserve(key: str, kg: Decimal, taker: str, purpose: str, at: datetime) -> None:
    reserve_lot(id=entry_id("reserve", key), lot=lot_id(key), agent=taker, kg=kg, purpose=purpose, at=at, by=taker)


def _fetch(key: str, kg: Decimal, taker: str, at: datetime) -> None:
    take_lot(
        id=entry_id("fetch", key), lot=lot_id(key), agent=taker, kg=kg, reservation=entry_id("reserve", key), at=at,
        by=taker,
    )  # fmt: skip


def _clear(lot: str, at: datetime) -> None:
    """What nobody wanted leaves with the collection for its kind."""
    row = Lot.objects.select_related("stock").filter(pk=lot, state=FREE).first()
    if row is not None and (ways := ways_out(row.spec)):
        throw_away(
            id=entry_id("cleared", lot), lot=lot, kg=row.stock.onhand, exchange=ways[0].id, channel=ways[0].channel,
            certificate=f"BSD {at:%Y-%m}", at=at, by=_sorter(),
        )  # fmt: skip


def _shredded(week: Week) -> Iterator[Gesture]:
    """Each week the plastic that lies free goes through the shredder."""
    yield Gesture(moment(week, week.span.days[2], 17.5), partial(_shred, str(week.span.days[2])))


def _shred(day: str, at: datetime) -> None:
    rows = Lot.objects.select_related("stock").filter(spec="plastic_sorted", state=FREE, dropped_at__lt=at)
    taken = tuple(Taken(row.pk, row.stock.onhand) for row in rows.order_by("pk") if row.stock.onhand > 0)[:6]
    if not taken:
        return
    total = sum((one.kg for one in taken), Decimal(0))
    flakes = (total * Decimal("0.92")).quantize(Decimal("0.1"))
    made = (Made("flakes", flakes, "fablab", title="Paillettes de plastique", bin="F2"),)
    why = "Poussière et étiquettes, pesées avec les refus du mois."
    run = Run(entry_id("shred", day), "plastic_shred", "recyclab", taken, made)
    transform(run=run, lost_as="rejects", why=why, at=at, by=_sorter())


def _oak(week: Week) -> Iterator[Gesture]:
    """The oak of the stairs: delivered, cut into steps, its offcuts sorted."""
    days = week.span.days
    yield Gesture(moment(week, days[0], 9.0), _deliver)
    yield Gesture(moment(week, days[1], 16.0), _cut)
    yield Gesture(moment(week, days[3], 15.0), _weigh_offcuts)


def _deliver(at: datetime) -> None:
    said = Described(title="Plateaux de chêne pour l’escalier", pieces=14, size="3 m, 40 mm", origin="gift")
    drop_lot(id=lot_id(OAK), spec="boards", kg=DELIVERED, place="fablab", given_by="shops", said=said, at=at, sure=True)


def _cut(at: datetime) -> None:
    steps = Made("boards", STAIRS, "common_rooms", title="Marches de l’escalier", pieces=18)
    offcuts = [Made("wood_offcuts", kg, "recyclab", title=title, bin="B4") for title, kg in OFFCUTS]
    run = Run(
        entry_id("run", OAK), "", "fablab", (Taken(lot_id(OAK), DELIVERED),),
        (steps, *offcuts, Made("sawdust", DUST, "yard", title="Sciure de l’escalier")),
    )  # fmt: skip
    transform(run=run, at=at, by=_sorter())


def _weigh_offcuts(at: datetime) -> None:
    row = Lot.objects.filter(title=OFFCUTS[0][0]).order_by("pk").first()
    if row is not None:
        weigh_lot(id=entry_id("weighed", row.pk), lot=row.pk, kg=OFFCUTS[0][1], at=at, by=_sorter())
