import type { CanonicalDependency } from "./canonical-spec.ts";
import type { Field } from "./field.ts";

export interface PlacedDependency {
  dependency: CanonicalDependency;
  at: Field;
}

const CONDITIONS = ["service_started", "service_healthy", "service_completed_successfully"] as const;

/**
 * What a service waits for: `depends_on`, then what `links` and `network_mode: service:x` imply where depends_on does not
 * name it already.
 */
export function readDependencies(service: Field): Map<string, PlacedDependency> {
  const dependencies = new Map<string, PlacedDependency>();
  const listed = service.child("depends_on");
  for (const item of listed?.node.kind === "map" ? listed.children() : []) {
    const condition = CONDITIONS.find((known) => known === (item.child("condition")?.text ?? "service_started"));
    if (!condition) continue;
    dependencies.set(item.path.at(-1)!, {
      at: item,
      dependency: {
        condition,
        ...(item.child("required")?.boolean() === false ? { required: false } : {}),
        ...(item.child("restart")?.boolean() === true ? { restart: true } : {}),
      },
    });
  }
  for (const item of listed?.node.kind === "seq" ? listed.items() : []) {
    if (item.text !== undefined)
      dependencies.set(item.text, { at: item, dependency: { condition: "service_started" } });
  }
  for (const { target, at } of implied(service)) {
    if (!dependencies.has(target))
      dependencies.set(target, { at, dependency: { condition: "service_started", restart: true } });
  }
  return dependencies;
}

function implied(service: Field): { target: string; at: Field }[] {
  const targets = readLinks(service).map(({ target, at }) => ({ target, at }));
  for (const key of ["network_mode", "pid", "ipc"]) {
    const mode = service.child(key);
    if (mode?.text?.startsWith("service:")) targets.push({ target: mode.text.slice("service:".length), at: mode });
  }
  return targets;
}

/** `links`: `db` or `db:database`. */
export function readLinks(service: Field): { target: string; alias: string; at: Field }[] {
  return (service.child("links")?.items() ?? []).flatMap((at) => {
    const [target = "", alias = target] = (at.text ?? "").split(":");
    return target === "" ? [] : [{ target, alias, at }];
  });
}
