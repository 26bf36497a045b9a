/**
 * Measures a page of a package from its first moment on: when anything was painted, and when the
 * first step, when it took answers, how long each press took to show, and what shifted when by how
 * much. Milliseconds, by its own clock.
 */
"use strict";

(() => {
  if (!location.pathname.endsWith("/index.html")) return;
  const pace = { readable: 0, ready: 0, presses: [], shifts: [], first: 0 };
  window.pace = pace;
  let pressed = 0;

  /** Calls back right after the next frame was painted, with the time. */
  function painted(then) {
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => then(performance.now());
      channel.port2.postMessage(null);
    });
  }

  /** Title and first words of the step that shows: all of both, without scrolling. */
  function isReadable() {
    const shows = (each) =>
      each.checkVisibility() && each.getBoundingClientRect().top < innerHeight;
    const step = [...document.querySelectorAll(".step")].find((each) => each.checkVisibility());
    const words = step?.querySelectorAll(".blocks :is(p, li, legend, summary, figcaption)") ?? [];
    const first = [...words].find(shows);
    const isWhole = !!first?.nextSibling || document.readyState !== "loading";
    return !!first && isWhole && shows(step.querySelector("h2"));
  }

  function look() {
    if (!pace.readable && document.styleSheets.length && isReadable()) {
      pace.readable = -1;
      painted((now) => (pace.readable = now));
    }
    if (document.documentElement?.classList.contains("js")) {
      painted((now) => (pace.ready = now));
    } else requestAnimationFrame(look);
  }
  requestAnimationFrame(look);

  addEventListener("click", (event) => {
    if (event.target.closest("button, a")) pressed = event.timeStamp;
  }, true);
  new MutationObserver((changes) => {
    const isShown = changes.some(({ target }) => (target.parentElement ?? target).closest("main"));
    if (!pressed || !isShown) return;
    const since = pressed;
    pressed = 0;
    painted((now) => pace.presses.push(now - since));
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });

  // The browser's own `hadRecentInput` doesn't know of every input in a frame.
  let touched = -1000;
  for (const input of ["pointerdown", "pointerup", "keydown", "input"]) {
    addEventListener(input, (event) => (touched = event.timeStamp), true);
  }
  new PerformanceObserver((list) => {
    for (const { hadRecentInput, startTime, value } of list.getEntries()) {
      if (!hadRecentInput && startTime - touched > 500) pace.shifts.push([startTime, value]);
    }
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    pace.first ||= list.getEntries()[0].startTime;
  }).observe({ type: "paint", buffered: true });
})();
