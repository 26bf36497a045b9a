/** The Tin Can tracker against LRSs that misbehave: a real HTTP server with scripted answers. */

import assert from "node:assert/strict";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import test from "node:test";

import { answerTo, blockOf } from "./answers";
import { sample } from "./sample";
import { fresh, reduce, standing } from "./state";
import { parseLaunch } from "./tincan-launch";
import { XapiTracker } from "./tracker-xapi";
import { noVault } from "./vault";
import type { Action, Saving, State } from "./types";

const data = sample();
type Json = Record<string, unknown>;

interface Asked {
  method: string;
  path: string;
  version: string;
  condition: string;
  body: Json;
}

/** An LRS that answers as a test says; what it does not say is answered as an LRS should. */
class Lrs {
  readonly asked: Asked[] = [];
  readonly statements = new Map<string, Json>();
  document: Json | null = null;
  etags = 0;
  answer: (asked: Asked) => { status: number; body?: unknown; etag?: string } | null = () => null;
  private server = createServer((request, response) => void this.serve(request, response));

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/xapi/`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  verbs(): unknown[] {
    return [...this.statements.values()].map(
      (one) => ((one["verb"] as Json)["display"] as Json)["en"],
    );
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const part of request) text += String(part);
    const url = new URL(request.url ?? "", "http://lrs");
    const asked: Asked = {
      method: request.method ?? "",
      path: url.pathname.replace("/xapi/", ""),
      version: String(request.headers["x-experience-api-version"]),
      condition: String(request.headers["if-match"] ?? request.headers["if-none-match"] ?? ""),
      body: text ? (JSON.parse(text) as Json) : {},
    };
    this.asked.push(asked);
    const id = url.searchParams.get("statementId") ?? "";
    const { status, body, etag } = this.answer(asked) ?? this.proper(asked, id);
    response.writeHead(status, {
      "Content-Type": "application/json",
      ...(etag ? { ETag: etag } : {}),
    });
    response.end(status === 204 ? undefined : JSON.stringify(body ?? {}));
  }

  private proper(asked: Asked, id: string): { status: number; body?: unknown; etag?: string } {
    const etag = `"${this.etags}"`;
    if (asked.path === "about") return { status: 200, body: { version: ["1.0.3"] } };
    if (asked.path === "statements") {
      if (asked.method === "GET") return { status: 200, body: this.statements.get(id) };
      this.statements.set(id, asked.body);
      return { status: 204 };
    }
    if (asked.method === "GET") {
      return this.document ? { status: 200, body: this.document, etag } : { status: 404 };
    }
    const expected = this.document ? etag : "*";
    if (asked.condition && asked.condition !== expected) return { status: 412 };
    this.document = asked.body;
    this.etags += 1;
    return { status: 204 };
  }
}

/** One visit: the tracker, driven as the player drives it. */
class Visit {
  readonly said: Saving["kind"][] = [];
  state: State = fresh(data);

  private constructor(readonly tracker: XapiTracker) {
    tracker.onSaving(({ kind }) => this.said.push(kind));
  }

  static async begin(
    endpoint: string,
    registration = "0b7c3d2e-7f4a-4c0e-9a53-3a1d6f6a2c11",
  ): Promise<Visit> {
    const actor = JSON.stringify({ mbox: "mailto:asha@example.org" });
    const query = new URLSearchParams({ endpoint, auth: "Basic YTpi", actor, registration });
    const launch = parseLaunch(query.toString(), endpoint);
    assert.ok(launch);
    const visit = new Visit(new XapiTracker(launch, noVault));
    VISITS.push(visit);
    await visit.tracker.start(data);
    return visit;
  }

  do(action: Action): void {
    const before = this.state;
    this.state = reduce(data, before, action);
    const block = action.type === "answer" ? blockOf(data, action.block) : undefined;
    const answer = block && answerTo(this.state, block.id);
    const answered =
      answer && answer.tries > answerTo(before, block.id).tries
        ? { answered: { block, answer, at: new Date(), seconds: 2 } }
        : {};
    this.tracker.record({
      state: this.state,
      standing: standing(data, this.state, null),
      ...answered,
    });
  }

  /** Resolves when the tracker says this. */
  async says(kind: Saving["kind"]): Promise<void> {
    if (this.said[this.said.length - 1] === kind) return;
    await new Promise<void>((resolve) =>
      this.tracker.onSaving((saving) => saving.kind === kind && resolve()),
    );
  }
}

const VISITS: Visit[] = [];

/** A test with an LRS of its own, which stays until all that was told has arrived. */
function story(name: string, tell: (lrs: Lrs, endpoint: string) => Promise<void>): void {
  test(name, async () => {
    const lrs = new Lrs();
    try {
      await tell(lrs, await lrs.open());
      for (const visit of VISITS.splice(0)) await visit.says("saved");
    } finally {
      lrs.close();
    }
  });
}

const ANSWER: Action = { type: "answer", block: "pick", value: ["b-two"] };

story(
  "An LRS that knows no 1.0 is spoken to in 2.0.0, and any other in 1.0.3",
  async (lrs, endpoint) => {
    await (await Visit.begin(endpoint)).says("saved");
    assert.equal(lrs.asked[1]?.version, "1.0.3");
    lrs.answer = ({ path }) =>
      path === "about" ? { status: 200, body: { version: ["2.0.0"] } } : null;
    lrs.asked.length = 0;
    await (await Visit.begin(endpoint)).says("saved");
    assert.equal(lrs.asked[1]?.version, "2.0.0");
  },
);

story(
  "An answer that was stored though its reply was lost: 409 to the repeat is looked into",
  async (lrs, endpoint) => {
    let failures = 1;
    const visit = await Visit.begin(endpoint);
    await visit.says("saved");
    lrs.answer = ({ method, path, body }) => {
      if (method !== "PUT" || path !== "statements") return null;
      const id = String(body["id"]);
      if (failures-- > 0) {
        lrs.statements.set(id, body);
        return { status: 503 };
      }
      return { status: 409 };
    };
    visit.do(ANSWER);
    await visit.says("unsaved");
    await visit.says("saved");
    assert.deepEqual(lrs.verbs(), ["initialized", "answered"]);
    assert.ok(lrs.asked.some(({ method, path }) => method === "GET" && path === "statements"));
  },
);

story(
  "A retry carries the same id, timestamp and words as the first try",
  async (lrs, endpoint) => {
    let failures = 2;
    lrs.answer = ({ path }) => (path === "statements" && failures-- > 0 ? { status: 500 } : null);
    const visit = await Visit.begin(endpoint);
    await visit.says("saved");
    const tries = lrs.asked.filter(({ path }) => path === "statements").map(({ body }) => body);
    assert.equal(tries.length, 3);
    assert.deepEqual(tries[0], tries[2]);
  },
);

story(
  "A statement that the LRS will never take does not hold up the others",
  async (lrs, endpoint) => {
    lrs.answer = ({ body }) =>
      JSON.stringify(body).includes("/verbs/initialized") ? { status: 400 } : null;
    const visit = await Visit.begin(endpoint);
    visit.do(ANSWER);
    await visit.says("saved");
    assert.deepEqual(lrs.verbs(), ["answered"]);
  },
);

story(
  "Credentials that have run out: she is told that nothing is saved, and nothing is lost",
  async (lrs, endpoint) => {
    const visit = await Visit.begin(endpoint);
    await visit.says("saved");
    lrs.answer = () => ({ status: 401 });
    visit.do(ANSWER);
    await visit.says("unsaved");
    lrs.answer = () => null;
    visit.do({ type: "visit", step: "polls" });
    await visit.says("saved");
    assert.deepEqual(lrs.verbs(), ["initialized", "answered"]);
  },
);

story(
  "The State is never overwritten unread: 412 is read, united and written again",
  async (lrs, endpoint) => {
    const phone = await Visit.begin(endpoint);
    const desk = await Visit.begin(endpoint);
    phone.do({ type: "answer", block: "told-sure", value: ["3"] });
    await phone.says("saved");
    desk.do(ANSWER);
    await desk.says("saved");
    const resume = String(lrs.document?.["resume"]);
    assert.equal(lrs.asked.filter(({ condition }) => condition === "*").length, 2);
    assert.match(resume, new RegExp(blockOf(data, "told-sure")?.code ?? ""));
    assert.match(resume, new RegExp(blockOf(data, "pick")?.code ?? ""));
  },
);

story(
  "An LRS whose State can't be read at first is read before it is written",
  async (lrs, endpoint) => {
    lrs.document = { resume: "", completed: true, passed: false };
    let failures = 1;
    lrs.answer = ({ method, path }) =>
      path === "activities/state" && method === "GET" && failures-- > 0 ? { status: 503 } : null;
    const visit = await Visit.begin(endpoint);
    visit.do(ANSWER);
    await visit.says("saved");
    assert.equal(lrs.document?.["completed"], true);
  },
);

story(
  "completed is told once in a registration, in whatever visit, and never untold",
  async (lrs, endpoint) => {
    const one = { ...data, steps: data.steps.slice(0, 1) };
    const visit = await Visit.begin(endpoint);
    const record = { state: fresh(one), standing: standing(one, fresh(one), null) };
    visit.tracker.record(record);
    visit.tracker.record(record);
    await visit.says("saved");
    const later = await Visit.begin(endpoint);
    later.tracker.record(record);
    await later.says("saved");
    assert.equal(lrs.verbs().filter((verb) => verb === "completed").length, 1);
    assert.equal(lrs.document?.["completed"], true);
  },
);

story("A page that comes back after its end begins a session of its own", async (lrs, endpoint) => {
  const visit = await Visit.begin(endpoint);
  await visit.says("saved");
  await visit.tracker.finish();
  await visit.tracker.finish();
  visit.do(ANSWER);
  assert.equal(visit.said[visit.said.length - 1], "ended");
  visit.tracker.wake();
  visit.do({ type: "visit", step: "polls" });
  await visit.says("saved");
  await visit.tracker.finish();
  const verbs = ["initialized", "terminated", "answered", "initialized", "terminated"];
  assert.deepEqual(lrs.verbs(), verbs);
  assert.equal(new Set(lrs.statements.keys()).size, verbs.length);
});

story(
  "Notes and commitments: not a word of them, not even that they are there",
  async (lrs, endpoint) => {
    const visit = await Visit.begin(endpoint);
    visit.do({ type: "answer", block: "own-words", value: [] });
    visit.do({ type: "answer", block: "mine", value: [] });
    await visit.says("saved");
    assert.deepEqual(lrs.verbs(), ["initialized"]);
  },
);

story(
  "What the LRS refuses for good is not called saved",
  async (lrs, endpoint) => {
    const visit = await Visit.begin(endpoint);
    await visit.says("saved");
    for (const path of ["statements", "activities/state"]) {
      lrs.answer = (asked) =>
        asked.path === path && asked.method === "PUT" ? { status: 400 } : null;
      const from = visit.said.length;
      visit.do(path === "statements" ? ANSWER : { type: "visit", step: "polls" });
      await visit.says("ended");
      await new Promise((rest) => setTimeout(rest, 1_200));
      assert.ok(!visit.said.slice(from).includes("saved"), path);
      lrs.answer = () => null;
    }
    assert.equal(await visit.tracker.finish(), false);
    VISITS.pop();
  },
);

story(
  "A repeat that cannot be looked into waits, whatever the LRS says meanwhile",
  async (lrs, endpoint) => {
    const visit = await Visit.begin(endpoint);
    await visit.says("saved");
    const statuses = [401, 429, 403];
    lrs.answer = ({ method, path }) => {
      if (path !== "statements" || !statuses.length) return null;
      return { status: method === "PUT" ? 409 : (statuses.pop() ?? 500) };
    };
    visit.do(ANSWER);
    await visit.says("unsaved");
    await visit.says("saved");
    assert.deepEqual(lrs.verbs(), ["initialized", "answered"]);
  },
);
