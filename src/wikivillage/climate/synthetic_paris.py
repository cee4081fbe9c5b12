"""A made-up Paris year with the months of the real normals: same seed and year, same hours bit for bit.

One hidden series, the day's wetness, drives rain, cloud, temperature and humidity together, so that wet days are
dull, sunny winter nights cold and sunny summer days hot. Each month is then solved to its normals: rain and sun
exactly, temperature and humidity to rounding. Every calendar year is drawn on its own, so a horizon of 48 hours sees
the same weather as the year around it; the price is a possible jump at midnight of New Year.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from wikivillage.climate.calendar_year import hours_of_year, month_of, sum_by
from wikivillage.climate.evapotranspiration import saturation_pressure
from wikivillage.climate.library import load_table
from wikivillage.climate.record import Floats, Record, Times
from wikivillage.climate.split import standard_pressure
from wikivillage.climate.sun import Sun, sun_at
from wikivillage.model.kinds import Horizon

UTC_OFFSET_H = 1
HOUR_OF_MINIMUM, HOUR_OF_MAXIMUM = 6, 15
HOURLY_MEMORY = 0.8
"""Correlation of one hour's cloud and wind with the next (grade C)."""
SUN_EDGE = 4.0
"""How sharply an hour is either sunny or dull (grade C): hours of half sun are rarer than either."""


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """The calendar of one year: (days,) month from 0, (hours,) day and month from 0 of each hour."""

    times: Times
    month_of_day: NDArray[np.int64]
    day: NDArray[np.int64]
    month: NDArray[np.int64]

    @property
    def count(self) -> int:
        """365 or 366."""
        return int(self.month_of_day.size)

    def day_means(self, per_hour: Floats) -> Floats:
        """(days,) means of (hours,)."""
        return np.asarray(per_hour.reshape(-1, 24).mean(axis=1))


def make_record(horizon: Horizon, *, seed: int) -> Record:
    """The synthetic weather of every calendar year that the horizon touches."""
    last = horizon.start + timedelta(hours=max(horizon.hours - 1, 0))
    years = [make_year(year, seed=seed) for year in range(horizon.start.year, last.year + 1)]
    normals = load_table("climate")["paris_normals"]
    times = np.concatenate([days.times for days, _ in years])
    return Record(
        where="paris_synthetic",
        name={"en": f"Synthetic Paris year (seed {seed})", "fr": f"Année parisienne synthétique (graine {seed})"},
        source=f"seeded generator, months as {normals['station']} {normals['period']}: {normals['source']}",
        grade="C", synthetic=True, typical=False,
        latitude=normals["latitude"], longitude=normals["longitude"], altitude_m=normals["altitude_m"],
        utc_offset_h=UTC_OFFSET_H, times=times,
        columns={column: np.concatenate([columns[column] for _, columns in years]) for column in years[0][1]},
        lines=np.zeros(times.size, dtype=np.int64),
    )  # fmt: skip


def make_year(year: int, *, seed: int) -> tuple[Days, dict[str, Floats]]:
    """One calendar year: its days and the columns of a Record, (hours,) each."""
    rng = np.random.default_rng([seed, year])
    table = load_table("climate")["paris_normals"]
    normals = {key: np.asarray(values, dtype=float) for key, values in table["months"].items()}
    shape = {key: entry["value"] for key, entry in load_table("climate")["synthetic_paris"].items()}
    days = _calendar(year)
    wetness = _wander(rng, days.count, shape["day_to_day_wetness"])
    rain = _rain(rng, days, wetness, normals, shape)
    sun = _sun(days.times)
    sunny = _sunshine(rng, days, sun, wetness, rain, normals, shape)
    temperature = _temperature(rng, days, days.day_means(sunny), normals, shape)
    ghi, dni, dhi = _radiation(days, sun, sunny, normals, shape)
    return days, {
        "temperature_c": temperature, "ghi": ghi, "dni": dni, "dhi": dhi,
        "wind_m_s": _wind(rng, days, shape), "humidity_pct": _humidity(days, temperature, wetness, normals),
        "pressure_pa": np.full(days.times.size, standard_pressure(table["altitude_m"])), "rain_mm": rain,
    }  # fmt: skip


def _calendar(year: int) -> Days:
    times = hours_of_year(year)
    month = month_of(times)
    return Days(times=times, month_of_day=month[::24], day=np.arange(times.size) // 24, month=month)


def _wander(rng: np.random.Generator, count: int, memory: float) -> Floats:
    """(count,) standard normal values, each correlated by ``memory`` with the one before: x' = m x + sqrt(1-m²) e."""
    steps = rng.standard_normal(count)
    steps[1:] *= np.sqrt(1.0 - memory**2)
    for i in range(1, count):
        steps[i] += memory * steps[i - 1]
    return steps


def _sum_months(values: Floats, month: NDArray[np.int64]) -> Floats:
    return sum_by(month, values, groups=12)


def _solve_months(monthly: Callable[[Floats], Floats], target: Floats, low: float, high: float) -> Floats:
    """(12,) parameters at which the rising function ``monthly`` meets ``target``, by halving each month's interval."""
    lows, highs = np.full(12, low), np.full(12, high)
    for _ in range(48):
        middle = (lows + highs) / 2.0
        below = monthly(middle) < target
        lows, highs = np.where(below, middle, lows), np.where(below, highs, middle)
    return np.asarray((lows + highs) / 2.0)


def _rain(
    rng: np.random.Generator, days: Days, wetness: Floats, normals: dict[str, Floats], shape: dict[str, float]
) -> Floats:
    """(hours,) mm. The wettest days of each month rain, as many as the normals say; their amounts above 1 mm are
    gamma and scaled to the month; each falls as one spell of some hours."""
    counts = np.diff(np.rint(np.cumsum(normals["days_with_at_least_1_mm"])), prepend=0.0)
    drawn = rng.gamma(shape["rain_shape"], size=days.count)
    per_day = np.zeros(days.count)
    for month in range(12):
        inside = np.flatnonzero(days.month_of_day == month)
        wet = inside[np.argsort(wetness[inside])[inside.size - int(counts[month]) :]]
        excess = normals["precipitation_mm"][month] - wet.size
        per_day[wet] = 1.0 + excess * drawn[wet] / drawn[wet].sum()
    return _spells(rng, per_day)


def _spells(rng: np.random.Generator, per_day: Floats) -> Floats:
    """(days,) mm spread over consecutive hours inside each day: longer for more rain (grade C), uneven within."""
    hours = np.clip(np.rint(rng.uniform(1.0, 4.0, per_day.size) + 1.5 * np.sqrt(per_day)), 1, 18)
    first = np.floor(rng.uniform(size=per_day.size) * (24 - hours + 1))
    clock = np.arange(24)
    falls = (clock >= first[:, None]) & (clock < (first + hours)[:, None])
    weight = np.where(falls, rng.gamma(1.5, size=(per_day.size, 24)), 0.0)
    return np.ravel(per_day[:, None] * weight / weight.sum(axis=1, keepdims=True))


def _sun(times: Times) -> Sun:
    normals = load_table("climate")["paris_normals"]
    middle: Times = np.subtract(times.astype("datetime64[m]"), np.timedelta64(60 * UTC_OFFSET_H - 30, "m"))
    return sun_at(
        middle, latitude=normals["latitude"], longitude=normals["longitude"], altitude_m=normals["altitude_m"]
    )


def _sunshine(
    rng: np.random.Generator, days: Days, sun: Sun, wetness: Floats, rain: Floats,
    normals: dict[str, Floats], shape: dict[str, float],
) -> Floats:  # fmt: skip
    """(hours,) share of each hour in which the sun shines: f = 1 / (1 + exp(-edge (x - c))).

    x is the sky's clearness, dull on wet days and duller in the rain itself; c is solved so that each month's sum over
    the hours with the sun more than 3 degrees up (below, a sunshine recorder sees nothing) is the normal.
    """
    follows = shape["sky_follows_wetness"]
    sky = np.sqrt(1.0 - follows**2) * rng.standard_normal(days.count) - follows * wetness
    clear = 0.85 * sky[days.day] + np.sqrt(1.0 - 0.85**2) * _wander(rng, days.times.size, HOURLY_MEMORY)
    clear = clear - 1.5 * (rain > 0.0)
    recorded = (sun.zenith < 87.0).astype(float)

    def share(ease: Floats) -> Floats:
        return np.asarray(1.0 / (1.0 + np.exp(-SUN_EDGE * (clear + ease[days.month]))))

    ease = _solve_months(
        lambda ease: _sum_months(share(ease) * recorded, days.month), normals["sunshine_h"], low=-6.0, high=6.0
    )
    return np.where(sun.up, share(ease), 0.0)


def _radiation(
    days: Days, sun: Sun, sunny: Floats, normals: dict[str, Floats], shape: dict[str, float]
) -> tuple[Floats, Floats, Floats]:
    """(hours,) global, direct normal and diffuse in W/m2.

    Angstrom and Prescott by the month: G = (a + b n/N) G0, as in FAO-56. Within the month by the hour, Angstrom 1924:
    G = (o + (1 - o) f) Gclear with f the sunny share of the hour, Gclear by Ineichen and Perez 2002, and the overcast
    share o solved so that the month keeps its G. Direct and diffuse by Erbs et al. 1982.
    """
    from pvlib import clearsky, irradiance

    with np.errstate(divide="ignore", invalid="ignore"):
        sky = clearsky.ineichen(sun.zenith, sun.air_mass, shape["linke_turbidity"], dni_extra=sun.extraterrestrial)
    clear = np.where(sun.up, np.nan_to_num(sky["ghi"]), 0.0)
    outside = np.where(sun.up, sun.extraterrestrial * sun.cos_zenith, 0.0)
    sunshine = normals["sunshine_h"] / _sum_months(sun.up.astype(float), days.month)
    wanted = (shape["angstrom_a"] + shape["angstrom_b"] * sunshine) * _sum_months(outside, days.month)
    lit = _sum_months(clear * sunny, days.month)
    overcast = np.clip((wanted - lit) / (_sum_months(clear, days.month) - lit), 0.0, 1.0)[days.month]
    ghi = clear * (overcast + (1.0 - overcast) * sunny)
    dni = np.where(sun.up, np.nan_to_num(np.asarray(irradiance.erbs(ghi, sun.zenith, days.day + 1.0)["dni"])), 0.0)
    return ghi, dni, np.maximum(ghi - dni * sun.cos_zenith, 0.0)


def _temperature(
    rng: np.random.Generator, days: Days, sunny: Floats, normals: dict[str, Floats], shape: dict[str, float]
) -> Floats:
    """(hours,) degrees C: daily lows at 6 h and highs at 15 h, joined by half cosines.

    Daily means wander around the season, warmer with sun in summer and colder with sun in winter; the daily range
    grows with sun. Three corrections make the months' mean highs and lows those of the normals.
    """
    clear = sunny - _month_means(sunny, days)[days.month_of_day]
    summer = -np.cos(2.0 * np.pi * (np.arange(days.count) - 15) / days.count)
    anomaly = shape["daily_temperature_spread"] * _wander(rng, days.count, shape["day_to_day_temperature"])
    anomaly = anomaly + shape["sunny_day_warmth"] * 4.0 * summer * clear
    half_range = np.clip(1.0 + 2.0 * clear + 0.15 * rng.standard_normal(days.count), 0.3, 2.5)
    wanted = np.stack([normals["mean_daily_minimum_c"], normals["mean_daily_maximum_c"]])
    aimed = wanted.copy()
    for _ in range(4):
        hours = _join(*_lows_and_highs(days, anomaly, half_range, aimed))
        by_day = hours.reshape(-1, 24)
        aimed += wanted - np.stack([_month_means(by_day.min(axis=1), days), _month_means(by_day.max(axis=1), days)])
    return hours


def _lows_and_highs(days: Days, anomaly: Floats, half_range: Floats, aimed: Floats) -> tuple[Floats, Floats]:
    """(days,) lows and highs whose monthly means are ``aimed`` (2, 12), without steps between months."""
    middle = anomaly + _through_months(days, aimed.mean(axis=0) - _month_means(anomaly, days), np.ones(days.count))
    swing = half_range * _through_months(days, (aimed[1] - aimed[0]) / 2.0, half_range)
    return middle - swing, middle + swing


def _month_means(values: Floats, days: Days) -> Floats:
    return _sum_months(values, days.month_of_day) / np.bincount(days.month_of_day)


def _through_months(days: Days, means: Floats, weight: Floats) -> Floats:
    """(days,) a curve, straight between the middles of months and closed over the year, such that the monthly means of
    ``weight`` times the curve are ``means``: the hats' 12 by 12 system solved."""
    lengths = np.bincount(days.month_of_day)
    middles = np.cumsum(lengths) - lengths / 2.0
    hats = np.stack(
        [np.interp(np.arange(days.count) + 0.5, middles, unit, period=days.count) for unit in np.eye(12)], axis=1
    )
    system = np.stack([_month_means(weight * hat, days) for hat in hats.T], axis=1)
    return np.asarray(hats @ np.linalg.solve(system, means))


def _join(lows: Floats, highs: Floats) -> Floats:
    """(hours,) half cosines from each low to each high and on to the next low; the year closes on itself."""
    knots = np.ravel(np.stack([lows, highs], axis=1))
    at = np.ravel(np.arange(lows.size)[:, None] * 24 + np.array([HOUR_OF_MINIMUM, HOUR_OF_MAXIMUM]))
    at = np.concatenate([[at[-1] - 24 * lows.size], at, [at[0] + 24 * lows.size]])
    knots = np.concatenate([[knots[-1]], knots, [knots[0]]])
    hours = np.arange(lows.size * 24)
    before = np.searchsorted(at, hours, side="right") - 1
    along = (hours - at[before]) / (at[before + 1] - at[before])
    return np.asarray(knots[before] + (knots[before + 1] - knots[before]) * (1.0 - np.cos(np.pi * along)) / 2.0)


def _humidity(days: Days, temperature: Floats, wetness: Floats, normals: dict[str, Floats]) -> Floats:
    """(hours,) %: the air holds what saturates it at the day's low, moister on wet days; RH = 100 b^k, k by month."""
    lows = temperature.reshape(-1, 24).min(axis=1)
    held = saturation_pressure(lows) * np.exp(0.08 * (wetness - 1.0))
    base = np.clip(held[days.day] / saturation_pressure(temperature), 0.05, 0.999)
    lengths = np.bincount(days.month)
    target = normals["relative_humidity_pct"]
    power = _solve_months(
        lambda power: 100.0 * _sum_months(base ** np.exp(-power[days.month]), days.month) / lengths, target, -4.0, 4.0
    )
    return np.asarray(100.0 * base ** np.exp(-power[days.month]))


def _wind(rng: np.random.Generator, days: Days, shape: dict[str, float]) -> Floats:
    """(hours,) m/s: lognormal, strongest in the afternoon and in winter (grade C), with the mean of the year exact."""
    clock = np.arange(days.times.size)
    gusts = np.exp(0.5 * _wander(rng, days.times.size, 0.93))
    daily = 1.0 + 0.25 * np.cos(2.0 * np.pi * (clock % 24 - HOUR_OF_MAXIMUM) / 24.0)
    yearly = 1.0 + 0.12 * np.cos(2.0 * np.pi * (clock / clock.size - 15.0 / 365.0))
    wind = gusts * daily * yearly
    return np.asarray(wind * shape["wind_mean"] / wind.mean())
