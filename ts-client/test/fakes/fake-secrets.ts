import { createHash } from "node:crypto";
import * as groupTypes from "../../src/gen/daonetes/workgroup/v1/core.ts";
import * as groupQuery from "../../src/gen/daonetes/workgroup/v1/query.ts";
import * as groupTx from "../../src/gen/daonetes/workgroup/v1/tx.ts";
import * as types from "../../src/gen/daonetes/workload/v1/core.ts";
import * as query from "../../src/gen/daonetes/workload/v1/query.ts";
import * as tx from "../../src/gen/daonetes/workload/v1/tx.ts";
import { recipientKey, secretContentKey, secretGrantKey, secretKeyKey } from "../../src/light/index.ts";
import { scopeOf } from "../../src/secrets/index.ts";

type Refuse = (codespace: string, code: number, message: string) => Error;

const hashOf = (bytes: Uint8Array | string): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** Secrets as the chain keeps them: versions and generations that only grow, grants for who has a recipient. */
export class FakeSecrets {
  readonly secrets: types.Secret[] = [];
  readonly contents: { groupId: bigint; name: string; version: bigint; content: types.SecretContent }[] = [];
  readonly keys: types.SecretKey[] = [];
  readonly grants: types.SecretGrant[] = [];
  readonly recipients: groupTypes.Recipient[] = [];
  /** Devices that the chain gives no work, whatever the placement says. */
  readonly unassigned = new Set<string>();
  readonly #devices: readonly groupTypes.Device[];
  readonly #refuse: Refuse;

  constructor(devices: readonly groupTypes.Device[], refuse: Refuse) {
    this.#devices = devices;
    this.#refuse = refuse;
  }

  /** Lists whose changes a failed transaction takes back. */
  get lists(): unknown[][] {
    return [this.secrets, this.contents, this.keys, this.grants, this.recipients];
  }

  /** @returns true if it was a message about secrets */
  apply(name: string, value: unknown): boolean {
    switch (name) {
      case "SetRecipient": {
        const recipient = value as groupTx.MsgSetRecipient;
        this.recipients.splice(0, this.recipients.length, ...this.recipients.filter(({ address }) => address !== recipient.address), recipient);
        return true;
      }
      case "PutSecret":
        this.#put(value as tx.MsgPutSecret);
        return true;
      case "GrantSecret":
        this.#grant(value as tx.MsgGrantSecret);
        return true;
      case "RemoveSecret": {
        const removed = value as tx.MsgRemoveSecret;
        const left = this.secrets.filter((secret) => secret.name !== removed.name || (removed.version !== 0n && secret.version !== removed.version));
        this.secrets.splice(0, this.secrets.length, ...left);
        return true;
      }
      default:
        return false;
    }
  }

  /** @throws when a pin names no version */
  requirePins(groupId: bigint, pins: readonly types.SecretVersion[]): void {
    for (const { name, version } of pins) {
      if (!this.secrets.some((secret) => secret.groupId === groupId && secret.name === name && secret.version === version)) throw this.#refuse("workload", 38, `got ${name} ${version}: no such secret in this group: put it first`);
    }
  }

  #put({ groupId, name, version, generation, keyRecipient, ciphertext, publisher }: tx.MsgPutSecret): void {
    const scope = scopeOf(name);
    const newest = this.#newest(groupId, name);
    if (version !== newest + 1n) throw this.#refuse("workload", 39, `${name}: got version ${version}, the newest is ${newest}: this is not the next version of the secret`);
    const keys = this.keys.filter((key) => key.groupId === groupId && key.scope === scope);
    const last = keys.at(-1)?.generation ?? 0n;
    if (generation === last + 1n) this.keys.push(types.SecretKey.fromPartial({ groupId, scope, generation, recipient: keyRecipient, publisher }));
    else if (generation !== last) throw this.#refuse("workload", 40, "this is neither the newest key of these secrets nor the next one");
    this.secrets.push(types.Secret.fromPartial({ groupId, name, version, generation, hash: hashOf(ciphertext), size: ciphertext.length, publisher }));
    this.contents.push({ groupId, name, version, content: types.SecretContent.fromPartial({ generation, ciphertext }) });
  }

  #grant({ groupId, scope, generation, grants, sender }: tx.MsgGrantSecret): void {
    if (!this.keys.some((key) => key.groupId === groupId && key.scope === scope && key.generation === generation)) throw this.#refuse("workload", 41, "there is no such key");
    for (const { recipient, sealed } of grants) {
      const device = this.#devices.find(({ address }) => address === recipient);
      const own = device?.info?.ageRecipient ?? this.recipients.find(({ address }) => address === recipient)?.ageRecipient ?? "";
      if (device?.status === groupTypes.DeviceStatus.DEVICE_STATUS_PENDING) throw this.#refuse("workload", 43, "a waiting device is given no secrets");
      if (device?.status === groupTypes.DeviceStatus.DEVICE_STATUS_REVOKED) throw this.#refuse("workload", 44, "a revoked device is given no secrets");
      if (this.unassigned.has(recipient)) throw this.#refuse("workload", 46, `device ${recipient}: the device runs nothing that uses these secrets`);
      if (own === "") throw this.#refuse("workload", 47, `${recipient}: the address has no age recipient`);
      const left = this.grants.filter((grant) => !(grant.groupId === groupId && grant.scope === scope && grant.generation === generation && grant.recipient === recipient));
      this.grants.splice(0, this.grants.length, ...left, types.SecretGrant.fromPartial({ groupId, scope, generation, recipient, sealed, recipientHash: hashOf(own), granter: sender }));
    }
  }

  #newest(groupId: bigint, name: string): bigint {
    return this.secrets.reduce((newest, secret) => (secret.groupId === groupId && secret.name === name && secret.version > newest ? secret.version : newest), 0n);
  }

  queries(): Record<string, (request: Uint8Array) => Uint8Array | undefined> {
    const pagination = { nextKey: new Uint8Array(), total: 0n };
    return {
      "workgroup.v1.Query/Recipient": (request) => {
        const { address } = groupQuery.QueryRecipientRequest.decode(request);
        const recipient = this.recipients.find((one) => one.address === address);
        return recipient && groupQuery.QueryRecipientResponse.encode({ recipient }).finish();
      },
      "workload.v1.Query/Secrets": () => query.QuerySecretsResponse.encode({ secrets: this.secrets, pagination }).finish(),
      "workload.v1.Query/Secret": (request) => {
        const { groupId, name } = query.QuerySecretRequest.decode(request);
        const versions = this.secrets.filter((secret) => secret.groupId === groupId && secret.name === name);
        return versions.length === 0 ? undefined : query.QuerySecretResponse.encode({ versions, newestVersion: this.#newest(groupId, name), pagination }).finish();
      },
      "workload.v1.Query/SecretKeys": (request) => {
        const { scope } = query.QuerySecretKeysRequest.decode(request);
        const keys = this.keys.filter((key) => scope === "" || key.scope === scope);
        return query.QuerySecretKeysResponse.encode({ keys, newestGeneration: keys.at(-1)?.generation ?? 0n, pagination }).finish();
      },
      "workload.v1.Query/SecretGrants": (request) => {
        const { scope, generation } = query.QuerySecretGrantsRequest.decode(request);
        return query.QuerySecretGrantsResponse.encode({ grants: this.grants.filter((grant) => grant.scope === scope && grant.generation === generation), pagination }).finish();
      },
      "workload.v1.Query/RecipientGrants": (request) => {
        const { recipient } = query.QueryRecipientGrantsRequest.decode(request);
        return query.QueryRecipientGrantsResponse.encode({ grants: this.grants.filter((grant) => grant.recipient === recipient), pagination }).finish();
      },
    };
  }

  /** What stands in the stores, by `store/key`. */
  *records(): Iterable<[string, Uint8Array, Uint8Array]> {
    for (const recipient of this.recipients) yield ["workgroup", recipientKey(recipient.address), groupTypes.Recipient.encode(recipient).finish()];
    for (const key of this.keys) yield ["workload", secretKeyKey(key.groupId, key.scope, key.generation), types.SecretKey.encode(key).finish()];
    for (const grant of this.grants) yield ["workload", secretGrantKey(grant.groupId, grant.scope, grant.generation, grant.recipient), types.SecretGrant.encode(grant).finish()];
    for (const { groupId, name, version, content } of this.contents) yield ["workload", secretContentKey(groupId, name, version), types.SecretContent.encode(content).finish()];
  }
}
