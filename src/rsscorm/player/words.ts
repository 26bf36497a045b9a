/** Words that the page brings, for what the script says. */

/** What stands for the `{name}` places of words. */
export type Values = Record<string, string | number>;

/** The words of a key, with what is known filled in; the key itself where it has none. */
export function filled(words: Record<string, string>, key: string, values: Values): string {
  const found = words[key] ?? key;
  return found.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
