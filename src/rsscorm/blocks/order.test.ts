/** What an order begins with. */

import assert from "node:assert/strict";
import test from "node:test";

import { atFirst } from "./order";

const RIGHT = ["see", "think", "act"];

test("an order is the same whenever a learner comes back, and never right", () => {
  const seen = new Set<string>();
  for (let learner = 0; learner < 1000; learner += 1) {
    const order = atFirst(RIGHT, `key-${learner}`, "first-things");
    assert.deepEqual(order, atFirst(RIGHT, `key-${learner}`, "first-things"));
    assert.notDeepEqual(order, RIGHT);
    assert.deepEqual([...order].sort(), [...RIGHT].sort());
    seen.add(String(order));
  }
  assert.equal(seen.size, 5, "every order but the right one is somebody's");
});

test("two things stand the other way round, for a learner without a key too", () => {
  assert.deepEqual(atFirst(["one", "two"], "", "either"), ["two", "one"]);
});

test("a learner's questions are shuffled apart", () => {
  const long = [...RIGHT, "tell", "rest", "again"];
  const orders = ["a", "b", "c", "d"].map((id) => String(atFirst(long, "key", id)));
  assert.ok(new Set(orders).size > 1);
});
