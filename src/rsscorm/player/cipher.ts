/**
 * What waits on this device is sealed with a key that is in the learner's resume data alone:
 * nobody else at this browser can read it, nor tell whose it is or what it belongs to.
 */

const KEY_BYTES = 16;
const IV_BYTES = 12;

/** `crypto.subtle` is absent on plain http. */
export function canSeal(): boolean {
  return Boolean(crypto.subtle);
}

/** Whether something sealed can stay on this device: reading `localStorage` may throw. */
export function canKeep(): boolean {
  try {
    return canSeal() && Boolean(localStorage);
  } catch {
    return false;
  }
}

/** 22 characters of base64url, as the resume data has room for. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  return toBase64(bytes).replace(/\+/g, "-").replace(/\//g, "_").slice(0, 22);
}

/** Seals a text with a key of `newKey`; never twice in the same way. */
export async function seal(key: string, text: string): Promise<string> {
  return sealWith(await cipherOf(key), text);
}

/** The text that was sealed; rejects where the key is another one, or a sign has changed. */
export async function unseal(key: string, sealed: string): Promise<string> {
  return unsealWith(await cipherOf(key), sealed);
}

/** Where something of this key is to be kept: not even what it belongs to can be read there. */
export async function placeOf(key: string, name: string): Promise<string> {
  const bytes = new Uint8Array(await hash(`place|${key}|${name}`));
  return [...bytes.slice(0, KEY_BYTES)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function sealWith(cipher: CryptoKey, text: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const words = new TextEncoder().encode(text);
  const secret = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, cipher, words);
  return toBase64(new Uint8Array([...iv, ...new Uint8Array(secret)]));
}

export async function unsealWith(cipher: CryptoKey, sealed: string): Promise<string> {
  const bytes = fromBase64(sealed);
  const iv = bytes.slice(0, IV_BYTES);
  const words = bytes.slice(IV_BYTES);
  return new TextDecoder().decode(
    await crypto.subtle.decrypt({ name: "AES-GCM", iv }, cipher, words),
  );
}

async function cipherOf(key: string): Promise<CryptoKey> {
  const bytes = await hash(`text|${key}`);
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

function hash(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}
