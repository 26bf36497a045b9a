/**
 * The recovery file: a learner's answers on their own device, for when a learning system fails.
 * It opens for the same learner in the same module alone, and what it holds is only filled in
 * (`state.ts`, `takeUp`): it never restores a completion, a score or a pass.
 */

import { fromBase64, sealWith, toBase64, unsealWith } from "./cipher";
import { decode, encode } from "./resume";
import type { ModuleData, Recovery, State } from "./types";

const FORM = "rsscorm-recovery-1";
const ROUNDS = 310_000;
const SALT_BYTES = 16;
/** No file of ours comes near; a larger one is not read at all. */
const LONGEST = 100_000;

interface File {
  form: typeof FORM;
  salt: string;
  sealed: string;
}

/** `takeUp` gets the answers of a file, and gives how many of them were filled in. */
export function recoveryFor(
  data: ModuleData,
  learner: string,
  state: () => State,
  takeUp: (from: State) => number,
): Recovery {
  return {
    async make() {
      const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
      // Without the key, which opens what else waits on this device.
      const text = encode(data, { ...state(), key: "" });
      const sealed = await sealWith(await cipherFor(data, learner, salt), text);
      const file: File = { form: FORM, salt: toBase64(salt), sealed };
      return new Blob([JSON.stringify(file)], { type: "application/json" });
    },
    async takeUp(blob) {
      if (blob.size > LONGEST) throw new Error("This is no recovery file");
      const file = JSON.parse(await blob.text()) as File;
      if (file.form !== FORM) throw new Error("This is no recovery file");
      const cipher = await cipherFor(data, learner, fromBase64(file.salt));
      return takeUp(decode(data, await unsealWith(cipher, file.sealed)));
    },
  };
}

/** Bound to learner and module: made of both, so that nobody else's file opens. */
async function cipherFor(
  data: ModuleData, learner: string, salt: Uint8Array<ArrayBuffer>,
): Promise<CryptoKey> {
  const words = new TextEncoder().encode(JSON.stringify([data.id, learner]));
  const from = await crypto.subtle.importKey("raw", words, "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  const cipher = { name: "AES-GCM", length: 256 };
  return crypto.subtle.deriveKey(how, from, cipher, false, ["encrypt", "decrypt"]);
}
