/** The launch query, as LMSs really write it. */

import assert from "node:assert/strict";
import test from "node:test";

import { parseLaunch, readActor } from "./tincan-launch";

const AGENT = { objectType: "Agent", mbox: "mailto:asha@example.org" };
const WHOLE = {
  endpoint: "https://lrs.example.org/xapi",
  auth: "Basic YTpi",
  actor: JSON.stringify(AGENT),
  registration: "0b7c3d2e-7f4a-4c0e-9a53-3a1d6f6a2c11",
  activity_id: "https://learning.example.org/a",
};

function launch(query: Record<string, string>): ReturnType<typeof parseLaunch> {
  return parseLaunch(
    new URLSearchParams(query).toString(),
    "https://lms.example.org/content/index.html",
  );
}

test("A whole launch: the endpoint ends with a slash, and nothing is left over", () => {
  const found = launch(WHOLE);
  assert.equal(found?.endpoint.href, "https://lrs.example.org/xapi/");
  assert.equal(found?.auth, "Basic YTpi");
  assert.equal(found?.registration, WHOLE.registration);
  assert.deepEqual(found?.extra, []);
});

test("An endpoint on the LMS's own host, and one that has a query of its own", () => {
  assert.equal(
    launch({ ...WHOLE, endpoint: "/lrs/" })?.endpoint.href,
    "https://lms.example.org/lrs/",
  );
  const own = launch({ ...WHOLE, endpoint: "https://lrs.example.org/xapi?tenant=7" });
  assert.equal(own?.endpoint.href, "https://lrs.example.org/xapi/?tenant=7");
});

test("A name and password in the endpoint are left out, since no browser would fetch it", () => {
  const found = launch({ ...WHOLE, endpoint: "https://user:word@lrs.example.org/xapi/" });
  assert.equal(found?.endpoint.href, "https://lrs.example.org/xapi/");
});

test("A registration that is no UUID becomes one, the same each time", () => {
  const [first, again] = [1, 2].map(() => launch({ ...WHOLE, registration: "course-7" }));
  assert.match(String(first?.registration), /^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-/);
  assert.equal(first?.registration, again?.registration);
  assert.equal(launch({ ...WHOLE, registration: "" })?.registration, "");
});

test("What we do not know goes back to the LRS; what we know does not", () => {
  const found = launch({
    ...WHOLE,
    content_token: "t",
    "Accept-Language": "en",
    grouping: "https://g.example",
  });
  assert.deepEqual(found?.extra, [["content_token", "t"]]);
  assert.equal(found?.grouping, "https://g.example");
});

test("Without an LRS, a learner or credentials there is no launch, and nonsense is none either", () => {
  for (const missing of ["endpoint", "actor", "auth"] as const) {
    const { [missing]: _, ...rest } = WHOLE;
    assert.equal(launch(rest), null, missing);
  }
  for (const endpoint of ["javascript:alert(1)", "data:text/plain,x", "https://"]) {
    assert.equal(launch({ ...WHOLE, endpoint }), null, endpoint);
  }
  for (const actor of ["{", "null", "[]", '"asha"', "{}", '{"name":"Asha"}', '{"account":[{}]}']) {
    assert.equal(launch({ ...WHOLE, actor }), null, actor);
  }
});

test("Actors of xAPI 0.9 come in arrays, with the account's names of that time", () => {
  const account = [{ accountServiceHomePage: "https://lms.example.org", accountName: "7" }];
  assert.deepEqual(readActor(JSON.stringify({ objectType: "Person", name: ["A"], account })), {
    objectType: "Agent",
    name: "A",
    account: { homePage: "https://lms.example.org", name: "7" },
  });
  assert.deepEqual(readActor(JSON.stringify({ mbox: ["mailto:asha@example.org"] })), AGENT);
});

test("2.4.2.1: an agent has exactly one identifier, the account before all others", () => {
  const account = { homePage: "https://lms.example.org", name: "7" };
  assert.deepEqual(readActor(JSON.stringify({ ...AGENT, account })), {
    objectType: "Agent",
    account,
  });
});
