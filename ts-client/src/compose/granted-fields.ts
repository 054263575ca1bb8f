import { compareBytes, sortedUnique } from "./byte-order.ts";
import * as names from "./canonical-names.ts";
import { isDevice } from "./canonical-schema.ts";
import type { CanonicalBlkio, CanonicalDevice, CanonicalGpu, CanonicalThrottle } from "./canonical-spec.ts";
import type { DraftService } from "./draft.ts";
import type { Field } from "./field.ts";
import { shorten } from "./field.ts";
import { textMap } from "./text-map.ts";

/** Keys that a service gets only with the consent of the device's owner. */
export const GRANTED_FIELDS: Readonly<Record<string, (field: Field, draft: DraftService) => void>> = {
  blkio_config: (field, draft) => {
    const blkio = readBlkio(field);
    if (Object.keys(blkio).length > 0) draft.blkio_config = blkio;
  },
  device_cgroup_rules: (field, draft) => {
    const rules = field.items().flatMap((item) => {
      // The order of the letters has no meaning.
      const rule = item.text?.replace(/[rwm]+$/, (letters) => ["r", "w", "m"].filter((letter) => letters.includes(letter)).join(""));
      if (rule !== undefined && names.DEVICE_RULE.test(rule)) return [rule];
      item.error("DAO2103", `${item.name} is "${shorten(item.text ?? "")}"`, "as c 188:* rmw");
      return [];
    });
    if (rules.length > 0) draft.device_cgroup_rules = sortedUnique(rules);
  },
  devices: (field, draft) => {
    const devices = new Map<string, CanonicalDevice>();
    for (const item of field.items()) {
      const device = item.node.kind === "map" ? longDevice(item) : shortDevice(item);
      if (device) devices.set(device.target, device);
    }
    if (devices.size > 0) draft.devices = [...devices.values()].sort((a, b) => compareBytes(a.target, b.target));
  },
  gpus: (field, draft) => {
    const gpus =
      field.text === "all"
        ? [{ capabilities: ["gpu"], count: -1 }]
        : field.node.kind === "scalar"
          ? []
          : field.items().flatMap((item) => readGpu(item, true) ?? []);
    if (gpus.length === 0 && field.text !== undefined) field.error("DAO2103", `${field.name} is "${shorten(field.text)}"`, "all, or a list");
    addGpus(draft, gpus);
  },
  privileged: (field, draft) => {
    if (field.boolean() === true) draft.privileged = true;
  },
  runtime: (field, draft) => {
    if (!field.text) return;
    if (names.RUNTIME.test(field.text)) draft.runtime = field.text;
    else field.error("DAO2129", `${field.name} is "${shorten(field.text)}", which is not a usable name`);
  },
  security_opt: (field, draft) => {
    const options = field.items().flatMap((item) => (item.text === undefined ? [] : (securityOption(item, item.text) ?? [])));
    if (options.length > 0) draft.security_opt = sortedUnique(options);
  },
  storage_opt: (field, draft) => {
    const options = textMap(field);
    if (Object.keys(options).length > 0) draft.storage_opt = options;
  },
};

/** `/dev/ttyUSB0`, `/dev/a:/dev/b`, `/dev/a:/dev/b:rw`, `vendor.com/class=name`. */
function shortDevice(item: Field): CanonicalDevice | undefined {
  const { text } = item;
  if (text === undefined) return undefined;
  if (!text.startsWith("/")) return device(item, text, text, undefined);
  const [source = "", target = source, permissions, ...more] = text.split(":");
  return more.length > 0 ? device(item, text, text, undefined) : device(item, source, target, permissions);
}

function longDevice(item: Field): CanonicalDevice | undefined {
  const source = item.child("source")?.text;
  const target = item.child("target")?.text ?? (source?.startsWith("/") === false ? source : undefined);
  if (source === undefined) return undefined;
  if (target !== undefined) return device(item, source, target, item.child("permissions")?.text);
  item.error("DAO2104", `${item.name} needs target`, `as target: ${shorten(source)}`);
  return undefined;
}

function device(item: Field, source: string, target: string, permissions: string | undefined): CanonicalDevice | undefined {
  if (!isDevice(source) || !isDevice(target)) {
    item.error("DAO2125", `${item.name} is "${shorten(source)}", which is not a device`, "as /dev/ttyUSB0, /dev/ttyUSB0:/dev/tty0:rw or vendor.com/class=name");
    return undefined;
  }
  const letters = permissions === undefined ? "rwm" : ["r", "w", "m"].filter((letter) => permissions.includes(letter)).join("");
  if (letters === "" || (permissions !== undefined && /[^rwm]/.test(permissions))) {
    item.error("DAO2103", `${item.name} has the permissions "${shorten(permissions ?? "")}"`, "letters of rwm");
    return undefined;
  }
  return { source, target, ...(letters === "rwm" ? {} : { permissions: letters }) };
}

/** An entry of `gpus` or of `deploy.resources.reservations.devices`. */
export function readGpu(item: Field, always: boolean): CanonicalGpu | undefined {
  const words = (field: Field | undefined): string[] =>
    (field?.items() ?? []).flatMap((word) => {
      if (word.text !== undefined && names.GPU_WORD.test(word.text)) return [word.text];
      word.error("DAO2129", `${word.name} is "${shorten(word.text ?? "")}", which is not a usable name`);
      return [];
    });
  const capabilities = sortedUnique([...words(item.child("capabilities")), ...(always ? ["gpu"] : [])]);
  if (capabilities.length === 0) return undefined;
  const gpu: CanonicalGpu = { capabilities };
  const countField = item.child("count");
  const ids = sortedUnique(words(item.child("device_ids")));
  if (countField && ids.length > 0) {
    countField.error("DAO2117", `${item.name} has both count and device_ids`, "remove one of them");
    return undefined;
  }
  if (ids.length > 0) gpu.device_ids = ids;
  else {
    const count = countField === undefined || countField.text === "all" ? -1 : countField.integer(-1, 1024);
    if (count === undefined || count === 0) return undefined;
    gpu.count = count;
  }
  const driver = item.child("driver");
  if (driver?.text) {
    if (names.GPU_WORD.test(driver.text)) gpu.driver = driver.text;
    else driver.error("DAO2129", `${driver.name} is "${shorten(driver.text)}", which is not a usable name`);
  }
  const options = item.child("options");
  const map = options ? textMap(options) : {};
  if (Object.keys(map).length > 0) gpu.options = map;
  return gpu;
}

export function addGpus(draft: DraftService, gpus: readonly CanonicalGpu[]): void {
  if (gpus.length > 0) draft.gpus = [...(draft.gpus ?? []), ...gpus];
}

/** `name=value` of a security option; undefined for the one that always holds and for what was refused. */
function securityOption(item: Field, text: string): string | undefined {
  const match = /^([a-z-]+)(?:[=:](.*))?$/.exec(text);
  const name = match?.[1] ?? "";
  const value = match?.[2];
  if (name === "no-new-privileges" && (value === undefined || value === "true")) return undefined;
  const option = `${name}=${value ?? ""}`;
  if (name === "seccomp" && value !== undefined && value !== "unconfined" && value !== "builtin") {
    item.error("DAO2317", `${item.name} names a seccomp profile`, "remove it: the Engine's own profile holds; unconfined needs a grant");
    return undefined;
  }
  if (names.SECURITY_OPTION.test(option)) return option;
  item.error("DAO2317", `${item.name} is "${shorten(text)}"`, "known: no-new-privileges, apparmor, label, seccomp, systempaths");
  return undefined;
}

function readBlkio(field: Field): CanonicalBlkio {
  const blkio: CanonicalBlkio = {};
  const weight = field.child("weight")?.integer(0, 1000);
  if (weight !== undefined && weight >= 10) blkio.weight = weight;
  else if (weight) field.child("weight")!.error("DAO2313", `${field.name}.weight is ${weight}`, "allowed: 10 to 1000");
  const weights = new Map<string, { path: string; weight: number }>();
  for (const item of field.child("weight_device")?.items() ?? []) {
    const path = diskPath(item);
    const value = item.child("weight")?.integer(10, 1000);
    if (path && value) weights.set(path, { path, weight: value });
  }
  if (weights.size > 0) blkio.weight_device = sortedByPath(weights);
  for (const key of ["device_read_bps", "device_read_iops", "device_write_bps", "device_write_iops"] as const) {
    const rates = new Map<string, CanonicalThrottle>();
    for (const item of field.child(key)?.items() ?? []) {
      const path = diskPath(item);
      const rate = key.endsWith("bps") ? item.child("rate")?.bytes() : item.child("rate")?.integer(1, Number.MAX_SAFE_INTEGER);
      if (path && rate) rates.set(path, { path, rate });
    }
    if (rates.size > 0) blkio[key] = sortedByPath(rates);
  }
  return blkio;
}

function diskPath(item: Field): string | undefined {
  const path = item.child("path");
  if (path?.text === undefined || (path.text.startsWith("/") && isDevice(path.text))) return path?.text;
  path.error("DAO2125", `${path.name} is "${shorten(path.text)}", which is not a device`, "as /dev/sda");
  return undefined;
}

function sortedByPath<T extends { path: string }>(items: ReadonlyMap<string, T>): T[] {
  return [...items.values()].sort((a, b) => compareBytes(a.path, b.path));
}
