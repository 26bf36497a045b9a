/** FNV-1a, 32 bits: to know a text again, and to see that it was altered; it guards nothing. */
export function sumOf(text: string): number {
  let sum = 2166136261;
  for (const sign of text) sum = Math.imul(sum ^ (sign.codePointAt(0) ?? 0), 16777619);
  return sum >>> 0;
}
