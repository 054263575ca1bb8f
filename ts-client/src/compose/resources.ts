import { DEFAULTS, MAX_PIDS } from "./canonical-limits.ts";
import type { DraftService } from "./draft.ts";
import type { Field } from "./field.ts";
import { addGpus, readGpu } from "./granted-fields.ts";
import type { Span } from "./source.ts";

const MIB = 1024 * 1024;
/** The Engine refuses containers below this. */
const LEAST_MEMORY = 6 * MIB;
const MOST = Number.MAX_SAFE_INTEGER;

/** CPU, memory and process limits of a service, from its own keys and from `deploy.resources`. */
export function readResources(
  service: Field,
  deploy: Field | undefined,
  draft: DraftService,
  place: (key: string, at: Span) => void,
): void {
  const limits = deploy?.child("resources")?.child("limits");
  const reservations = deploy?.child("resources")?.child("reservations");
  const set = (
    key: "cpus" | "mem_limit" | "mem_reservation" | "pids_limit",
    own: Field | undefined,
    deployed: Field | undefined,
    section: Field | undefined,
    read: (field: Field) => number | undefined,
  ): void => {
    const mine = own && read(own);
    const theirs = deployed && read(deployed);
    // Compose compares with the whole section: a limit that the section leaves out contradicts as well.
    if (own && mine && section && theirs !== mine) {
      own.error(
        "DAO2117",
        `${own.name} and ${section.name} say different things`,
        `say it once, in ${own.name} or under deploy.resources`,
      );
      return;
    }
    const value = mine || theirs;
    if (!value || (key === "pids_limit" && value === DEFAULTS.pidsLimit)) return;
    draft[key] = value;
    place(key, (mine ? own : deployed)!.span);
  };
  set("cpus", service.child("cpus"), limits?.child("cpus"), limits, (f) => f.cpus());
  set("mem_limit", service.child("mem_limit"), limits?.child("memory"), limits, memory);
  set("mem_reservation", service.child("mem_reservation"), reservations?.child("memory"), reservations, (f) =>
    f.bytes(),
  );
  set("pids_limit", service.child("pids_limit"), limits?.child("pids"), limits, pids);

  const cpus = reservations?.child("cpus");
  cpus?.notice("DAO2391", `${cpus.name} has no effect: CPUs are not reserved on a device`);
  const generic = reservations?.child("generic_resources");
  generic?.error("DAO2304", `${generic.name} is not supported`, "a device knows no such resources; name devices or gpus");
  for (const item of reservations?.child("devices")?.items() ?? []) {
    const gpu = readGpu(item, false);
    if (gpu) addGpus(draft, [gpu]);
  }
  readQuota(service, draft);

  const shares = service.child("cpu_shares")?.integer(0, 262_144);
  if (shares === 1) service.child("cpu_shares")!.error("DAO2313", `${service.name}.cpu_shares is 1`, "at least 2");
  else if (shares) draft.cpu_shares = shares;
  const cpuset = service.child("cpuset");
  if (cpuset?.text) {
    if (!/^\d{1,4}(?:-\d{1,4})?(?:,\d{1,4}(?:-\d{1,4})?)*$/.test(cpuset.text))
      cpuset.error("DAO2123", `${cpuset.name} is not a list of CPUs`, "as 0-2,4");
    else draft.cpuset = cpuset.text;
  }
  const swappiness = service.child("mem_swappiness")?.integer(0, 100);
  if (swappiness !== undefined) draft.mem_swappiness = swappiness;
  readSwap(service, draft);
  if (draft.mem_reservation && draft.mem_limit && draft.mem_reservation > draft.mem_limit) {
    (service.child("mem_reservation") ?? reservations!).error(
      "DAO2117",
      `${service.name} reserves more memory than its limit`,
    );
  }
  const shm = service.child("shm_size")?.bytes();
  if (shm && shm !== DEFAULTS.shmSize) draft.shm_size = shm;
  const score = service.child("oom_score_adj")?.integer(0, 1000);
  if (score) draft.oom_score_adj = score;
}

/** `cpu_quota` within `cpu_period`: another way to say `cpus`. */
function readQuota(service: Field, draft: DraftService): void {
  const quotaField = service.child("cpu_quota");
  const periodField = service.child("cpu_period");
  const quota = microseconds(quotaField, Number.MAX_SAFE_INTEGER);
  const period = microseconds(periodField, 1_000_000);
  if (draft.cpus !== undefined && (quota || period)) {
    (quotaField ?? periodField)!.error("DAO2117", `${service.name} has both cpus and cpu_quota or cpu_period`, "say it once, in cpus");
    return;
  }
  if (quota) draft.cpu_quota = quota;
  if (period && period !== DEFAULTS.cpuPeriod) draft.cpu_period = period;
}

/** A number of microseconds, or a duration; 0 and -1 are none. */
function microseconds(field: Field | undefined, most: number): number | undefined {
  if (field?.text === undefined || field.text === "0" || field.text === "-1") return undefined;
  const value = /^\d+$/.test(field.text) ? Number(field.text) : (field.duration() ?? NaN) / 1000;
  if (Number.isNaN(value)) return undefined;
  if (Number.isSafeInteger(value) && value >= 1_000 && value <= most) return value;
  field.error("DAO2313", `${field.name} is ${field.text}`, `microseconds, 1000 ${most > 1e9 ? "or more" : `to ${most}`}`);
  return undefined;
}

function memory(field: Field): number | undefined {
  const bytes = field.bytes();
  if (bytes === undefined || bytes === 0 || bytes >= LEAST_MEMORY) return bytes;
  field.error("DAO2313", `${field.name} is ${field.text}`, "at least 6m");
  return undefined;
}

function pids(field: Field): number | undefined {
  return field.integer(0, MAX_PIDS);
}

function readSwap(service: Field, draft: DraftService): void {
  const field = service.child("memswap_limit");
  if (!field) return;
  if (field.text === "-1") {
    field.error("DAO2313", `${field.name} is unlimited`, "give a size, memory and swap together");
    return;
  }
  const swap = field.bytes();
  if (!swap) return;
  if (draft.mem_limit === undefined)
    field.error("DAO2117", `${field.name} needs mem_limit`, "it is memory and swap together");
  else if (swap < draft.mem_limit || swap > MOST)
    field.error("DAO2117", `${field.name} is below mem_limit`, "it is memory and swap together");
  else draft.memswap_limit = swap;
}
