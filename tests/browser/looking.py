"""What is looked for on every page behind the sign-in: wide enough targets, nothing beside or under something else."""

from __future__ import annotations

from playwright.sync_api import Page
from test_accessible import complaints
from visiting import overflow

TARGET = 44
"""CSS pixels that a thumb needs."""
LIGHT = 60_000
"""Bytes of a page with its stylesheets."""
OPEN_ALL = "document.querySelectorAll('details').forEach(one => one.open = true)"
# Links within a sentence or a line of small print may be as high as their line.
SMALL = """size => [...document.querySelectorAll(
    '.top :is(a,button,summary), main :is(button,summary,select,textarea,a.btn,a.tag,.vnav a,.nav a),' +
    '.vnav a, main input:not([type=hidden],[type=radio],[type=checkbox]),' +
    'main label:has([type=radio],[type=checkbox])')]
  .filter(one => one.checkVisibility() && !one.matches('.vh, [tabindex="-1"], .nav.wide *') && !one.closest('.seen'))
  .filter(one => { const box = one.getBoundingClientRect(); return box.height < size || box.width < size })
  .map(one => one.outerHTML.slice(0, 120))"""
HIDDEN = """() => {
  const bar = document.querySelector('.sticky'), here = document.activeElement;
  if (!bar || bar.contains(here) || here === document.body) return '';
  const box = here.getBoundingClientRect(), under = bar.getBoundingClientRect();
  const pinned = getComputedStyle(bar).position === 'sticky';
  // Of what is higher than the room above the bar, at least the beginning is to be seen.
  const last = Math.min(box.bottom, box.top + innerHeight / 3);
  return pinned && last > under.top + 1 && box.top < under.bottom - 1 ? here.outerHTML.slice(0, 120) : '';
}"""
OUTLINE = "one => { const style = getComputedStyle(one); return style.outlineStyle + ' ' + style.outlineWidth }"


def faults(page: Page) -> list[str]:
    """What is wrong with a page: what axe says, what sticks out, what a thumb misses."""
    page.evaluate(OPEN_ALL)
    # What the bar happens to lie over in a window this high is not to be pressed there: see `covered`.
    page.evaluate(
        "document.querySelectorAll('.sticky').forEach(one => one.style.position = 'static')"
    )
    found = complaints(page)
    if (wider := overflow(page)) > 0:
        found.append(f"sticks out by {wider}")
    return found + [f"too small: {one}" for one in page.evaluate(SMALL, TARGET)]


def covered(page: Page, steps: int) -> list[str]:
    """What lies under the bar at the bottom when the tab key comes to it, or shows no outline then."""
    found: list[str] = []
    for _step in range(steps):
        page.keyboard.press("Tab")
        here = page.locator(":focus")
        if not here.count():
            break
        if hidden := page.evaluate(HIDDEN):
            found.append(f"under the bar: {hidden}")
        if "solid 3px" not in here.evaluate(OUTLINE):
            found.append(f"no outline: {here.evaluate('one => one.outerHTML')[:120]}")
    return found
