import { isNull } from "./node.ts";
import type { Place } from "./place.ts";
import { entriesOf } from "./place.ts";
import type { Values } from "./values.ts";
import { SERVICE_KEYS, TOP_LEVEL_KEYS } from "./verdicts.ts";
import type { KeyVerdict } from "./verdicts.ts";

/** Refuses every key of a service that the table does not let through. */
export function checkServiceKeys(service: Place, values: Values): void {
  checkKeys(service, SERVICE_KEYS, values);
}

/** The same for the top level. */
export function checkTopLevelKeys(root: Place, values: Values): void {
  checkKeys(root, TOP_LEVEL_KEYS, values);
  for (const [name, field] of entriesOf(root)) {
    if (name === "version") values.notice("DAO2391", field, "has no effect and was dropped");
  }
}

function checkKeys(place: Place, table: Readonly<Record<string, KeyVerdict>>, values: Values): void {
  for (const [name, field] of entriesOf(place)) {
    const verdict = Object.hasOwn(table, name) ? table[name] : undefined;
    if (!verdict || verdict.works || isNull(field.node)) continue;
    if (verdict.verdict === "refuse") values.errorAtKey("DAO2304", field, "is not supported", verdict.help, verdict.rule);
    else if (verdict.verdict === "grant") values.errorAtKey("DAO2302", field, "needs the consent of the device's owner", verdict.help, verdict.rule);
    else values.errorAtKey("DAO2301", field, "does not work yet", verdict.help, verdict.rule);
  }
}
