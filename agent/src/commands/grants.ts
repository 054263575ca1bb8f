import { type CanonicalSpec, decodeCanonical, needsOf } from "@daonetes/client/compose";
import { type Assignment, DaonetesError, DeviceProfile, Manifest } from "@daonetes/client/device";
import { isRestricted } from "../grants/check.ts";
import { GrantsFile, type GrantsLook, problemText } from "../grants/grants-file.ts";
import { agentFolders, type Asker, Owner, thisDevice } from "../grants/owner.ts";
import { isAsGoodAsRoot } from "../grants/powers.ts";
import { StateFolder } from "../state/agent-state.ts";

/** Where the commands look. */
export interface GrantsOptions {
  /** Path of the owner's file. */
  grants: string;
  /** The agent's folder. */
  state: string;
  dockerSocket: string;
  /** Who has to own the file; 0 but in tests. */
  owner?: number;
}

/** What the owner's file grants. */
export async function grantsList(options: GrantsOptions): Promise<string> {
  const look = await fileOf(options).look();
  const { profile, limits, grants } = look.grants;
  const limitTexts = [
    limits.memory === undefined ? "" : `memory ${limits.memory} bytes`,
    limits.cpus === undefined ? "" : `cpus ${limits.cpus / 1e9}`,
    limits.pids === undefined ? "" : `pids ${limits.pids}`,
    limits.ports === undefined ? "" : `ports ${limits.ports.map(({ first, last }) => (first === last ? first : `${first}-${last}`)).join(",")}`,
    limits.diskReserve === undefined ? "" : `disk reserve ${limits.diskReserve} bytes`,
  ].filter(Boolean);
  const lines = [...alarmLines(look), `profile     ${profile}`, `limits      ${limitTexts.length === 0 ? "none" : limitTexts.join(", ")}`];
  if (grants.length === 0) lines.push(`granted     nothing   (${options.grants})`);
  for (const grant of grants) lines.push(`granted     ${grant.allow.padEnd(32)} to ${grant.for.join(", ")}${rootNote(grant.allow, options)}`);
  return lines.join("\n");
}

/**
 * What a deployment that is placed here asks for, and what is missing.
 * @throws DaonetesError DAO4007 when it is not placed here, DAO4008 when its spec is not at hand
 */
export async function grantsExplain(options: GrantsOptions, deployment: string): Promise<{ text: string; missing: boolean }> {
  const folder = new StateFolder(options.state);
  const { assignment, group } = await placed(folder, deployment);
  const spec = await specOf(folder, assignment);
  const owner = new Owner(fileOf(options), thisDevice(options.state, options.dockerSocket));
  const look = await owner.look();
  const asker: Asker = { group, deployment, asksRestricted: assignment.profile === DeviceProfile.DEVICE_PROFILE_RESTRICTED };
  const findings = await owner.check(spec, asker, look.grants);
  const asked = needsOf(spec);
  const profile = isRestricted({ grants: look.grants, ...asker }) ? "restricted" : "baseline";
  const lines = [...alarmLines(look), `${group}/${deployment}   revision ${assignment.revision}   profile ${profile}`];
  if (asked.length === 0) lines.push("asks         for nothing that the owner has to grant");
  for (const { text, pointer } of asked) lines.push(`asks         ${text}   ${pointer}${rootNote(text, options)}`);
  for (const { rule, pointer, message } of findings) lines.push(`not allowed  ${rule}: ${pointer}: ${message}`);
  const additions = [...new Set(findings.flatMap(({ line }) => line ?? []))];
  if (additions.length > 0) lines.push(`to allow it, add to "grants" in ${options.grants}:`, ...additions.map((line) => `  ${line}`));
  if (findings.length === 0) lines.push("all of it is allowed");
  return { text: lines.join("\n"), missing: findings.length > 0 };
}

/** Says everything that is wrong with the file. */
export async function grantsCheck(options: GrantsOptions): Promise<{ text: string; ok: boolean }> {
  const file = fileOf(options);
  const { there, problems, grants } = await file.look();
  if (!there) return { text: `${file.path} is not there: nothing is granted, profile ${grants.profile}`, ok: true };
  if (problems.length > 0) {
    const help = `help: chown root:root ${file.path} && chmod 644 ${file.path}; the keys are profile, limits and grants, see the README of the agent`;
    return { text: [`${file.path} counts as empty:`, ...problems.map((problem) => `  ${problemText(problem)}`), help].join("\n"), ok: false };
  }
  const roots = grants.grants.filter(({ allow }) => isAsGoodAsRoot(allow, agentFolders(options.state)));
  const count = `${file.path}: ${grants.grants.length} grants, profile ${grants.profile}`;
  return { text: [count, ...roots.map(({ allow, for: targets }) => `  ${allow} to ${targets.join(", ")}: as good as root on this device`)].join("\n"), ok: true };
}

function fileOf({ grants, owner }: GrantsOptions): GrantsFile {
  return new GrantsFile(grants, owner);
}

async function placed(folder: StateFolder, deployment: string): Promise<{ assignment: Assignment; group: string }> {
  const { manifest: text } = await folder.read();
  const manifest = text === "" ? undefined : Manifest.decode(Buffer.from(text, "base64"));
  const assignment = manifest?.assignments.find(({ deploymentName }) => deploymentName === deployment);
  if (manifest !== undefined && assignment !== undefined) return { assignment, group: manifest.groupName };
  const names = manifest?.assignments.map(({ deploymentName }) => deploymentName).join(", ");
  throw new DaonetesError({
    code: "DAO4007",
    kind: "not_found",
    message: `no deployment ${deployment} is placed on this device`,
    help: names === undefined || names === "" ? "none is placed here; daonetes-agent status says more" : `placed here: ${names}`,
  });
}

async function specOf(folder: StateFolder, { specHash, deploymentName }: Assignment): Promise<CanonicalSpec> {
  const bytes = await folder.readSpec(specHash);
  if (bytes !== undefined) return decodeCanonical(bytes);
  throw new DaonetesError({
    code: "DAO4008",
    kind: "failed",
    message: `the spec of ${deploymentName} is not on this device yet`,
    help: "let the agent run until it has read it: daonetes-agent up",
  });
}

function alarmLines({ alarm }: GrantsLook): string[] {
  return alarm === "" ? [] : [`ALARM       ${alarm}`];
}

function rootNote(allow: string, { state }: GrantsOptions): string {
  return isAsGoodAsRoot(allow, agentFolders(state)) ? "   (as good as root)" : "";
}
