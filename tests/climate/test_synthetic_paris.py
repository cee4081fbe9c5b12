"""The synthetic Paris year against the normals that it promises, and what its days have to do with each other."""

from __future__ import annotations

import numpy as np
import pytest

from tests.climate.skies import by_month, paris
from wikivillage.climate.library import load_table
from wikivillage.climate.radiation import sun_of
from wikivillage.climate.record import Weather

NORMALS = {key: np.array(values) for key, values in load_table("climate")["paris_normals"]["months"].items()}
SEEDS = [1, 2, 17]


def days(values: np.ndarray) -> np.ndarray:
    return values.reshape(-1, 24)


def monthly_mean(per_day: np.ndarray, sky: Weather) -> np.ndarray:
    month = sky.times[::24].astype("datetime64[M]").astype(int) % 12
    return np.bincount(month, weights=per_day) / np.bincount(month)


@pytest.mark.parametrize("seed", SEEDS)
def test_temperatures_are_the_normals(seed: int) -> None:
    """Mean daily highs and lows of each month, to a tenth of a degree."""
    sky = paris(seed=seed)
    assert monthly_mean(days(sky.temperature_c).max(axis=1), sky) == pytest.approx(
        NORMALS["mean_daily_maximum_c"], abs=0.1
    )
    assert monthly_mean(days(sky.temperature_c).min(axis=1), sky) == pytest.approx(
        NORMALS["mean_daily_minimum_c"], abs=0.1
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_rain_is_the_normals(seed: int) -> None:
    """Each month's amount exactly, its days of 1 mm and more rounded, the year's 634.3 mm on 109 days."""
    sky = paris(seed=seed)
    per_day = days(sky.rain_mm).sum(axis=1)
    wet = monthly_mean((per_day >= 1.0 - 1e-9).astype(float), sky) * np.bincount(
        sky.times[::24].astype("datetime64[M]").astype(int) % 12
    )
    assert by_month(sky.rain_mm, sky) == pytest.approx(NORMALS["precipitation_mm"])
    assert wet == pytest.approx(NORMALS["days_with_at_least_1_mm"], abs=1.0)
    assert (per_day.sum(), (per_day > 0).sum()) == (pytest.approx(634.3), 109)


@pytest.mark.parametrize("seed", SEEDS)
def test_sunshine_is_near_the_normals(seed: int) -> None:
    """Hours of more than 120 W/m2 direct, as the WMO counts them: the year within 6 %, each month within 20 hours
    or a fifth. (The generator's own sunny shares add up to the normals exactly; the split of its radiation does not.)
    """
    sky = paris(seed=seed)
    counted = by_month((sky.dni > 120.0).astype(float), sky)
    assert sky.sun_hours == pytest.approx(NORMALS["sunshine_h"].sum(), rel=0.06)
    assert counted == pytest.approx(NORMALS["sunshine_h"], rel=0.2, abs=20.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_humidity_is_the_normals(seed: int) -> None:
    sky = paris(seed=seed)
    assert monthly_mean(days(sky.humidity_pct).mean(axis=1), sky) == pytest.approx(
        NORMALS["relative_humidity_pct"], abs=0.1
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_global_radiation_is_that_of_paris(seed: int) -> None:
    """Angstrom and Prescott with FAO-56's coefficients give 1156 kWh/m2; satellites see 1100 to 1200."""
    assert paris(seed=seed).ghi.sum() / 1000.0 == pytest.approx(1156.0, abs=5.0)


def test_radiation_closes_and_stays_in_the_day() -> None:
    sky = paris()
    sun = sun_of(sky)
    assert sky.ghi == pytest.approx(sky.dni * sun.cos_zenith + sky.dhi)
    assert sky.ghi[~sun.up].max() == 0.0
    assert sky.ghi.max() < 1000.0
    assert sky.dni.max() < 1000.0


@pytest.mark.parametrize("seed", SEEDS)
def test_days_correlate_as_days_do(seed: int) -> None:
    sky = paris(seed=seed)
    wet = days(sky.rain_mm).sum(axis=1) > 0.0
    light = (
        days(sky.ghi).sum(axis=1)
        / monthly_mean(days(sky.ghi).sum(axis=1), sky)[sky.times[::24].astype("datetime64[M]").astype(int) % 12]
    )
    lows, swing = days(sky.temperature_c).min(axis=1), np.ptp(days(sky.temperature_c), axis=1)
    winter = np.isin(sky.times[::24].astype("datetime64[M]").astype(int) % 12, [11, 0, 1])
    clear, means = light > np.median(light), days(sky.temperature_c).mean(axis=1)
    assert light[wet].mean() < 0.9 * light[~wet].mean()
    assert lows[winter & clear].mean() < lows[winter & ~clear].mean()
    assert swing[clear].mean() > swing[~clear].mean() + 2.0
    assert np.corrcoef(means[1:] - means[:-1].mean(), means[:-1])[0, 1] > 0.8
    assert (wet[1:] & wet[:-1]).mean() > 1.2 * wet.mean() ** 2


def test_afternoons_are_warmest_and_driest() -> None:
    sky = paris()
    assert days(sky.temperature_c).mean(axis=0).argmax() == 15
    assert days(sky.temperature_c).mean(axis=0).argmin() in (5, 6, 7)
    assert days(sky.humidity_pct).mean(axis=0).argmin() == 15


def test_same_seed_same_year_bit_for_bit() -> None:
    from wikivillage.climate.synthetic_paris import make_year

    (_, first), (_, again), (_, other) = (make_year(2025, seed=seed) for seed in (4, 4, 5))
    assert all(first[name].tobytes() == again[name].tobytes() for name in first)
    assert all(not np.array_equal(first[name], other[name]) for name in ("temperature_c", "ghi", "rain_mm", "wind_m_s"))


def test_two_days_are_two_days_of_their_year() -> None:
    """A horizon of 48 hours in July sees what the whole year has there."""
    two, year = paris(start="07-14", hours=48), paris()
    begin = int(np.flatnonzero(year.times == two.times[0])[0])
    assert np.array_equal(two.temperature_c, year.temperature_c[begin : begin + 48])
    assert two.annual == year.annual


def test_years_follow_each_other() -> None:
    """Eighteen months from July 2023: a leap year inside, every year with its own draw and its own normals."""
    sky = paris(2023, start="07-01", hours=(184 + 366) * 24)
    assert sky.times[-1] == np.datetime64("2024-12-31T23")
    assert sky.rain_mm[184 * 24 :].sum() == pytest.approx(634.3)
    assert not np.array_equal(sky.rain_mm[: 184 * 24], sky.rain_mm[-184 * 24 :])
    assert np.abs(np.diff(sky.temperature_c)).max() < 12.0


def test_it_says_that_it_is_synthetic() -> None:
    sky = paris()
    assert sky.synthetic
    assert sky.grade == "C"
    assert sky.name == {"en": "Synthetic Paris year (seed 1)", "fr": "Année parisienne synthétique (graine 1)"}
    assert "seeded generator" in sky.source
    assert "Montsouris" in sky.source


@pytest.mark.parametrize("seed", range(20, 30))
def test_every_seed_makes_possible_weather(seed: int) -> None:
    sky = paris(seed=seed)
    assert -15.0 < sky.temperature_c.min() < sky.temperature_c.max() < 42.0
    assert 0.0 <= sky.humidity_pct.min() < sky.humidity_pct.max() <= 100.0
    assert days(sky.rain_mm).sum(axis=1).max() < 90.0
    assert 0.0 <= sky.wind_m_s.min() < sky.wind_m_s.max() < 40.0
    assert sky.dhi.min() >= 0.0
