/** Votes on their way: what is sent, what waits, and what of it others at the browser see. */

import assert from "node:assert/strict";
import test, { before, beforeEach, mock } from "node:test";

import { blockOf } from "./answers";
import { seal } from "./cipher";
import { sample } from "./sample";
import { fresh, reduce } from "./state";
import type { ModuleData } from "./types";
import { namedUuid } from "./uuid";
import { NAMESPACE } from "./statement";
import { ballotsOf, Votes } from "./votes";
import { dropOldVotes, dropVote, keepVote, waitingVote, type Place } from "./waiting-votes";

const KEY = "abcdefghijklmnopqrst-_";
const PLACE: Place = ["sample.00000000", "vote", 1];
const VOTE = { rev: 1, option: "a-one" };
const NOTHING = '{"figures":null}';

class Store {
  [name: string]: unknown;
}
const methods = {
  getItem(this: Store, name: string) {
    return Object.hasOwn(this, name) ? this[name] : null;
  },
  setItem(this: Store, name: string, value: string) {
    this[name] = value;
  },
  removeItem(this: Store, name: string) {
    delete this[name];
  },
};
for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(Store.prototype, name, { value, enumerable: false });
}

interface Sent {
  url: string;
  options: RequestInit;
}

let local: Store;
let session: Store;
let sent: Sent[];
let answer: (sent: Sent) => Promise<Response>;
const listeners = new Map<string, (event: object) => void>();

// The first time takes long: the cipher is loaded then.
before(() => seal(KEY, ""));

beforeEach(() => {
  // No pause passes by itself: a vote that is never taken would be sent for ever.
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  [local, session, sent] = [new Store(), new Store(), []];
  listeners.clear();
  answer = () => Promise.resolve(new Response(NOTHING));
  const listen = (name: string, listener: (event: object) => void): void => {
    listeners.set(name, listener);
  };
  give("localStorage", local);
  give("sessionStorage", session);
  give("addEventListener", listen);
  give("document", { addEventListener: listen, hidden: true });
  give("fetch", (url: string, options: RequestInit) => {
    sent.push({ url, options });
    return answer({ url, options });
  });
});

function give(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

/** A browser in which this throws. */
function deny(name: string): void {
  Object.defineProperty(globalThis, name, {
    get: () => {
      throw new Error("SecurityError");
    },
    configurable: true,
  });
}

function service(changes: Partial<ModuleData["polls"]> = {}): ModuleData {
  const { polls } = sample();
  return sample({ polls: { ...polls, service: "https://polls.example.org", ...changes } });
}

function votes(data = service(), learner = "nurse", key = KEY, casts = true): Votes {
  return new Votes(data, { learner, key: () => key }, casts);
}

/** Answers a block, as a learner does. */
function vote(of: Votes, id = "vote", option = "a-one", data = service()): void {
  const block = blockOf(data, id);
  assert.ok(block);
  const after = reduce(data, fresh(data), { type: "answer", block: id, value: [option] }).answers[id];
  assert.ok(after);
  of.cast(block, after);
}

/** The real one, which goes on where the others stand still. */
const later = setTimeout;

let sealing = 0;
for (const name of ["digest", "encrypt", "decrypt", "importKey"] as const) {
  const original = (crypto.subtle[name] as (...given: unknown[]) => Promise<unknown>).bind(
    crypto.subtle,
  );
  const value = (...given: unknown[]): Promise<unknown> => {
    sealing += 1;
    return original(...given).finally(() => (sealing -= 1));
  };
  Object.defineProperty(crypto.subtle, name, { value });
}

/** Until all that is under way has come to rest: encryption is done by other threads. */
async function rest(): Promise<void> {
  for (let quiet = 0; quiet < 8; quiet += 1) {
    await new Promise((resolve) => later(resolve, 1));
    if (sealing) quiet = -1;
  }
}

function bodies(): Record<string, unknown>[] {
  return sent.flatMap(({ options }) =>
    options.body ? [JSON.parse(String(options.body)) as Record<string, unknown>] : [],
  );
}

test("a vote is sent in the click itself, exactly as the protocol has it", async () => {
  vote(votes(service({ cohort: "northfield" })));
  assert.equal(sent.length, 1);
  const [{ url, options }] = sent as [Sent];
  assert.equal(url, "https://polls.example.org/v1/votes");
  const { method, keepalive, credentials, referrerPolicy, redirect, headers } = options;
  assert.deepEqual(
    { method, keepalive, credentials, referrerPolicy, redirect, headers },
    {
      method: "POST",
      keepalive: true,
      credentials: "omit",
      referrerPolicy: "no-referrer",
      redirect: "error",
      headers: { "Content-Type": "text/plain" },
    },
  );
  assert.deepEqual(bodies(), [
    {
      release: "sample.00000000",
      poll: "vote",
      vote: 1,
      rev: 1,
      option: "a-one",
      voter: namedUuid(NAMESPACE, "voter|sample.00000000|nurse"),
      proof: namedUuid(NAMESPACE, `proof|${KEY}|sample.00000000|vote`),
      cohort: "northfield",
    },
  ]);
  await rest();
});

test("an answer is a vote of each poll that it belongs to", () => {
  const data = sample();
  const of = (id: string, value: string[], tries: number): unknown => {
    const block = blockOf(data, id);
    const answer = { value, tries, right: null, best: false, skipped: false, records: [] };
    return block && ballotsOf(data, block, answer);
  };
  const ballot = (poll: string, number: number, rev: number, option: string): object => ({
    poll, vote: number, rev, option,
  });
  assert.deepEqual(of("vote", ["a-one"], 1), [ballot("vote", 1, 1, "a-one")]);
  assert.deepEqual(of("vote", ["a-one", "b-two"], 2), [ballot("vote", 2, 1, "b-two")]);
  assert.deepEqual(of("vote", ["b-two"], 2), [ballot("vote", 2, 1, "b-two")]);
  assert.deepEqual(of("before", ["a-one"], 3), [ballot("after", 1, 3, "a-one")]);
  assert.deepEqual(of("before", ["a-one"], 99), [ballot("after", 1, 50, "a-one")]);
  assert.deepEqual(of("after", ["b-two"], 1), [ballot("after", 2, 1, "b-two")]);
  assert.deepEqual(of("rated", ["7"], 1), [ballot("rated", 1, 1, "7")]);
  assert.deepEqual(of("opinion", ["a-one"], 1), []);
  assert.deepEqual(of("vote", [], 1), []);
});

test("nothing is sent where nobody votes, or no service or key is there", () => {
  const none = [
    votes(service(), ""),
    votes(service(), "nurse", ""),
    votes(service({ service: null })),
    votes(sample({ ...service(), steps: [] })),
  ];
  for (const of of none) {
    of.begin();
    vote(of);
    assert.equal(of.isSent, false);
  }
  assert.deepEqual(sent, []);
});

test("in review colleagues' answers are asked for, and only what has waited is sent", async () => {
  await keepVote(KEY, PLACE, VOTE);
  const of = votes(service(), "nurse", KEY, false);
  vote(of, "rated", "7");
  of.ask("rated");
  await rest();
  assert.deepEqual(sent.map(({ url }) => new URL(url).pathname), ["/v1/figures"]);
  assert.equal(of.isSent, false);
  of.begin();
  await rest();
  assert.deepEqual(bodies().map(({ poll, option }) => [poll, option]), [["vote", VOTE.option]]);
});

test("the whole last day counts, by the device's own date", () => {
  const day = (shift: number): string => {
    const date = new Date(Date.now() + shift * 86_400_000);
    const part = (number: number): string => String(number).padStart(2, "0");
    return `${date.getFullYear()}-${part(date.getMonth() + 1)}-${part(date.getDate())}`;
  };
  assert.equal(votes(service({ until: day(0) })).isSent, true);
  assert.equal(votes(service({ until: day(1) })).isSent, true);
  assert.equal(votes(service({ until: day(-1) })).isSent, false);
});

test("a vote waits sealed until it is acknowledged", async () => {
  let arrive: (response: Response) => void = () => undefined;
  answer = () => new Promise((resolve) => (arrive = resolve));
  const of = votes();
  vote(of);
  await rest();
  assert.equal(Object.keys(local).length, 1);
  assert.deepEqual(await waitingVote(KEY, PLACE), VOTE);
  arrive(new Response(NOTHING));
  await rest();
  assert.deepEqual({ ...local }, {});
  assert.equal(of.newsOf("vote").kind, "told");
});

test("what waits tells others nothing, not even how long it is", async () => {
  await keepVote(KEY, PLACE, VOTE);
  await keepVote(KEY, ["sample.00000000", "rated", 2], { rev: 50, option: "o".repeat(40) });
  const [one = "", other = ""] = Object.values(local) as string[];
  assert.equal(one.length, other.length);
  for (const told of ["vote", "rated", "a-one", "sample", "nurse", KEY]) {
    assert.ok(!one.includes(told) && !other.includes(told));
    assert.ok(!Object.keys(local).some((name) => name.slice(5).includes(told)));
  }
  const other_key = "-------another--------";
  assert.equal(await waitingVote(other_key, PLACE), undefined);
});

for (const status of [0, 500, 502, 503, 429, 408, 200]) {
  test(`after ${status || "no answer"} it is kept, and sent again at the next visit`, async () => {
    answer = () =>
      status
        ? Promise.resolve(new Response("<html>Log in</html>", { status }))
        : Promise.reject(new TypeError("Failed to fetch"));
    const of = votes();
    vote(of);
    await rest();
    assert.deepEqual(of.newsOf("vote"), { kind: "silent", waits: true });
    answer = () => Promise.resolve(new Response(NOTHING));
    const next = votes();
    next.begin();
    await rest();
    assert.deepEqual(bodies()[0], bodies()[1]);
    assert.equal(next.newsOf("vote").kind, "told");
    assert.deepEqual({ ...local }, {});
  });
}

for (const status of [400, 404, 413]) {
  test(`after ${status} it is let go`, async () => {
    answer = () => Promise.resolve(new Response("", { status }));
    const of = votes();
    vote(of);
    await rest();
    assert.deepEqual(of.newsOf("vote"), { kind: "silent", waits: false });
    assert.deepEqual({ ...local }, {});
    assert.equal(of.isSent, true);
  });
}

test("after 410 nothing is asked or sent any more in this visit", async () => {
  answer = () => Promise.resolve(new Response("", { status: 410 }));
  const of = votes();
  of.begin();
  vote(of);
  await rest();
  vote(of, "rated", "7");
  of.ask("vote");
  for (const name of ["online", "pagehide", "visibilitychange"]) listeners.get(name)?.({});
  await rest();
  assert.equal(sent.length, 1);
  assert.deepEqual({ ...local }, {});
});

test("it goes out on each good occasion, and once only while it is on its way", async () => {
  answer = () => Promise.reject(new TypeError());
  const of = votes();
  of.begin();
  await rest();
  vote(of);
  await rest();
  for (const name of ["online", "pagehide", "visibilitychange"]) {
    listeners.get(name)?.({});
    await rest();
  }
  listeners.get("pageshow")?.({ persisted: true });
  await rest();
  assert.equal(bodies().length, 5);
  answer = () => new Promise(() => undefined);
  for (const name of ["online", "pagehide"]) listeners.get(name)?.({});
  await rest();
  assert.equal(bodies().length, 6);
});

test("pauses grow, and a wish to be left alone is heeded", async () => {
  answer = () => Promise.resolve(new Response("", { status: 503 }));
  const of = votes();
  vote(of);
  await rest();
  const times: number[] = [];
  for (let at = 0; at < 300; at += 1) {
    const count = sent.length;
    mock.timers.tick(1000);
    await rest();
    if (sent.length > count) times.push(at);
  }
  assert.ok(sent.length >= 6 && sent.length <= 14, String(sent.length));
  const pauses = times.slice(1).map((time, at) => time - (times[at] ?? 0));
  assert.ok(Math.max(...pauses) > 40 && Math.max(...pauses) <= 121, String(pauses));
});

test("Retry-After is heeded, but for the last occasion", async () => {
  answer = () => {
    const headers = { "Retry-After": "300" };
    return Promise.resolve(new Response("", { status: 503, headers }));
  };
  const of = votes();
  of.begin();
  vote(of);
  await rest();
  for (const name of ["online", "visibilitychange"]) listeners.get(name)?.({});
  await rest();
  assert.equal(bodies().length, 1);
  listeners.get("pagehide")?.({});
  await rest();
  assert.equal(bodies().length, 2);
});

test("where one storage refuses, the other keeps it; where both do, this page does", async () => {
  answer = () => Promise.reject(new TypeError());
  deny("localStorage");
  vote(votes());
  await rest();
  assert.equal(Object.keys(session).length, 1);
  deny("sessionStorage");
  const of = votes();
  of.begin();
  vote(of, "rated", "7");
  await rest();
  answer = () => Promise.resolve(new Response(NOTHING));
  listeners.get("online")?.({});
  await rest();
  assert.equal(of.newsOf("rated").kind, "told");
});

test("what has waited a week goes, whose ever it was, and so does what is too much", async () => {
  await keepVote(KEY, PLACE, VOTE);
  const [name = ""] = Object.keys(local);
  const day = Math.floor(Date.now() / 86_400_000);
  const rest_ = String(local[name]).split(".")[1];
  local["theirs"] = "1.x";
  for (const [age, stays] of [[0, true], [7, true], [-1, true], [8, false], [9000, false]]) {
    local[name] = `${day - Number(age)}.${rest_}`;
    dropOldVotes();
    assert.equal(name in local, stays, String(age));
  }
  for (let number = 0; number < 100; number += 1) {
    local[`vote-${String(number).padStart(32, "0")}`] = `${day}.x`;
  }
  dropOldVotes();
  assert.equal(Object.keys(local).length, 61);
  assert.equal(local["theirs"], "1.x");
});

test("what is spoilt in the storage, or of an option that is gone, is nothing", async () => {
  for (const spoilt of ["", "x", "1.", "1.!!", `${Date.now()}.AAAA`]) {
    await keepVote(KEY, PLACE, VOTE);
    for (const name of Object.keys(local)) local[name] = spoilt;
    assert.equal(await waitingVote(KEY, PLACE), undefined);
  }
  await keepVote(KEY, PLACE, { rev: 1, option: "gone-since" });
  const of = votes();
  of.begin();
  await rest();
  assert.deepEqual(sent, []);
  await dropVote(KEY, PLACE);
  assert.deepEqual({ ...local }, {});
});

test("figures are asked for once, with the cohort, and not while a vote is on its way", async () => {
  const of = votes(service({ cohort: "northfield" }));
  of.ask("rated");
  of.ask("rated");
  await rest();
  of.ask("rated");
  assert.deepEqual(
    sent.map(({ url }) => url),
    ["https://polls.example.org/v1/figures?release=sample.00000000&poll=rated&cohort=northfield"],
  );
  assert.equal(sent[0]?.options.credentials, "omit");
  answer = () => new Promise(() => undefined);
  vote(of);
  of.ask("vote");
  assert.equal(sent.length, 2);
});
