/** Bringing a block to life. One that fails stays readable, and never stops the page or the others. */

import { COMPONENTS } from "../blocks/index";
import { blockOf } from "./answers";
import { all, icon, make } from "./screen-dom";
import type { BlockData, Player } from "./types";

export function enliven(element: HTMLElement, player: Player): void {
  const behaviour = COMPONENTS[element.dataset.kind ?? ""];
  if (behaviour) new Part(element, player).begin(behaviour);
}

/** A handler that fails is told of to the window alone, while its event is under way. */
export function heedFailures(): void {
  addEventListener("error", (event) => {
    const deed = deeds.filter(isUnderWay).pop();
    if (!deed) return;
    event.preventDefault();
    deed.part.giveUp(event.error);
  });
}

/** Something that the learner does, on its way through the page to the part it is done with. */
interface Deed {
  event: Event;
  part: Part;
}

let deeds: Deed[] = [];

/** The kinds of deeds that blocks listen for. */
const DEEDS = [
  "click", "submit", "input", "change", "keydown",
  "pointerdown", "pointermove", "lostpointercapture",
];

function isUnderWay({ event }: Deed): boolean {
  return event.eventPhase !== Event.NONE;
}

/** A document in which nothing is loaded or runs. */
const shelf = document.implementation.createHTMLDocument("");

/** A block in the page. */
class Part {
  /** The block as it is without the script. */
  private readonly plain = shelf.importNode(this.element, true);
  private hasFailed = false;

  constructor(
    private readonly element: HTMLElement,
    private readonly player: Player,
  ) {}

  begin(behaviour: (typeof COMPONENTS)[string]): void {
    const { kind = "", block = "" } = this.element.dataset;
    const nameless: BlockData = { id: "", kind, code: "", iri: "", codes: {} };
    const data = blockOf(this.player.data, block) ?? nameless;
    for (const deed of DEEDS) this.element.addEventListener(deed, (event) => this.see(event), true);
    this.attempt(() => behaviour(this.element, data, this.ownPlayer()));
  }

  /** The block is as it is without the script, says so where it asks, and holds nothing up. */
  giveUp(error: unknown): void {
    if (this.hasFailed) return;
    this.hasFailed = true;
    console.error(error);
    const hadFocus = this.element.contains(document.activeElement);
    this.makePlain();
    const said = this.say() ?? this.element;
    if (hadFocus) {
      said.tabIndex = -1;
      said.focus();
    }
    // Where a poll is asked again, it has been answered.
    if ("again" in this.element.dataset) return;
    this.player.dispatch({ type: "let-go", block: this.element.dataset.block ?? "" });
  }

  private makePlain(): void {
    const { element, plain } = this;
    const written = all<HTMLTextAreaElement>(element, "textarea").map(({ value }) => value);
    element.className = plain.className;
    element.replaceChildren(...plain.childNodes);
    for (const part of [element, ...all(element, ".block")]) part.classList.add("is-plain");
    all<HTMLTextAreaElement>(element, "textarea").forEach((text, at) => {
      text.value = written[at] ?? "";
      // Nobody writes in vain.
      text.readOnly = true;
    });
  }

  private say(): HTMLElement | undefined {
    if (!this.element.querySelector(".question, .scenario, .quiz")) return undefined;
    const words = make("span", "", this.player.word("broken"));
    const said = make("p", "news", icon("again"), words);
    this.element.prepend(said);
    return said;
  }

  /** Notes what is done with the block, as long as it works; then only its links do anything. */
  private see(event: Event): void {
    if (!this.hasFailed) {
      deeds = [...deeds.filter(isUnderWay), { event, part: this }];
    } else if (!(event.target as Element).closest("a")) {
      event.stopPropagation();
      if (event.type === "submit") event.preventDefault();
    }
  }

  /** The player as the block has it: what fails there, at whatever news, goes no further. */
  private ownPlayer(): Player {
    const { player } = this;
    const own = Object.create(player) as Player;
    own.dispatch = (action) => player.dispatch(action);
    own.subscribe = (listener) => player.subscribe((state) => this.attempt(() => listener(state)));
    own.onSaving = (listener) => player.onSaving((saving) => this.attempt(() => listener(saving)));
    return own;
  }

  private attempt(act: () => void): void {
    try {
      if (!this.hasFailed) act();
    } catch (error) {
      this.giveUp(error);
    }
  }
}
