/**
 * The query of a launch, kept for this tab alone so that a reload goes on with it. Each entry of
 * the history only says that there is one: what stood in them could be gone back to, and nobody
 * can clear all of them when the learner has finished.
 */

export function keepLaunch(page: Window, query: string): void {
  attempt(() => page.sessionStorage.setItem(shelf(page), query));
  const mark = (): void => {
    const address = page.location.pathname + page.location.hash;
    page.history.replaceState({ ...page.history.state, launched: true }, "", address);
  };
  mark();
  // Each step that is gone to makes a new history entry.
  page.addEventListener("hashchange", mark);
}

/** The query that this entry of the history was launched with, or "". */
export function keptLaunch(page: Window): string {
  const { launched } = (page.history.state ?? {}) as { launched?: unknown };
  return launched ? (attempt(() => page.sessionStorage.getItem(shelf(page))) ?? "") : "";
}

/** From here on nobody goes on with it, not even by the browser's back button. */
export function forgetLaunch(page: Window): void {
  attempt(() => page.sessionStorage.removeItem(shelf(page)));
}

function shelf(page: Window): string {
  return `launch ${page.location.pathname}`;
}

/** Storage may be blocked, and throws then: nothing is kept. */
function attempt<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch {
    return undefined;
  }
}
