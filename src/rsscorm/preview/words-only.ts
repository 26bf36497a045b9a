/**
 * Most saves change some words of one text. Then nothing of the player needs to be begun anew:
 * the text alone is put in its place, and everything around it goes on, a film that plays too.
 */

/** A block of a page, and what is in it now. */
export interface Changed {
  readonly id: string;
  readonly html: string;
}

const BLOCK = '<div class="block block-';
/** What ends a block: the next one, or the end of its step. */
const BORDERS = [BLOCK, '</div>\n<div class="step-end">'];
/** Films, and what depends on the visit, are begun by the player wherever they are. */
const LIVELY = /data-film|if-sent|if-unsent/;

/**
 * The one block in which two pages differ; undefined where they differ elsewhere, in more than
 * one, or in one that is `lively`: of a kind with a behaviour.
 */
export function onlyWords(
  before: string, now: string, lively: (kind: string) => boolean,
): Changed | undefined {
  const from = commonStart(before, now);
  const start = before.lastIndexOf(BLOCK, from);
  const tag = /^<div class="block block-[\w-]+" data-kind="([\w-]+)" id="([\w-]+)">/;
  const [opening, kind = "", id = ""] = tag.exec(before.slice(start, start + 400)) ?? [];
  if (start < 0 || opening === undefined || lively(kind)) return undefined;
  const inner = start + opening.length;
  const [old, html] = [before, now].map((page) => page.slice(inner, endOf(page, inner)));
  if (from < inner || old === undefined || html === undefined) return undefined;
  const isAll = before.slice(inner + old.length) === now.slice(inner + html.length);
  if (!isAll || LIVELY.test(old + html)) return undefined;
  return { id, html: html.slice(0, html.lastIndexOf("</div>")) };
}

function commonStart(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  let at = 0;
  while (at < most && one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  return at;
}

function endOf(page: string, from: number): number {
  const ends = BORDERS.map((border) => page.indexOf(border, from)).filter((at) => at >= 0);
  return ends.length ? Math.min(...ends) : page.length;
}
