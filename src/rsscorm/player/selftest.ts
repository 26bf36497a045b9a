/**
 * The package's own test: what this LMS, network and browser let it do, as a report to mail.
 *
 * It reads and never writes in a learner's record: no Initialize, which would begin a session or
 * wipe one that runs, no SetValue, no Commit. Of the learner nothing stands in the report.
 */

import { find } from "./screen-dom";
import { api, clock, files, media, record, service, storage } from "./selftest-checks";
import type { Check, Found, TestData } from "./selftest-checks";
import { filled, type Values } from "./words";

const data = JSON.parse(find(document, "#selftest-data").textContent ?? "") as TestData;
const SIGNS = { works: "✓", fails: "✕", untested: "?", needless: "–" };
const CHECKS: Record<string, Check> = { api, record, storage, service, clock, media, files };

function word(key: string, values: Values = {}): string {
  return filled(data.words, key, values);
}

/** Tests everything at once, shows each result as it comes, then all in a sentence. */
async function run(): Promise<void> {
  find(document, ".not-yet").hidden = true;
  find(document, ".tested").hidden = false;
  find(document, ".summary").textContent = word("testing");
  const found = await Promise.all(Object.entries(CHECKS).map(([name, check]) => one(name, check)));
  find(document, ".summary").textContent = summary(found);
  find(document, ".report").textContent = report(found);
  find(document, ".keep").hidden = false;
}

/** One check that fails in itself is a finding too, and stops no other. */
async function one(name: string, check: Check): Promise<Found> {
  const found = await check(data, word).catch(
    (error: unknown): Found => ({ state: "fails", said: String(error) }),
  );
  const row = find(document, `[data-check="${name}"]`);
  row.dataset.state = found.state;
  find(row, ".sign").textContent = SIGNS[found.state];
  find(row, ".state").textContent = word(found.state);
  find(row, ".finding").textContent = found.said;
  return found;
}

function summary(found: Found[]): string {
  const failed = found.filter(({ state }) => state === "fails").length;
  const untested = found.filter(({ state }) => state === "untested").length;
  const said = failed ? word(failed === 1 ? "one_fails" : "some_fail", { count: failed }) : "";
  return [said || word("all_work"), untested ? word("rest", { count: untested }) : ""]
    .filter(Boolean)
    .join(" ");
}

/** The report as text: what was tested, where, when, and each finding. */
function report(found: Found[]): string {
  const place = location.protocol === "file:" ? word("as_file") : location.host;
  const rows = Object.keys(CHECKS).map((name, at) => {
    const { state, said } = found[at] ?? { state: "untested", said: "" };
    return `${SIGNS[state]} ${word(`${name}_title`)}: ${word(state)}. ${said}`;
  });
  return [
    word("report_of", { title: data.title, edition: data.edition }),
    `${data.module} ${data.edition}, ${data.package.format}, rsscorm ${data.version}`,
    word("report_place", { place, when: new Date().toISOString() }),
    navigator.userAgent,
    "",
    ...rows,
  ].join("\n");
}

/** Copies by the clipboard, or, where an LMS or plain HTTP forbids that, from the selected text. */
async function copy(): Promise<void> {
  const text = find(document, ".report");
  const said = find(document, ".copied");
  said.textContent = "";
  try {
    await navigator.clipboard.writeText(text.textContent ?? "");
    said.textContent = word("copied");
  } catch {
    (text.closest("details") ?? document.createElement("details")).open = true;
    getSelection()?.selectAllChildren(text);
    said.textContent = word(document.execCommand("copy") ? "copied" : "select_it");
  }
}

find(document, ".copy").addEventListener("click", () => void copy());
find(document, ".print").addEventListener("click", () => print());
find(document, ".again").addEventListener("click", () => void run());
void run();
