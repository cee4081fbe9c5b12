"""A steward: a second factor, a role for somebody, a changed village file, two plans, a meter that went silent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.browser.conftest import DESK, PHONE, Opens
from tests.browser.doing import press, set_up_app, sign_in
from tests.web.site.people import NAMES, address_of
from tests.web.site.village import week_of_saint_blaise

SECONDS_FOR_A_PLAN = 120.0


def test_a_role_waits_for_the_second_factor(opens: Opens) -> None:
    """Signed in by a code alone, a steward is led to set the factor up, and is a steward from then on."""
    page = opens(**PHONE)
    sign_in(page, address_of("second_steward"))
    page.goto("/jobs/")
    page.wait_for_url("**/me/second-factor/**")
    assert "facteur" in page.locator("main").inner_text()
    set_up_app(page)
    assert page.goto("/jobs/").status == 200


def test_a_role_is_given(steward: Any) -> None:
    steward.goto("/village/roles/")
    form = steward.locator("section", has=steward.locator("#give")).locator("form").last
    _choose(steward, form, "agent", NAMES["neighbour"])
    form.locator("select[name=word]").select_option("auditor")
    form.locator("button.btn").click()
    steward.locator("main tr, main li", has_text=NAMES["neighbour"]).filter(has_text="contrôle").first.wait_for()


def _choose(page: Any, form: Any, name: str, text: str) -> None:
    """Choose somebody in a list, or look for them where the list is too long for one."""
    field = form.locator(f"[name={name}]")
    if field.evaluate("one => one.tagName") == "SELECT":
        value = field.locator("option", has_text=text).first.get_attribute("value")
        field.select_option(value)
    else:
        known = page.locator(f"#{field.get_attribute('list')} option", has_text=text)
        field.fill(known.first.get_attribute("value"))


def test_a_changed_village_file_is_loaded_after_its_differences_were_shown(steward: Any) -> None:
    changed = week_of_saint_blaise().replace("size: 60 kW}", "size: 70 kW}")
    steward.goto("/village/file/")
    steward.locator("input[type=file]").set_input_files(
        {"name": "essai.yaml", "mimeType": "text/yaml", "buffer": changed.encode()}
    )
    steward.locator("form", has=steward.locator("input[type=file]")).locator("button.btn").click()
    steward.wait_for_url("**/village/file/*/")
    assert steward.locator("del").all_inner_texts() == ["60 kW"]
    assert steward.locator("ins").all_inner_texts() == ["70 kW"]
    steward.locator("section", has=steward.locator("#confirm")).locator("form button.btn").first.click()
    steward.wait_for_url(lambda url: url.endswith(("/village/file/", "/village/about/", "/village/")))
    steward.goto("/village/file/")
    with steward.expect_download() as kept:
        steward.locator("a[href$='village.yaml']").first.click()
    assert "70 kW" in Path(kept.value.path()).read_text("utf-8")


def test_a_wrong_village_file_is_refused_with_all_its_reasons(steward: Any, watch: Any) -> None:
    wrong = week_of_saint_blaise().replace("size: 60 kW", "size: 60 parsnips").replace("area: 300 m2", "area: many")
    steward.goto("/village/file/")
    steward.locator("input[type=file]").set_input_files(
        {"name": "faux.yaml", "mimeType": "text/yaml", "buffer": wrong.encode()}
    )
    with watch.expecting(422):
        steward.locator("form", has=steward.locator("input[type=file]")).locator("button.btn").click()
    steward.locator(".refusal li").nth(1).wait_for()


def test_a_plan_is_run_and_compared(opens: Opens, keys: dict[str, Any]) -> None:
    """The page of a run asks again by itself until the plan is there; then the two stand side by side."""
    page = opens(**DESK, storage_state=keys["steward"])
    page.goto("/plans/new/")
    page.locator("#name").fill("Essai au navigateur")
    page.locator("input[name='scale.energy'], input[id='scale-energy']").first.fill("110")
    press(page)
    page.wait_for_url(lambda url: "/plans/jobs/" in url)
    page.wait_for_url(lambda url: "/jobs/" not in url, timeout=1000 * SECONDS_FOR_A_PLAN)
    assert "Essai au navigateur" in page.locator("main").inner_text()
    page.goto("/plans/compare/")
    titles = page.locator("#b option").all_inner_texts()
    mine = next(title for title in titles if "Essai au navigateur" in title)
    page.locator("#a").select_option(index=1 if mine == titles[0] else 0)
    page.locator("#b").select_option(label=mine)
    page.locator("form", has=page.locator("#b")).locator("button").click()
    page.wait_for_url("**/plans/compare/?**")
    assert page.locator("main .pair").count() >= 3, "goals stand side by side"


def test_the_silent_meter_is_found(steward: Any) -> None:
    """From today's page: the meters, those that are silent, since when, where."""
    steward.goto("/")
    steward.locator("nav.nav a:visible, .foot a:visible", has_text="Compteurs").first.click()
    steward.wait_for_url("**/meters/")
    bad = steward.locator("section", has=steward.locator("#t-bad"))
    assert "muet" in bad.inner_text().lower()
    bad.locator("li", has_text="muet").first.get_by_role("link").first.click()
    steward.wait_for_url(lambda url: "/meters/" in url and not url.endswith("/meters/"))
    text = steward.locator("main").inner_text().lower()
    assert "muet" in text or "depuis" in text


def test_the_run_log_is_read(steward: Any) -> None:
    steward.goto("/jobs/")
    assert steward.locator("main h1").count() == 1
