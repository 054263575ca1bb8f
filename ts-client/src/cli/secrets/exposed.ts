import type { DaonetesClient } from "../../index.ts";
import { compareBytes } from "../../compose/byte-order.ts";
import { scopeOf } from "../../secrets/index.ts";

/** A secret that a device could read. */
export interface Exposed {
  name: string;
  /** Kept versions whose key it was given. */
  versions: string[];
  newest: string;
  /** True: the newest version is sealed to a key that it never had. */
  rotated: boolean;
}

/** What a device could read, by name: everything that is sealed to a key which it was given. */
export async function exposedBy(client: DaonetesClient, groupId: bigint, device: string): Promise<Exposed[]> {
  const [grants, secrets] = await Promise.all([client.workload.recipientGrants(device), client.workload.secrets(groupId)]);
  const keys = new Set(grants.filter((grant) => grant.groupId === groupId).map(({ scope, generation }) => `${scope} ${generation}`));
  const known = new Map<string, Exposed>();
  for (const { name, version, generation } of secrets) {
    const knew = keys.has(`${scopeOf(name)} ${generation}`);
    const one = known.get(name) ?? { name, versions: [], newest: "0", rotated: true };
    if (knew) one.versions.push(String(version));
    if (version > BigInt(one.newest)) {
      one.newest = String(version);
      one.rotated = !knew;
    }
    known.set(name, one);
  }
  return [...known.values()].filter(({ versions }) => versions.length > 0).sort((a, b) => compareBytes(a.name, b.name));
}
