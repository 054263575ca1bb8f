import type { Place } from "./place.ts";
import { child, entriesOf } from "./place.ts";
import type { Values } from "./values.ts";

/** Services without profile, and those of an active one; `*` switches all on. */
export function activeServices(root: Place, profiles: readonly string[], values: Values): Set<string> {
  const active = new Set<string>();
  for (const [name, place] of entriesOf(child(root, "services"))) {
    const own = values.texts(child(place, "profiles")).map(({ text }) => text);
    if (own.length === 0 || profiles.includes("*") || own.some((profile) => profiles.includes(profile))) active.add(name);
  }
  return active;
}
