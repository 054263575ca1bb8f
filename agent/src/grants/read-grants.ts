import { GRANT_KINDS } from "@daonetes/client/compose";
import { boundPath } from "./bound-path.ts";
import { type Grant, type Grants, type Limits, NO_GRANTS, type PortRange } from "./grants.ts";

/** What is wrong with the file, and where. */
export interface GrantsProblem {
  /** JSON pointer into the file; "" = the whole of it. */
  pointer: string;
  message: string;
}

export type GrantsReading = { grants: Grants } | { problems: GrantsProblem[] };

const MAX_GRANTS = 1_000;
/** `GROUP/DEPLOYMENT`, each of them a name of the chain or `*`. */
const TARGET = /^(?:\*|[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)\/(?:\*|[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)$/;
const KINDS: readonly string[] = [...GRANT_KINDS, "port"];

/** Forms of the kinds that say more than their name; the others stand alone. */
const FORMS: Record<string, [RegExp, string]> = {
  bind: [/^bind \/[\x20-\x7e]{0,199} (?:ro|rw)$/, "bind /path ro   or   bind /path rw"],
  capability: [/^capability [A-Z][A-Z_]{1,31}$/, "capability NAME, without CAP_"],
  device: [/^device \S+ [rwm]{1,3}$/, "device /dev/name rwm"],
  "device-rule": [/^device-rule [abc] (?:\d+|\*):(?:\d+|\*) (?=[rwm])r?w?m?$/, "device-rule c 188:* rwm, the letters in this order"],
  "external-volume": [/^external-volume \S+$/, "external-volume NAME"],
  gpu: [/^gpu \S+ \S+ \S+$/, "gpu any all gpu"],
  "log-driver": [/^log-driver \S+$/, "log-driver NAME"],
  port: [/^port \d{1,5}(?:-\d{1,5})?$/, "port 80   or   port 8000-8100"],
  runtime: [/^runtime \S+$/, "runtime NAME"],
  "security-opt": [/^security-opt \S+$/, "security-opt NAME=VALUE"],
  "storage-opt": [/^storage-opt \S+$/, "storage-opt NAME=VALUE"],
  sysctl: [/^sysctl [a-z0-9_]+(?:[./][a-zA-Z0-9_-]+)*(?:\.\*)?$/, "sysctl NAME   or   sysctl NAME.*"],
};

/** Reads the text of a grants file by a closed schema; all problems at once. Pure. */
export function readGrants(text: string): GrantsReading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problems: [{ pointer: "", message: `it is no JSON: ${(error as Error).message}` }] };
  }
  const problems: GrantsProblem[] = [];
  const grants: Grants = { ...NO_GRANTS, limits: {}, grants: [] };
  const reader = new Reader(problems);
  reader.fields(value, "", {
    profile: (profile, at) => {
      if (profile === "baseline" || profile === "restricted") grants.profile = profile;
      else reader.problem(at, "it has to be baseline or restricted");
    },
    limits: (limits, at) => { grants.limits = reader.limits(limits, at); },
    grants: (list, at) => {
      if (!Array.isArray(list)) reader.problem(at, "it has to be a list");
      else if (list.length > MAX_GRANTS) reader.problem(at, `at most ${MAX_GRANTS} grants are read`);
      else grants.grants = list.flatMap((entry, index) => reader.grant(entry, `${at}/${index}`));
    },
  });
  return problems.length > 0 ? { problems } : { grants };
}

type Field = (value: unknown, pointer: string) => void;

class Reader {
  readonly #problems: GrantsProblem[];

  constructor(problems: GrantsProblem[]) {
    this.#problems = problems;
  }

  problem(pointer: string, message: string): void {
    this.#problems.push({ pointer, message });
  }

  /** Each field of an object by its name; any other one is a problem. */
  fields(value: unknown, pointer: string, known: Record<string, Field>): void {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.problem(pointer, "it has to be an object");
      return;
    }
    for (const [key, field] of Object.entries(value)) {
      const read = Object.hasOwn(known, key) ? known[key] : undefined;
      if (read === undefined) this.problem(`${pointer}/${key}`, `no such key; known are ${Object.keys(known).join(", ")}`);
      else read(field, `${pointer}/${key}`);
    }
  }

  limits(value: unknown, pointer: string): Limits {
    const limits: Limits = {};
    this.fields(value, pointer, {
      memory: (bytes, at) => { this.#number(bytes, at, 6 * 1024 * 1024, (number) => { limits.memory = number; }); },
      cpus: (cpus, at) => {
        if (typeof cpus === "number" && cpus > 0 && cpus <= 4096) limits.cpus = Math.round(cpus * 1e9);
        else this.problem(at, "it has to be a number of CPUs above 0, such as 1.5");
      },
      pids: (pids, at) => { this.#number(pids, at, 1, (number) => { limits.pids = number; }); },
      ports: (ports, at) => {
        const ranges = typeof ports === "string" ? ports.split(",").map((range) => portRange(range.trim())) : [undefined];
        if (ranges.includes(undefined)) this.problem(at, 'it has to be ranges such as "8000-8100,9000"');
        else limits.ports = ranges as PortRange[];
      },
      disk_reserve: (bytes, at) => { this.#number(bytes, at, 0, (number) => { limits.diskReserve = number; }); },
    });
    return limits;
  }

  grant(value: unknown, pointer: string): Grant[] {
    const before = this.#problems.length;
    const grant: Partial<Grant> = {};
    this.fields(value, pointer, {
      allow: (allow, at) => {
        const wrong = typeof allow === "string" ? formProblem(allow) : "it has to be text";
        if (wrong === undefined) grant.allow = allow as string;
        else this.problem(at, wrong);
      },
      for: (targets, at) => {
        const list: unknown[] = Array.isArray(targets) ? targets : [targets];
        if (list.length > 0 && list.every((target) => typeof target === "string" && TARGET.test(target))) grant.for = list as string[];
        else this.problem(at, 'it has to be "GROUP/DEPLOYMENT", each of them a name or *, or a list of such');
      },
    });
    if (this.#problems.length > before) return [];
    if (grant.allow === undefined || grant.for === undefined) {
      this.problem(pointer, "allow and for both have to be there");
      return [];
    }
    return [grant as Grant];
  }

  #number(value: unknown, pointer: string, least: number, take: (number: number) => void): void {
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) take(value);
    else this.problem(pointer, `it has to be a whole number of at least ${least}`);
  }
}

function formProblem(allow: string): string | undefined {
  const kind = allow.split(" ")[0] ?? "";
  if (!KINDS.includes(kind)) return `nobody asks for "${kind}"; known are ${KINDS.join(", ")}`;
  const [form, example] = FORMS[kind] ?? [new RegExp(`^${kind}$`), kind];
  if (!form.test(allow)) return `it has to be of the form  ${example}`;
  const path = boundPath(allow);
  if (path !== undefined && path !== "/" && path.split("/").slice(1).some((part) => part === "" || part === "." || part === "..")) {
    return "the path must not hold .., ., // or a / at its end";
  }
  if (kind === "port" && portRange(allow.slice("port ".length)) === undefined) return "ports are 1 to 65535, the smaller one first";
  return undefined;
}

/** `80` or `8000-8100`. */
export function portRange(text: string): PortRange | undefined {
  const { first: firstText, last: lastText } = /^(?<first>\d{1,5})(?:-(?<last>\d{1,5}))?$/.exec(text)?.groups ?? {};
  if (firstText === undefined) return undefined;
  const first = Number(firstText);
  const last = Number(lastText ?? firstText);
  return first >= 1 && first <= last && last <= 65_535 ? { first, last } : undefined;
}
