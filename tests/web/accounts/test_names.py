"""Names as they are typed, and the handles that are made of them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wikivillage.web.accounts.names import clean_name, handle_of, handles_of
from wikivillage.web.registry.actions import HANDLE


@pytest.mark.parametrize(
    ("typed", "handle"),
    [
        ("Zoé d’Arc", "zoe_d_arc"),
        ("  Ali\n Ben ", "ali_ben"),
        ("李雷", "person"),
        ("42", "person_42"),
        ("erased_alice", "person_erased_alice"),
        ("", "person"),
    ],
)
def test_a_name_becomes_a_handle(typed: str, handle: str) -> None:
    assert handle_of(typed) == handle


def test_the_first_handles_are_numbered_and_the_last_is_by_chance() -> None:
    first, second, *_, last = handles_of("Zoé", "00ff00ff")
    assert (first, second, last) == ("zoe", "zoe_2", "zoe_00ff00ff")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=200))
def test_every_name_has_a_handle_that_the_registry_takes(name: str) -> None:
    for handle in handles_of(clean_name(name), "00ff00ff"):
        assert HANDLE.fullmatch(handle)
        assert not handle.startswith("erased_")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=200))
def test_a_cleaned_name_is_one_line_of_signs_that_are_seen(name: str) -> None:
    cleaned = clean_name(name)
    assert not {unicodedata.category(sign) for sign in cleaned} & {"Cc", "Cf", "Zl", "Zp"}
    assert cleaned == clean_name(cleaned)
