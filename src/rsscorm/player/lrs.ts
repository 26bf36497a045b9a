/** Requests to a Learning Record Store (xAPI 1.0.3, Part Three): one call, one plain outcome. */

import type { Json } from "./statement";
import type { TinCanLaunch } from "./tincan-launch";

/**
 * `sent`: it is there. `later`: nobody knows, or the LRS asks for patience. `conflict`: the
 * document has changed meanwhile. `refused`: it will never be taken.
 */
export type Outcome = "sent" | "later" | "conflict" | "refused";

/**
 * A state document with what must be said to replace it: the ETag; "*", that there is none yet;
 * or null, where the browser may not see ETags.
 */
export interface Stored {
  document: Json | null;
  etag: string | null;
}

/** Milliseconds to wait for an answer. */
const PATIENCE = 8_000;

export class Lrs {
  private version = "1.0.3";

  constructor(
    private readonly launch: TinCanLaunch,
    /** Which state document: `activityId`, `agent`, `stateId`, and any `registration`. */
    private readonly place: Record<string, string>,
  ) {}

  /** Learns which version to speak: 1.0.3, unless the LRS knows no 1.0 (Communication 2.8). */
  async meet(): Promise<void> {
    const response = await this.send("GET", "about", {});
    const about = response?.ok ? await json(response) : null;
    const versions = Array.isArray(about?.["version"]) ? about["version"].map(String) : [];
    const old = versions.some((version) => version.startsWith("1.0"));
    if (!old && versions.some((version) => version.startsWith("2.0"))) this.version = "2.0.0";
  }

  /** Puts a statement under its own id, so that sending it again changes nothing (2.1.1). */
  async putStatement(statement: Json): Promise<Outcome> {
    const id = { statementId: String(statement["id"]) };
    const response = await this.send("PUT", "statements", id, statement);
    const outcome = outcomeOf(response);
    return outcome === "conflict" ? this.compare(id, statement) : outcome;
  }

  /** An LRS may answer 409 to the very same statement; what it holds decides. */
  private async compare(id: { statementId: string }, statement: Json): Promise<Outcome> {
    const response = await this.send("GET", "statements", id);
    if (!response?.ok && response?.status !== 404) return "later";
    const held = await json(response);
    const same = (name: string): boolean =>
      (held?.[name] as Json | undefined)?.["id"] === (statement[name] as Json)["id"];
    return same("verb") && same("object") ? "sent" : "refused";
  }

  /** The state document, null in it where there is none; undefined where it can't be had now. */
  async readState(): Promise<Stored | undefined> {
    const response = await this.send("GET", "activities/state", this.place);
    if (response?.status === 404) return { document: null, etag: "*" };
    if (!response?.ok) return undefined;
    return { document: await json(response), etag: response.headers.get("ETag") };
  }

  /** Replaces the state document; gives the new ETag where the LRS tells one. */
  async writeState(document: Json, etag: string | null): Promise<[Outcome, string | null]> {
    const condition = etag === "*" ? { "If-None-Match": "*" } : etag ? { "If-Match": etag } : {};
    const response = await this.send("PUT", "activities/state", this.place, document, condition);
    return [outcomeOf(response), response?.headers.get("ETag") ?? null];
  }

  private async send(
    method: string,
    resource: string,
    parameters: Record<string, string>,
    body?: Json,
    more: Record<string, string> = {},
  ): Promise<Response | null> {
    const url = new URL(this.launch.endpoint);
    url.pathname += resource;
    for (const [name, value] of [...Object.entries(parameters), ...this.launch.extra]) {
      url.searchParams.append(name, value);
    }
    const headers: Record<string, string> = {
      Authorization: this.launch.auth,
      "X-Experience-API-Version": this.version,
      ...(body ? { "Content-Type": "application/json" } : {}),
      ...more,
    };
    const text = body ? { body: JSON.stringify(body) } : {};
    const patience = AbortSignal.timeout ? { signal: AbortSignal.timeout(PATIENCE) } : {};
    try {
      // `keepalive`: what was begun arrives though the page is closed.
      const request: RequestInit = { method, headers, ...text, ...patience, keepalive: true };
      return await fetch(url, { ...request, cache: "no-store", referrerPolicy: "no-referrer" });
    } catch {
      return null;
    }
  }
}

function outcomeOf(response: Response | null): Outcome {
  if (!response) return "later";
  if (response.ok) return "sent";
  if (response.status === 409 || response.status === 412) return "conflict";
  return [400, 413, 422].includes(response.status) ? "refused" : "later";
}

async function json(response: Response): Promise<Json | null> {
  try {
    const value: unknown = await response.json();
    return value && typeof value === "object" ? (value as Json) : null;
  } catch {
    return null;
  }
}
