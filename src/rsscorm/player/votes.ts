/**
 * Answers to polls on their way to the poll service, and what it tells of colleagues' answers.
 *
 * A vote goes out in the click itself (`keepalive`), so that closing the page right after it
 * loses nothing. Until the service has it, it waits: on this device where it can (see
 * `waiting-votes.ts`), else in this page. Nothing here ever holds the module up.
 */

import { blocksOf } from "./answers";
import { NAMESPACE } from "./statement";
import { parseTold, textOf } from "./told";
import type { Answer, BlockData, Comparison, ModuleData, PollNews } from "./types";
import { namedUuid } from "./uuid";
import { dropOldVotes, dropVote, keepVote, type Place, waitingVote } from "./waiting-votes";

/** Milliseconds that the service has for an answer. */
const PATIENCE = 10_000;
/** Milliseconds until what was not answered is sent again: twice as long each time. */
const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 120_000;
/** The longest that a service may put us off, in seconds. */
const LONGEST_WISH = 600;
/** Answers after which a vote is let go: it will never be taken. */
const REFUSED = [400, 404, 413];
const CLOSED = 410;
const MOST_REVISIONS = 50;

/** One answer as a vote: of which poll, which of its votes, and which version of that. */
export interface Ballot {
  poll: string;
  vote: number;
  rev: number;
  option: string;
}

/** Which of a poll's votes. */
type Asked = Pick<Ballot, "poll" | "vote">;

interface Outgoing {
  ballot: Ballot;
  isSending: boolean;
  /** Resolves when it is known whether this device keeps it. */
  kept: Promise<void>;
}

/** Status 0: there was no answer that could be read. `wait`: seconds that were asked for. */
interface Reply {
  status: number;
  text: string;
  wait: number;
}

/** The votes that an answer to a block is. */
export function ballotsOf(data: ModuleData, block: BlockData, answer: Answer): Ballot[] {
  const option = answer.value[answer.value.length - 1];
  if (!option) return [];
  if (block.interaction?.reports === "poll") {
    return [{ poll: block.id, vote: block.first ? 2 : answer.tries, rev: 1, option }];
  }
  const rev = Math.min(answer.tries, MOST_REVISIONS);
  const polls = blocksOf(data).filter(({ first }) => first === block.id);
  return polls.map(({ id }) => ({ poll: id, vote: 1, rev, option }));
}

/** Who votes: `learner` is their name in the LMS, `key` what their record holds. */
export interface Voter {
  learner: string;
  key: () => string;
}

export class Votes implements Comparison {
  private readonly service: string | null;
  private readonly voter: string;
  private readonly outgoing = new Map<string, Outgoing>();
  private readonly news = new Map<string, PollNews>();
  private readonly listeners: (() => void)[] = [];
  /** Whether the service has said that it takes no more votes. */
  private isClosed = false;
  private failures = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  /** By the page's clock: until then the service wishes to hear nothing. */
  private quietUntil = 0;

  constructor(
    private readonly data: ModuleData,
    private readonly who: Voter,
    /** Not in review: there only votes that have waited are sent. */
    private readonly casts: boolean,
  ) {
    const { service, release } = data.polls;
    this.service = blocksOf(data).some(isPoll) ? service : null;
    this.voter = namedUuid(NAMESPACE, `voter|${release}|${who.learner}`);
  }

  /** Not without an LMS. The whole last day counts, by the device's own date. */
  get isAsked(): boolean {
    const { until } = this.data.polls;
    const isOver = until !== null && localDay(new Date()) > until;
    return !!this.service && !this.isClosed && this.who.learner !== "" && !isOver;
  }

  get isSent(): boolean {
    return this.mayVote && this.casts;
  }

  private get mayVote(): boolean {
    return this.isAsked && !!this.who.key();
  }

  newsOf(poll: string): PollNews {
    const news = this.news.get(poll) ?? { kind: "unasked" };
    return news.kind === "silent" ? { ...news, waits: this.waits(poll) } : news;
  }

  private waits(poll: string): boolean {
    return [1, 2].some((vote) => this.outgoing.has(nameOf({ poll, vote })));
  }

  onNews(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** What earlier visits left goes out now, and whatever waits at each good occasion. */
  begin(): void {
    if (!this.service) return;
    dropOldVotes();
    void this.takeUp();
    addEventListener("online", () => this.hopeAnew());
    // There may be no other occasion: then even a service that wants to be left alone is told.
    addEventListener("pagehide", () => this.sendAll());
    addEventListener("pageshow", (event) => event.persisted && void this.takeUp());
    document.addEventListener("visibilitychange", () => document.hidden && this.flush());
  }

  /** Sends an answer at once, where it is a vote and votes are sent. */
  cast(block: BlockData, answer: Answer): void {
    if (!this.isSent) return;
    for (const ballot of ballotsOf(this.data, block, answer)) {
      const outgoing = this.add(ballot);
      void this.send(outgoing);
      const key = this.who.key();
      outgoing.kept = keepVote(key, this.placeOf(ballot), ballot).catch(() => undefined);
      this.tell(ballot.poll, { kind: "asking" });
    }
  }

  /** Asks how colleagues have answered; where a vote is on its way, that is told anyway. */
  ask(poll: string): void {
    if (!this.isAsked || !["unasked", "silent"].includes(this.newsOf(poll).kind)) return;
    if (this.waits(poll)) return;
    this.tell(poll, { kind: "asking" });
    void this.get(poll);
  }

  private async get(poll: string): Promise<void> {
    const { release, cohort } = this.data.polls;
    const query = new URLSearchParams({ release, poll, ...(cohort ? { cohort } : {}) });
    this.heard(poll, await this.request(`figures?${query}`, {}));
  }

  private async send(outgoing: Outgoing): Promise<void> {
    const { ballot } = outgoing;
    outgoing.isSending = true;
    const reply = await this.request("votes", {
      method: "POST",
      body: JSON.stringify(this.body(ballot)),
      keepalive: true,
      headers: { "Content-Type": "text/plain" },
    });
    outgoing.isSending = false;
    const isTaken = this.heard(ballot.poll, reply);
    if (isTaken || REFUSED.includes(reply.status)) this.letGo(outgoing);
    else if (!this.isClosed) this.later(reply.wait);
  }

  private body({ poll, vote, rev, option }: Ballot): Record<string, unknown> {
    const { release, cohort } = this.data.polls;
    const proof = namedUuid(NAMESPACE, `proof|${this.who.key()}|${release}|${poll}`);
    return { release, poll, vote, rev, option, voter: this.voter, proof, cohort };
  }

  /** Takes in an answer; tells whether it is one that the service gives to a vote it has. */
  private heard(poll: string, { status, text }: Reply): boolean {
    const block = blocksOf(this.data).find(({ id }) => id === poll);
    const told = status === 200 && block ? parseTold(text, optionsOf(block)) : undefined;
    if (status === CLOSED) this.shut();
    if (told) this.failures = 0;
    this.tell(poll, told ? { kind: "told", told } : { kind: "silent", waits: false });
    return !!told;
  }

  private async request(path: string, options: RequestInit): Promise<Reply> {
    const control = new AbortController();
    const timer = setTimeout(() => control.abort(), PATIENCE);
    try {
      const response = await fetch(`${this.service}/v1/${path}`, {
        ...options,
        credentials: "omit",
        referrerPolicy: "no-referrer",
        redirect: "error",
        signal: control.signal,
      });
      const { status, headers } = response;
      const wish = Number(headers.get("Retry-After")) || 0;
      const wait = Math.min(Math.max(wish, 0), LONGEST_WISH);
      return { status, text: status === 200 ? await textOf(response) : "", wait };
    } catch {
      return { status: 0, text: "", wait: 0 };
    } finally {
      clearTimeout(timer);
      control.abort();
    }
  }

  private letGo(outgoing: Outgoing): void {
    const { ballot } = outgoing;
    const name = nameOf(ballot);
    if (this.outgoing.get(name) === outgoing) this.outgoing.delete(name);
    void outgoing.kept.then(() => {
      if (this.outgoing.has(name)) return;
      return dropVote(this.who.key(), this.placeOf(ballot)).catch(() => undefined);
    });
  }

  /** The round is over: nothing is asked or sent any more in this visit. */
  private shut(): void {
    this.isClosed = true;
    clearTimeout(this.retry);
    for (const outgoing of this.outgoing.values()) this.letGo(outgoing);
  }

  /** Tries again after a pause that grows, with some chance in it so that not all come at once. */
  private later(wait = 0): void {
    const now = performance.now();
    this.quietUntil = Math.max(this.quietUntil, now + wait * 1000);
    if (this.retry !== undefined) return;
    const pause = Math.min(FIRST_PAUSE * 2 ** this.failures, LONGEST_PAUSE);
    this.failures += 1;
    this.retry = setTimeout(() => {
      this.retry = undefined;
      this.flush();
    }, this.quietUntil - now + pause * (0.5 + Math.random() / 2));
  }

  private flush(): void {
    if (performance.now() < this.quietUntil) this.later();
    else this.sendAll();
  }

  private sendAll(): void {
    if (!this.mayVote) return;
    for (const outgoing of this.outgoing.values()) {
      if (!outgoing.isSending) void this.send(outgoing);
    }
  }

  private hopeAnew(): void {
    this.failures = 0;
    clearTimeout(this.retry);
    this.retry = undefined;
    this.flush();
    for (const [poll, { kind }] of this.news) if (kind === "silent") this.ask(poll);
  }

  /** Votes of an earlier visit on this device; what this one has cast is newer. */
  private async takeUp(): Promise<void> {
    if (!this.mayVote) return;
    for (const block of blocksOf(this.data).filter(isPoll)) {
      for (const vote of [1, 2]) await this.takeUpOne(block, vote);
    }
    this.flush();
  }

  private async takeUpOne(block: BlockData, vote: number): Promise<void> {
    const place = this.placeOf({ poll: block.id, vote });
    const found = await waitingVote(this.who.key(), place).catch(() => undefined);
    if (!found || !optionsOf(block).includes(found.option)) return;
    const ballot = { poll: block.id, vote, ...found };
    if (!this.outgoing.has(nameOf(ballot))) this.add(ballot);
  }

  private add(ballot: Ballot): Outgoing {
    const outgoing = { ballot, isSending: false, kept: Promise.resolve() };
    this.outgoing.set(nameOf(ballot), outgoing);
    return outgoing;
  }

  private placeOf({ poll, vote }: Asked): Place {
    return [this.data.polls.release, poll, vote];
  }

  private tell(poll: string, news: PollNews): void {
    this.news.set(poll, news);
    for (const listener of this.listeners) listener();
  }
}

function nameOf({ poll, vote }: Asked): string {
  return `${poll} ${vote}`;
}

function isPoll({ interaction }: BlockData): boolean {
  return interaction?.reports === "poll";
}

function optionsOf({ interaction }: BlockData): string[] {
  return interaction?.components?.map(({ id }) => id) ?? [];
}

/** As 2027-05-01, where the device is. */
function localDay(now: Date): string {
  const part = (number: number, width: number): string => String(number).padStart(width, "0");
  return [
    part(now.getFullYear(), 4), part(now.getMonth() + 1, 2), part(now.getDate(), 2),
  ].join("-");
}
