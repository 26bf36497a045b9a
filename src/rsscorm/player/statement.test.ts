/** Statements: the same cases as `tests/test_statements.py`, and npm's xapi-validation. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import test from "node:test";

import {
  type Answering,
  type LifecycleVerb,
  NAMESPACE,
  POLL_PROFILE,
  type Setting,
  answered,
  duration,
  lifecycle,
} from "./statement";
import { namedUuid, randomUuid } from "./uuid";

interface Given extends Answering {
  what: "answered" | LifecycleVerb;
  setting: Setting;
  id: string;
  at: string;
  seconds?: number;
  score?: number;
}

interface Case {
  name: string;
  given: Given;
  statement: Record<string, unknown>;
}

const FOLDER = "../../../tests/statements";
/** It finds its parts by itself at run time, so it can't be bundled. */
const { default: validate } = createRequire(`${process.cwd()}/`)("xapi-validation") as {
  default: (statement: unknown) => unknown[];
};

function build(given: Given): Record<string, unknown> {
  const { what, setting, id, at } = given;
  if (what === "answered") return answered(setting, id, at, given);
  return lifecycle(setting, id, at, what, given);
}

for (const file of readdirSync(FOLDER).sort()) {
  const cases = JSON.parse(readFileSync(`${FOLDER}/${file}`, "utf8")) as Case[];
  for (const { name, given, statement } of cases) {
    test(`${file}: ${name}`, () => {
      assert.deepEqual(build(given), statement);
      assert.deepEqual(validate(statement), []);
    });
  }
}

test("xapi-validation does refuse what is wrong", () => {
  assert.notDeepEqual(validate({ actor: {}, verb: { id: "no-iri" }, object: {} }), []);
});

test("RFC 9562: a UUID of version 5 is that of its name, as everybody makes it", () => {
  const dns = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  assert.equal(namedUuid(dns, "www.example.com"), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
  assert.equal(namedUuid(NAMESPACE, "x".repeat(200)), namedUuid(NAMESPACE, "x".repeat(200)));
  assert.equal(POLL_PROFILE, `urn:uuid:${namedUuid(NAMESPACE, "profiles/poll/1")}`);
});

test("RFC 9562: a UUID of version 4 says so, and is never the same", () => {
  assert.match(randomUuid(), /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  assert.notEqual(randomUuid(), randomUuid());
});

test("4.6: durations have two decimals at most, and are never below nought", () => {
  assert.equal(duration(0), "PT0S");
  assert.equal(duration(-3), "PT0S");
  assert.equal(duration(59.999), "PT60S");
  assert.equal(duration(3600.1), "PT3600.1S");
});
