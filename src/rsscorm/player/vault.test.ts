/** The device's own copies, in a browser's storage that others use and may spoil. */

import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";

import { placeOf, seal } from "./cipher";
import type { Copy } from "./types";
import { deviceVault } from "./vault";

const KEY = "abcdefghijklmnopqrst-_";
const COPY: Copy = {
  resume: "a2",
  sent: ["1", "2"],
  entries: [{ block: "pick", vote: 0, tries: 1, after: 1, fields: [["id", "pick"]] }],
  statements: [{ id: "1", verb: { id: "v" }, object: { id: "o" } }],
};

/** A browser's storage: what it holds are properties of its own. */
class Storage {
  [name: string]: unknown;
}
const methods = {
  getItem(this: Storage, name: string) {
    return Object.hasOwn(this, name) ? this[name] : null;
  },
  setItem(this: Storage, name: string, value: string) {
    this[name] = value;
  },
  removeItem(this: Storage, name: string) {
    delete this[name];
  },
};
Object.assign(Storage.prototype, methods);
for (const name of Object.keys(methods)) {
  Object.defineProperty(Storage.prototype, name, { enumerable: false });
}

let storage: Storage;
beforeEach(() => {
  storage = new Storage();
  Object.defineProperty(globalThis, "localStorage", { value: storage, configurable: true });
});

/** Puts this where the copy of our key would be. */
async function leave(value: unknown): Promise<void> {
  storage[`copy-${await placeOf(KEY, "a")}`] = `1.${await seal(KEY, JSON.stringify(value))}`;
}

test("A copy is read as it was written, with its own key alone", async () => {
  const vault = deviceVault("a");
  assert.equal(await vault.write(KEY, COPY), true);
  assert.deepEqual(await vault.read(KEY), COPY);
  assert.equal(await vault.read(`${KEY.slice(1)}z`), undefined);
  assert.equal(await deviceVault("b").read(KEY), undefined);
});

test("A copy of another form is none, whatever it is", async () => {
  const [entry] = COPY.entries;
  const bad: unknown[] = [
    ...[null, 1, "copy", [], {}],
    ...["resume", "sent", "entries", "statements"].map((part) => ({ ...COPY, [part]: 7 })),
    { ...COPY, sent: [1, {}] },
    { ...COPY, statements: [null] },
    { ...COPY, statements: [{ id: "1" }] },
    ...[null, "entry", { ...entry, block: 1 }, { ...entry, tries: "1" }, { ...entry, fields: 1 }]
      .map((one) => ({ ...COPY, entries: [one] })),
    ...["id", [["id"]], [["id", 7]], [null]].map((fields) => ({
      ...COPY,
      entries: [{ ...entry, fields }],
    })),
  ];
  for (const value of bad) {
    await leave(value);
    assert.equal(await deviceVault("a").read(KEY), undefined, JSON.stringify(value));
  }
});

test("Copies that have waited longest make way for the twenty-first, and nothing of others", async () => {
  const others = ["copy-of-the-LMS-s-own", "note-7", "copy-", "settings"];
  for (const name of others) storage[name] = "kept";
  const vault = deviceVault("a");
  for (let at = 10; at < 40; at += 1) await vault.write(KEY.slice(2) + String(at), COPY);
  for (const name of others) assert.equal(storage[name], "kept", name);
  assert.equal(Object.keys(storage).length, 20 + others.length);
});
