"""Water by the day: rain and tanks as planned, what people use with noise, the mains and the sewers for the rest."""

from __future__ import annotations

import numpy as np

from wikivillage.web.demonstration.planned import Amounts
from wikivillage.web.demonstration.stores import fill_and_empty
from wikivillage.web.demonstration.week import Week, ratio, scaled, shared_out

HANDS, FLUSHES, TAPS, GARDEN = 0.06, 0.08, 0.08, 0.10
"""How far people's use of water goes from the plan on a day."""
SPARE = 0.8
"""The share of what would go to the sewer by which less may be washed: the greywater plant needs the rest."""


def live_water(week: Week) -> None:
    """All water but that of the kitchen and the workshops, which is made with them."""
    for store in ("rain_tank", "service_tank", "grey_tank"):
        fill_and_empty(week, store)
    _rain(week)
    _greywater(week)
    _toilets(week)
    for need in ("creche_water", "tap_water"):
        week.daily[f"{need}.served"] = scaled(week.planned_days(f"{need}.served"), week.factors(need, TAPS))


def close_water(week: Week) -> None:
    """The mains give and the sewers take what all that was made leaves over; when everything else is made."""
    for drain, resource in (("sewer_black", "blackwater"), ("sewer_other", "wastewater")):
        _set(week, f"{drain}.sold", week.rest_of(week.flows(resource), but=f"{drain}.sold"))
    _set(week, "mains.bought", -week.rest_of(week.flows("drinking_water"), but="mains.bought"))


def _set(week: Week, name: str, amounts: Amounts) -> None:
    assert amounts.min() >= 0, f"{name} would run backwards"
    week.daily[name] = amounts


def _rain(week: Week) -> None:
    for process, used in (("rain_pump", "service_water"), ("rain_to_farm", "irrigation_water")):
        liquid = week.planned_days(f"{process}.input.rainwater")
        week.daily[f"{process}.input.rainwater"] = week.daily[f"{process}.output.{used}"] = liquid
        week.daily[f"{process}.input.day_power"] = week.planned_days(f"{process}.input.day_power")
    caught = -week.rest_of(week.flows("rainwater"), but="rain_roof.output.rainwater")
    _set(week, "rain_roof.output.rainwater", np.maximum(caught, 0))
    week.daily["rain_tank.charged"] = week.daily["rain_tank.charged"] + np.maximum(-caught, 0)
    extra = scaled(week.planned_days("mains_to_farm.input.drinking_water"), week.factors("garden", GARDEN))
    week.daily["mains_to_farm.input.drinking_water"] = week.daily["mains_to_farm.output.irrigation_water"] = extra
    _water_the_beds(week)


def _water_the_beds(week: Week) -> None:
    """The beds share what comes, in proportion to what the plan gives them."""
    flows = list(week.flows("irrigation_water"))
    given, beds = week.rest_of(flows), [one.name for one in flows if one.kind == "input"]
    wanted = np.stack([week.planned_days(name) for name in beds], axis=1)
    shares = np.stack([shared_out(int(total), wanted[day]) for day, total in enumerate(given)])
    for place, name in enumerate(beds):
        week.daily[name] = shares[:, place]


def _greywater(week: Week) -> None:
    """Hands are washed more or less than planned, but for what the plant needs; the sewer takes what it leaves."""
    plant = [one for one in week.planned.flows.values() if one.id == "greywater" and one.kind in ("input", "output")]
    for one in plant:
        if one.name in week.planned.hours:
            week.hourly[one.name] = week.planned_hours(one.name)
        else:
            week.daily[one.name] = week.planned_days(one.name)
    hands, drained = week.planned_days("basins.input.drinking_water"), week.planned_days("sewer_grey.sold")
    free = np.minimum(scaled(drained, SPARE), hands)
    washed = hands + scaled(free, week.factors("hands", HANDS / 0.4) - 1)
    week.daily["basins.output.greywater"] = washed
    left = week.rest_of(week.flows("greywater"), but="sewer_grey.sold")
    washed = washed + np.maximum(-left, 0)
    for name in ("input.drinking_water", "output.greywater", "output.handwashing"):
        week.daily[f"basins.{name}"] = washed
    week.daily["hands.served"] = washed
    week.daily["basins.input.day_power"] = scaled(washed, ratio(week.planned_days("basins.input.day_power"), hands))
    week.daily["sewer_grey.sold"] = np.maximum(left, 0)


def _toilets(week: Week) -> None:
    """Toilets take the service water that there is, and where people flush more, the mains."""
    wanted = scaled(week.planned_days("flushing.served"), week.factors("flushing", FLUSHES))
    service = week.rest_of(week.flows("service_water"), but="wc.input.service_water")
    for name in ("rain_roof.output.rainwater", "rain_pump.input.rainwater", "rain_pump.output.service_water"):
        week.daily[name] = week.daily[name] + np.maximum(-service, 0)
    service = np.maximum(service, 0)
    week.daily["wc.input.service_water"] = service
    mains = np.maximum(wanted - service, 0)
    week.daily["wc_mains.input.drinking_water"] = mains
    for process, liquid, source in (("wc", service, "service_water"), ("wc_mains", mains, "drinking_water")):
        week.daily[f"{process}.output.wc_flushing"] = liquid
        per_unit = ratio(
            week.planned_days(f"{process}.output.blackwater"), week.planned_days(f"{process}.input.{source}")
        )
        week.daily[f"{process}.output.blackwater"] = scaled(liquid, np.where(per_unit > 0, per_unit, 1.03))
    week.daily["flushing.served"] = service + mains
