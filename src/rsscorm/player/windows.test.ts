/** Two windows of one learner: one of them saves, never both and never neither. */

import assert from "node:assert/strict";
import test from "node:test";

import { onOtherWindow } from "./windows";

type Told = (event: { data: unknown }) => void;
/** A browser whose windows hear each other a moment later, as they do from process to process. */
let channels: Channel[] = [];

class Channel {
  private listeners: Told[] = [];

  constructor(private readonly name: string) {
    channels.push(this);
  }

  addEventListener(_type: string, listener: Told): void {
    this.listeners.push(listener);
  }

  postMessage(data: unknown): void {
    setTimeout(() => {
      for (const other of channels) {
        if (other !== this && other.name === this.name) other.hear(data);
      }
    }, 1);
  }

  hear(data: unknown): void {
    for (const listener of this.listeners) listener({ data });
  }

  close(): void {
    channels = channels.filter((other) => other !== this);
  }
}

/** Opens windows, so many milliseconds after the first; gives those that still save. */
async function saving(...after: number[]): Promise<number[]> {
  channels = [];
  globalThis.BroadcastChannel = Channel as never;
  const open = new Set(after);
  for (const wait of after) {
    setTimeout(() => {
      const stop = onOtherWindow("nurse", () => {
        open.delete(wait);
        stop();
      });
    }, wait);
  }
  await new Promise((rest) => setTimeout(rest, Math.max(...after) + 50));
  return [...open];
}

test("Of two windows the one that was opened later saves", async () => {
  assert.deepEqual(await saving(0, 1_200), [1_200]);
});

test("Of windows opened at the same moment exactly one saves", async () => {
  for (let time = 0; time < 20; time += 1) {
    assert.equal((await saving(0, 0.1, 0.2)).length, 1);
    assert.equal((await saving(0, 10)).length, 1);
  }
});
