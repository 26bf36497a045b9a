/** What the self-test tests. Each check says whether it works, fails or can't be tested here. */

import { findApi } from "./scorm12-api";
import type { Values } from "./words";

/** What the page says of its package. */
export interface TestData {
  module: string;
  edition: string;
  title: string;
  version: string;
  /** Address of the poll service; null where no answer leaves for one. */
  service: string | null;
  words: Record<string, string>;
  /** Filled in when the package is made: a few files with size and digest, kinds of its media. */
  package: {
    format: "scorm12" | "xapi";
    files: { name: string; size: number; sha256: string }[];
    media: string[];
  };
}

export interface Found {
  state: "works" | "fails" | "untested" | "needless";
  said: string;
}

export type Word = (key: string, values?: Values) => string;
export type Check = (data: TestData, word: Word) => Promise<Found>;

const PATIENCE = 10_000;
const PROBE = "rsscorm-selftest";
/** Minutes that a device's clock may be off: less than anything of ours depends on. */
const CLOCK = 5;
/** One pixel. */
const WEBP = "data:image/webp;base64,UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA";
const FILMS: Record<string, string> = {
  mp4: 'video/mp4; codecs="avc1.42E01E, mp4a.40.2"',
  m4v: 'video/mp4; codecs="avc1.42E01E, mp4a.40.2"',
  webm: 'video/webm; codecs="vp8, vorbis"',
  mp3: "audio/mpeg",
  m4a: 'audio/mp4; codecs="mp4a.40.2"',
};

const works = (said: string): Found => ({ state: "works", said });
const fails = (said: string): Found => ({ state: "fails", said });
const untested = (said: string): Found => ({ state: "untested", said });
const needless = (said: string): Found => ({ state: "needless", said });
const isFile = (): boolean => location.protocol === "file:";

/** Whether the LMS can be found from this window, or from the one that opened it. */
export const api: Check = async (data, word) => {
  if (data.package.format === "xapi") return needless(word("api_tincan"));
  if (findApi(window)) return works(word("api_found"));
  return untested(word(isFile() ? "api_file" : "api_none"));
};

/** Whether the LMS tells what it holds; only asked, so that nothing in the record changes. */
export const record: Check = async (data, word) => {
  if (data.package.format === "xapi") return needless(word("record_tincan"));
  const lms = findApi(window);
  if (!lms) return untested(word("record_none"));
  const status = lms.get("cmi.core.lesson_status");
  if (lms.error === "301") return untested(word("record_closed"));
  if (status === undefined) return fails(word("record_fails", { error: lms.error }));
  if (!lms.get("cmi.core.student_id")) return fails(word("record_nameless"));
  const keeps = lms.get("cmi.interactions._children") === undefined ? "record_few" : "record_all";
  return works(`${word("record_read", { status })} ${word(keeps)}`);
};

/** Whether the device keeps what can't be saved at once; LMS frames may forbid it. */
export const storage: Check = async (_, word) => {
  const stores = [() => localStorage, () => sessionStorage];
  return stores.every(keeps) ? works(word("storage_works")) : fails(word("storage_fails"));
};

function keeps(store: () => Storage): boolean {
  try {
    store().setItem(PROBE, PROBE);
    const kept = store().getItem(PROBE) === PROBE;
    store().removeItem(PROBE);
    return kept;
  } catch {
    return false;
  }
}

/** Whether the poll service answers from here; networks block what they don't know. */
export const service: Check = async (data, word) => {
  if (!data.service) return needless(word("service_none"));
  const host = new URL(data.service).hostname;
  try {
    const answer = await asked(`${data.service}/healthz`, {
      credentials: "omit",
      referrerPolicy: "no-referrer",
    });
    const told = (await answer.json()) as { status?: string };
    if (answer.ok && told.status === "ok") return works(word("service_works", { host }));
    return fails(word("service_odd", { host, status: answer.status }));
  } catch {
    return fails(word("service_blocked", { host }));
  }
};

/** Whether this device's clock is near to that of where the package is. */
export const clock: Check = async (_, word) => {
  const date = isFile() ? null : await servedAt();
  if (!date) return untested(word("clock_none"));
  const minutes = Math.round((Date.now() - date) / 60_000);
  if (Math.abs(minutes) < CLOCK) return works(word("clock_works"));
  const off = minutes > 0 ? "clock_fast" : "clock_slow";
  return fails(word(off, { minutes: Math.abs(minutes) }));
};

async function servedAt(): Promise<number | null> {
  try {
    const answer = await asked("selftest.css", { method: "HEAD" });
    return Date.parse(answer.headers.get("Date") ?? "") || null;
  } catch {
    return null;
  }
}

/** Whether the browser shows the kinds of film, sound and picture that are in the package. */
export const media: Check = async (data, word) => {
  const kinds = data.package.media;
  if (!kinds.length) return needless(word("media_none"));
  const shown = await Promise.all(kinds.map(isShown));
  const missing = kinds.filter((_, at) => !shown[at]);
  const list = (names: string[]): string => names.map((name) => name.toUpperCase()).join(", ");
  if (missing.length) return fails(word("media_fails", { kinds: list(missing) }));
  return works(word("media_works", { kinds: list(kinds) }));
};

async function isShown(kind: string): Promise<boolean> {
  if (kind === "webp") return isDecoded(WEBP);
  return document.createElement("video").canPlayType(FILMS[kind] ?? "") !== "";
}

function isDecoded(source: string): Promise<boolean> {
  return new Promise((done) => {
    const picture = new Image();
    picture.onload = () => done(picture.width > 0);
    picture.onerror = () => done(false);
    picture.src = source;
  });
}

/** Whether some of the package's files arrive as they were built. */
export const files: Check = async (data, word) => {
  if (isFile()) return untested(word("files_file"));
  const wrong: string[] = [];
  for (const file of data.package.files) {
    if (!(await isWhole(file))) wrong.push(file.name);
  }
  const count = data.package.files.length;
  if (wrong.length) return fails(word("files_fail", { names: wrong.join(", ") }));
  return works(word(crypto.subtle ? "files_work" : "files_sized", { count }));
};

/** By digest where the browser can (on HTTPS), else by size. */
async function isWhole(file: { name: string; size: number; sha256: string }): Promise<boolean> {
  try {
    const answer = await asked(file.name);
    const content = await answer.arrayBuffer();
    if (!answer.ok || content.byteLength !== file.size) return false;
    if (!crypto.subtle) return true;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("") === file.sha256;
  } catch {
    return false;
  }
}

function asked(address: string, options: RequestInit = {}): Promise<Response> {
  const patience = AbortSignal.timeout ? { signal: AbortSignal.timeout(PATIENCE) } : {};
  return fetch(address, { cache: "no-store", ...options, ...patience });
}
