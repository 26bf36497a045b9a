/**
 * Scenarios: scenes appear one under another as a path, each with what was chosen and what was
 * said of it, until an ending.
 */

import { answerTo } from "../player/answers";
import { all, find, icon, make } from "../player/screen-dom";
import { isEnding, scenesOn } from "../player/state";
import type { Behaviour, BlockData, Player } from "../player/types";

export const behaviour: Behaviour = (element, block, player) => {
  const scenes = find(element, ".scenes");
  const byId = new Map(all(scenes, ".scene").map((scene) => [scene.dataset.scene ?? "", scene]));
  /** On to what is said of the chosen option, or else straight to where the path has led. */
  const go = (path: string[], chosen?: HTMLElement): void => {
    player.dispatch({ type: "answer", block: block.id, value: path });
    const last = byId.get(scenesOn(block, path).pop() ?? "");
    const said = chosen?.querySelector<HTMLElement>(".turn-said");
    last?.scrollIntoView({ block: "nearest" });
    (said ?? last?.querySelector<HTMLElement>(".scene-words"))?.focus();
  };
  const path = (): string[] => answerTo(player.state, block.id).value;
  for (const [id, scene] of byId) {
    for (const option of all(scene, "[data-option]")) {
      find(option, ".turn").addEventListener("click", () => {
        const steps = scenesOn(block, path()).indexOf(id);
        go([...path().slice(0, steps), option.dataset.option ?? ""], option);
      });
    }
  }
  find(element, ".again").addEventListener("click", () => go([]));
  find(element, ".ending p").textContent = player.word("ending");
  player.subscribe(() => show(element, block, player, byId, path()));
};

function show(
  element: HTMLElement,
  block: BlockData,
  player: Player,
  scenes: Map<string, HTMLElement>,
  path: string[],
): void {
  const passed = scenesOn(block, path);
  for (const scene of scenes.values()) scene.classList.remove("is-on");
  passed.forEach((id, place) => {
    const scene = scenes.get(id);
    if (!scene) return;
    scene.classList.add("is-on");
    if (scene.parentElement?.children[place] !== scene) {
      scene.parentElement?.insertBefore(scene, scene.parentElement.children[place] ?? null);
    }
    showTurns(scene, player, path[place]);
  });
  find(element, ".ending").hidden = !isEnding(block, path);
}

function showTurns(scene: HTMLElement, player: Player, chosen: string | undefined): void {
  for (const option of all(scene, "[data-option]")) {
    const isChosen = option.dataset.option === chosen;
    option.hidden = chosen !== undefined && !isChosen;
    option.classList.toggle("is-chosen", isChosen);
    const turn = find<HTMLButtonElement>(option, ".turn");
    turn.disabled = isChosen;
    turn.querySelector(".mark")?.remove();
    if (isChosen) turn.append(make("span", "mark", icon("dot"), player.word("you_chose")));
  }
}
