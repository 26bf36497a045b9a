/** Whether the LMS is there: what its answers to one small file mean. */

import assert from "node:assert/strict";
import test from "node:test";

import { askForFile } from "./presence";

/** What is found while the LMS answers so, after it once handed out the file. */
async function found(answer: () => Response | object): Promise<string> {
  const presence = askForFile("presence.txt", "rsscorm a");
  globalThis.fetch = () => Promise.resolve(new Response("rsscorm a"));
  assert.equal(await presence.ask(), "there");
  globalThis.fetch = () => new Promise((resolve) => resolve(answer() as Response));
  return presence.ask();
}

test("A log-in page instead of the file, sent on to or at once", async () => {
  assert.equal(await found(() => ({ type: "opaqueredirect" })), "logged-out");
  assert.equal(await found(() => new Response("<!doctype html><form>")), "gone");
});

test("No answer, and a server that is in trouble", async () => {
  const offline = (): never => {
    throw new TypeError("Failed to fetch");
  };
  assert.equal(await found(offline), "gone");
  for (const status of [500, 502, 503]) {
    assert.equal(await found(() => new Response("", { status })), "gone");
  }
});

test("A file that was moved under the window, by an update, says nothing of the LMS", async () => {
  for (const status of [404, 410]) {
    assert.equal(await found(() => new Response("", { status })), "unknown");
  }
});
