/**
 * The day on which the learner completed the module: no standard gives it back, so this device
 * keeps it, sealed as notes are. Elsewhere it isn't known.
 */

import type { Player } from "./types";

/** Among the names of notes; no block's id has a slash. */
const NAME = "/completed";

/** Watches for it; what it returns gives the day as 2026-11-25, or "". */
export function completionDay(player: Player): () => Promise<string> {
  let was = player.standing.status;
  player.subscribe(() => {
    const { status } = player.standing;
    const isReached = was === "incomplete" && status !== "incomplete";
    if (isReached && !player.reviewing) void player.notes.write(NAME, today());
    was = status;
  });
  return () => player.notes.read(NAME);
}

/** The date where the learner is. */
export function today(): string {
  const now = new Date();
  const [month, day] = [now.getMonth() + 1, now.getDate()].map((n) => String(n).padStart(2, "0"));
  return `${now.getFullYear()}-${month}-${day}`;
}

/** A date as people write it: 25 November 2026. */
export function inWords(player: Player, date: string): string {
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  const name = new Intl.DateTimeFormat(player.data.language, { month: "long", timeZone: "UTC" });
  const values = { day, month: name.format(Date.UTC(year, month - 1)), year };
  return player.word("day", values);
}
