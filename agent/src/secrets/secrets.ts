import { chmod, chown, lstat, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CanonicalSpec } from "@daonetes/client/compose";
import { DaonetesError, type SecretContent } from "@daonetes/client/device";
import { openKey, openValue, SecretError, type SecretValue, scopeOf } from "@daonetes/client/secrets";
import { CHAIN_RETRY_MS } from "../chain/retry.ts";
import type { ChainPort } from "../chain/chain-port.ts";
import type { Clock } from "../clock.ts";
import type { Refusal } from "../desired/desired-state.ts";
import type { Logger } from "../logger.ts";
import type { AgentState } from "../state/agent-state.ts";
import type { Place, SecretCache } from "./secret-cache.ts";
import { type PinnedSecret, type Pins, type SecretFile, secretFilesOf, type SecretVariable, secretVariables } from "./secret-files.ts";

/** The secrets of this device. */
export interface SecretsPort {
  /** Full path of the agent's tmpfs; a file lies below it under its name. */
  readonly root: string;
  /** Recipient to which this device's secrets are sealed. */
  readonly recipient: string;
  /**
   * Everything that a spec reads as a secret can be opened afterwards, and what it mounts lies on the tmpfs.
   * @returns why not, or undefined. @throws when the chain cannot be read now
   */
  ensure(groupId: bigint, spec: CanonicalSpec, pins: Pins, signal: AbortSignal): Promise<Refusal | undefined>;
  /** `VARIABLE=value` of each, for one call of the Engine. @throws SecretError */
  environment(groupId: bigint, variables: readonly SecretVariable[]): Promise<string[]>;
  /** Lays files out again that were there before the boot, from what lies sealed on the disk. */
  restore(groupId: bigint, files: ReadonlySet<string>, signal: AbortSignal): Promise<void>;
  /** Removes every file but these, and every ciphertext that neither they nor these pins need. */
  keepOnly(groupId: bigint, files: ReadonlySet<string>, pins: readonly PinnedSecret[]): Promise<void>;
  /** Asks the chain again for what was not there, at this height or above. */
  hint(height: bigint): void;
}

export interface SecretsParts {
  /** Full path of the tmpfs. */
  root: string;
  chainId: string;
  identity: string;
  recipient: string;
  cache: SecretCache;
  chain: Pick<ChainPort, "readSecretContent" | "readSecretKey">;
  clock: Pick<Clock, "monotonic">;
  state: Pick<AgentState, "height">;
  logger: Pick<Logger, "warn">;
  /** Makes the folder on a tmpfs, if it is not there. */
  mount: (folder: string) => Promise<void>;
}

/** Between two looks for what is not sealed to this device, or cannot be opened. */
const LOOK_AGAIN_MS = 3 * CHAIN_RETRY_MS;
const NAMED = 3;

/** The key of a scope is not sealed to this device. */
class NotSealed extends Error {}

/**
 * Opens secrets and lays them out for containers. Plain text is in memory and on the tmpfs only; on disk lies what was
 * proven and is sealed. A ciphertext or grant that the chain does not prove is never opened.
 */
export class Secrets implements SecretsPort {
  readonly root: string;
  readonly recipient: string;
  readonly #parts: SecretsParts;
  /** Identities of keys that were opened, by place. */
  readonly #keys = new Map<string, string>();
  /** Values of variables that this process opened and found to be text: their sealed forms are on disk. */
  readonly #texts = new Set<string>();
  /** What was wrong with a secret, and until when it is not looked for again. */
  readonly #troubles = new Map<string, { error: NotSealed | SecretError; until: number }>();
  #files: Map<string, SecretFile> | undefined;
  /** What was kept last time. */
  #kept = "";
  #minHeight = 0n;
  #mounted: Promise<void> | undefined;

  constructor(parts: SecretsParts) {
    this.#parts = parts;
    this.root = parts.root;
    this.recipient = parts.recipient;
  }

  hint(height: bigint): void {
    if (height > this.#minHeight) this.#minHeight = height;
    this.#troubles.clear();
  }

  async ensure(groupId: bigint, spec: CanonicalSpec, pins: Pins, signal: AbortSignal): Promise<Refusal | undefined> {
    const files = secretFilesOf(spec, pins);
    const variables = Object.values(spec.services).flatMap((service) => secretVariables(service, pins));
    if (files.length + variables.length === 0) return undefined;
    const missing: string[] = [];
    for (const wanted of [...files, ...variables]) {
      try {
        if (wanted.version === 0n) return { reason: "SpecInvalid", text: `the group pins no version of the secret ${wanted.name}` };
        if ("file" in wanted) await this.#lay(groupId, wanted, signal);
        else await this.#check(groupId, wanted, signal);
      } catch (error) {
        if (error instanceof DaonetesError && (error instanceof SecretError || error.code === "DAO4012")) return unreadable(wanted.name, error);
        if (!(error instanceof NotSealed)) throw error;
        if (!missing.includes(wanted.name)) missing.push(wanted.name);
      }
    }
    return missing.length === 0 ? undefined : notSealed(missing);
  }

  async environment(groupId: bigint, variables: readonly SecretVariable[]): Promise<string[]> {
    const lines: string[] = [];
    for (const { variable, name, version } of variables) {
      const value = await this.#open(groupId, { name, version }, AbortSignal.timeout(CHAIN_RETRY_MS));
      lines.push(`${variable}=${value.text(name)}`);
    }
    return lines;
  }

  async restore(groupId: bigint, files: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const known = await this.#knownFiles();
    for (const file of files) {
      const wanted = known.get(file);
      if (wanted === undefined || (await exists(join(this.root, file)))) continue;
      // What cannot be opened now is reported by whoever wants it; a container without its file does not start.
      await this.#lay(groupId, wanted, signal).catch((error: unknown) => {
        this.#parts.logger.warn({ secret: wanted.name, error: String(error) }, "a secret of a deployment that runs could not be laid out again");
      });
    }
  }

  async keepOnly(groupId: bigint, files: ReadonlySet<string>, pins: readonly PinnedSecret[]): Promise<void> {
    const wanted = JSON.stringify([[...files].sort(), pins.map(({ name, version }) => `${name} ${version}`).sort()]);
    if (this.#kept === wanted) return;
    const known = await this.#knownFiles();
    const there = await readdir(this.root).catch(() => [] as string[]);
    for (const file of there) if (!files.has(file)) await rm(join(this.root, file), { force: true });
    const dropped = [...known.keys()].filter((file) => !files.has(file));
    for (const file of dropped) known.delete(file);
    if (dropped.length > 0) await this.#parts.cache.writeFiles(known.values());
    const kept = [...known.values(), ...pins].map(({ name, version }) => ({ groupId, name, number: version }));
    const keys: Place[] = [];
    for (const place of kept) {
      const content = await this.#parts.cache.readContent(place);
      if (content !== undefined) keys.push({ groupId, name: scopeOf(place.name), number: content.generation });
    }
    const needed = new Set(keys.map(textOf));
    for (const key of this.#keys.keys()) if (!needed.has(key)) this.#keys.delete(key);
    const secrets = new Set(kept.map(textOf));
    for (const secret of this.#texts) if (!secrets.has(secret)) this.#texts.delete(secret);
    await this.#parts.cache.keepOnly(kept, keys);
    this.#kept = wanted;
  }

  /** Puts a file in place, complete or not at all. */
  async #lay(groupId: bigint, wanted: SecretFile, signal: AbortSignal): Promise<void> {
    const path = join(this.root, wanted.file);
    await this.#mount();
    const known = await this.#knownFiles();
    if (known.has(wanted.file) && (await exists(path))) return;
    const value = await this.#openOnce(groupId, wanted, signal);
    const draft = `${path}.new`;
    await rm(draft, { force: true });
    await writeFile(draft, value.bytes(), { mode: 0o400, flag: "wx" });
    if (wanted.uid !== 0 || wanted.gid !== 0) await chown(draft, wanted.uid, wanted.gid);
    await chmod(draft, wanted.mode);
    await rename(draft, path);
    if (known.has(wanted.file)) return;
    known.set(wanted.file, wanted);
    await this.#parts.cache.writeFiles(known.values());
  }

  /** A variable is checked before anything is stopped: it opens, and it is text. */
  async #check(groupId: bigint, wanted: SecretVariable, signal: AbortSignal): Promise<void> {
    const place = textOf({ groupId, name: wanted.name, number: wanted.version });
    if (this.#texts.has(place)) return;
    (await this.#openOnce(groupId, wanted, signal)).text(wanted.name);
    this.#texts.add(place);
  }

  /** Opens, and does not try again for a while what did not open. */
  async #openOnce(groupId: bigint, wanted: PinnedSecret, signal: AbortSignal): Promise<SecretValue> {
    const key = textOf({ groupId, name: wanted.name, number: wanted.version });
    const now = this.#parts.clock.monotonic();
    const trouble = this.#troubles.get(key);
    if (trouble !== undefined && now < trouble.until) throw trouble.error;
    try {
      const value = await this.#open(groupId, wanted, signal);
      this.#troubles.delete(key);
      return value;
    } catch (error) {
      if (error instanceof SecretError || error instanceof NotSealed) this.#troubles.set(key, { error, until: now + LOOK_AGAIN_MS });
      throw error;
    }
  }

  async #open(groupId: bigint, { name, version }: PinnedSecret, signal: AbortSignal): Promise<SecretValue> {
    const { cache, chain, chainId } = this.#parts;
    const place = { groupId, name, number: version };
    const openContent = async ({ generation, ciphertext }: SecretContent): Promise<SecretValue> => {
      const identity = await this.#key({ groupId, name: scopeOf(name), number: generation }, signal);
      return openValue(ciphertext, { chainId, groupId, name, version }, identity);
    };
    const cached = await cache.readContent(place);
    if (cached !== undefined) {
      try {
        return await openContent(cached);
      } catch (error) {
        // What lies on the disk may be damaged: the chain has it whole.
        if (!(error instanceof SecretError) && !(error instanceof NotSealed)) throw error;
      }
    }
    const content = await chain.readSecretContent(groupId, name, version, this.#height(), signal);
    if (content === undefined) throw new SecretError("cut", `the group has no version ${version} of it any more`, "deploy again: daonetes up");
    const value = await openContent(content);
    await cache.writeContent(place, content);
    return value;
  }

  /** The identity of a scope's key, from memory, from disk, or from the chain. */
  async #key(place: Place, signal: AbortSignal): Promise<string> {
    const { cache, chain, chainId, identity: own } = this.#parts;
    const open = (grant: Uint8Array, recipient: string): Promise<string> =>
      openKey(grant, { chainId, groupId: place.groupId, scope: place.name, generation: place.number }, own, recipient);
    let identity = this.#keys.get(textOf(place));
    if (identity !== undefined) return identity;
    const cached = await cache.readKey(place);
    if (cached !== undefined) identity = await open(cached.grant.sealed, cached.key.recipient).catch(() => undefined);
    if (identity === undefined) {
      const { key, grant } = await chain.readSecretKey(place.groupId, place.name, place.number, this.#height(), signal);
      if (key === undefined || grant === undefined) throw new NotSealed(place.name);
      identity = await open(grant.sealed, key.recipient);
      await cache.writeKey(place, { key, grant });
    }
    this.#keys.set(textOf(place), identity);
    return identity;
  }

  /** What the manifest names stands at its height; what a hint told of, at the hint's. */
  #height(): bigint {
    const acted = BigInt(this.#parts.state.height);
    return this.#minHeight > acted ? this.#minHeight : acted;
  }

  async #mount(): Promise<void> {
    this.#mounted ??= this.#parts.mount(this.root);
    try {
      await this.#mounted;
    } catch (error) {
      this.#mounted = undefined;
      throw error;
    }
  }

  async #knownFiles(): Promise<Map<string, SecretFile>> {
    return (this.#files ??= await this.#parts.cache.readFiles());
  }
}

function textOf({ groupId, name, number }: Place): string {
  return `${groupId}/${name}/${number}`;
}

function notSealed(names: readonly string[]): Refusal {
  const named = names.slice(0, NAMED).join(", ");
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  return { reason: "SecretNotSealed", text: `not sealed to this device yet: ${named}${more}; an operator adds it: daonetes secret reseal`, passing: true };
}

function unreadable(name: string, error: DaonetesError): Refusal {
  return { reason: error instanceof SecretError && error.fault === "binding" ? "SecretBindingMismatch" : "SecretUnreadable", text: `${error.code}: ${name}: ${error.message}`, failed: true };
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
