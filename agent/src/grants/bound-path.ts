/** The path of `bind PATH ro` or `bind PATH rw`; undefined for any other text. It may hold blanks: the mode is the last word. */
export function boundPath(text: string): string | undefined {
  return /^bind (?<path>\/.*) r[ow]$/.exec(text)?.groups?.["path"];
}
