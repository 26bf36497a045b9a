/** Two windows of one learner: the LMS keeps what is written last, so that only one may write. */

/** Calls back when another window takes the same name; gives how to stop listening. */
export type OtherWindows = (name: string, listener: () => void) => () => void;

/** Lets other windows of this browser know of this one, and hears of those that open later. */
export const onOtherWindow: OtherWindows = (name, listener) => {
  try {
    const channel = new BroadcastChannel(name);
    channel.addEventListener("message", listener);
    channel.postMessage("opened");
    return () => channel.close();
  } catch {
    // An old browser, or one that forbids it: then nothing can be told.
    return () => undefined;
  }
};
