"""The words of units: which there are, how they may be spelled, what they measure."""

from __future__ import annotations

DEFINITIONS = """
kilo- = 1000 = k-
mega- = 1000000 = M-
giga- = 1000000000 = G-
hecto- = 100 = h-
deci- = 1/10 = d-
centi- = 1/100 = c-
milli- = 1/1000 = m-
micro- = 1/1000000 = µ- = u-
metre = [length] = m = meter
gram = [mass] = g
second = [time] = s
minute = 60 * second = min
hour = 3600 * second = h
day = 24 * hour = d
week = 7 * day
year = 365 * day = y = yr
month = year / 12
watt_hour = [energy] = Wh
watt = watt_hour / hour = W
watt_peak = watt = Wp
joule = watt_hour / 3600 = J
kelvin = [temperature] = K
degree_celsius = kelvin; offset: 27315/100 = degC
tonne = 1000000 * gram = t
hectare = 10000 * metre ** 2 = ha
litre = metre ** 3 / 1000 = L = l = liter
degree = [angle] = deg
percent = 1/100 = pct
euro = [money] = EUR
gram_co2e = [carbon] = gCO2e = gCO2eq
tonne_co2e = 1000000 * gram_co2e = tCO2e = tCO2eq
person = [person] = _ = people
child = [child] = _ = children
meal = [meal]
employee = [employee]
desk = [desk]
dwelling = [dwelling]
room = [room]
item = [item] = _ = piece
machine = [machine]
basket = [basket]
visit = [visit]
trip = [trip]
"""
"""Every unit a village may use. A year has 8760 hours; people, meals and euros are dimensions of their own."""

FAMILIAR = (
    *("kWh", "MWh", "Wh", "GWh", "kW", "MW", "W", "kWp", "Wp", "J", "MJ", "kg", "g", "t", "m", "m2", "m3", "mm", "km"),
    *("ha", "L", "mL", "h", "min", "day", "week", "month", "year", "EUR", "kEUR", "MEUR", "kgCO2e", "gCO2e", "tCO2e"),
    *("person", "meal", "child", "employee", "desk", "dwelling", "room", "item", "machine", "basket", "visit", "trip"),
    *("degC", "K", "deg", "%"),
)
"""Spellings to suggest when a unit is not known."""

SPELLING = str.maketrans({"²": "2", "³": "3", "₂": "2", "€": "EUR", "·": "*", "×": "*", "°": "deg", "%": "percent"})

NOUNS = {
    "kWh": "energy",
    "kW": "power",
    "kg": "mass",
    "h": "time",
    "m": "length",
    "m2": "area",
    "m3": "volume",
    "K": "temperature",
    "deg": "angle",
    "EUR": "money",
    "kgCO2e": "carbon",
    "1": "share",
    "kWh/m2": "energy per area",
    "m3/h": "volume per time",
}
"""What a unit measures, in a word; other units are described by the dimensions they multiply and divide."""
