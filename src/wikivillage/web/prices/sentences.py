"""The sentences that explain a price, in French and English under the same keys, and the values that stand in them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TypeAlias

from wikivillage.report.formats import NO_BREAK, Numbers
from wikivillage.report.words import Words, english_marks, french_spaces, words_of
from wikivillage.web.prices.policies import Text
from wikivillage.web.prices.splits import euros


@dataclass(frozen=True, slots=True)
class Money:
    """Cents, always with two decimals unless ``whole``; ``private`` sums are shown once and kept nowhere."""

    cents: int
    whole: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class Rate:
    """The price of one unit in euros, with as many decimals as it has and at least two."""

    euros: Decimal


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit."""

    amount: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Share:
    """A share of one, with all its decimals."""

    share: Decimal


@dataclass(frozen=True, slots=True)
class Day:
    """A day with its year."""

    day: date


Value: TypeAlias = Money | Rate | Amount | Share | Day | Text | int | str


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence by its key, with every value that stands in it."""

    key: str
    values: dict[str, Value] = field(default_factory=dict)


def said(key: str, **values: Value) -> Said:
    """A sentence."""
    return Said(key, values)


EN = {
    "grid": "{item}, {amount} at {rate}",
    "grid.term": "{amount} × {rate}",
    "source.grid": "Grid of {since}",
    "source.effort": "National scale of {since}",
    "source.rule": "Rule of {since}",
    "cap": "At most {most} a day, days: {days}",
    "bracket": "Your income bracket, {band}: you pay {share}",
    "bracket.children": "Your income bracket, {band}, children: {children}: you pay {share}",
    "bracket.price": "{item}, {amount} at {rate}: your income bracket, {band}, children: {children}",
    "bracket.source": "Certificate seen on {seen}, valid until {until}",
    "bracket.none": "No income certificate: full price",
    "bracket.offer": "With a certificate you pay from {lowest} on",
    "bracket.over": "Your certificate was valid until {until}: full price",
    "bracket.renew": "Show a new one, and your bracket counts again",
    "effort.income": "{effort} of a monthly income of {income}",
    "effort.capped": "{effort} of {ceiling}; income capped at {ceiling}",
    "effort.raised": "{effort} of {floor}; income counted from {floor} on",
    "effort.unknown": "{effort} of {ceiling}; income not known, so the ceiling counts",
    "effort.children": "Children: {children}",
    "effort.disabled": "Children: {children}, one line lower for each disabled child: {disabled}",
    "effort.condition.capped": "income capped at {ceiling}",
    "effort.condition.raised": "income counted from {floor} on",
    "effort.condition.unknown": "income not known, so the ceiling of {ceiling} counts",
    "free": "Free price: you give {offered}",
    "free.open": "Free price: give what you can",
    "free.source": "Suggested: {suggested}; at least {floor}",
    "round": "Bidding round: you named {pledge}",
    "round.open": "Bidding round: name what you can pay",
    "round.source": "Between {lowest} and {highest} of the reference; it holds once {need} are together",
    "fund": "The common fund pays {paid}",
    "fund.source": "Of your part, {left} are left",
    "fund.contribution": "Contribution of bracket {band}: {amount} at {rate}",
    "fund.contribution.none": "Contribution without a certificate: {amount} at {rate}",
    "fund.entitled": "Everybody may spend {entitlement} a month",
    "sun": "Hours of sun, direct or kept: {discount} less",
    "sun.source": "{own} of {all} come from the sun, direct or kept; from {least} on; {decision}, {decided}",
    "not kept": "(not kept)",
    "share": "{share}",
    "changed": "The price was {before} and is {now} today. The rule “{rule}” holds since {since}.",
    "changed.band": "The price was {before} and is {now} today, because your certificate is out of date.",
    "changed.facts": "The price was {before} and is {now} today, because your bracket or the sun are others now.",
    "problem.no-price": "“{item}” has no price in the rule “{rule}”.",
    "hint.no-price": "It has: {items}.",
    "problem.nothing-to-price": "There is nothing here to which the rule “{rule}” gives a price.",
    "hint.nothing-to-price": "Choose what you need and how much of it.",
    "problem.no-figures": "The rule “{rule}” has no figures for {on}.",
    "hint.no-figures": "Its first figures hold from {first} on.",
    "problem.bad-amount": "An amount must be above nothing and below a million.",
    "hint.bad-amount": "Write such as: 2 or 1.5.",
    "problem.bad-facts": "Children, days and energy are not negative, and disabled children are among the children.",
    "hint.bad-facts": "Look at them again.",
    "problem.below-floor": "{offered} is less than the floor of {floor}.",
    "hint.below-floor": "Give {floor} or more.",
    "problem.pledge-outside": "{pledge} is not between {least} and {most}.",
    "hint.pledge-outside": "Name a sum between them.",
}
FR = {
    "grid": "{item}, {amount} à {rate}",
    "grid.term": "{amount} × {rate}",
    "source.grid": "Grille du {since}",
    "source.effort": "Barème national du {since}",
    "source.rule": "Règle du {since}",
    "cap": "Au plus {most} par jour, jours : {days}",
    "bracket": "Votre tranche de revenus, la {band} : vous payez {share}",
    "bracket.children": "Votre tranche de revenus, la {band}, enfants : {children} ; vous payez {share}",
    "bracket.price": "{item}, {amount} à {rate} : votre tranche de revenus, la {band}, enfants : {children}",
    "bracket.source": "Attestation vue le {seen}, valable jusqu'au {until}",
    "bracket.none": "Sans attestation de revenus : plein tarif",
    "bracket.offer": "Avec une attestation, vous payez à partir de {lowest}",
    "bracket.over": "Votre attestation était valable jusqu'au {until} : plein tarif",
    "bracket.renew": "Montrez-en une nouvelle, et votre tranche compte de nouveau",
    "effort.income": "{effort} d'un revenu mensuel de {income}",
    "effort.capped": "{effort} de {ceiling} ; revenu plafonné à {ceiling}",
    "effort.raised": "{effort} de {floor} ; revenu compté à partir de {floor}",
    "effort.unknown": "{effort} de {ceiling} ; revenu inconnu, le plafond compte",
    "effort.children": "Enfants : {children}",
    "effort.disabled": "Enfants : {children}, une ligne plus bas par enfant en situation de handicap : {disabled}",
    "effort.condition.capped": "revenu plafonné à {ceiling}",
    "effort.condition.raised": "revenu compté à partir de {floor}",
    "effort.condition.unknown": "revenu inconnu, le plafond de {ceiling} compte",
    "free": "Prix libre : vous donnez {offered}",
    "free.open": "Prix libre : donnez ce que vous pouvez",
    "free.source": "Prix conseillé : {suggested} ; au moins {floor}",
    "round": "Tour d'engagement : vous avez nommé {pledge}",
    "round.open": "Tour d'engagement : nommez ce que vous pouvez payer",
    "round.source": "Entre {lowest} et {highest} de la référence ; il vaut dès que {need} sont réunis",
    "fund": "La caisse commune paie {paid}",
    "fund.source": "De votre part, il reste {left}",
    "fund.contribution": "Cotisation de la tranche {band} : {amount} à {rate}",
    "fund.contribution.none": "Cotisation sans attestation : {amount} à {rate}",
    "fund.entitled": "Chaque personne peut dépenser {entitlement} par mois",
    "sun": "Heures de soleil, direct ou gardé : {discount} de moins",
    "sun.source": "{own} sur {all} viennent du soleil, direct ou gardé ; dès {least} ; {decision}, {decided}",
    "not kept": "(non conservé)",
    "share": "{share}",
    "changed": "Le prix était de {before}, il est de {now} aujourd'hui. La règle « {rule} » vaut depuis le {since}.",
    "changed.band": "Le prix était de {before}, il est de {now} aujourd'hui, car votre attestation n'est plus valable.",
    "changed.facts": "Le prix était de {before}, il est de {now} aujourd'hui, car votre tranche ou le soleil a changé.",
    "problem.no-price": "« {item} » n'a pas de prix dans la règle « {rule} ».",
    "hint.no-price": "Il y a : {items}.",
    "problem.nothing-to-price": "Il n'y a rien ici à quoi la règle « {rule} » donne un prix.",
    "hint.nothing-to-price": "Choisissez ce qu'il vous faut, et combien.",
    "problem.no-figures": "La règle « {rule} » n'a pas de chiffres pour le {on}.",
    "hint.no-figures": "Ses premiers chiffres valent à partir du {first}.",
    "problem.bad-amount": "Une quantité est plus grande que zéro et plus petite qu'un million.",
    "hint.bad-amount": "Écrivez par exemple : 2 ou 1,5.",
    "problem.bad-facts": "Rien n'est négatif, et les enfants en situation de handicap sont parmi les enfants.",
    "hint.bad-facts": "Regardez-les de nouveau.",
    "problem.below-floor": "{offered} est moins que le minimum de {floor}.",
    "hint.below-floor": "Donnez {floor} ou plus.",
    "problem.pledge-outside": "{pledge} n'est pas entre {least} et {most}.",
    "hint.pledge-outside": "Nommez une somme entre les deux.",
}
UNITS = {
    "en": {"month": ("month", "months"), "piece": ("piece", "pieces"), "basket": ("basket", "baskets")},
    "fr": {"month": ("mois", "mois"), "piece": ("pièce", "pièces"), "basket": ("panier", "paniers")},
}


@cache
def numbers(lang: str) -> Numbers:
    """Numbers and these sentences in a language."""
    polish = french_spaces if lang == "fr" else english_marks
    own = {key: polish(text) for key, text in (FR if lang == "fr" else EN).items()}
    words = words_of(lang)
    sentences = {**words.sentences, **own}
    return Numbers(replace(words, sentences=sentences, units={**words.units, **UNITS[lang]}))


def say(sentence: Said, lang: str, *, private: bool = True) -> str:
    """A sentence in a language; without ``private`` sums in what is kept."""
    shown = numbers(lang)
    words: Words = shown.words
    return words(sentence.key, **{key: _value(value, shown, lang, private) for key, value in sentence.values.items()})


def both(sentence: Said, *, private: bool = True) -> Text:
    """A sentence in both languages."""
    return Text(say(sentence, "en", private=private), say(sentence, "fr", private=private))


def money(cents: int, lang: str) -> str:
    """Cents as euros, always with two decimals."""
    return numbers(lang).money(float(euros(cents)), 2) if cents else _zero(lang)


def _zero(lang: str) -> str:
    return f"0,00{NO_BREAK}€" if lang == "fr" else "€0.00"


def _value(value: Value, shown: Numbers, lang: str, private: bool) -> str:
    match value:
        case Money(private=True) if not private:
            return shown.words("not kept")
        case Money(cents=cents, whole=True):
            return shown.money(float(euros(cents)), 0 if cents % 100 == 0 else 2)
        case Money(cents=cents):
            return money(cents, lang)
        case Rate(euros=rate):
            return shown.money(float(rate), max(2, _decimals(rate))) if rate else _zero(lang)
        case Amount(amount=amount, unit=unit):
            return f"{shown.number(float(amount), _decimals(amount))}{NO_BREAK}{shown.unit(unit, float(amount))}"
        case Share(share=share):
            per_cent = share * 100
            return f"{shown.number(float(per_cent), _decimals(per_cent))}{NO_BREAK if shown.french else ''}%"
        case Day(day=day):
            return shown.date(datetime(day.year, day.month, day.day))
        case Text():
            return value[lang]
    return str(value)


def _decimals(number: Decimal) -> int:
    """How many decimals a number has, without zeros that say nothing."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
