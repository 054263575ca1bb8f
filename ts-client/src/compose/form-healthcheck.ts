import { DEFAULTS, SECOND } from "./canonical-limits.ts";
import type { CanonicalHealthcheck } from "./canonical-spec.ts";
import type { Place } from "./place.ts";
import { child, itemsOf } from "./place.ts";
import type { Values } from "./values.ts";

const HELP = "write it as [CMD, program, argument], [CMD-SHELL, line], one line of text, or [NONE]";

export function formHealthcheck(place: Place | undefined, values: Values): CanonicalHealthcheck | undefined {
  if (!place || place.node.kind !== "map") return undefined;
  const test = healthTest(child(place, "test"), values);
  if (values.flag(child(place, "disable")) || test?.[0] === "NONE") return { disable: true };
  const interval = values.duration(child(place, "interval"));
  if (interval !== undefined && interval !== 0 && interval < SECOND) values.error("DAO2313", child(place, "interval")!, "is below 1 s", "choose 1s or more");
  const timeout = values.duration(child(place, "timeout"));
  const retries = values.integer(child(place, "retries"), 0, 1_000_000);
  const startPeriod = values.duration(child(place, "start_period"));
  const startInterval = values.duration(child(place, "start_interval"));
  const check: CanonicalHealthcheck = {
    ...(test === undefined ? {} : { test }),
    ...(!interval || interval === DEFAULTS.healthInterval ? {} : { interval }),
    ...(!timeout || timeout === DEFAULTS.healthTimeout ? {} : { timeout }),
    ...(!retries || retries === DEFAULTS.healthRetries ? {} : { retries }),
    ...(startPeriod ? { start_period: startPeriod } : {}),
    ...(startInterval ? { start_interval: startInterval } : {}),
  };
  for (const name of ["timeout", "start_period", "start_interval"] as const) {
    if (check[name] !== undefined && check[name] < 1_000_000) values.error("DAO2313", child(place, name)!, "is below 1 ms", "choose 1ms or more");
  }
  if (Object.keys(check).length > 0) return check;
  return values.errorAtKey("DAO2128", place, "has no test and nothing that differs from the defaults", "add test, or remove the healthcheck");
}

function healthTest(place: Place | undefined, values: Values): string[] | undefined {
  if (!place) return undefined;
  if (place.node.kind === "scalar") return place.node.text === "" ? undefined : ["CMD-SHELL", place.node.text];
  const test = itemsOf(place).map((item) => values.text(item) ?? "");
  if (test.length === 0) return undefined;
  const usable = test[0] === "NONE" || (test[0] === "CMD" && test.length > 1) || (test[0] === "CMD-SHELL" && test.length === 2);
  if (!usable) values.error("DAO2128", place, "is not a healthcheck test", HELP);
  return test;
}
