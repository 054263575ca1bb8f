import type { CanonicalService, CanonicalSpec } from "../compose/canonical-spec.ts";
import { type MountVerdict, needsOf } from "../compose/index.ts";
import type { DeployPlan } from "./deploy.ts";
import { placementText } from "./placement-text.ts";
import { short } from "./output.ts";
import { weightText } from "./proposal-text.ts";
import type { PlannedSecret } from "./secrets/staging.ts";

/** A plan line by line: `+` new, `~` changed, `-` gone. */
export function planLines(plan: DeployPlan): string[] {
  const { prepared, existing, devices, wanted } = plan;
  const lines: string[] = [];
  const mark = plan.change === "create" ? "+" : plan.change === "none" ? "=" : "~";
  const images = Object.entries(prepared.spec.services)
    .map(([name, { image }]) => `${name} ${imageText(image)}`)
    .join(", ");
  lines.push(`${mark} spec        ${prepared.name}   ${short(prepared.hash)}   ${images}`);
  if (plan.existingSpec !== undefined) lines.push(...specChanges(plan.existingSpec, prepared.spec).map((change) => `    ${change}`));
  const where = devices.map(({ name }) => name).join(", ");
  lines.push(`${mark} deployment  ${prepared.name}   on ${where}   (${placementText(plan.placement)}${devices.length < wanted ? `, ${devices.length} of ${wanted}` : ""})`);
  for (const mount of prepared.mounts) lines.push(`    ${mountText(mount)}`);
  for (const secret of plan.secrets) lines.push(secretText(secret));
  if (plan.missingBlobs.length > 0) lines.push(`+ files       ${plan.missingBlobs.length} to publish, ${sizeText(plan.missingBlobs.reduce((sum, { length }) => sum + length, 0))}`);
  const needs = needsOf(prepared.spec);
  for (const text of prepared.declaration.requires) {
    const services = [...new Set(needs.filter((need) => need.text === text).map(({ service }) => service ?? "a volume"))];
    lines.push(`? owner       ${text}   (${services.join(", ")})`);
  }
  for (const notice of prepared.notices) lines.push(`! ${notice}`);
  const counts = { create: [devices.length, 0], update: [0, devices.length], resume: [0, devices.length], none: [0, 0] }[plan.change];
  lines.push(`${counts[0]} to create, ${counts[1]} to change.   Signatures: ${signaturesText(plan.signatures)}.   To run exactly this: --if-revision ${existing?.revision ?? 0n} --if-spec ${prepared.hash}`);
  return lines;
}

/** `1 of 1`, `2 of 3 (council board)`, or `2 of 3 (multisig trio)`. */
function signaturesText({ needed, of, council, multisig }: DeployPlan["signatures"]): string {
  if (council !== undefined) return `${weightText(council, needed, of)} (council ${council.name})`;
  return `${needed} of ${of}${multisig === undefined ? "" : ` (multisig ${multisig})`}`;
}

function imageText(image: CanonicalService["image"]): string {
  const name = image.name.replace(/^docker\.io\/(?:library\/)?/, "");
  return `${image.tag === undefined ? name : `${name}:${image.tag}`} = ${short(image.digest)}`;
}

/** `+ secret      shop/DB_PASSWORD 1 -> db:DB_PASSWORD   new, from .env`; never a value. */
export function secretText({ name, version, state, origin, targets }: PlannedSecret): string {
  const mark = state === "new" ? "+" : state === "unchanged" || state === "kept" ? "=" : "~";
  const where = targets.map(({ service, at }) => `${service}:${at}`).join(", ");
  const what = state === "not compared" ? "a new version: the one before was not sealed to you" : state === "kept" ? "kept by the group" : `${state}, from ${origin}`;
  return `${mark} secret      ${name} ${version} -> ${where}   (${what})`;
}

/** `./conf -> snapshot, 3 files, 2 KiB (tracked by git)`. */
export function mountText({ path, kind, volume, why, files, bytes }: MountVerdict): string {
  if (kind === "image") return `${path} -> not mounted   (${why})`;
  if (kind === "secret") return `${path} -> sealed, ${files} ${files === 1 ? "file" : "files"}, ${sizeText(bytes)}   (${why})`;
  const what = kind === "volume" ? `volume ${volume ?? ""}, nothing is uploaded` : `snapshot, ${files} ${files === 1 ? "file" : "files"}, ${sizeText(bytes)}, read-only`;
  return `${path} -> ${what}   (${why})`;
}

function sizeText(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1).replace(/\.0$/, "")} KiB`;
}

/** Differences of two specs by path, in words: `~ services.web.image.tag   1.27 -> 1.28`. */
export function specChanges(before: CanonicalSpec, after: CanonicalSpec): string[] {
  const changes: string[] = [];
  compare("", before, after, changes);
  return changes;
}

function compare(path: string, before: unknown, after: unknown, changes: string[]): void {
  if (valueText(before) === valueText(after) && JSON.stringify(before, sortKeys) === JSON.stringify(after, sortKeys)) return;
  if (before === undefined) changes.push(`+ ${path}${detail(after)}`);
  else if (after === undefined) changes.push(`- ${path}${detail(before)}`);
  else if (isRecord(before) && isRecord(after)) {
    for (const key of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
      compare(path === "" ? key : `${path}.${key}`, before[key], after[key], changes);
    }
  } else if (Array.isArray(before) && Array.isArray(after)) compareLists(path, before, after, changes);
  else changes.push(`~ ${path}   ${valueText(before)} -> ${valueText(after)}`);
}

/** Lists whose items are told apart by what they are about; commands and other texts in order are shown whole. */
function compareLists(path: string, before: readonly unknown[], after: readonly unknown[], changes: string[]): void {
  const [old, now] = [before, after].map((list) => new Map(list.map((item) => [itemName(item), item])));
  if (old === undefined || now === undefined || old.size < before.length || now.size < after.length || /\.(?:command|entrypoint|test)$/.test(path)) {
    changes.push(`~ ${path}   ${valueText(before)} -> ${valueText(after)}`);
    return;
  }
  for (const name of new Set([...old.keys(), ...now.keys()])) compare(`${path}[${name}]`, old.get(name), now.get(name), changes);
}

function itemName(item: unknown): string {
  if (!isRecord(item)) return valueText(item);
  const { target, protocol, published, path } = item;
  const name = target ?? path;
  if (typeof name === "number") return `${typeof published === "number" ? `${published}:` : ""}${name}/${typeof protocol === "string" ? protocol : "tcp"}`;
  return typeof name === "string" ? name : valueText(item);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What was added or removed, where the path does not say it already. */
function detail(value: unknown): string {
  return isRecord(value) || value === true ? "" : `   ${valueText(value)}`;
}

function valueText(value: unknown): string {
  if (value === undefined) return "none";
  const text = typeof value === "string" ? value : JSON.stringify(value, sortKeys);
  return text.length > 160 ? `${text.slice(0, 157)}...` : text;
}

/** The order of keys is no difference. */
function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
