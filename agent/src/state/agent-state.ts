import { mkdir, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { TrustedJson } from "@daonetes/client/light";
import writeFileAtomic from "write-file-atomic";
import type { ExitRecord } from "./exit-ledger.ts";

/** What pins this device to its network. Written once, at joining. */
export interface Membership {
  gateway: string;
  chainId: string;
  /** sha256 of the genesis file, lower-case hex. */
  genesisHash: string;
  groupId: string;
}

/** What survives a restart of the agent. But for the membership it is a cache: lost, it is rebuilt. */
export interface AgentState {
  membership: Membership | undefined;
  /** Newest header that the validators' signatures prove; the first one comes from a ticket. */
  trusted: TrustedJson | undefined;
  /** Boot and Engine that this agent claimed its epoch with. */
  instance: string;
  epoch: string;
  /** True: another instance claimed a newer epoch, and nobody has taken over since. */
  fenced: boolean;
  /** Instance that held the epoch before this one claimed it, if it was a strange one; "" = none. */
  rival: string;
  /** Of the newest message to the chain. */
  sequence: string;
  /** Height of the newest manifest that was acted on; it never falls. */
  height: string;
  /** Wall clock of the last read of the chain, Unix milliseconds. */
  contactAt: string;
  /** That manifest, encoded, base64. */
  manifest: string;
  /** Last report by deployment, as it was sent. */
  reports: Record<string, string>;
  /** Revisions that failed, by deployment. */
  failed: Record<string, { revision: string; restartGeneration: string; reason: string; text: string }>;
  /** Exits that were seen, by container id. */
  exits: Record<string, ExitRecord>;
  /** When the agent was about to stop a container, by its id: noted before it is done. */
  stops: Record<string, number>;
  /** The run of the Engine last heard of, and when; Unix milliseconds. */
  engine: { identity: string; contactAt: number };
  /** Deployments that the owner holds; `*` = all. */
  holds: string[];
}

export function emptyState(): AgentState {
  return {
    membership: undefined,
    trusted: undefined,
    instance: "",
    epoch: "0",
    fenced: false,
    rival: "",
    sequence: "0",
    height: "0",
    contactAt: "0",
    manifest: "",
    reports: {},
    failed: {},
    exits: {},
    stops: {},
    engine: { identity: "", contactAt: 0 },
    holds: [],
  };
}

/**
 * State after joining with a ticket, which vouches for a header. What was known of another network is left behind; of the same network everything
 * but the height and the manifest, so that the device acts on what it reads next.
 */
export function joinedState(state: AgentState, membership: Membership, trusted: TrustedJson): AgentState {
  const { chainId, genesisHash, groupId } = state.membership ?? {};
  const same = chainId === membership.chainId && genesisHash === membership.genesisHash && groupId === membership.groupId;
  return same ? { ...state, membership, trusted, height: "0", manifest: "" } : { ...emptyState(), membership, trusted };
}

/** Files of one agent under one folder. One writer: the running agent, but for `holds.json`, which commands write. */
export class StateFolder {
  readonly path: string;
  readonly #written = new Map<string, string>();

  constructor(path: string) {
    this.path = path;
  }

  get keyFile(): string {
    return join(this.path, "device.key");
  }

  get ageKeyFile(): string {
    return join(this.path, "age.key");
  }

  /** A missing or unreadable file is an empty state: nothing in it cannot be had again. */
  async read(): Promise<AgentState> {
    try {
      return { ...emptyState(), ...(JSON.parse(await readFile(join(this.path, "state.json"), "utf8")) as Partial<AgentState>) };
    } catch {
      return emptyState();
    }
  }

  async write(state: AgentState): Promise<void> {
    await this.#put("state.json", JSON.stringify(state));
  }

  async readHolds(): Promise<string[]> {
    try {
      const holds: unknown = JSON.parse(await readFile(join(this.path, "holds.json"), "utf8"));
      return Array.isArray(holds) ? holds.filter((hold) => typeof hold === "string") : [];
    } catch {
      return [];
    }
  }

  /** A person's wish that a fenced agent claims the next epoch. */
  async requestTakeover(): Promise<void> {
    await this.#put("takeover", "");
  }

  /** Takes the wish off, once. @returns true if there was one */
  async takeTakeover(): Promise<boolean> {
    try {
      await unlink(join(this.path, "takeover"));
      this.#written.delete("takeover");
      return true;
    } catch {
      return false;
    }
  }

  async writeHolds(holds: readonly string[]): Promise<void> {
    await this.#put("holds.json", JSON.stringify(holds));
  }

  /** What the running agent says of itself, for `daonetes-agent status`. */
  async writeStatus(status: object): Promise<void> {
    await this.#put("status.json", JSON.stringify(status));
  }

  async readStatus(): Promise<Record<string, unknown> | undefined> {
    try {
      return JSON.parse(await readFile(join(this.path, "status.json"), "utf8")) as Record<string, unknown>;
    } catch {
      return undefined;
    }
  }

  /** @param hash `sha256:..`. @returns undefined if it was never fetched */
  async readSpec(hash: string): Promise<Uint8Array | undefined> {
    try {
      return await readFile(join(this.path, "specs", `${hash.replace("sha256:", "")}.json`));
    } catch {
      return undefined;
    }
  }

  async writeSpec(hash: string, bytes: Uint8Array): Promise<void> {
    await this.#put(join("specs", `${hash.replace("sha256:", "")}.json`), Buffer.from(bytes));
  }

  /** Writes, syncs, renames; the same content again is not written. Where the disk refuses, the former file stays whole. */
  async #put(name: string, content: string | Buffer): Promise<void> {
    if (typeof content === "string" && this.#written.get(name) === content) return;
    const path = join(this.path, name);
    await mkdir(join(path, ".."), { recursive: true, mode: 0o700 });
    await writeFileAtomic(path, content, { mode: 0o600 });
    if (typeof content === "string") this.#written.set(name, content);
  }
}
