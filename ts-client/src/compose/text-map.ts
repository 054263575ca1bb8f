import type { Field } from "./field.ts";

/** `name=value` lists and mappings as one mapping of texts; a name without value has the empty text. */
export function textMap(field: Field): Record<string, string> {
  const values = Object.create(null) as Record<string, string>;
  for (const pair of field.pairs()) values[pair.path.at(-1)!] = pair.text ?? "";
  return values;
}
