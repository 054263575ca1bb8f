import type { DatabaseSync } from "node:sqlite";
import type { BlockEntry } from "./block-entries.ts";

/** Fields of events that name a new thing of a group. */
const MADE: Record<string, { field: string; kind: string }> = {
  "workload.DeploymentCreated": { field: "deployment_id", kind: "deployment" },
  "workgroup.DeviceJoined": { field: "device", kind: "device" },
  "workgroup.DeviceAdmitted": { field: "device", kind: "device" },
  "workgroup.TicketCreated": { field: "ticket_id", kind: "ticket" },
};

/** Group of a thing such as `deployment 7` as the chain has it now, or undefined. */
export type KnownOwner = (thing: string) => string | undefined;

/**
 * Which group a thing belongs to, for entries that name the thing only: a vote names a proposal, a proposal to pause
 * names a deployment. Entries have to come in the order of the chain.
 */
export class Owners {
  readonly #read: ReturnType<DatabaseSync["prepare"]>;
  readonly #write: ReturnType<DatabaseSync["prepare"]>;
  readonly #known: KnownOwner;

  /** @param known of things that are older than the history */
  constructor(database: DatabaseSync, known: KnownOwner) {
    this.#read = database.prepare("SELECT group_id FROM owners WHERE thing = ?");
    this.#write = database.prepare("INSERT OR REPLACE INTO owners (thing, group_id) VALUES (?, ?)");
    this.#known = known;
  }

  /** Finds the group of an entry, and remembers what the entry made. @returns decimal id, or "" where no group is meant */
  groupOf({ group_id, about, changes }: BlockEntry): string {
    const group = group_id !== "" ? group_id : (about.map((thing) => this.#ownerOf(thing)).find((owner) => owner !== undefined) ?? "");
    for (const { type, data } of changes) {
      const made = MADE[type];
      if (made !== undefined && data["group_id"] !== undefined) this.#write.run(`${made.kind} ${data[made.field] ?? ""}`, data["group_id"]);
      // A proposal belongs to the group that its messages are about.
      if (type === "council.ProposalSubmitted" && group !== "") this.#write.run(`proposal ${data["proposal_id"] ?? ""}`, group);
    }
    return group;
  }

  #ownerOf(thing: string): string | undefined {
    return (this.#read.get(thing) as { group_id: string } | undefined)?.group_id ?? this.#known(thing);
  }
}
