"""What is looked at on a page: what axe finds, what does not fit, what is too small."""

from __future__ import annotations

from typing import Any

SMALL_TEXTS = """() => [...document.querySelectorAll('svg text')].filter(text => text.getBoundingClientRect().height &&
  parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a < 11.99).map(text => text.textContent)"""
WIDE = """() => { const most = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= most) return [];
  const out = [...document.querySelectorAll('main *, header *, footer *, nav *')].filter(one =>
    one.getBoundingClientRect().right > most + 1 && !one.closest('.scroll') && !one.closest('svg'));
  return out.slice(0, 4).map(one => one.outerHTML.slice(0, 90)); }"""
SMALL_TARGETS = """() => { const typed = 'main input:not([type=hidden]):not([type=checkbox]):not([type=radio])';
  const small = one => { const box = one.getBoundingClientRect();
    return box.height && box.height < 43.5 && getComputedStyle(one).display !== 'inline' && !one.matches('.link'); };
  return [...document.querySelectorAll('main button, main .btn, main select, nav.nav a, ' + typed)].filter(small).map(
    one => (one.textContent || one.name || one.type).trim().slice(0, 40) + ' '
      + Math.round(one.getBoundingClientRect().height) + ' px'); }"""
OPEN_ALL = "() => document.querySelectorAll('details').forEach(each => { each.open = true })"


def axe(page: Any) -> list[str]:
    """What axe finds, a line for each kind: the rule, what it says, and where it is first."""
    from axe_playwright_python.sync_playwright import Axe

    violations = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['help']}, at {_where(one['nodes'])}" for one in violations]


def _where(nodes: list[dict[str, Any]]) -> str:
    first = " ".join(map(str, nodes[0]["target"]))
    return f"{first} {nodes[0]['html'][:120]}" + (f" and {len(nodes) - 1} more" if len(nodes) > 1 else "")


def too_wide(page: Any) -> list[str]:
    """What makes a page scroll sideways."""
    width = page.viewport_size["width"]
    return [f"wider than {width} px: {one}" for one in page.evaluate(WIDE)]


def too_small(page: Any) -> list[str]:
    """Words in figures below 12 px, and controls that a thumb misses."""
    texts = [f"small text in a figure: {one}" for one in page.evaluate(SMALL_TEXTS)]
    return [*texts, *(f"small for a thumb: {one}" for one in page.evaluate(SMALL_TARGETS))]
