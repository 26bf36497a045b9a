/**
 * The LMS's side of a launch in a browser: its line to the server that keeps the records.
 *
 * As a classic script it sets the globals of its last line. The server is `lms.py`.
 */

import { Referee } from "./api";
import type { Breach, Call, Options } from "./api";
import { FAULTS, GROUPS } from "./faults";
import type { Fired, Network } from "./faults";
import type { Attempt, Learner, Mode, Sco } from "./record";

/** What the server says of a launch. */
export interface Launch {
  /** Where this launch's record, log and network are. */
  readonly url: string;
  readonly learner: Learner;
  readonly sco: Sco;
  readonly attempt: Attempt;
  readonly mode?: Mode;
  readonly faults?: readonly string[];
}

/** What is told of a session; the server asks for no more than it lacks. */
export interface Told {
  readonly log: readonly Call[];
  readonly breaches: readonly Breach[];
  readonly fired: readonly Fired[];
}

/** The launch that the server wrote into the page. */
export function launchOfPage(): Launch {
  return JSON.parse(document.getElementById("launch")!.textContent!) as Launch;
}

/** Saves the learner's record, as LMSs do, and reports what happens in the session. */
export class Line {
  isLeaving = false;
  told: Told = { log: [], breaches: [], fired: [] };
  private hasLeft = false;
  private reported = 0;
  private scheduled = false;
  private turn = 0;

  constructor(private readonly url: string) {
    for (const event of ["beforeunload", "pagehide"]) {
      window.addEventListener(event, () => {
        this.isLeaving = true;
        this.report();
      });
    }
    // Whoever stays after all, or is brought back, goes on as before.
    window.addEventListener("pageshow", () => (this.isLeaving = false));
  }

  /**
   * Notices when the content has gone with the page, and can say no more: its own "unload" is the
   * last that it hears. A page that it only leaves for another of its own is not the end.
   */
  watch(frame: HTMLIFrameElement): void {
    const gone = (): void => {
      if (!this.isLeaving) return;
      this.hasLeft = true;
      this.report();
    };
    const listen = (): void =>
      frame.contentDocument?.defaultView?.addEventListener("unload", gone);
    frame.addEventListener("load", listen);
    listen();
  }

  /** What is saved, and which save it is: two beacons may overtake each other. */
  saved(runtimeData: Attempt): { runtimeData: Attempt; turn: number } {
    this.turn += 1;
    return { runtimeData, turn: this.turn };
  }

  /** A synchronous request, as LMSs make it; a beacon once the page is going away. */
  save(attempt: Attempt): boolean {
    const url = `${this.url}/attempt`;
    const body = JSON.stringify(this.saved(attempt));
    if (this.isLeaving) return navigator.sendBeacon(url, body);
    try {
      return send(url, body);
    } catch {
      // Browsers forbid synchronous requests while a page goes; offline, nothing can be done.
      return navigator.onLine && navigator.sendBeacon(url, body);
    }
  }

  /** From now on the content's own requests meet this. */
  meet(network: Network): void {
    try {
      send(`${this.url}/network`, JSON.stringify(network));
    } catch {
      navigator.sendBeacon(`${this.url}/network`, JSON.stringify(network));
    }
  }

  /** Report in a moment, all calls of a task at once: beacons together have room for 64 kB. */
  reportSoon(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(() => this.report());
  }

  /** Sends what the server has not yet confirmed; the server puts doubles and gaps right. */
  private report(): void {
    this.scheduled = false;
    const { log, breaches, fired } = this.told;
    const from = this.reported;
    const sent = log.length;
    const left = this.hasLeft;
    if (from === sent && !fired.length && !left) return;
    const url = `${this.url}/log`;
    const calls = log.slice(from);
    const body = JSON.stringify({ from, calls, breaches, fired, left, saves: this.turn });
    if (this.isLeaving) {
      navigator.sendBeacon(url, body);
      return;
    }
    const confirm = (response: Response): void => {
      if (response.ok) this.reported = Math.max(this.reported, sent);
    };
    fetch(url, { method: "POST", body }).then(confirm, () => {});
  }
}

/** The referee of a launch, on its line: in this window as `API`, and its switches as `referee`. */
export function launchReferee(launch: Launch, line: Line, onCall: () => void = () => {}): Referee {
  const { learner, sco, attempt, mode, faults = [] } = launch;
  const options: Options = {
    learner, sco, attempt, faults,
    ...(mode && { mode }),
    save: (record) => line.save(record),
    network: (network) => line.meet(network),
    isLeaving: () => line.isLeaving,
    onCall: () => {
      line.reportSoon();
      onCall();
    },
  };
  const made = new Referee(options);
  line.told = made;
  made.install(window);
  Object.assign(window, { referee: made });
  return made;
}

function send(url: string, body: string): boolean {
  const request = new XMLHttpRequest();
  request.open("POST", url, false);
  request.send(body);
  return request.status >= 200 && request.status < 300;
}

Object.assign(globalThis, { FAULTS, GROUPS, Referee, Line, launchOfPage, launchReferee });
