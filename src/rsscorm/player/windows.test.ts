/** Two windows of one learner: one of them saves, never both and never neither. */

import assert from "node:assert/strict";
import test, { mock } from "node:test";

import { onOtherWindow } from "./windows";

type Told = (event: { data: unknown }) => void;
/** What windows have said and others have not heard yet, as from process to process. */
let said: (() => void)[] = [];
let channels: Channel[] = [];
let now = 0;
mock.method(performance, "now", () => now);

class Channel {
  private listeners: Told[] = [];

  constructor(private readonly name: string) {
    channels.push(this);
  }

  addEventListener(_type: string, listener: Told): void {
    this.listeners.push(listener);
  }

  postMessage(data: unknown): void {
    said.push(() => {
      for (const other of channels) {
        if (other !== this && other.name === this.name) other.hear(data);
      }
    });
  }

  hear(data: unknown): void {
    for (const listener of this.listeners) listener({ data });
  }

  close(): void {
    channels = channels.filter((other) => other !== this);
  }
}

globalThis.BroadcastChannel = Channel as never;

/** All that was said is heard, in any order, and so is what is said to it. */
function listen(): void {
  while (said.length) {
    const [message] = said.splice(Math.floor(Math.random() * said.length), 1);
    message?.();
  }
}

/** Opens windows at these milliseconds; gives those that still save. */
function saving(...times: number[]): number[] {
  [said, channels, now] = [[], [], 0];
  const open = new Set(times.keys());
  for (const [window, time] of times.entries()) {
    if (time > now) listen();
    now = time;
    const stop = onOtherWindow("nurse", () => {
      open.delete(window);
      stop();
    });
  }
  listen();
  return [...open];
}

test("Of two windows the one that was opened later saves", () => {
  assert.deepEqual(saving(0, 1_200), [1]);
});

test("Of windows opened at the same moment exactly one saves", () => {
  for (let time = 0; time < 200; time += 1) {
    assert.equal(saving(0, 0, 0).length, 1);
    assert.equal(saving(0, 10).length, 1);
  }
});
