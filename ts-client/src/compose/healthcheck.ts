import type { CanonicalHealthcheck } from "./canonical-spec.ts";
import type { Field } from "./field.ts";
import { shorten } from "./field.ts";

const SECOND = 1_000_000_000;
const MILLISECOND = 1_000_000;

/** Undefined where the file changes nothing about the image's own healthcheck. */
export function readHealthcheck(field: Field): CanonicalHealthcheck | undefined {
  if (field.child("disable")?.boolean() === true) return { disable: true };
  const check: CanonicalHealthcheck = {};
  const test = readTest(field.child("test"));
  if (test === "none") return { disable: true };
  if (test) check.test = test;
  for (const key of ["interval", "timeout", "start_period", "start_interval"] as const) {
    const child = field.child(key);
    const value = child?.duration();
    if (!child || !value) continue;
    const least = key === "interval" ? SECOND : MILLISECOND;
    if (value < least)
      child.error("DAO2313", `${child.name} is ${child.text}`, `at least ${least === SECOND ? "1s" : "1ms"}`);
    else check[key] = value;
  }
  const retries = field.child("retries")?.integer(0, 1_000_000);
  if (retries) check.retries = retries;
  return Object.keys(check).length === 0 ? undefined : check;
}

function readTest(field: Field | undefined): string[] | "none" | undefined {
  if (!field) return undefined;
  if (field.node.kind !== "seq")
    return field.text === undefined || field.text === "" ? undefined : ["CMD-SHELL", field.text];
  const [first, ...rest] = field.items().map((item) => item.text ?? "");
  if (first === undefined) return undefined;
  if (first === "NONE") return "none";
  if (first !== "CMD" && first !== "CMD-SHELL") {
    field.error(
      "DAO2128",
      `${field.name} starts with "${shorten(first)}"`,
      "a list starts with CMD, CMD-SHELL or NONE; or write the test as one text",
    );
    return undefined;
  }
  if (rest.length === 0 || (first === "CMD-SHELL" && rest.length > 1)) {
    field.error(
      "DAO2128",
      `${field.name} has ${rest.length === 0 ? "no command" : "more than one text"} after ${first}`,
      'as [CMD, curl, -f, http://localhost] or [CMD-SHELL, "curl -f http://localhost"]',
    );
    return undefined;
  }
  return [first, ...rest];
}
