import { DEFAULTS } from "./canonical-limits.ts";
import { LOG_DRIVER } from "./canonical-names.ts";
import type { CanonicalLogging } from "./canonical-spec.ts";
import type { DraftService } from "./draft.ts";
import type { Field } from "./field.ts";
import { shorten } from "./field.ts";
import { textMap } from "./text-map.ts";
import { parseDecimalBytes, parseInteger } from "./units.ts";
import { OWN_LOG_DRIVERS } from "./verdicts.ts";

const MOST_BYTES = 100 * 1024 * 1024;
const MOST_FILES = 10;
/** What the two drivers know; all but the sizes only decorates what other programs read. */
const KNOWN_OPTIONS = new Set(["max-size", "max-file", "compress", "tag", "labels", "labels-regex", "env", "env-regex", "mode"]);

/** `logging`: driver `local`, `json-file` (also where only options are given) or `none`, sizes capped. */
export function readLogging(field: Field, draft: DraftService): void {
  const driverField = field.child("driver");
  const driver = driverField?.text ?? "json-file";
  if (!OWN_LOG_DRIVERS.includes(driver)) {
    otherDriver(field, driverField!, driver, draft);
    return;
  }
  const logging: CanonicalLogging = { driver };
  const sizes: { max_size: number; max_file: number } = {
    max_size: DEFAULTS.logMaxSize,
    max_file: DEFAULTS.logMaxFile,
  };
  for (const option of field.child("options")?.pairs() ?? []) {
    const key = option.path.at(-1)!;
    const { text } = option;
    if (text === undefined) continue;
    if (driver === "none" || !KNOWN_OPTIONS.has(key)) {
      option.error(
        "DAO2315",
        `${option.name} is not supported`,
        "supported: max-size and max-file of local and json-file",
      );
      continue;
    }
    if (key !== "max-size" && key !== "max-file") {
      option.notice("DAO2391", `${option.name} has no effect here and was dropped`);
      continue;
    }
    const value = key === "max-size" ? parseDecimalBytes(text) : parseInteger(text);
    const most = key === "max-size" ? MOST_BYTES : MOST_FILES;
    if (value === undefined || value < 1)
      option.error("DAO2121", `${option.name} is "${shorten(text)}"`, "as max-size: 10m, max-file: 3");
    else if (value > most) option.error("DAO2313", `${option.name} is ${text}`, "at most 100m and 10 files");
    else if (key === "max-size") sizes.max_size = value;
    else sizes.max_file = value;
  }
  if (sizes.max_size !== DEFAULTS.logMaxSize) logging.max_size = sizes.max_size;
  if (sizes.max_file !== DEFAULTS.logMaxFile) logging.max_file = sizes.max_file;
  if (driver === "none") draft.logging = { driver };
  else if (driver !== "local" || Object.keys(logging).length > 1) draft.logging = logging;
}

/** Another driver of the Engine: its options are its own, and the owner of the device has a say. */
function otherDriver(field: Field, driverField: Field, driver: string, draft: DraftService): void {
  if (!LOG_DRIVER.test(driver)) {
    driverField.error("DAO2315", `${driverField.name} is "${shorten(driver)}"`, "allowed: local, json-file, none; others need a grant");
    return;
  }
  const options = field.child("options");
  const values = options ? textMap(options) : {};
  draft.logging = { driver, ...(Object.keys(values).length > 0 ? { options: values } : {}) };
}
