import type { GeneratedType } from "@cosmjs/proto-signing";
import { Registry } from "@cosmjs/proto-signing";
import { defaultRegistryTypes } from "@cosmjs/stargate";
import * as admission from "./gen/daonetes/admission/v1/tx.ts";
import * as council from "./gen/daonetes/council/v1/tx.ts";
import * as valset from "./gen/daonetes/valset/v1/tx.ts";
import * as workgroup from "./gen/daonetes/workgroup/v1/tx.ts";
import * as workload from "./gen/daonetes/workload/v1/tx.ts";
import { upgradeTypes } from "./upgrade-types.ts";

/** Registry with the SDK's messages and ours. */
export function createRegistry(): Registry {
  const registry = new Registry([...defaultRegistryTypes, ...upgradeTypes]);
  for (const [typeUrl, type] of messageTypes()) registry.register(typeUrl, type);
  return registry;
}

/** Type URLs of every message of our modules. */
export function ourTypeUrls(): string[] {
  return [...messageTypes()].map(([typeUrl]) => typeUrl);
}

/** Every message of our modules with its codec. */
function* messageTypes(): Generator<[string, GeneratedType]> {
  for (const [module, types] of Object.entries({ workgroup, workload, council, valset, admission })) {
    for (const [name, type] of Object.entries(types)) {
      if (!name.startsWith("Msg") || name.startsWith("MsgClient") || name.endsWith("Response")) continue;
      if (typeof type !== "object" || !("encode" in type)) continue;
      yield [`/daonetes.${module}.v1.${name}`, type];
    }
  }
}
