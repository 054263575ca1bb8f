import { council, type DaonetesClient, DaonetesError, isNotFound, workgroup, workload } from "../../index.ts";
import {
  COUNCIL_STORE,
  councilIdKey,
  councilKey,
  deviceKey,
  groupKey,
  recipientKey,
  secretContentKey,
  secretGrantKey,
  secretKeyKey,
  WORKGROUP_STORE,
  WORKLOAD_STORE,
} from "../../light/index.ts";
import { openKey, openValue, recipientOf, SecretError, type SecretValue, scopeOf } from "../../secrets/index.ts";
import type { ProvenReads } from "../proven-reads.ts";
import type { Session } from "../session.ts";

/** A generation of the key that the secrets of a scope are sealed to. */
export interface ScopeKey {
  scope: string;
  generation: bigint;
  /** age text. */
  recipient: string;
  /** Absent: this person was not given the key. */
  identity: string | undefined;
}

/** Whom a key may be sealed to: an address and its age recipient, proven. */
export interface Reader {
  address: string;
  recipient: string;
}

/** This person as a reader of secrets. */
export interface Own {
  address: string;
  identity: string;
  recipient: string;
}

/**
 * The secrets of one group as this person can see them. Whatever decides to whom something is sealed, or what is opened,
 * is read with proof: a gateway that lies is refused, and learns nothing.
 */
export class SecretDesk {
  readonly session: Session;
  readonly client: DaonetesClient;
  readonly group: workgroup.Group;
  readonly chainId: string;
  readonly #proven: ProvenReads;
  readonly #keys = new Map<string, Promise<ScopeKey>>();
  #own: Promise<Own | undefined> | undefined;
  #people: Promise<Reader[]> | undefined;
  #entitled: Promise<Set<string>> | undefined;

  private constructor(session: Session, client: DaonetesClient, group: workgroup.Group, chainId: string, proven: ProvenReads) {
    this.session = session;
    this.client = client;
    this.group = group;
    this.chainId = chainId;
    this.#proven = proven;
  }

  /** @param group as the gateway shows it; the same one is read again with proof */
  static async open(session: Session, group: workgroup.Group): Promise<SecretDesk> {
    const [client, proven, { chainId }] = await Promise.all([session.client(), session.proven(), session.context()]);
    const bytes = await proven.read(WORKGROUP_STORE, groupKey(group.id));
    const found = bytes === undefined ? undefined : workgroup.Group.decode(bytes);
    if (found?.name !== group.name) {
      throw new DaonetesError({ code: "DAO3050", kind: "denied", message: `the gateway shows another group as ${group.name} than the chain has`, help: "it is not honest: use another one (DAONETES_GATEWAY); nothing was sealed" });
    }
    return new SecretDesk(session, client, found, chainId, proven);
  }

  /** This person, if their key can be opened here. */
  own(): Promise<Own | undefined> {
    this.#own ??= this.#openOwn();
    return this.#own;
  }

  async #openOwn(): Promise<Own | undefined> {
    const name = await this.session.keyName();
    try {
      const { address } = await this.session.keyring.show(name);
      const identity = await this.session.keyring.ageIdentity(name);
      return { address, identity, recipient: await recipientOf(identity) };
    } catch (error) {
      // No key, nobody to type its passphrase, or a multisig, which has no words: nothing can be opened, and that is said where it matters.
      if (error instanceof DaonetesError && ["DAO1004", "DAO1014", "DAO3041"].includes(error.code)) return undefined;
      throw error;
    }
  }

  /** Addresses that may read all secrets of the group: its authority, the members of the council that is it, its operators. */
  entitled(): Promise<Set<string>> {
    this.#entitled ??= this.#readEntitled();
    return this.#entitled;
  }

  async #readEntitled(): Promise<Set<string>> {
    const { authority, operators } = this.group;
    const all = new Set([authority, ...operators]);
    const id = await this.#proven.read(COUNCIL_STORE, councilIdKey(authority));
    if (id === undefined) return all;
    const bytes = await this.#proven.read(COUNCIL_STORE, councilKey(Buffer.from(id).readBigUInt64BE()));
    for (const { address } of bytes === undefined ? [] : council.Council.decode(bytes).members) all.add(address);
    return all;
  }

  /** Those of them who registered a recipient. */
  people(): Promise<Reader[]> {
    this.#people ??= this.entitled().then(async (all) => {
      const readers = await Promise.all([...all].sort().map((address) => this.#person(address)));
      return readers.flatMap((reader) => reader ?? []);
    });
    return this.#people;
  }

  async #person(address: string): Promise<Reader | undefined> {
    const bytes = await this.#proven.read(WORKGROUP_STORE, recipientKey(address));
    const recipient = bytes === undefined ? "" : workgroup.Recipient.decode(bytes).ageRecipient;
    return recipient === "" ? undefined : { address, recipient };
  }

  /**
   * A device as a reader; undefined for one that is no member, or that has no recipient.
   * @param joining a device that waits, and becomes a member by the transaction that gives it something
   */
  async device(address: string, minHeight?: bigint, joining?: string): Promise<Reader | undefined> {
    const bytes = await this.#proven.read(WORKGROUP_STORE, deviceKey(address), minHeight);
    if (bytes === undefined) return undefined;
    const { groupId, status, info } = workgroup.Device.decode(bytes);
    const { DeviceStatus } = workgroup;
    const joins = status === DeviceStatus.DEVICE_STATUS_PENDING && joining === address;
    const member = joins || status === DeviceStatus.DEVICE_STATUS_APPROVED || status === DeviceStatus.DEVICE_STATUS_CORDONED;
    const recipient = info?.ageRecipient ?? "";
    return groupId === this.group.id && member && recipient !== "" ? { address, recipient } : undefined;
  }

  /** The newest key of a scope, if there is one, and the newest generation that ever was. */
  async newestKey(scope: string): Promise<{ key: ScopeKey | undefined; newestGeneration: bigint }> {
    const { keys, newestGeneration } = await this.client.workload.secretKeys(this.group.id, scope);
    const newest = keys.at(-1);
    return { key: newest === undefined ? undefined : await this.key(scope, newest.generation), newestGeneration };
  }

  /** A key by its generation. @throws DaonetesError when there is none */
  key(scope: string, generation: bigint): Promise<ScopeKey> {
    const at = `${scope} ${generation}`;
    const known = this.#keys.get(at) ?? this.#readKey(scope, generation);
    this.#keys.set(at, known);
    return known;
  }

  /** A key that this process made: its identity is known before the chain has it. */
  addKey(key: ScopeKey): void {
    this.#keys.set(`${key.scope} ${key.generation}`, Promise.resolve(key));
  }

  async #readKey(scope: string, generation: bigint): Promise<ScopeKey> {
    const bytes = await this.#proven.read(WORKLOAD_STORE, secretKeyKey(this.group.id, scope, generation));
    if (bytes === undefined) throw new DaonetesError({ code: "DAO4042", kind: "not_found", message: `there is no key ${generation} of the secrets of ${scope}`, help: "daonetes secret list" });
    const { recipient } = workload.SecretKey.decode(bytes);
    return { scope, generation, recipient, identity: await this.#ownKey(scope, generation, recipient) };
  }

  async #ownKey(scope: string, generation: bigint, recipient: string): Promise<string | undefined> {
    const own = await this.own();
    if (own === undefined) return undefined;
    const bytes = await this.#proven.read(WORKLOAD_STORE, secretGrantKey(this.group.id, scope, generation, own.address));
    if (bytes === undefined) return undefined;
    try {
      return await openKey(workload.SecretGrant.decode(bytes).sealed, { chainId: this.chainId, groupId: this.group.id, scope, generation }, own.identity, recipient);
    } catch (error) {
      // A grant that somebody spoilt, or that was made for a former identity, is none; `reseal` makes another.
      if (error instanceof SecretError) return undefined;
      throw error;
    }
  }

  /** The versions of a secret, oldest first; none if the name never was. */
  async versions(name: string): Promise<{ versions: workload.Secret[]; newestVersion: bigint }> {
    try {
      return await this.client.workload.secret(this.group.id, name);
    } catch (error) {
      if (isNotFound(error)) return { versions: [], newestVersion: 0n };
      throw error;
    }
  }

  /**
   * The value of a version.
   * @returns undefined if this person was not given its key
   * @throws SecretError when what is stored does not open, or belongs elsewhere
   */
  async value(name: string, version: bigint): Promise<SecretValue | undefined> {
    const bytes = await this.#proven.read(WORKLOAD_STORE, secretContentKey(this.group.id, name, version));
    if (bytes === undefined) throw new DaonetesError({ code: "DAO4041", kind: "not_found", message: `there is no version ${version} of the secret ${name}`, help: "daonetes secret list" });
    const { generation, ciphertext } = workload.SecretContent.decode(bytes);
    const { identity } = await this.key(scopeOf(name), generation);
    return identity === undefined ? undefined : openValue(ciphertext, { chainId: this.chainId, groupId: this.group.id, name, version }, identity);
  }
}
