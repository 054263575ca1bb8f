import type { CanonicalConfig } from "./canonical-spec.ts";
import { readConfig, readConfigReferences } from "./configs.ts";
import type { ContentStore } from "./content-store.ts";
import type { DraftSpec } from "./draft.ts";
import { shorten } from "./field.ts";
import type { LongFormOptions } from "./long-form-options.ts";

/** `configs`: what services mount, and what that holds. */
export async function addConfigs(draft: DraftSpec, options: LongFormOptions, content: ContentStore): Promise<void> {
  const { root, services, files, folder, variables, plain } = options;
  const defined = new Map((root.child("configs")?.pairs() ?? []).map((entry) => [entry.path.at(-1)!, entry]));
  const used = new Set<string>();
  for (const service of services) {
    const references = readConfigReferences(service.child("configs"));
    const own = draft.services[service.path.at(-1)!]!;
    for (const { reference, at } of references) {
      if (own.volumes?.some(({ target }) => target === reference.target))
        at.error("DAO2117", `${reference.target} is mounted twice: ${at.name} and another mount`, "remove one of them");
      if (defined.has(reference.source)) used.add(reference.source);
      else
        at.error(
          "DAO2119",
          `${at.name} names the config "${shorten(reference.source)}", which is not defined`,
          `define it:  configs: {${reference.source}: {file: ./${reference.source}}}`,
        );
    }
    if (references.length > 0) own.configs = references.map(({ reference }) => reference);
  }
  for (const [name, entry] of defined) {
    if (!used.has(name)) {
      entry.notice("DAO2393", `${entry.name} is not used by a service that runs`);
      continue;
    }
    if (entry.child("name")) entry.diagnostics.dropName(entry.name);
    const config = await readConfig(entry, { bounds: files, folder, variables, plain, content });
    if (config) (draft.configs ??= Object.create(null) as Record<string, CanonicalConfig>)[name] = config;
  }
}
