import { shorten } from "./field.ts";
import type { Field } from "./field.ts";
import { parseInteger, parseMode } from "./units.ts";

/** `mode` of a config, secret or mount. */
export function modeOf(field: Field | undefined): number | undefined {
  if (field?.text === undefined) return undefined;
  const isNumber = field.node.kind === "scalar" && typeof field.node.value === "number";
  const mode = isNumber ? parseInteger(field.text) : parseMode(field.text);
  if (mode !== undefined && mode >= 0 && mode <= 0o7777) return mode;
  field.error("DAO2123", `${field.name} is "${shorten(field.text)}", which is not permission bits`, "as 0440");
  return undefined;
}

/** `uid` or `gid` of a config or secret. */
export function ownerOf(field: Field | undefined): number | undefined {
  if (field?.text === undefined) return undefined;
  const number = parseInteger(field.text);
  if (number !== undefined && number >= 0 && number <= 0xffff_fffe) return number;
  field.error("DAO2123", `${field.name} is "${shorten(field.text)}", which is not a number`, 'as "103": names differ between images and devices');
  return undefined;
}
