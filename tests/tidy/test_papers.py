"""The papers keep up with the program: every command, option and package is written down."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
import typer.main

from tests.tidy.sources import ROOT, assert_none, text_of
from wikivillage.base.problems import ProblemError
from wikivillage.cli import app
from wikivillage.model import load_village_text
from wikivillage.planner.planning import plan
from wikivillage.web.api import api

GROUP: Any = typer.main.get_command(app)
COMMANDS = {
    f"{name} {inner}".strip(): command
    for name, group in GROUP.commands.items()
    for inner, command in getattr(group, "commands", {"": group}).items()
}
"""Every command by its words, ``ledger check`` as well as ``plan``."""
PLACES = "src|tests|villages|docs|benchmarks|model|planner|climate|report|base|library|flows|web|connectors|commands"
PAPERS = ("README", "ARCHITECTURE", "GLOSSARY", "DECISIONS", "CHANGELOG", "CONTRIBUTING")


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_readme_or_its_page_shows_the_command_and_its_options(command: str) -> None:
    room, _, inner = command.partition(" ")
    page = ROOT / "docs" / f"{room}.md"
    papers = text_of(ROOT / "README.md") + (text_of(page) if inner and page.exists() else "")
    assert f"wikivillage {command}" in papers
    options = [name for parameter in COMMANDS[command].params for name in parameter.opts if name.startswith("--")]
    assert_none(name for name in options if name != "--help" and name not in papers)


@pytest.mark.parametrize("room", sorted(name for name, group in GROUP.commands.items() if hasattr(group, "commands")))
def test_readme_names_the_commands_of_a_room(room: str) -> None:
    assert f"wikivillage {room}" in text_of(ROOT / "README.md")
    assert GROUP.commands[room].help


def test_every_address_of_the_api_is_written_down_and_explains_itself() -> None:
    papers = "".join(text_of(ROOT / "docs" / f"{room}.md") for room in ("ledger", "meters", "site"))
    missing = [
        f"{method.upper()} {path}"
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method, told in methods.items()
        if "/".join(path.split("/")[:3]) not in papers or not told.get("description")
    ]
    assert_none(missing)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_command_explains_itself(command: str) -> None:
    assert COMMANDS[command].help
    assert_none(str(each.name) for each in COMMANDS[command].params if not getattr(each, "help", None))


def test_readme_shows_every_errand_of_make() -> None:
    errands = re.findall(r"^([a-z]+):.*## ", text_of(ROOT / "Makefile"), re.MULTILINE)
    readme = text_of(ROOT / "README.md")
    assert_none(errand for errand in errands if f"make {errand}" not in readme)


def test_village_of_the_readme_can_be_planned() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", text_of(ROOT / "README.md"), re.DOTALL)
    village = load_village_text(text)
    three_days = replace(village, horizon=replace(village.horizon, hours=72))
    made = plan(three_days, ROOT).record
    assert {size["id"] for size in made["sizes"]} == {"pv", "heat_pump", "battery"}
    assert made["unmet"] == []


BROKEN = """village: Mine
recipes:
  pump: {activity: kWh, size_unit: kW, inputs: {electrcity: 1 kWh}, outputs: {heat: 1 kWh}, rate: 1 kWh/h/kW}
  boiler: {activity: kWh of heat, size_unit: kW, inputs: {electricity: 1 kWh}, outputs: {heat: 1.05 kWh}, rate: 1 kW/kW}
needs:
  warmth: {resource: heat, amount: 9 MWh/yaer, profile: flat}
horizon: {start: 2025-01-01, hours: 24}
processes: {pump: {recipe: pump, size: 5 kW}, boiler: {recipe: boiler, size: 5 kW}}
"""


def test_readme_shows_problems_as_they_are_told() -> None:
    with pytest.raises(ProblemError) as told:
        load_village_text(BROKEN, name="villages/mine.yaml")
    assert str(told.value) in text_of(ROOT / "README.md")


def test_architecture_names_every_package_room_and_family() -> None:
    package = ROOT / "src" / "wikivillage"
    parts = [path.parent.name for path in (*package.glob("*/__init__.py"), *package.glob("web/*/__init__.py"))]
    families = [path.stem for path in (package / "planner" / "families").glob("*.py") if path.stem != "__init__"]
    architecture = text_of(ROOT / "ARCHITECTURE.md")
    assert_none(name for name in (*parts, *families) if not re.search(rf"\b{name}\b", architecture))


@pytest.mark.parametrize("paper", PAPERS)
def test_links_and_paths_of_the_papers_exist(paper: str) -> None:
    text = text_of(ROOT / f"{paper}.md")
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    paths = re.findall(rf"`((?:{PLACES})/[\w/.-]+)`", text)
    assert_none(name for name in (*links, *paths) if not _exists(name))


@pytest.mark.parametrize("paper", ["ARCHITECTURE", "GLOSSARY", "DECISIONS"])
def test_functions_that_the_papers_name_exist(paper: str) -> None:
    named = re.findall(r"`([\w/]+\.py):(\w+)`", text_of(ROOT / f"{paper}.md"))
    assert_none(f"{file}:{name}" for file, name in named if not _defines(file, name))


def _exists(name: str) -> bool:
    return (ROOT / name).exists() or (ROOT / "src" / "wikivillage" / name).exists()


def _defines(file: str, name: str) -> bool:
    path = ROOT / "src" / "wikivillage" / file
    return path.exists() and bool(re.search(rf"^\s*(?:def|class) {name}\b|^{name}\b", text_of(path), re.MULTILINE))
