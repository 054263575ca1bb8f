import test from "ava";
import { QueryBalanceRequest, QueryBalanceResponse } from "cosmjs-types/cosmos/bank/v1beta1/query";
import { QueryAllowancesRequest, QueryAllowancesResponse } from "cosmjs-types/cosmos/feegrant/v1beta1/query";
import { DaonetesError } from "../errors.ts";
import type { GasPrice } from "../gen/daonetes/admission/v1/core.ts";
import type { Rpc } from "../transport/rpc.ts";
import { costOf, NO_FEE } from "./fee.ts";
import { FeePayer, pricesChanged } from "./payer.ts";

const MOON: GasPrice = { denom: "moon", perMillionGas: 1_000n };
const SUN: GasPrice = { denom: "sun", perMillionGas: 7n };

/** A chain on which some have coins (`alice moon`: 5n), and some spend those of others. */
function chain(coins: Record<string, bigint>, granters: Record<string, string[]> = {}): Rpc {
  return {
    request: (service, method, data) => {
      if (`${service}/${method}` === "cosmos.bank.v1beta1.Query/Balance") {
        const { address, denom } = QueryBalanceRequest.decode(data);
        return Promise.resolve(QueryBalanceResponse.encode({ balance: { denom, amount: String(coins[`${address} ${denom}`] ?? 0n) } }).finish());
      }
      const { grantee } = QueryAllowancesRequest.decode(data);
      return Promise.resolve(QueryAllowancesResponse.encode(QueryAllowancesResponse.fromPartial({ allowances: (granters[grantee] ?? []).map((granter) => ({ granter, grantee })) })).finish());
    },
  };
}

const payer = (rpc: Rpc, prices: readonly GasPrice[]): FeePayer => new FeePayer(rpc, "bob", () => Promise.resolve(prices));

test("a fee is rounded up to a whole unit", (t) => {
  t.deepEqual(costOf(MOON, 400_000n), { denom: "moon", amount: "400" });
  t.deepEqual(costOf(SUN, 1n), { denom: "sun", amount: "1" });
  t.deepEqual(costOf(SUN, 1_000_000n), { denom: "sun", amount: "7" });
  t.deepEqual(costOf(SUN, 1_000_001n), { denom: "sun", amount: "8" });
});

test("without prices nothing is paid, and nobody is asked for coins", async (t) => {
  const rpc: Rpc = { request: () => Promise.reject(new Error("nobody was to ask")) };
  t.deepEqual(await payer(rpc, []).feeFor(400_000n), NO_FEE);
});

test("own coins come first, in whichever coin they are enough", async (t) => {
  const granters = { bob: ["alice"] };
  t.deepEqual(await payer(chain({ "bob moon": 400n, "alice moon": 9_999n }, granters), [MOON, SUN]).feeFor(400_000n), { amount: [{ denom: "moon", amount: "400" }], granter: "" });
  t.deepEqual(await payer(chain({ "bob moon": 399n, "bob sun": 3n, "alice moon": 9_999n }, granters), [MOON, SUN]).feeFor(400_000n), { amount: [{ denom: "sun", amount: "3" }], granter: "" });
});

test("else somebody pays who allowed it and has enough", async (t) => {
  const rpc = chain({ "bob moon": 399n, "alice moon": 1n, "carol moon": 400n }, { bob: ["alice", "carol"] });
  t.deepEqual(await payer(rpc, [MOON]).feeFor(400_000n), { amount: [{ denom: "moon", amount: "400" }], granter: "carol" });
});

test("where nobody can pay, the fee and the way out are named", async (t) => {
  const alone = await t.throwsAsync(payer(chain({}), [MOON, SUN]).feeFor(400_000n), { instanceOf: DaonetesError });
  t.like(alone, { code: "DAO5024", kind: "denied" });
  t.regex(alone?.message ?? "", /bob cannot pay the fee of 400 moon or 3 sun, and nobody lets it spend theirs/);
  const poor = await t.throwsAsync(payer(chain({}, { bob: ["alice"] }), [MOON]).feeFor(400_000n), { instanceOf: DaonetesError });
  t.regex(poor?.message ?? "", /and alice cannot either/);
});

test("that a network takes no fees is kept until it is forgotten; prices are read each time", async (t) => {
  let reads = 0;
  let prices: readonly GasPrice[] = [];
  const one = new FeePayer(chain({ "bob moon": 9_999n }), "bob", () => {
    reads++;
    return Promise.resolve(prices);
  });
  await one.feeFor(1n);
  await one.feeFor(1n);
  t.is(reads, 1);
  prices = [MOON];
  t.deepEqual(await one.feeFor(1n), NO_FEE);
  one.forget();
  t.is((await one.feeFor(1_000_000n)).amount[0]?.amount, "1000");
  prices = [{ ...MOON, perMillionGas: 2_000n }];
  t.is((await one.feeFor(1_000_000n)).amount[0]?.amount, "2000");
  t.is(reads, 3);
});

test("prices that cannot be read are asked for again the next time", async (t) => {
  let reads = 0;
  const one = new FeePayer(chain({}), "bob", () => (reads++ === 0 ? Promise.reject(new Error("away")) : Promise.resolve([])));
  await t.throwsAsync(one.feeFor(1n), { message: "away" });
  t.deepEqual(await one.feeFor(1n), NO_FEE);
});

test("the refusals that tell of other prices are told from the rest", (t) => {
  const refusal = (code: string): DaonetesError => new DaonetesError({ code, kind: "failed", message: "" });
  t.true(pricesChanged(refusal("DAO3406")) && pricesChanged(refusal("DAO3416")));
  t.false(pricesChanged(refusal("DAO5019")) || pricesChanged(new Error("DAO3406")));
});
