import { findCycle } from "./cycle.ts";
import { readDependencies } from "./dependencies.ts";
import type { Field } from "./field.ts";
import { shorten } from "./field.ts";

/** Names that services refer to each other by, and circles among them. */
export function checkReferences(root: Field, active: readonly Field[], all: readonly Field[]): void {
  const names = all.map((service) => service.path.at(-1)!);
  const running = new Set(active.map((service) => service.path.at(-1)!));
  const edges = new Map<string, string[]>();
  const help = `services in this file: ${shorten(names.join(", "))}; a file that is laid over another is named after it:  -f OTHER -f THIS`;
  for (const service of active) {
    const targets: string[] = [];
    for (const [target, { at, dependency }] of readDependencies(service)) {
      const key = at.path[2];
      if (!names.includes(target)) {
        const text = key === "depends_on" ? `${service.name}.depends_on` : at.name;
        at.diagnostics.error(
          key === "depends_on" ? "DAO2110" : "DAO2119",
          `${text} names "${shorten(target)}", which is not defined`,
          {
            at: at.key ?? at.span,
            path: at.path,
            help,
          },
        );
      } else if (running.has(target)) targets.push(target);
      else if (dependency.required !== false) {
        at.diagnostics.error("DAO2118", `${at.name} needs "${target}", which no active profile starts`, {
          at: at.key ?? at.span,
          path: at.path,
          help: `activate a profile of ${target} with --profile, or write required: false`,
        });
      }
    }
    edges.set(service.path.at(-1)!, targets);
    checkNames(service, "networks", root.child("networks"), "DAO2112");
    checkVolumes(service, root.child("volumes"));
  }
  const cycle = findCycle(edges);
  if (!cycle) return;
  const first = active.find((service) => service.path.at(-1) === cycle[0])!;
  const at = readDependencies(first).get(cycle[1]!)?.at ?? first;
  at.diagnostics.error("DAO2111", `services depend on each other in a circle: ${cycle.join(" -> ")}`, {
    at: at.key ?? at.span,
    path: at.path,
    help: "remove one of these dependencies",
  });
}

function checkNames(service: Field, key: "networks", section: Field | undefined, code: "DAO2112"): void {
  const defined = section?.node.kind === "map" ? section.node.entries : new Map<string, unknown>();
  for (const entry of service.child(key)?.pairs() ?? []) {
    const name = entry.path.at(-1)!;
    if (name === "default" || defined.has(name)) continue;
    entry.diagnostics.error(code, `${service.name}.${key} names "${shorten(name)}", which is not defined`, {
      at: entry.key ?? entry.span,
      path: entry.path,
      help: `define it:  ${key}: {${name}: {}}`,
    });
  }
}

function checkVolumes(service: Field, section: Field | undefined): void {
  const defined = section?.node.kind === "map" ? section.node.entries : new Map<string, unknown>();
  for (const item of service.child("volumes")?.items() ?? []) {
    const source =
      item.node.kind === "map"
        ? item.child("type")?.text === "volume"
          ? item.child("source")?.text
          : undefined
        : /^([a-zA-Z0-9][a-zA-Z0-9_.-]+):/.exec(item.text ?? "")?.[1];
    if (source === undefined || defined.has(source)) continue;
    item.error(
      "DAO2113",
      `${item.name} mounts the volume "${shorten(source)}", which is not defined`,
      `define it:  volumes: {${source}: {}}`,
    );
  }
}
