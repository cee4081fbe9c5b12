"""The village file in the database: it comes out as it went in, and a new one replaces it whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.model.any_village import DATA, any_village
from wikivillage.base.problems import ProblemError
from wikivillage.model import load_village, load_village_text
from wikivillage.model.kinds import Agent as FileAgent
from wikivillage.model.kinds import Village
from wikivillage.web.registry.actions import add_agent, erase_agent, rename
from wikivillage.web.registry.models import Agent, DataFile, Definition, Place, RecipeEntry, ResourceKind
from wikivillage.web.registry.queries import find_agent, list_agents
from wikivillage.web.registry.village_actions import record_village
from wikivillage.web.registry.village_file import (
    Differences,
    dump_stored_village,
    load_stored_village,
    write_stored_village,
)
from wikivillage.web.registry.words import KINDS

pytestmark = pytest.mark.usefixtures("ledger")

VILLAGES = Path(__file__).parents[3] / "villages"
SAINT_BLAISE = VILLAGES / "saint_blaise.yaml"
AT = datetime(2025, 3, 1, 9, tzinfo=UTC)
LATER = datetime(2025, 4, 1, 9, tzinfo=UTC)
HERE = Path()

HOUSE = """village: A house
horizon: {start: 2025-06-01, hours: 2}
agents:
  etic: {name: ÉTIC}
  alice: {name: Alice Martin, kind: person}
places:
  house: {name: {en: House, fr: Maison}, floor: 1, area: 90.5 m2, use: home, run_by: alice}
  attic: {inside: house, run_by: etic}
needs: {light: {resource: electricity, amount: 1 kW, at: house}}
exchanges: {grid: {resource: electricity, buy: 0.2 EUR/kWh, partner: alice}}
"""


def record(text: str, base: Path = HERE) -> Differences:
    """Put a village in words into the database."""
    return record_village(village=load_village_text(text, base), base=base, at=AT)


@pytest.mark.parametrize("path", sorted(VILLAGES.rglob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_comes_out_as_it_went_in(path: Path, tmp_path: Path) -> None:
    village = load_village(path)
    record_village(village=village, base=path.parent, at=AT)
    assert load_stored_village() == village
    written = write_stored_village(tmp_path / "village.yaml")
    assert load_village(tmp_path / "village.yaml") == village
    assert len(written) == 1 + DataFile.objects.count()


def with_kinds(village: Village, seed: int) -> Village:
    """The random village, its agents of a kind that the registry knows."""
    kind = sorted(KINDS)[seed % len(KINDS)]
    return replace(village, agents={id: replace(agent, kind=kind) for id, agent in village.agents.items()})


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
def test_any_village_comes_out_as_it_went_in(seed: int) -> None:
    village = with_kinds(any_village(seed), seed)
    with TemporaryDirectory() as folder, transaction.atomic():
        (Path(folder) / "data.csv").write_text(DATA, "utf-8")
        (Path(folder) / "my weather.epw").touch()
        record_village(village=village, base=Path(folder), at=AT)
        assert load_stored_village() == village
        assert not record_village(village=village, base=Path(folder), at=AT)
        transaction.set_rollback(True)


def test_pages_find_columns() -> None:
    record(HOUSE)
    house, attic = Place.objects.order_by("position")
    assert (house.name_en, house.name_fr, house.floor, house.area_m2, house.use) == ("House", "Maison", 1, 90.5, "home")
    assert (attic.inside, attic.run_by) == (house, find_agent("etic"))
    electricity = ResourceKind.objects.get(pk="electricity")
    assert (electricity.unit, electricity.tempo, electricity.loop) == ("kWh", "hour", "energy")
    assert electricity.origin == "library"


def test_a_character_that_postgresql_cannot_keep_comes_out_as_it_went_in() -> None:
    text = HOUSE.replace("fr: Maison", 'fr: "Mai\\0son"')
    record(text)
    assert Place.objects.get(pk="house").name_fr == "Mai\ufffdson"
    assert load_stored_village().places["house"].name.fr == "Mai\0son"


def test_own_recipes_are_told_from_those_of_the_library() -> None:
    record_village(village=load_village(SAINT_BLAISE), base=VILLAGES, at=AT)
    assert list(RecipeEntry.objects.filter(origin="village").values_list("pk", flat=True)) == ["pv_shared"]
    assert RecipeEntry.objects.get(pk="pv_roof").size_unit == "kWp"


def test_partners_are_recorded_with_their_names() -> None:
    record_village(village=load_village(SAINT_BLAISE), base=VILLAGES, at=AT)
    listed = list_agents()
    assert len(listed) == 30
    assert listed[0] == ("aaa", "organisation", "Atelier d'Architecture Autogérée")
    assert ("residents", "household", "Residents of the shared houses") in listed
    assert find_agent("water_company") == Agent.objects.get(pk="water_company")


def test_a_person_of_the_file_is_kept_by_pseudonym_everywhere() -> None:
    record(HOUSE)
    alice = find_agent("alice")
    assert alice is not None
    assert alice.pseudonym.startswith("p-")
    assert Place.objects.get(pk="house").tree["run_by"] == alice.pseudonym
    assert Definition.objects.get(section="exchanges").tree["partner"] == alice.pseudonym
    assert "run_by: alice" in dump_stored_village()


def test_an_erased_person_is_nobody_in_the_file_and_stays_so() -> None:
    record(HOUSE)
    alice = find_agent("alice")
    assert alice is not None
    erase_agent(agent=alice, at=LATER)
    text = dump_stored_village()
    word = alice.pseudonym.replace("p-", "erased_p_")
    assert "alice" not in text.casefold()
    assert f"run_by: {word}" in text
    assert "someone (erased)" in text
    assert not record(text)
    assert Agent.objects.count() == 2
    assert dump_stored_village() == text


def test_a_village_may_name_somebody_before_the_registry_does() -> None:
    nameless = HOUSE.replace(HOUSE[HOUSE.index("agents:") : HOUSE.index("places:")], "")
    record(nameless)
    before = dump_stored_village()
    assert Place.objects.get(pk="house").run_by is None
    alice = add_agent(handle="alice", kind="person", at=AT)
    house = Place.objects.get(pk="house")
    assert (house.run_by, house.tree["run_by"]) == (alice, alice.pseudonym)
    assert dump_stored_village() == before
    rename(agent=alice, handle="alicia", at=LATER)
    assert dump_stored_village() == before.replace("alice", "alicia")


def test_differences_are_told_by_section() -> None:
    first = record(HOUSE)
    assert first.added["places"] == ("house", "attic")
    assert first.added["horizon"] == ("horizon",)
    assert not record(HOUSE)
    changed = HOUSE.replace("90.5", "95").replace("  attic:", "  cellar:").replace("A house", "Two houses")
    second = record(changed.replace("ÉTIC", "Etic"))
    assert second.added == {"places": ("cellar",)}
    assert second.removed == {"places": ("attic",)}
    assert second.changed == {"village": ("village",), "agents": ("etic",), "places": ("house",)}
    assert load_stored_village().places["house"].area_m2 == 95


def test_a_dry_run_tells_and_writes_nothing() -> None:
    village = load_village_text(HOUSE)
    told = record_village(village=village, base=HERE, at=AT, dry_run=True)
    assert told.added["agents"] == ("etic", "alice")
    assert not Agent.objects.exists()
    with pytest.raises(ProblemError, match="No village is in the database") as refused:
        dump_stored_village()
    assert refused.value.problems[0].code == "no-village"
    record(HOUSE)
    other = load_village_text(HOUSE.replace("attic", "loft"))
    assert record_village(village=other, base=HERE, at=LATER, dry_run=True).removed == {"places": ("attic",)}
    assert load_stored_village() == village


def test_agents_that_vanish_from_the_file_are_kept_unlisted() -> None:
    record(HOUSE)
    record(HOUSE.replace("  etic: {name: ÉTIC}\n", "").replace(", run_by: etic", ""))
    assert Agent.objects.get(pk="etic").listed is False
    assert "etic" not in dump_stored_village()
    record(HOUSE)
    assert Agent.objects.get(pk="etic").listed is True
    assert load_stored_village() == load_village_text(HOUSE)


def test_the_file_names_a_renamed_agent_again() -> None:
    record(HOUSE)
    etic = find_agent("etic")
    assert etic is not None
    rename(agent=etic, handle="etic_paris", at=LATER)
    assert "run_by: etic_paris" in dump_stored_village()
    record(HOUSE)
    assert find_agent("etic") == etic
    assert load_stored_village() == load_village_text(HOUSE)


def test_a_second_agent_cannot_take_the_public_id_of_a_renamed_one() -> None:
    record(HOUSE)
    etic = find_agent("etic")
    assert etic is not None
    rename(agent=etic, handle="etic_paris", at=LATER)
    with pytest.raises(ProblemError) as refused:
        record(HOUSE.replace("  etic:", "  etic_paris: {name: ÉTIC Paris}\n  etic:"))
    assert [problem.code for problem in refused.value.problems] == ["handle-taken"]


def test_an_erased_organisation_that_the_file_names_anew_is_another_one() -> None:
    record(HOUSE)
    etic = find_agent("etic")
    assert etic is not None
    erase_agent(agent=etic, at=LATER)
    record(HOUSE)
    new = find_agent("etic")
    assert new is not None
    assert new.pseudonym.startswith("p-")
    assert load_stored_village() == load_village_text(HOUSE)


def test_the_wrong_agents_are_told_at_once_and_nothing_is_written() -> None:
    record(HOUSE)
    before = dump_stored_village()
    village = load_village_text(HOUSE)
    wrong = {
        "etic": FileAgent("etic", "ÉTIC", "person"),
        "alice": FileAgent("alice", "Alice", "persn"),
        "erased_one": FileAgent("erased_one", "No\0body"),
    }
    with pytest.raises(ProblemError) as refused:
        record_village(village=replace(village, agents=wrong), base=HERE, at=LATER)
    assert [(problem.code, problem.where) for problem in refused.value.problems] == [
        ("kind-changed", "agents.etic"),
        ("unknown-kind", "agents.alice"),
        ("bad-name", "agents.erased_one"),
        ("bad-handle", "erased_one"),
    ]
    assert 'Did you mean "person"?' in str(refused.value)
    assert dump_stored_village() == before


FILED = """village: A
horizon: {start: 2025-06-01, hours: 2}
needs: {light: {resource: electricity, series: {file: PATH, column: kw, unit: kW}}}
exchanges: {grid: {resource: electricity, buy: 0.2 EUR/kWh}}
"""


def test_files_that_a_village_reads_travel_with_it(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/light.csv").write_text("kw\n1\n2\n", "utf-8")
    record(FILED.replace("PATH", "a/light.csv"), tmp_path)
    (tmp_path / "a/light.csv").write_text("kw\n1\n3\n", "utf-8")
    assert record(FILED.replace("PATH", "a/light.csv"), tmp_path).changed == {"files": ("a/light.csv",)}
    copy = tmp_path / "copy/village.yaml"
    assert write_stored_village(copy) == (copy, tmp_path / "copy/a/light.csv")
    assert load_village(copy) == load_stored_village()
    assert record(FILED.replace("series: {file: PATH, column: kw, unit: kW}", "amount: 1 kW")).removed == {
        "files": ("a/light.csv",)
    }


def test_a_file_outside_of_the_folder_is_kept_inside(tmp_path: Path) -> None:
    (tmp_path / "light.csv").write_text("kw\n1\n2\n", "utf-8")
    inner = tmp_path / "inner"
    inner.mkdir()
    for path in ("../light.csv", str(tmp_path / "light.csv")):
        record(FILED.replace("PATH", path), inner)
        assert load_stored_village().needs["light"].amount.path == "inputs/0_light.csv"  # type: ignore[union-attr]


def test_a_dump_leaves_other_files_alone(tmp_path: Path) -> None:
    (tmp_path / "light.csv").write_text("kw\n1\n2\n", "utf-8")
    record(FILED.replace("PATH", "light.csv"), tmp_path)
    write_stored_village(tmp_path / "village.yaml")
    (tmp_path / "light.csv").write_text("mine", "utf-8")
    with pytest.raises(ProblemError) as refused:
        write_stored_village(tmp_path / "again.yaml")
    assert [problem.code for problem in refused.value.problems] == ["file-differs"]
    assert not (tmp_path / "again.yaml").exists()
    with pytest.raises(ProblemError) as refused:
        write_stored_village(tmp_path / "light.csv/village.yaml")
    assert [problem.code for problem in refused.value.problems] == ["cannot_write"]
