/** Two windows of one learner: the LMS keeps what is written last, so that only one may write. */

/** Calls back when another window takes the same name; gives how to stop listening. */
export type OtherWindows = (name: string, listener: () => void) => () => void;

/** Milliseconds in which two windows are opened at once, each before it can hear the other. */
const AT_ONCE = 300;

/**
 * Lets other windows of this browser know of this one, and hears of those that open later. Of
 * windows that are opened at once one stays, by lot, and says so to the others.
 */
export const onOtherWindow: OtherWindows = (name, listener) => {
  try {
    const channel = new BroadcastChannel(name);
    const [lot, began] = [Math.random(), performance.now()];
    channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      const isMine = performance.now() - began < AT_ONCE && typeof data === "number" && data < lot;
      if (isMine) channel.postMessage(lot);
      else listener();
    });
    channel.postMessage(lot);
    return () => channel.close();
  } catch {
    // An old browser, or one that forbids it: then nothing can be told.
    return () => undefined;
  }
};
