/**
 * Whether the LMS is really there: asked before a milestone by fetching a tiny file of the
 * package, since an LMS's own API may say "true" to a commit that never arrives.
 */

/**
 * `unknown`: this LMS has never yet handed out the file, or an update moved it under an open
 * window, so that its absence says nothing.
 */
export type Found = "there" | "gone" | "logged-out" | "unknown";

export interface Presence {
  ask(): Promise<Found>;
}

/** Takes every LMS at its word. */
export const trusting: Presence = { ask: () => Promise.resolve("there") };

/** Milliseconds to wait for the file. */
const PATIENCE = 8_000;

/** Asks for a file that holds exactly these words. */
export function askForFile(url: string, words: string): Presence {
  let wasThere = false;
  return {
    async ask() {
      const answer = await fetched(url, words);
      wasThere ||= answer === "there";
      return wasThere ? answer : "unknown";
    },
  };
}

async function fetched(url: string, words: string): Promise<Found> {
  const patience = AbortSignal.timeout ? { signal: AbortSignal.timeout(PATIENCE) } : {};
  try {
    // A redirect leads to a log-in page, which would answer 200 as well.
    const response = await fetch(url, { cache: "no-store", redirect: "manual", ...patience });
    if (response.type === "opaqueredirect") return "logged-out";
    if ([404, 410].includes(response.status)) return "unknown";
    return response.ok && (await response.text()) === words ? "there" : "gone";
  } catch {
    return "gone";
  }
}
