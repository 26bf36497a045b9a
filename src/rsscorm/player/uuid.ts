/** UUIDs (RFC 9562), synchronous and without `crypto.subtle`, which plain http pages lack. */

/** A random one (version 4). */
export function randomUuid(): string {
  return formatted(crypto.getRandomValues(new Uint8Array(16)), 4);
}

/** The one that a name has in a namespace (version 5): the same for the same name for ever. */
export function namedUuid(namespace: string, name: string): string {
  const space = namespace.match(/[\da-f]{2}/g) ?? [];
  const bytes = [...space.map((pair) => parseInt(pair, 16)), ...new TextEncoder().encode(name)];
  return formatted(sha1(bytes).slice(0, 16), 5);
}

function formatted(bytes: Uint8Array, version: number): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4);
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** SHA-1 (FIPS 180-4, 6.1), which UUIDs of version 5 are made with; it guards nothing here. */
function sha1(message: number[]): Uint8Array {
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  const words = padded(message);
  for (let block = 0; block < words.length; block += 16) {
    mix(state, words.slice(block, block + 16));
  }
  const digest = new DataView(new ArrayBuffer(20));
  state.forEach((word, at) => digest.setUint32(4 * at, word));
  return new Uint8Array(digest.buffer);
}

function padded(message: number[]): number[] {
  const words: number[] = new Array<number>(((message.length + 8) >> 6) * 16 + 16).fill(0);
  [...message, 0x80].forEach((byte, at) => {
    words[at >> 2] = (words[at >> 2] ?? 0) | (byte << (24 - 8 * (at % 4)));
  });
  words[words.length - 1] = 8 * message.length;
  return words;
}

function mix(state: number[], words: number[]): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
  for (let round = 0; round < 80; round += 1) {
    if (round >= 16)
      words.push(turn(word(words, 3) ^ word(words, 8) ^ word(words, 14) ^ word(words, 16), 1));
    const [mixed, constant] = [
      [(b & c) | (~b & d), 0x5a827999],
      [b ^ c ^ d, 0x6ed9eba1],
      [(b & c) | (b & d) | (c & d), 0x8f1bbcdc],
      [b ^ c ^ d, 0xca62c1d6],
    ][Math.floor(round / 20)] as [number, number];
    const next = (turn(a, 5) + mixed + e + constant + (words[round] ?? 0)) | 0;
    [e, d, c, b, a] = [d, c, turn(b, 30), a, next];
  }
  [a, b, c, d, e].forEach((value, at) => (state[at] = ((state[at] ?? 0) + value) | 0));
}

function word(words: number[], back: number): number {
  return words[words.length - back] ?? 0;
}

function turn(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
