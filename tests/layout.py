"""What is wrong with how a page is laid out, judged from the boxes of its elements."""

from __future__ import annotations

from playwright.sync_api import Frame, Page
from screens import FRAME, WEAR

SMALLEST = 24
"""CSS pixels that a target takes at least (WCAG 2.2, 2.5.8)."""

FAULTS = """async (smallest) => {
  const settle = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  await settle();
  await settle();
  const found = [];
  const name = (element) => {
    const look = element.getAttribute("class");
    const words = (element.textContent || element.getAttribute("aria-label") || "").trim();
    const kind = look ? `.${look.split(" ").join(".")}` : "";
    return `${element.localName}${kind} "${words.slice(0, 40)}"`;
  };
  const style = (element) => getComputedStyle(element);
  const isUnseen = (element) => Boolean(element.closest(".unseen, .skip-link, [aria-hidden=true]"));
  const all_ways = { visibilityProperty: true, opacityProperty: true };
  const isShown = (element) => element.checkVisibility(all_ways) && !isUnseen(element);
  const all = [...document.body.querySelectorAll("*")].filter(isShown);
  const isWithin = (element, condition) => {
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      if (condition(style(at))) return true;
    }
    return false;
  };
  const inScroller = (element) =>
    isWithin(element, ({ overflowX, overflowY }) => /auto|scroll/.test(overflowX + overflowY));
  const isFixed = (element) =>
    isWithin(element, ({ position }) => /fixed|sticky/.test(position));

  // Overflow: nothing reaches beyond the page's edge.
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) found.push("the page scrolls sideways");
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.textContent.trim() || !parent || !isShown(parent)) continue;
    if (parent.closest("svg, script")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 1 || box.height < 1) continue;
      texts.push({ box, parent });
      if (inScroller(parent)) continue;
      if (box.right > width + 1 || box.left < -1) found.push(`beyond the edge: ${name(parent)}`);
    }
  }

  // Clipped: what hides what overflows it must have nothing that overflows.
  for (const element of all) {
    const { overflowX, overflowY } = style(element);
    if (!/hidden|clip/.test(overflowX + overflowY) || element.closest("svg")) continue;
    const edge = element.getBoundingClientRect();
    for (const { box, parent } of texts) {
      if (!element.contains(parent)) continue;
      const isOut = box.right > edge.right + 1 || box.left < edge.left - 1 ||
        box.bottom > edge.bottom + 1 || box.top < edge.top - 1;
      if (isOut) found.push(`clipped: ${name(parent)} in ${name(element)}`);
    }
  }

  // Targets: large enough, and none on another. A link within a line of words may be as it is.
  const TARGETS = "a[href], button, select, textarea, summary, label:has(input), " +
    "input:not(label input):not([type=hidden]), video[controls], audio[controls]";
  const isInline = (element) => element.matches("a[href]") && style(element).display === "inline";
  const targets = all.filter((element) => element.matches(TARGETS) && !isInline(element));
  for (const element of targets) {
    const { width, height } = element.getBoundingClientRect();
    if (Math.min(width, height) < smallest - 0.5) {
      found.push(`a target of ${Math.round(width)} x ${Math.round(height)}: ${name(element)}`);
    }
  }
  const meets = (one, other) =>
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 1;
  const still = targets.filter((element) => !isFixed(element) && !inScroller(element));
  still.forEach((one, at) => {
    for (const other of still.slice(at + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      if (meets(one.getBoundingClientRect(), other.getBoundingClientRect())) {
        found.push(`one on the other: ${name(one)} and ${name(other)}`);
      }
    }
  });

  // Overlap: words of one element never stand on those of another.
  const still_texts = texts.filter(({ parent }) => !isFixed(parent) && !inScroller(parent));
  const shrunk = ({ left, right, top, bottom }) => {
    const trim = Math.min((bottom - top) * 0.2, 6);
    return { left, right, top: top + trim, bottom: bottom - trim };
  };
  still_texts.forEach((one, at) => {
    for (const other of still_texts.slice(at + 1)) {
      if (one.parent === other.parent) continue;
      if (meets(shrunk(one.box), shrunk(other.box))) {
        found.push(`words on words: ${name(one.parent)} and ${name(other.parent)}`);
      }
    }
  });
  return [...new Set(found)];
}"""


def faults(page: Page | Frame) -> list[str]:
    """What overflows, overlaps, is clipped or too small to be hit, on the page as it is now."""
    found: list[str] = page.evaluate(FAULTS, SMALLEST)
    return found


SIZES = {
    "a desktop": (1280, 800),
    "Moodle's frame": (FRAME["width"], FRAME["height"]),
    "a phone": (390, 844),
    "a small phone": (320, 568),
}


def poor(page: Page) -> list[str]:
    """What is wrong in any theme at any width."""
    found = []
    for style in ("nhs.css", "player.css"):
        page.evaluate(WEAR, style)
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            found += [f"{style} on {size}: {fault}" for fault in faults(page)]
    return found
