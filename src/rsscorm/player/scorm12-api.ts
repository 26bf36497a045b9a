/** The API object of a SCORM 1.2 LMS (RTE, "API"): found across frames, and called with care. */

/** What an LMS puts in a window above or behind ours; anything about it may be wrong. */
type Api = Record<string, (...args: string[]) => unknown>;

const HIGHEST = 20;
/** Milliseconds in which the API of a slow LMS may still come, and between two looks. */
const PATIENCE = 5_000;
const PAUSE = 100;
/** No list that a record of ours could come near is as long. */
const LONGEST_LIST = 4_000;

/** An object that never throws: what fails or is missing answers "" with the error 101. */
export class Scorm12Api {
  private thrown = false;

  constructor(private readonly api: Api) {}

  /** Calls by the name without its `LMS`; whatever is answered (a number, nothing) becomes text. */
  call(name: string, ...args: string[]): string {
    this.thrown = false;
    try {
      return String(this.api[`LMS${name}`]?.(...args) ?? "");
    } catch {
      this.thrown = true;
      return "";
    }
  }

  /** Whether a call succeeded; some LMSs answer with a number. */
  succeeds(name: string, ...args: string[]): boolean {
    return ["true", "1"].includes(this.call(name, ...args));
  }

  /** The code of the last call's error: "0" is none, "401" an element that this LMS lacks. */
  get error(): string {
    return this.thrown ? "101" : this.call("GetLastError") || "0";
  }

  /** An element's value; undefined where the LMS has none to give. */
  get(element: string): string | undefined {
    const value = this.call("GetValue", element);
    return value || this.error === "0" ? value : undefined;
  }

  /** Whether the LMS failed to tell what it holds there; having nothing is no failure. */
  conceals(element: string): boolean {
    return this.get(element) === undefined && this.error === "101";
  }

  /** How many entries a list has; undefined where the LMS has no such list. */
  count(list: string): number | undefined {
    const told = this.get(`${list}._count`);
    const count = Number(told);
    const isCount = Number.isInteger(count) && count >= 0 && count <= LONGEST_LIST;
    return told === undefined ? undefined : isCount ? count : 0;
  }

  /** Whether the LMS took the value, or said that it has no such element at all. */
  set(element: string, value: string): boolean {
    return this.succeeds("SetValue", element, value) || this.error === "401";
  }

  commit(): boolean {
    return this.succeeds("Commit", "") && this.error === "0";
  }
}

/** The API, for which an LMS's own script may need a moment; a page that stands alone has none. */
export async function waitForApi(from: Window): Promise<Scorm12Api | null> {
  const isAlone = from.parent === from && !from.opener;
  const until = Date.now() + (isAlone ? 0 : PATIENCE);
  for (;;) {
    const api = findApi(from);
    if (api || Date.now() >= until) return api;
    await new Promise((rest) => setTimeout(rest, PAUSE));
  }
}

/**
 * Looks for `API` in our window and those above it, then behind it in those that opened it.
 * Each step may meet a window of another origin, which throws when it is touched.
 */
export function findApi(from: Window): Scorm12Api | null {
  const behind = (): Window | undefined => attempt(() => from.opener as Window);
  const behindTop = (): Window | undefined => attempt(() => from.top?.opener as Window);
  const found = findAbove(from) ?? findAbove(behindTop()) ?? findAbove(behind());
  return found ? new Scorm12Api(found) : null;
}

function findAbove(from: Window | undefined): Api | undefined {
  let here = from;
  for (let height = 0; here && height < HIGHEST; height += 1) {
    const at: Window = here;
    // Other scripts name things `API` too.
    const api = attempt(() => {
      const found = (at as unknown as { API?: Api }).API;
      return found?.["LMSInitialize"] ? found : undefined;
    });
    if (api) return api;
    const above: Window | undefined = attempt(() => at.parent);
    here = above === at ? undefined : above;
  }
  return undefined;
}

function attempt<T>(look: () => T): T | undefined {
  try {
    return look() ?? undefined;
  } catch {
    return undefined;
  }
}
