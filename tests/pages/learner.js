/**
 * A learner in the module's own page, as fast as the page lets her be: `learner.act` does deeds,
 * each up to what the page says of its being saved; `learner.shown` looks at what stands there.
 */
"use strict";

window.learner = (() => {
  /** Told this, she can do nothing more here. */
  const OVER = ["ended", "elsewhere", "nowhere"];

  /** Resolves when the page has come to what is waited for, or after so many milliseconds. */
  function until(isSo, patience = 10_000) {
    return new Promise((resolve) => {
      const done = () => {
        observer.disconnect();
        clearTimeout(timer);
        resolve();
      };
      const observer = new MutationObserver(() => isSo() && done());
      const timer = setTimeout(done, patience);
      observer.observe(document, { attributes: true, childList: true, subtree: true });
      if (isSo()) done();
    });
  }

  const find = (selector) => document.querySelector(selector);
  const block = (id, again) =>
    find(`[data-block="${id}"]${again ? "[data-again]" : ":not([data-again])"}`);
  const kind = () => find(".saving")?.dataset.kind ?? "";

  /** What the page says of saving, once it says something for sure. */
  async function told(patience) {
    await until(() => !["", "saving"].includes(kind()), patience);
    return kind();
  }

  function send(question, values) {
    for (const input of question.querySelectorAll(".option input")) {
      if (input.checked !== values.includes(input.value)) input.click();
    }
    question.querySelector("[type=submit]").click();
  }

  const DEEDS = {
    go: async (step) => {
      find(`.contents a[data-step="${step}"]`).click();
      await until(() => find(`#s_${step}`).classList.contains("is-current"));
    },
    answer: (id, values) => send(block(id), values),
    "answer again": (id, values) => send(block(id, true), values),
    decide: (id, turns) => {
      for (const turn of turns) block(id).querySelector(`.is-on [data-option="${turn}"] .turn`).click();
    },
    write: async (id, [words]) => {
      const text = block(id).querySelector("textarea");
      text.value = words;
      text.dispatchEvent(new Event("input", { bubbles: true }));
      await until(() => block(id).querySelector(".actions").hidden);
    },
  };

  /** Does one deed after another until the page tells her to stop; how many, and what it says. */
  async function act(deeds) {
    let count = 0;
    for (const [what, id, values] of deeds) {
      await DEEDS[what](id, values);
      count += 1;
      if (OVER.includes(await told())) break;
    }
    return [count, await told()];
  }

  /** The last deed, and gone in the same moment. */
  function actAndGo([what, id, values], url) {
    void DEEDS[what](id, values);
    window.parent.location.assign(url);
  }

  /** She would rather leave when all is saved, but waits no longer than this. */
  async function waited(patience) {
    await until(() => !["", "saving", "unsaved"].includes(kind()), patience);
  }

  /** She turns to another window for as long as `deed` takes. */
  function lookAway(deed) {
    const turn = (hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    };
    turn(true);
    deed();
    turn(false);
  }

  /** Whether she is to keep a recovery file; that this device has a copy is known in a moment. */
  async function isUnkept() {
    const isSo = () => find(".saving")?.dataset.kept === "no";
    await until(() => !isSo(), 1000);
    return isSo();
  }

  /** What the page says of a recovery file, once it has looked at it. */
  async function tookUp() {
    await until(() => find(".take-said").textContent);
    return find(".take-said").textContent;
  }

  /** What stands in a block: the options that are chosen, a path, words, or that it was voted. */
  function answered(element) {
    const { kind } = element.dataset;
    const all = (selector) => [...element.querySelectorAll(selector)];
    if (kind === "poll") return element.querySelector(".is-resting") ? ["voted"] : [];
    if (kind === "note") return all("textarea").map(({ value }) => value);
    if (kind === "scenario") return all(".is-on .is-chosen").map(({ dataset }) => dataset.option);
    return all("input:checked").map(({ value }) => value);
  }

  /** Whether a block's answer has been sent. */
  function isSent(element) {
    const { kind } = element.dataset;
    if (kind === "note") return element.querySelector(".actions").hidden;
    if (kind === "scenario") return !element.querySelector(".ending").hidden;
    return Boolean(element.querySelector(".said .verdict"));
  }

  const asked = () =>
    [...document.querySelectorAll("[data-block]")].filter(
      ({ dataset }) => dataset.kind !== "perspectives",
    );
  const name = ({ dataset }) => ("again" in dataset ? `${dataset.block} again` : dataset.block);
  const shown = () => Object.fromEntries(asked().map((each) => [name(each), answered(each)]));
  const unsent = () => asked().filter((each) => !isSent(each)).map(name);

  return { act, actAndGo, isUnkept, lookAway, shown, told, tookUp, unsent, waited };
})();
