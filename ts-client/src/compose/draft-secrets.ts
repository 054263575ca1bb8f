import type { DraftSpec } from "./draft.ts";
import { type PlacedVariable, whySecret } from "./environment.ts";
import { shorten } from "./field.ts";
import type { LongFormOptions } from "./long-form-options.ts";
import type { Sealing } from "./sealing.ts";
import { numericOwner, readSecretReferences } from "./secret-references.ts";
import { readSecretSource } from "./secret-source.ts";
import { SecretTexts } from "./secret-values.ts";

/** A value in the environment of a service, with where it came from. */
export interface ServiceVariable {
  service: string;
  name: string;
  variable: PlacedVariable;
}

/** `secrets`: what services mount, and the values or names behind it. */
export async function addSecrets(draft: DraftSpec, options: LongFormOptions, sealing: Sealing): Promise<void> {
  const { root, services, files, folder, variables, originOf } = options;
  const defined = new Map((root.child("secrets")?.pairs() ?? []).map((entry) => [entry.path.at(-1)!, entry]));
  const named = new Map<string, string | undefined>();
  for (const service of services) {
    const own = service.path.at(-1)!;
    const mounts = draft.services[own]!;
    for (const { key, mount, at } of readSecretReferences(service.child("secrets"), numericOwner(mounts.user))) {
      const entry = defined.get(key);
      if (!entry) {
        at.error("DAO2119", `${at.name} names the secret "${shorten(key)}", which is not defined`, `define it:  secrets: {${key}: {file: ./${key}.txt}}`);
        continue;
      }
      if ([...(mounts.volumes ?? []), ...(mounts.configs ?? []), ...(mounts.secrets ?? [])].some(({ target }) => target === mount.target))
        at.error("DAO2117", `${mount.target} is mounted twice: ${at.name} and another mount`, "remove one of them");
      if (!named.has(key)) {
        const source = await readSecretSource(entry, { bounds: files, folder, variables, originOf });
        const place = { at: entry.key ?? entry.span, path: entry.path };
        named.set(key, source && ("external" in source ? sealing.addExternal(source.external) : sealing.add(key, source.bytes, source.origin, place)));
      }
      const name = named.get(key);
      if (name !== undefined) sealing.mount(draft, own, name, mount);
    }
  }
  for (const [key, entry] of defined) if (!named.has(key)) entry.notice("DAO2393", `${entry.name} is not used by a service that runs`);
}

/** Takes the values of variables that are secrets out of the draft. @returns what must not be found in the rest */
export function sealEnvironment(draft: DraftSpec, environment: readonly ServiceVariable[], { plain, variables, deployment }: LongFormOptions, sealing: Sealing): SecretTexts {
  const left: ServiceVariable[] = [];
  for (const one of environment) {
    if (whySecret(one.name, one.variable, plain) === undefined) left.push(one);
    else sealVariable(draft, one, sealing);
  }
  const texts = new SecretTexts(draft, deployment, variables, plain, sealing.texts());
  // A value that holds another secret is one too.
  for (const one of left) if (!plain.has(one.name) && texts.find(one.variable.value).length > 0) sealVariable(draft, one, sealing);
  return texts;
}

function sealVariable(draft: DraftSpec, { service, name, variable }: ServiceVariable, sealing: Sealing): void {
  const own = draft.services[service]!;
  delete own.environment![name];
  if (Object.keys(own.environment!).length === 0) delete own.environment;
  sealing.addVariable(service, name, variable.value, variable.origin, { at: variable.at, path: ["services", service, "environment", name] });
}
