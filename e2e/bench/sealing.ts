/**
 * What sealing costs the person who does it: `node --conditions=daonetes-source e2e/bench/sealing.ts [DEVICES]`. One value to
 * 1,000 devices, one device more, and a new value under a new key after one of them was revoked. Seconds of one processor,
 * and bytes of the messages as the chain stores them; no network is involved.
 */
import { performance } from "node:perf_hooks";
import { addressFromBytes, workload } from "@daonetes/client";
import { newIdentity, recipientOf, sealKey, sealValue, SecretValue } from "@daonetes/client/secrets";

interface Figure {
  bench: string;
  devices: number;
  seconds: number;
  bytes: number;
  transactions: number;
}

/** Grants in one transaction: it has at most 64 KiB. */
const GRANTS = 25;
const COUNT = Number(process.argv[2] ?? 1_000);
const PLACE = { chainId: "daonetes-1", groupId: 1n };
const PUBLISHER = addressFromBytes(new Uint8Array(20));

const devices = await Promise.all(
  Array.from({ length: COUNT }, async (_, index) => {
    const address = Buffer.alloc(20);
    address.writeUInt32BE(index);
    return { address: addressFromBytes(address), recipient: await recipientOf(await newIdentity()) };
  }),
);

/** Seals a value to a new key, and the key to devices. */
async function seal(to: typeof devices, generation: bigint): Promise<{ identity: string; bytes: number; transactions: number }> {
  const identity = await newIdentity();
  const keyRecipient = await recipientOf(identity);
  const name = "shop/DB_PASSWORD";
  const ciphertext = await sealValue(SecretValue.fromText("correct horse battery staple", name), { ...PLACE, name, version: generation }, keyRecipient);
  const put = workload.MsgPutSecret.fromPartial({ publisher: PUBLISHER, groupId: 1n, name, version: generation, generation, keyRecipient, ciphertext });
  const granted = await grant(identity, to, generation);
  return { identity, bytes: workload.MsgPutSecret.encode(put).finish().length + granted.bytes, transactions: 1 + granted.transactions };
}

async function grant(identity: string, to: typeof devices, generation: bigint): Promise<{ bytes: number; transactions: number }> {
  let bytes = 0;
  let transactions = 0;
  for (let at = 0; at < to.length; at += GRANTS) {
    const grants: workload.SealedKey[] = [];
    for (const { address, recipient } of to.slice(at, at + GRANTS)) grants.push({ recipient: address, sealed: await sealKey(identity, { ...PLACE, scope: "shop", generation }, recipient) });
    bytes += workload.MsgGrantSecret.encode(workload.MsgGrantSecret.fromPartial({ sender: PUBLISHER, groupId: 1n, scope: "shop", generation, grants })).finish().length;
    transactions++;
  }
  return { bytes, transactions };
}

async function take<T extends { bytes: number; transactions: number }>(bench: string, count: number, run: () => Promise<T>): Promise<T> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const result = await run();
  const { user, system } = process.cpuUsage(cpu);
  const figure: Figure = { bench, devices: count, seconds: Math.round((user + system) / 1_000) / 1_000, bytes: result.bytes, transactions: result.transactions };
  console.log(JSON.stringify({ ...figure, elapsed_s: Math.round(performance.now() - began) / 1_000, node: process.version }));
  return result;
}

await seal(devices.slice(0, 10), 1n);
const { identity } = await take("S1 one secret to all devices", COUNT, () => seal(devices, 1n));
await take("S2 one device more", 1, () => grant(identity, devices.slice(0, 1), 1n));
await take("S3 rotate after a revocation", COUNT - 1, () => seal(devices.slice(1), 2n));
