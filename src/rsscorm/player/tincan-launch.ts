/** How a Tin Can launch (Rustici's "launch method") tells a package whom it plays for. */

import { keepLaunch, keptLaunch } from "./kept-launch";
import { NAMESPACE } from "./statement";
import type { ModuleData } from "./types";
import { namedUuid } from "./uuid";

export interface TinCanLaunch {
  endpoint: URL;
  /** The whole `Authorization` header. */
  auth: string;
  actor: Record<string, unknown>;
  registration: string | null;
  activityId: string | null;
  platform: string | null;
  grouping: string | null;
  /** Parameters that we do not know, which go back with every request. */
  extra: [string, string][];
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const KNOWN = [
  "endpoint",
  "auth",
  "actor",
  "registration",
  "activity_id",
  "activity_platform",
  "grouping",
  "Accept-Language",
];

/**
 * Reads the launch and takes it out of the address, where a referrer, a bookmark or a copied
 * link would carry the credentials on.
 */
export function takeLaunch(page: Window): TinCanLaunch | null {
  const isLaunch = new URLSearchParams(page.location.search).has("endpoint");
  const query = isLaunch ? page.location.search : keptLaunch(page);
  if (!query) return null;
  keepLaunch(page, query);
  return parseLaunch(query, page.location.href);
}

/** The launch in a query string; null where there is not enough in it to reach an LRS. */
export function parseLaunch(query: string, base: string): TinCanLaunch | null {
  const given = new URLSearchParams(query);
  const endpoint = address(given.get("endpoint"), base);
  const actor = readActor(given.get("actor"));
  const auth = given.get("auth");
  if (!endpoint || !actor || !auth) return null;
  return {
    endpoint,
    auth,
    actor,
    registration: uuid(given.get("registration")),
    activityId: given.get("activity_id"),
    platform: given.get("activity_platform"),
    grouping: given.get("grouping"),
    extra: [...given].filter(([name]) => !KNOWN.includes(name)),
  };
}

/**
 * From here on the page may speak to this LRS and the poll service alone: of two policies the
 * stricter holds.
 */
export function allowOnly(page: Document, launch: TinCanLaunch, data: ModuleData): void {
  const { service } = data.polls;
  const meta = page.createElement("meta");
  meta.httpEquiv = "Content-Security-Policy";
  meta.content = ["connect-src", launch.endpoint.origin, service ? new URL(service).origin : ""]
    .join(" ")
    .trim();
  page.head.append(meta);
}

function address(text: string | null, base: string): URL | null {
  try {
    const url = new URL(text ?? "", base);
    url.pathname = url.pathname.replace(/\/*$/, "/");
    // A browser refuses to fetch an address with a name and password in it; `auth` has them.
    url.username = url.password = "";
    return text && /^https?:$/.test(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

/**
 * A registration is a UUID (Data 2.4.6.1); from any other that a launcher has we make the same
 * one each time, since an LRS would refuse every statement with it.
 */
function uuid(given: string | null): string | null {
  if (!given || UUID.test(given)) return given;
  return namedUuid(NAMESPACE, `registration|${given}`);
}

/** One agent with one identifier, from today's form or from the arrays of xAPI 0.9. */
export function readActor(text: string | null): Record<string, unknown> | null {
  let given: Record<string, unknown>;
  try {
    given = JSON.parse(text ?? "") as Record<string, unknown>;
  } catch {
    return null;
  }
  if (given?.["objectType"] === "Group") return given;
  const one = (name: string): unknown => {
    const value = given?.[name];
    return Array.isArray(value) ? (value[0] as unknown) : value;
  };
  const identifiers: Record<string, unknown> = { account: account(one("account")) };
  for (const name of ["mbox", "mbox_sha1sum", "openid"]) identifiers[name] = one(name);
  const [identifier] = Object.entries(identifiers).filter(([, value]) => value);
  if (!identifier) return null;
  const name = one("name");
  return { objectType: "Agent", ...(name ? { name } : {}), ...Object.fromEntries([identifier]) };
}

function account(value: unknown): Record<string, unknown> | undefined {
  const given = value as Record<string, unknown> | undefined;
  const homePage = given?.["homePage"] ?? given?.["accountServiceHomePage"];
  const name = given?.["name"] ?? given?.["accountName"];
  return homePage && name ? { homePage, name } : undefined;
}
