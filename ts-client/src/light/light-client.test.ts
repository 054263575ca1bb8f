import test, { type ExecutionContext } from "ava";
import { makeBlock, SignedChain, signer, type Signer } from "../../test/fakes/signed-chain.ts";
import type { Timestamp } from "../gen/google/protobuf/timestamp.ts";
import { LightClient, type LightClientOptions } from "./light-client.ts";
import { LightError, type LightFault } from "./light-error.ts";
import { TrustedStore } from "./store.ts";

const START = 1_700_000_000n;
const DAYS = 86_400n;
const now = (seconds = 1_000n): (() => Timestamp) => () => ({ seconds: START + seconds, nanos: 0 });
const four = (): Signer[] => [signer(), signer(), signer(), signer()];

function clientOf(chain: SignedChain, height = 1n, options: Partial<LightClientOptions> = {}): LightClient {
  return new LightClient({ source: chain, store: chain.store(height), now: now(), ...options });
}

async function refuses(t: ExecutionContext, what: Promise<unknown>, fault: LightFault): Promise<LightError> {
  const error = await t.throwsAsync(what, { instanceOf: LightError });
  t.is(error!.fault, fault, error!.message);
  return error!;
}

/** A chain of `length` blocks, all signed by the same four. */
function steady(length: number): { chain: SignedChain; signers: Signer[] } {
  const signers = four();
  const chain = new SignedChain();
  for (let height = 0; height < length; height++) chain.add(signers);
  return { chain, signers };
}

test("validators that stayed are skipped over in one step", async (t) => {
  const { chain } = steady(50);
  const client = clientOf(chain);
  t.is((await client.advance()).height, 50n);
  t.deepEqual(chain.asked, [undefined]);
});

test("where validators changed, headers in between are verified first", async (t) => {
  const chain = new SignedChain();
  let signers = four();
  chain.add(signers);
  for (let height = 2; height <= 33; height++) {
    const next = height % 4 === 0 ? [...signers.slice(1), signer()] : signers;
    chain.add(signers, next);
    signers = next;
  }
  const client = clientOf(chain);
  t.is((await client.advance(33n)).height, 33n);
  t.true(chain.asked.length > 3 && chain.asked.length < 33, `${chain.asked.length} headers were fetched`);
  t.deepEqual(client.store.newest.hash, chain.trusted(33n).hash);
});

test("a set that changed as a whole is followed block by block only", async (t) => {
  const chain = new SignedChain();
  const before = four();
  const after = four();
  chain.add(before);
  chain.add(before, after);
  chain.add(after);
  chain.add(after);
  t.is((await clientOf(chain).advance(4n)).height, 4n);
  const gap = new SignedChain();
  gap.add(before);
  gap.add(before, after);
  gap.add(after);
  gap.blocks.set(2n, makeBlock("test-chain", 2n, after, after));
  await refuses(t, clientOf(gap).advance(3n), "forged");
});

test("one wrong signature, and too few signatures, refuse a header", async (t) => {
  const signers = four();
  const wrong = new SignedChain();
  wrong.add(signers);
  const { commit } = wrong.add(signers);
  commit.signatures[2]!.signature[5]! ^= 1;
  await refuses(t, clientOf(wrong).advance(), "forged");
  const few = new SignedChain();
  few.add(signers);
  few.add(signers, signers, {}, signers.slice(0, 2));
  await refuses(t, clientOf(few).advance(), "forged");
  const enough = new SignedChain();
  enough.add(signers);
  enough.add(signers, signers, {}, signers.slice(0, 1));
  t.is((await clientOf(enough).advance()).height, 2n);
});

test("each changed field of a header refuses it", async (t) => {
  const { chain } = steady(2);
  const { header } = chain.blocks.get(2n)!;
  for (const field of Object.keys(header) as (keyof typeof header)[]) {
    const { chain: forgery, signers } = steady(1);
    const { commit } = forgery.add(signers);
    const block = forgery.blocks.get(2n)!;
    const value = block.header[field];
    const changed = typeof value === "bigint" ? value + 1n : typeof value === "string" ? `${value}x` : value instanceof Uint8Array ? value.map((byte, index) => (index === 3 ? byte ^ 1 : byte)) : field === "time" ? { seconds: START + 3n, nanos: 1 } : { hash: new Uint8Array(32), partsTotal: 1, partsHash: new Uint8Array(32) };
    forgery.blocks.set(2n, { header: { ...block.header, [field]: changed }, commit });
    await refuses(t, clientOf(forgery).advance(2n), "forged");
  }
});

test("L-07 a header ahead of the clock is refused, up to 10 s are not", async (t) => {
  const { chain, signers } = steady(1);
  chain.add(signers, signers, { time: { seconds: START + 3_600n, nanos: 0 } });
  await refuses(t, clientOf(chain, 1n, { now: now(2n) }).advance(), "future");
  await refuses(t, clientOf(chain, 1n, { now: now(3_590n) }).advance(), "future");
  t.is((await clientOf(chain, 1n, { now: now(3_591n) }).advance()).height, 2n);
});

test("L-04 a fork signed by old validators is an alarm, and nothing is believed after it", async (t) => {
  const { chain, signers } = steady(20);
  const client = clientOf(chain);
  await client.advance();
  const fork = makeBlock("test-chain", 20n, signers, signers, { appHash: new Uint8Array(32) });
  chain.blocks.set(20n, fork);
  await refuses(t, client.advance(), "fork");
  chain.add(signers);
  await refuses(t, client.advance(), "fork");
  const again = new LightClient({ source: chain, store: TrustedStore.fromJSON(JSON.parse(JSON.stringify(client.store)) as never), now: now() });
  await refuses(t, again.advance(), "fork");
});

test("L-04 a witness with another signed header is an alarm; one with an unsigned header, or away, is not", async (t) => {
  const { chain, signers } = steady(20);
  const liar = new SignedChain();
  for (let height = 1; height <= 20; height++) liar.add(four());
  const away = new SignedChain();
  away.header = () => Promise.reject(new Error("gone"));
  const calm = clientOf(chain, 1n, { witnesses: [liar, away, chain] });
  t.is((await calm.advance()).height, 20n);
  const other = new SignedChain();
  for (let height = 1; height <= 20; height++) other.add(signers, signers, { appHash: new Uint8Array(32) });
  await refuses(t, clientOf(chain, 1n, { witnesses: [other] }).advance(), "fork");
});

test("L-04 past the trusting period no new header is accepted, and what was verified stays", async (t) => {
  const { chain, signers } = steady(10);
  const late = 21n * DAYS;
  const client = clientOf(chain, 10n, { now: now(late) });
  chain.add(signers, signers, { time: { seconds: START + late - 5n, nanos: 0 } });
  const error = await refuses(t, client.advance(), "expired");
  t.regex(error.help ?? "", /up --ticket/);
  t.is(client.store.newest.height, 10n);
  t.is((await clientOf(chain, 10n, { now: now(late), trustingPeriodSeconds: 30n * DAYS }).advance()).height, 11n);
});

test("the verified height never falls: an older newest header changes nothing", async (t) => {
  const { chain } = steady(20);
  const client = clientOf(chain);
  await client.advance();
  for (const height of [20n, 19n, 18n]) chain.blocks.delete(height);
  t.is((await client.advance()).height, 20n);
  await refuses(t, client.advance(21n), "missing");
});

test("a header of another chain is refused", async (t) => {
  const { chain, signers } = steady(1);
  chain.blocks.set(2n, makeBlock("other-chain", 2n, signers, signers));
  await refuses(t, clientOf(chain).advance(2n), "forged");
});

test("a store goes through JSON without a loss", (t) => {
  const { chain } = steady(3);
  const store = chain.store(3n);
  const copy = TrustedStore.fromJSON(JSON.parse(JSON.stringify(store)) as never);
  t.deepEqual(copy.toJSON(), store.toJSON());
  t.deepEqual(Buffer.from(copy.newest.nextValidators.hash), Buffer.from(store.newest.nextValidators.hash));
  t.deepEqual(copy.newest.time, store.newest.time);
});
