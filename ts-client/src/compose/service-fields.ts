import { sortedUnique } from "./byte-order.ts";
import { DEFAULTS, MAX_STOP_GRACE } from "./canonical-limits.ts";
import { ULIMIT } from "./canonical-names.ts";
import type { CanonicalUlimit } from "./canonical-spec.ts";
import type { DraftService } from "./draft.ts";
import type { Field } from "./field.ts";
import { shorten } from "./field.ts";
import { HOST_GATEWAY } from "./grants.ts";
import { isIpAddress } from "./ip-address.ts";
import { readHealthcheck } from "./healthcheck.ts";
import { readLogging } from "./logging.ts";
import { readExpose } from "./ports.ts";
import { shellWords, ShellWordsError } from "./shell-words.ts";
import { parseInteger } from "./units.ts";
import { textMap } from "./text-map.ts";

type Reader = (field: Field, draft: DraftService) => void;

/**
 * Keys that turn into one field of the spec without looking at anything else. The rest (images, networks, mounts, ports,
 * environment, resources, restart, dependencies) is in long-form.ts.
 */
export const SIMPLE_FIELDS: Readonly<Record<string, Reader>> = {
  cap_add: (field, draft) => put(draft, "cap_add", capabilities(field)),
  cap_drop: (field, draft) => put(draft, "cap_drop", capabilities(field)),
  cgroup: hostOrPrivate,
  command: (field, draft) => put(draft, "command", commandLine(field), true),
  dns: (field, draft) => {
    const servers = texts(field);
    for (const [index, server] of servers.entries()) {
      if (!isIpAddress(server))
        field.items()[index]!.error("DAO2130", `${field.name} has "${shorten(server)}", which is not an IP address`);
    }
    if (servers.length > 3) field.error("DAO2313", `${field.name} names ${servers.length} servers`, "at most 3");
    put(draft, "dns", servers);
  },
  dns_opt: (field, draft) => put(draft, "dns_opt", texts(field)),
  dns_search: (field, draft) => put(draft, "dns_search", texts(field)),
  domainname: (field, draft) => name(field, draft, "domainname"),
  entrypoint: (field, draft) => put(draft, "entrypoint", commandLine(field), true),
  expose: (field, draft) => put(draft, "expose", readExpose(field)),
  extra_hosts: (field, draft) => put(draft, "extra_hosts", extraHosts(field)),
  group_add: (field, draft) => {
    const groups = texts(field).filter((group, index) => {
      if (/^\d{1,10}$/.test(group) && Number(group) <= 0xffff_fffe) return true;
      field
        .items()
        [index]!.error(
          "DAO2313",
          `${field.name} names the group "${shorten(group)}"`,
          "give its number: names differ between images and devices",
        );
      return false;
    });
    put(draft, "group_add", sorted(groups.map((group) => String(Number(group)))));
  },
  healthcheck: (field, draft) => {
    const check = readHealthcheck(field);
    if (check) draft.healthcheck = check;
  },
  hostname: (field, draft) => name(field, draft, "hostname"),
  init: (field, draft) => flag(field, draft, "init"),
  ipc: (field, draft) => namespace(field, draft, "ipc"),
  logging: readLogging,
  pid: (field, draft) => namespace(field, draft, "pid"),
  platform: (field, draft) => {
    const text = field.text ?? "";
    if (/^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9.]+)?$/.test(text)) draft.platform = text;
    else field.error("DAO2103", `${field.name} is "${shorten(text)}"`, "as linux/amd64 or linux/arm/v7");
  },
  read_only: (field, draft) => flag(field, draft, "read_only"),
  stdin_open: (field, draft) => flag(field, draft, "stdin_open"),
  stop_grace_period: (field, draft) => {
    const period = field.duration();
    if (period === undefined) return;
    if (period > MAX_STOP_GRACE) field.error("DAO2313", `${field.name} is ${field.text}`, "at most 300s");
    else if (period !== DEFAULTS.stopGracePeriod) draft.stop_grace_period = period;
  },
  stop_signal: (field, draft) => {
    const text = field.text ?? "";
    if (/^(?:[A-Z][A-Z0-9]{1,9}(?:[+-]\d{1,2})?|[1-9]\d?)$/.test(text)) draft.stop_signal = text;
    else field.error("DAO2103", `${field.name} is "${shorten(text)}"`, "as SIGTERM, SIGQUIT or 15");
  },
  sysctls: (field, draft) => {
    const values = textMap(field);
    if (Object.keys(values).length > 0) draft.sysctls = values;
  },
  tty: (field, draft) => flag(field, draft, "tty"),
  ulimits: (field, draft) => {
    const limits = Object.create(null) as Record<string, CanonicalUlimit>;
    for (const limit of field.children()) {
      if (!ULIMIT.test(limit.path.at(-1)!)) {
        limit.diagnostics.error("DAO2313", `${limit.name} is not a known limit`, {
          at: limit.key,
          path: limit.path,
          help: "as nofile, nproc or memlock",
        });
        continue;
      }
      const soft = limitValue(limit.node.kind === "map" ? limit.child("soft") : limit);
      const hard = limitValue(limit.node.kind === "map" ? limit.child("hard") : limit);
      if (soft === undefined || hard === undefined) continue;
      if (hard !== -1 && (soft === -1 || soft > hard))
        limit.error("DAO2117", `${limit.name}: the soft limit is above the hard one`);
      limits[limit.path.at(-1)!] = { soft, hard };
    }
    if (Object.keys(limits).length > 0) draft.ulimits = limits;
  },
  user: (field, draft) => name(field, draft, "user"),
  userns_mode: hostOrPrivate,
  uts: hostOrPrivate,
  working_dir: (field, draft) => name(field, draft, "working_dir"),
};

type ListKey =
  | "cap_add"
  | "cap_drop"
  | "command"
  | "entrypoint"
  | "dns"
  | "dns_opt"
  | "dns_search"
  | "expose"
  | "extra_hosts"
  | "group_add";

function put(draft: DraftService, key: ListKey, list: string[] | undefined, empty = false): void {
  if (list && (list.length > 0 || empty)) draft[key] = list;
}

function flag(field: Field, draft: DraftService, key: "init" | "read_only" | "stdin_open" | "tty"): void {
  if (field.boolean() === true) draft[key] = true;
}

function name(field: Field, draft: DraftService, key: "domainname" | "hostname" | "user" | "working_dir"): void {
  if (field.text) draft[key] = field.text;
}

/** Namespaces that are the container's own or, with a grant, the device's. */
function hostOrPrivate(field: Field, draft: DraftService): void {
  if (!field.text || field.text === "private") return;
  if (field.text === "host") draft[field.path.at(-1) as "cgroup" | "userns_mode" | "uts"] = "host";
  else field.error("DAO2319", `${field.name} is "${shorten(field.text)}"`, "allowed: private, or host with the consent of the device's owner");
}

/** Namespaces that services may share among each other. */
function namespace(field: Field, draft: DraftService, key: "pid" | "ipc"): void {
  const { text } = field;
  if (!text || text === "private") return;
  const known = text === "host" || text.startsWith("service:") || (key === "ipc" && text === "shareable");
  if (known) draft[key] = text;
  else {
    field.error(
      "DAO2319",
      `${field.name} is "${shorten(text)}"`,
      `allowed: ${key === "ipc" ? "private, shareable, " : ""}service:NAME, or host with the consent of the device's owner`,
      "it leaves the deployment",
    );
  }
}

function texts(field: Field): string[] {
  return [...new Set(field.items().flatMap((item) => (item.text ? [item.text] : [])))];
}

function sorted(list: readonly string[]): string[] {
  return sortedUnique(list);
}

function capabilities(field: Field): string[] {
  return sorted(texts(field).map((capability) => capability.toUpperCase().replace(/^CAP_/, "")));
}

function commandLine(field: Field): string[] | undefined {
  if (field.node.kind === "seq") return field.items().map((item) => item.text ?? "");
  if (field.text === undefined) return undefined;
  try {
    return shellWords(field.text);
  } catch (error) {
    if (!(error instanceof ShellWordsError)) throw error;
    field.error(
      "DAO2127",
      `${field.name} cannot be split into words: ${error.message}`,
      'write it as a list; with a shell: [sh, -c, "a && b"]',
    );
    return undefined;
  }
}

function extraHosts(field: Field): string[] {
  const hosts: string[] = [];
  const add = (item: Field, host: string, address: string): void => {
    const ip = address.replace(/^\[(.*)\]$/, "$1");
    if (host === "" || (ip !== HOST_GATEWAY && !isIpAddress(ip))) {
      item.error("DAO2130", `${item.name} does not name an IP address`, "as name=192.0.2.1");
    } else hosts.push(`${host}=${ip}`);
  };
  if (field.node.kind === "map") {
    for (const entry of field.pairs()) for (const item of entry.items()) add(item, entry.path.at(-1)!, item.text ?? "");
  } else {
    for (const item of field.items()) {
      const match = /^([^=:]*)[=:](.*)$/.exec(item.text ?? "");
      if (item.text === undefined) continue;
      for (const address of (match?.[2] ?? "").split(",")) add(item, match?.[1] ?? "", address);
    }
  }
  return sorted(hosts);
}

function limitValue(field: Field | undefined): number | undefined {
  if (field?.text === undefined) return undefined;
  const value = parseInteger(field.text);
  if (value === undefined || value < -1) {
    field.error(
      "DAO2123",
      `${field.name} is "${shorten(field.text)}", which is not a limit`,
      "a number, or -1 for memlock",
    );
    return undefined;
  }
  return value;
}
