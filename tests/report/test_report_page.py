"""The page of a plan: well-formed, self-contained, honest, in two languages, whatever is missing from the plan."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest

from tests.report.paper_village import NAMES, RESOURCES
from wikivillage.report.page import render_html

VOID = {"meta", "rect", "circle", "path", "use", "line", "br"}


class Reader(HTMLParser):
    """Checks nesting and ids, and keeps the text, the links and the addresses."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.ids += [known["id"] or ""] if "id" in known else []
        self.links += [known["href"] or ""] if tag == "a" and "href" in known else []
        self.fetched += [str(known[key]) for key in ("src", "srcset", "data", "action") if key in known]
        self.fetched += [str(known["href"])] if tag == "link" else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text.append(data)


def read(page: str) -> Reader:
    """The page, read to its end."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


@pytest.fixture(params=["fr", "en"])
def page(request: pytest.FixtureRequest, record: dict[str, Any], flows: pd.DataFrame) -> str:
    return render_html(record, flows, request.param)


def test_it_is_well_formed_with_unique_ids_and_whole_anchors(page: str) -> None:
    reader = read(page)
    assert len(reader.ids) == len(set(reader.ids))
    inside = [link[1:] for link in reader.links if link.startswith("#")]
    assert set(inside) <= set(reader.ids)
    assert len(inside) >= 15


def test_every_pattern_and_sign_that_is_used_is_defined(page: str) -> None:
    used = set(re.findall(r"url\(#([\w-]+)\)", page)) | set(re.findall(r'<use href="#([\w-]+)"', page))
    assert used <= set(read(page).ids)


def test_it_fetches_nothing_and_runs_nothing(page: str) -> None:
    reader = read(page)
    assert reader.fetched == []
    assert "<script" not in page
    assert "@import" not in page
    assert re.findall(r"url\((?!#)", page) == []
    assert re.findall(r"\son\w+=", page) == []
    assert 'style="' not in page


def test_headings_skip_no_level(page: str) -> None:
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_it_stays_light(page: str) -> None:
    assert len(page.encode()) < 600_000


def test_it_names_the_finding_the_cost_and_the_synthetic_weather(record: dict[str, Any], flows: pd.DataFrame) -> None:
    text = " ".join(read(render_html(record, flows, "fr")).text)
    assert "Deux objectifs atteints sur cinq. Voici le prix des trois autres." in text
    assert "515\u202f560\u00a0€ à construire" in text
    assert text.count("Météo de synthèse, pas une année mesurée.") >= 3


def test_no_english_name_and_no_id_leaks_into_the_french_page(record: dict[str, Any], flows: pd.DataFrame) -> None:
    text = " ".join(read(render_html(record, flows, "fr")).text)
    english = [en for en, fr in NAMES.values() if en != fr] + [en for en, fr, *_ in RESOURCES.values() if en != fr]
    ids = [id for id in [*NAMES, *RESOURCES] if "_" in id]
    sentences = ["goal", "reached", "Flows", "The ", " of the ", "battery", "heat pump", "None", "nan"]
    assert [word for word in [*english, *ids, *sentences] if re.search(rf"\b{re.escape(word)}\b", text)] == []


def test_a_village_may_be_called_anything(record: dict[str, Any], flows: pd.DataFrame) -> None:
    record["village"]["name"] = '<script>alert("x")</script>'
    record["goals"][0]["name"] = {"fr": "<b>&</b>", "en": "<b>&</b>"}
    record["refused"][0]["source"] = 'javascript:alert(1)" onclick="alert(2)'
    page = render_html(record, flows, "fr")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "&lt;b&gt;&amp;&lt;/b&gt;" in page
    assert not [link for link in read(page).links if link.startswith("javascript")]
    assert 'onclick="' not in page


def test_it_speaks_french_and_english_only(record: dict[str, Any], flows: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="speaks fr and en"):
        render_html(record, flows, "de")


def test_a_plan_without_goals_says_so(record: dict[str, Any], flows: pd.DataFrame) -> None:
    record["goals"] = []
    text = " ".join(read(render_html(record, flows, "en")).text)
    assert "A plan without a goal" in text
    assert "This file sets no goal." in text


def test_nothing_missing_leaves_no_section_of_troubles(record: dict[str, Any], flows: pd.DataFrame) -> None:
    record["unmet"], record["stranded"], record["refused"] = [], [], []
    page = render_html(record, flows, "fr")
    assert 'id="manques"' not in page
    assert "besoin reste" not in page


def test_every_lack_and_refusal_is_named_with_its_reason(record: dict[str, Any], flows: pd.DataFrame) -> None:
    text = re.sub(r"\s+", " ", " ".join(read(render_html(record, flows, "fr")).text))
    assert "Fraîcheur des ateliers : il manque 812 kWh" in text
    assert "203 heures, dès le 19 juillet à 14 h" in text
    assert "Épluchures du café : 184 kg sans usage" in text
    assert "Potager du toit avec eaux grises : non." in text
    assert "12 juillet 2024" in text


def test_loops_without_a_goal_are_named(record: dict[str, Any], flows: pd.DataFrame) -> None:
    record["goals"] = [goal for goal in record["goals"] if goal["id"] == "mains"]
    text = " ".join(read(render_html(record, flows, "fr")).text)
    assert "Sans objectif dans ce fichier\u00a0: énergie, matière, nourriture et temps." in text


def test_without_weather_nothing_is_said_of_the_sky(record: dict[str, Any], flows: pd.DataFrame) -> None:
    record["weather"] = None
    text = " ".join(read(render_html(record, flows, "fr")).text)
    assert "Météo" not in text
    assert "de moyenne" not in text


def test_an_unchecked_plan_does_not_claim_to_be_checked(record: dict[str, Any], flows: pd.DataFrame) -> None:
    record["certificate"]["checked"] = None
    assert "Not yet read by the independent program." in render_html(record, flows, "en")
    record["certificate"]["checked"] = {"ok": False, "problems": ["electricity@village  3 kWh appear"]}
    page = render_html(record, flows, "en")
    assert "found one error" in page
    assert "3 kWh appear" in page


def test_three_hours_of_one_flow_make_a_page(record: dict[str, Any]) -> None:
    record["horizon"] = {"start": "2025-01-01T00:00:00", "hours": 3, "year_fraction": 3 / 8760}
    flow = {"flow": "grid.bought", "kind": "bought", "id": "grid", "resource": "electricity", "network": "village"}
    need = flow | {"flow": "lights.served", "kind": "served", "id": "lights"}
    record["flows"] = [
        each | {"name": None, "at": None, "loop": "energy", "nature": False, "unit": "kWh", "total": 6.0}
        for each in (flow, need)
    ]
    record.update(
        sizes=[], goals=[], unmet=[], stranded=[], refused=[], losses=[], assumptions=[], measures={}, places=[]
    )
    record["objective"] = {"total": 1.2, "parts": [{"id": "grid", "kind": "bought", "amount": 1.2}]}
    record.update(yearly_cost=1.2, investment=0.0, weather=None)
    times = pd.date_range("2025-01-01", periods=3, freq="h")
    flows = pd.concat(
        pd.DataFrame(each | {"unit": "kWh", "tempo": "hour", "step": range(3), "time": times, "amount": 2.0})
        for each in (flow, need)
    )
    text = " ".join(read(render_html(record, flows, "fr")).text)
    assert "Plan de 3 heures à partir du 1er janvier 2025" in text
    assert "pas de semaine entière" in text
    assert "Ce plan ne construit rien." in text
    assert "1,20\u00a0€ sur la période" in text
