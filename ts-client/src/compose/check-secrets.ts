import type { Diagnostics } from "./diagnostics.ts";
import type { EnvironmentEntry } from "./form-environment.ts";
import type { Node } from "./node.ts";
import type { Place } from "./place.ts";
import { hasUrlPassword, isHarmless, isSecretName } from "./secret-names.ts";

/** Keys whose values are looked at elsewhere, or are never part of a spec. */
const NOT_CARRIED = new Set(["environment", "env_file", "label_file", "build", "develop", "extends", "profiles"]);

/** Refuses secret values in the environment until they can be sealed; `plain` names variables that are none. */
export function checkSecretEnvironment(
  service: string,
  environment: ReadonlyMap<string, EnvironmentEntry>,
  plain: ReadonlySet<string>,
  diagnostics: Diagnostics,
): void {
  for (const [name, { value, at, path, secrets }] of environment) {
    if (plain.has(name) || isHarmless(value)) continue;
    const from = secrets.find((variable) => !plain.has(variable));
    const why = isSecretName(name)
      ? `${name} of service ${service} looks like a secret`
      : hasUrlPassword(value)
        ? `${name} of service ${service} holds an address with a password`
        : from !== undefined
          ? `${name} of service ${service} holds the value of ${from}, which looks like a secret`
          : undefined;
    if (why === undefined) continue;
    diagnostics.error("DAO2305", why, {
      at,
      path,
      help: `it would be readable by everybody on the chain; if it is none: --plain ${name}`,
      note: "secrets cannot be sealed yet",
    });
  }
}

/** Refuses secret values anywhere else in a service: command, labels, healthcheck. */
export function checkSecretTexts(service: Place, plain: ReadonlySet<string>, diagnostics: Diagnostics): void {
  const walk = (node: Node, path: readonly string[]): void => {
    if (node.kind === "seq") for (const [index, item] of node.items.entries()) walk(item, [...path, String(index)]);
    else if (node.kind === "map") {
      for (const [key, { value }] of node.entries) {
        if (!(node === service.node && (NOT_CARRIED.has(key) || key.startsWith("x-")))) walk(value, [...path, key]);
      }
    } else {
      const from = node.secrets?.find((variable) => !plain.has(variable));
      if (from === undefined && !hasUrlPassword(node.text)) return;
      const what = from === undefined ? "an address with a password" : `the value of ${from}, which looks like a secret`;
      diagnostics.error("DAO2306", `${path.join(".")} holds ${what}`, {
        at: node.span,
        path,
        help: from === undefined ? "read it from a file in the container" : `write $$${from} where a shell reads it, or say it is none: --plain ${from}`,
      });
    }
  };
  walk(service.node, service.path);
}
