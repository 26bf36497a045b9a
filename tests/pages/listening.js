// What a screen reader would read out by itself: every change of every live region, as it comes.
{
  const REGION = "[aria-live], [role=status], [role=alert], [role=log]";
  const said = [];
  let before = null;

  const inline = (text) => (text ?? "").replace(/\s+/g, " ").trim();
  const elementOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);
  const isShown = (element) => element.isConnected
    && element.checkVisibility({ visibilityProperty: true }) && !element.closest("[inert]");

  /** Of a live region: assertive, polite or off (ARIA, aria-live). */
  const mannerOf = (region) => region.getAttribute("aria-live")
    ?? (region.matches("[role=alert]") ? "assertive" : "polite");

  /** Roles that are told as a whole (ARIA, aria-atomic). */
  const isAtomic = (region) => region.getAttribute("aria-atomic") === "true"
    || region.matches("[role=status], [role=alert]");

  /** The parts that a change brought. */
  const broughtBy = ({ type, target, addedNodes }) => {
    if (type === "childList") return [...addedNodes];
    if (type === "characterData") return [target];
    return isShown(target) ? [target] : [];
  };

  const hear = (records) => {
    const news = new Map();
    for (const record of records) {
      const region = elementOf(record.target)?.closest(REGION);
      const brought = broughtBy(record);
      if (region && brought.length) news.set(region, [...(news.get(region) ?? []), ...brought]);
    }
    for (const [region, parts] of news) {
      const manner = mannerOf(region);
      if (manner === "off" || !isShown(region)) continue;
      const shown = [...new Set(parts)].filter((part) => isShown(elementOf(part)));
      const isWhole = (part) => !shown.some((other) => other !== part && other.contains(part));
      const heard = isAtomic(region) ? [region] : shown.filter(isWhole);
      const words = inline(heard.map((part) => part.innerText ?? part.textContent).join(" "));
      if (words) said.push(`${{ polite: "politely", assertive: "at once" }[manner]}: ${words}`);
    }
  };
  const options = {
    subtree: true, childList: true, characterData: true, attributeFilter: ["inert", "hidden"],
  };
  new MutationObserver(hear).observe(document, options);

  const wordsOf = (ids) => inline(
    (ids ?? "").split(" ").map((id) => document.getElementById(id)).map(
      // What is hidden in it is no part of it, but it may be hidden itself (accname, 2A).
      (part) => (part && isShown(part) ? part.innerText : part?.textContent),
    ).join(" "),
  );
  const nameOf = (element) => inline(
    element.getAttribute("aria-label") || wordsOf(element.getAttribute("aria-labelledby"))
    || element.querySelector("legend, h3")?.textContent || element.labels?.[0]?.textContent
    || element.textContent,
  );

  window.listening = {
    begin: () => { before = document.activeElement; },
    heard: () => said.splice(0),
    /** What is read of the element to which the focus has gone by itself; "" where it stayed. */
    focus: () => {
      const now = document.activeElement;
      if (now === before || !now || now === document.body) return "";
      // A click brings the focus along.
      if (now.matches("button, input, select, textarea, summary, a, label")) return "";
      const described = wordsOf(now.getAttribute("aria-describedby"));
      return inline(now.innerText) + (described && ` (${described})`);
    },
    descriptions: (part) => [...part.querySelectorAll("[aria-describedby]")]
      .filter(isShown)
      .map((each) => `${nameOf(each)} – ${wordsOf(each.getAttribute("aria-describedby"))}`),
  };
}
