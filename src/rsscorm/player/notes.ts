/**
 * A learner's own words: kept on this device alone, encrypted with a key that is in the resume
 * data alone. Nobody else at this browser can read them, and neither can the LMS.
 */

import type { Notes } from "./types";

export interface Keyring {
  /** The learner's key, "" before the first note. */
  key(): string;
  /** False where nothing is recorded, so that a new key would be lost. */
  readonly holds: boolean;
  /** Keeps a new key in the resume data. */
  keep(key: string): void;
}

const KEY_BYTES = 16;
const IV_BYTES = 12;

export function deviceNotes(keyring: Keyring): Notes {
  /** Of this visit: shown again on this page even where nothing can be kept. */
  const visit = new Map<string, string>();
  /** One after another, so that the latest words are the last to be stored. */
  let turn = Promise.resolve(true);
  return {
    keeps: (keyring.key() !== "" || keyring.holds) && canStore(),
    async read(block) {
      return visit.get(block) ?? (await unlocked(keyring.key(), block).catch(() => ""));
    },
    write(block, text) {
      visit.set(block, text);
      turn = turn.then(() => lock(keyring, block, text)).catch(() => false);
      return turn;
    },
  };
}

/** `crypto.subtle` is absent on plain http, and reading `localStorage` may throw. */
function canStore(): boolean {
  try {
    return Boolean(crypto.subtle && localStorage);
  } catch {
    return false;
  }
}

async function unlocked(key: string, block: string): Promise<string> {
  const stored = key && localStorage.getItem(await placeOf(key, block));
  if (!stored) return "";
  const bytes = Uint8Array.from(atob(stored), (sign) => sign.charCodeAt(0));
  const iv = bytes.slice(0, IV_BYTES);
  const text = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv },
    await cipher(key),
    bytes.slice(IV_BYTES),
  );
  return new TextDecoder().decode(text);
}

/** Storage may be full, and throws then: nothing is kept. */
async function lock(keyring: Keyring, block: string, text: string): Promise<boolean> {
  if (!keyring.key() && !keyring.holds) return false;
  const key = keyring.key() || newKey();
  const place = await placeOf(key, block);
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const words = new TextEncoder().encode(text);
  const secret = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await cipher(key), words);
  if (!keyring.key()) keyring.keep(key);
  localStorage.setItem(place, btoa(String.fromCharCode(...iv, ...new Uint8Array(secret))));
  return true;
}

/** 22 characters of base64url, as the resume data has room for. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .slice(0, 22);
}

async function cipher(key: string): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", await hash(`text|${key}`), "AES-GCM", false, [
    "encrypt",
    "decrypt",
  ]);
}

/** Named after the key too, so that not even which module it belongs to can be read. */
async function placeOf(key: string, block: string): Promise<string> {
  const bytes = new Uint8Array(await hash(`place|${key}|${block}`));
  const hex = [...bytes.slice(0, KEY_BYTES)].map((byte) => byte.toString(16).padStart(2, "0"));
  return `note-${hex.join("")}`;
}

function hash(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}
