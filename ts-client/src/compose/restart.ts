import type { CanonicalRestart } from "./canonical-spec.ts";
import type { Field } from "./field.ts";
import { shorten } from "./field.ts";
import { parseInteger } from "./units.ts";

const HELP = 'allowed: "no", always, unless-stopped, on-failure, on-failure:5';

/** `restart` and `deploy.restart_policy`; the second one counts where both are there, as in Compose. */
export function readRestart(restart: Field | undefined, policy: Field | undefined): CanonicalRestart | undefined {
  const simple = restart && readSimple(restart);
  if (!policy) return simple;
  const result = readPolicy(policy);
  if (restart && !same(simple, result)) restart.notice("DAO2394", `${policy.name} counts, ${restart.name} does not`);
  return result;
}

function readSimple(field: Field): CanonicalRestart | undefined {
  const text = field.text ?? "";
  const [policy = "", attempts, ...more] = text.split(":");
  if ((policy === "no" || policy === "") && attempts === undefined) return undefined;
  if ((policy === "always" || policy === "unless-stopped") && attempts === undefined) return { policy };
  if (policy === "on-failure" && more.length === 0) {
    if (attempts === undefined) return { policy };
    const most = parseInteger(attempts);
    if (most !== undefined && most > 0) return { policy, max_attempts: most };
  }
  field.error("DAO2103", `${field.name} is "${shorten(text)}"`, HELP);
  return undefined;
}

function readPolicy(field: Field): CanonicalRestart | undefined {
  const conditionField = field.child("condition");
  const condition = conditionField?.text ?? "any";
  const attempts = field.child("max_attempts");
  const most = attempts?.integer(0, 1_000_000);
  const delay = field.child("delay")?.duration();
  const window = field.child("window")?.duration();
  const timing = { ...(delay ? { delay } : {}), ...(window ? { window } : {}) };
  switch (condition) {
    case "none":
    case "no":
      return undefined;
    case "any":
    case "always":
      if (most) attempts!.notice("DAO2391", `${attempts!.name} counts only with condition on-failure and was dropped`);
      return { policy: "always", ...timing };
    case "unless-stopped":
      return { policy: "unless-stopped", ...timing };
    case "on-failure":
      return { policy: "on-failure", ...(most ? { max_attempts: most } : {}), ...timing };
  }
  conditionField!.error(
    "DAO2103",
    `${conditionField!.name} is "${shorten(condition)}"`,
    "allowed: none, on-failure, any",
  );
  return undefined;
}

function same(a: CanonicalRestart | undefined, b: CanonicalRestart | undefined): boolean {
  return a?.policy === b?.policy && a?.max_attempts === b?.max_attempts;
}
