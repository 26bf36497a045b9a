/** Which saves change nothing but words, so that the player need not be begun anew. */

import assert from "node:assert/strict";
import test from "node:test";

import { onlyWords } from "./words-only";

const block = (kind: string, id: string, inner: string): string =>
  `<div class="block block-${kind}" data-kind="${kind}" id="b_${id}">\n${inner}\n</div>\n`;
const page = (...blocks: string[]): string =>
  `<h1>A ward</h1><div class="blocks">\n${blocks.join("")}</div>\n<div class="step-end"></div>`;
const lively = (kind: string): boolean => kind === "choice";
const [text, other] = [block("text", "s_1", "<p>Notice.</p>"), block("text", "s_2", "<p>Tell.</p>")];
const before = page(text, other);

test("A word in a text is that text, and no other", () => {
  const now = page(block("text", "s_1", "<p>Notice, and ask.</p>"), other);
  const changed = onlyWords(before, now, lively);
  assert.equal(changed?.id, "b_s_1");
  assert.equal(changed?.html.trim(), "<p>Notice, and ask.</p>");
});

test("The last block of a step ends where the step's own links begin", () => {
  const changed = onlyWords(before, page(text, block("text", "s_2", "<p>Do tell.</p>")), lively);
  assert.equal(changed?.id, "b_s_2");
  assert.equal(changed?.html.trim(), "<p>Do tell.</p>");
});

test("Two texts, another block, a heading or a question are more than words", () => {
  const changes = [
    page(block("text", "s_1", "<p>See.</p>"), block("text", "s_2", "<p>Say.</p>")),
    page(text, other, block("text", "s_3", "<p>Act.</p>")),
    page(text),
    before.replace("A ward", "The ward"),
    page(block("quote", "s_1", "<p>Notice.</p>"), other),
  ];
  for (const now of changes) assert.equal(onlyWords(before, now, lively), undefined, now);
  const asked = (question: string): string => page(block("choice", "q", `<p>${question}</p>`));
  assert.equal(onlyWords(asked("Who?"), asked("Whom?"), lively), undefined);
});

test("A text with a film in it is begun by the player", () => {
  const film = (words: string): string => page(block("video", "s_1", `<i data-film="a"></i>${words}`));
  assert.equal(onlyWords(film("One"), film("Two"), lively), undefined);
});
