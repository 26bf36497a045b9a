/**
 * What one mounting of the player has set going: its listeners on the window and its timers. The
 * player is made for a page that goes when it is left; here the page stays, and only they go.
 */

let ending = new AbortController();

/** From now on, what is set going belongs to the life that lasts until `renew`. */
export function watchOver(page: Window & typeof globalThis): void {
  const { addEventListener } = page.EventTarget.prototype;
  page.EventTarget.prototype.addEventListener = function (
    this: EventTarget | undefined, type, listener, options,
  ): void {
    const target = this ?? page;
    const given = typeof options === "object" ? options : { capture: options === true };
    const lasts = target instanceof page.Element && target !== page.document.documentElement;
    const ends = lasts ? given : { signal: ending.signal, ...given };
    addEventListener.call(target, type, listener, ends);
  };
  page.setTimeout = mortal(page.setTimeout.bind(page)) as typeof page.setTimeout;
  page.setInterval = mortal(page.setInterval.bind(page)) as typeof page.setInterval;
}

/** The signal that aborts when the present life ends. */
export function lifeTime(): AbortSignal {
  return ending.signal;
}

/** Ends the present life and begins another. */
export function renew(): void {
  ending.abort();
  ending = new AbortController();
}

type Timer = (handler: (...given: unknown[]) => void, ...rest: unknown[]) => number;

/** A timer whose handler is not called once the life in which it was set has ended. */
function mortal(timer: unknown): Timer {
  return (handler, ...rest) => {
    const { signal } = ending;
    const unlessEnded = (...given: unknown[]): void => {
      if (!signal.aborted) handler(...given);
    };
    return (timer as Timer)(unlessEnded, ...rest);
  };
}
