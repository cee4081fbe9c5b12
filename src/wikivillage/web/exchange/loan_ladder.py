"""The ladder for what is out and what nobody fetched: each step is told once, however often it is looked at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from wikivillage.web.exchange import helping_words as words
from wikivillage.web.exchange.loan_actions import give_up, tell_next
from wikivillage.web.exchange.loan_queries import LADDER
from wikivillage.web.exchange.models import Loan
from wikivillage.web.notices.actions import tell
from wikivillage.web.registry.actions import record_change
from wikivillage.web.registry.words import Text

FETCH_WITHIN = timedelta(days=1)
"""How long after its begin a reservation waits for who made it."""


def climb(*, at: datetime, say: Callable[[int, int], None] = lambda done, total: None) -> dict[str, int]:
    """Tell each loan that is due or late its next step, and free what nobody fetched. Returns how many of each."""
    counts = {step.word: 0 for step in LADDER} | {"not_fetched": 0}
    rows = list(Loan.objects.filter(state__in=(words.OUT, words.RESERVED)).order_by("due").values_list("pk", flat=True))
    for number, id in enumerate(rows, 1):
        word = _one(id, at)
        if word:
            counts[word] += 1
        say(number, len(rows))
    return counts


@transaction.atomic
def _one(id: str, at: datetime) -> str:
    row = Loan.objects.select_for_update(of=("self",), no_key=True).select_related("tool").get(pk=id)
    if row.state == words.RESERVED:
        return _free(row, at) if min(row.begin + FETCH_WITHIN, row.due) <= at else ""
    step = max((number for number, one in enumerate(LADDER, 1) if row.due + one.after <= at), default=0)
    if row.state != words.OUT or step <= row.reminded or (step == 1 and row.due <= at):
        return ""
    row.reminded = step
    row.save(update_fields=["reminded"])
    word = LADDER[step - 1].word
    if word == "soon" and row.due - row.begin <= timedelta(days=1):
        return ""  # they have just fetched it
    _say(row, word, at)
    record_change(f"loan_{word}", row.pk, at=at, by="")
    return word


def _free(row: Loan, at: datetime) -> str:
    give_up(row, words.NOT_FETCHED, at, "")
    title = Text(f"{row.tool.name_en}: reservation ended", f"{row.tool.name_fr}\u00a0: réservation terminée")
    text = Text(
        "Nobody came to fetch it, so it is free for others. Reserve it again if you still need it.",
        "Personne n’est venu le chercher\u00a0: il est libre pour d’autres. Réservez-le de nouveau au besoin.",
    )
    _tell(row.agent_id, title, text, row, at, f"free-{row.pk}")
    return "not_fetched"


def _say(row: Loan, word: str, at: datetime) -> None:
    english, french = row.tool.name_en, row.tool.name_fr
    titles = {
        "soon": Text(f"{english}: due tomorrow", f"{french}\u00a0: à rapporter demain"),
        "late": Text(f"{english}: was due", f"{french}\u00a0: à rapporter"),
        "call": Text(f"{english}: three days late", f"{french}\u00a0: trois jours de retard"),
        "block": Text(f"{english}: a week late", f"{french}\u00a0: une semaine de retard"),
    }
    _tell(row.agent_id, titles[word], TEXTS[word], row, at, f"{word}-{row.pk}")
    if word == "late":
        tell_next(row.tool, at, broken=False)
    if word == "call":
        title = Text(f"To call: {english} is three days late", f"À appeler\u00a0: {french}, trois jours de retard")
        _tell(row.tool.owner_id, title, CALL, row, at, f"to-call-{row.pk}")


TEXTS = {
    "soon": Text(
        "Bring it back tomorrow, or ask for more days on its page if nobody waits.",
        "Rapportez-le demain, ou demandez d’autres jours sur sa page si personne n’attend.",
    ),
    "late": Text(
        "The time of your loan is over. Bring it back as soon as you can; there is nothing to pay.",
        "La durée de votre prêt est passée. Rapportez-le dès que possible\u00a0; il n’y a rien à payer.",
    ),
    "call": Text(
        "It is three days late. Whoever lends it will call you; if something is wrong with it, say so.",
        "Il a trois jours de retard. La personne qui prête va vous appeler\u00a0; si l’outil a un souci, dites-le.",
    ),
    "block": Text(
        "It is a week late: nothing more is lent to you until it is back. After that, all is as before.",
        "Il a une semaine de retard\u00a0: plus rien ne vous est prêté jusqu’à son retour. Ensuite, tout reprend.",
    ),
}
CALL = Text(
    "Call who has it, and look whether something happened to them or to the tool. The page says who it is.",
    "Appelez la personne qui l’a, et voyez si quelque chose est arrivé, à elle ou à l’outil. La page dit qui c’est.",
)


def _tell(agent: str, title: Text, text: Text, row: Loan, at: datetime, key: str) -> None:
    tell(
        agent=agent,
        kind="loan",
        title=title,
        text=text,
        path=f"/exchange/tools/{row.tool_id}/",
        at=at,
        key=f"exchange-{key}",
    )
