import type { Field } from "./field.ts";

/** Names in `profiles` of a service. */
export function profilesOf(service: Field): string[] {
  return (
    service
      .child("profiles")
      ?.items()
      .flatMap((item) => (item.text ? [item.text] : [])) ?? []
  );
}

/** Services without profiles, and those with one of the active ones. `*` activates all. */
export function isActive(service: Field, active: readonly string[]): boolean {
  const profiles = profilesOf(service);
  return profiles.length === 0 || profiles.some((profile) => active.includes(profile) || active.includes("*"));
}
