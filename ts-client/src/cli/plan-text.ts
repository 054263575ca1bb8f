import type { CanonicalService, CanonicalSpec } from "../compose/canonical-spec.ts";
import type { DeployPlan } from "./deploy.ts";
import { placementText } from "./placement-text.ts";
import { short } from "./output.ts";

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
  for (const notice of prepared.notices) lines.push(`! ${notice}`);
  const counts = { create: [devices.length, 0], update: [0, devices.length], resume: [0, devices.length], none: [0, 0] }[plan.change];
  lines.push(`${counts[0]} to create, ${counts[1]} to change.   Signatures: 1 of 1.   To run exactly this: --if-revision ${existing?.revision ?? 0n} --if-spec ${prepared.hash}`);
  return lines;
}

function imageText(image: CanonicalService["image"]): string {
  const name = image.name.replace(/^docker\.io\/(?:library\/)?/, "");
  return `${image.tag === undefined ? name : `${name}:${image.tag}`} = ${short(image.digest)}`;
}

/** Differences of two specs, service by service, with the value before and after. */
export function specChanges(before: CanonicalSpec, after: CanonicalSpec): string[] {
  const changes: string[] = [];
  const names = [...new Set([...Object.keys(before.services), ...Object.keys(after.services)])].sort();
  for (const name of names) {
    const old = before.services[name] as Record<string, unknown> | undefined;
    const now = after.services[name] as Record<string, unknown> | undefined;
    if (old === undefined) changes.push(`+ services.${name}`);
    else if (now === undefined) changes.push(`- services.${name}`);
    else {
      for (const key of [...new Set([...Object.keys(old), ...Object.keys(now)])].sort()) {
        const from = valueText(old[key]);
        const to = valueText(now[key]);
        if (from !== to) changes.push(`~ services.${name}.${key}   ${from} -> ${to}`);
      }
    }
  }
  for (const part of ["networks", "volumes", "configs", "secrets"] as const) {
    const from = valueText(before[part]);
    const to = valueText(after[part]);
    if (from !== to) changes.push(`~ ${part}   ${from} -> ${to}`);
  }
  return changes;
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
