import { readdirSync, readFileSync } from "node:fs";
import test from "ava";
import { CommitmentProof, ExistenceProof, InnerOp, InnerSpec, LeafOp, ProofSpec } from "cosmjs-types/cosmos/ics23/v1/proofs";
import { parseTime } from "../chain-status.ts";
import { readCommit } from "./commit.ts";
import { hex } from "./hash.ts";
import { readHeader } from "./header.ts";
import { calculateRoot, leftBranchesAreEmpty, rightBranchesAreEmpty, verifyMembership, verifyNonMembership } from "./ics23.ts";
import { applyInner, applyLeaf, hashOp } from "./ics23-op.ts";
import { IAVL_SPEC, requireLeafSpec, requireSpec, STORES_SPEC } from "./ics23-spec.ts";
import { LightError } from "./light-error.ts";
import { Reply } from "./reply.ts";
import { readValidators, ValidatorSet } from "./validator-set.ts";
import { type LightBlock, type TrustedHeader, verifyHeader } from "./verify.ts";

const FOLDER = new URL("../../../testdata/vectors/", import.meta.url);

// The files hold data of several shapes, each known to its test.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Vector = any;
const json = (path: string): Vector => JSON.parse(readFileSync(new URL(path, FOLDER), "utf8")) as unknown;
const files = (folder: string): string[] => readdirSync(new URL(folder, FOLDER)).filter((name) => name.endsWith(".json"));

/** `prehash_key` and the like are `prehashKey` in the codecs. */
function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), camel(entry)]));
}

const bytes = (base64: string | null | undefined): Uint8Array => Buffer.from(base64 ?? "", "base64");

const setOf = (reply: Reply): ValidatorSet => new ValidatorSet(readValidators(reply.list("validators", 100)));

function lightBlock(value: { signed_header: { header: unknown; commit: unknown }; validator_set: unknown; next_validator_set: unknown }): LightBlock {
  return {
    header: readHeader(value.signed_header.header),
    commit: readCommit(value.signed_header.commit),
    validators: setOf(new Reply(value.validator_set, "validator_set")),
    nextValidators: setOf(new Reply(value.next_validator_set, "next_validator_set")),
  };
}

for (const file of files("light-client/")) {
  test(`light client: ${file}`, async (t) => {
    const { initial, input } = json(`light-client/${file}`);
    const header = readHeader(initial.signed_header.header);
    let trusted: TrustedHeader = {
      chainId: header.chainId,
      height: header.height,
      hash: new Uint8Array(),
      time: header.time,
      appHash: header.appHash,
      nextValidators: setOf(new Reply(initial.next_validator_set, "next_validator_set")),
    };
    const options = { trustingPeriodSeconds: BigInt(initial.trusting_period) / 1_000_000_000n, trustLevel: { numerator: 1n, denominator: 3n } };
    for (const { block, now, verdict } of input) {
      let got = "SUCCESS";
      try {
        trusted = await verifyHeader(trusted, lightBlock(block), { ...options, now: parseTime(now) });
      } catch (error) {
        if (!(error instanceof LightError)) throw error;
        got = error.fault === "trust" ? "NOT_ENOUGH_TRUST" : "INVALID";
      }
      t.is(got, verdict, `height ${block.signed_header.header.height}`);
    }
  });
}

for (const [folder, spec] of Object.entries({ iavl: IAVL_SPEC, tendermint: STORES_SPEC })) {
  for (const file of files(`ics23/${folder}/`)) {
    test(`ics23 ${folder}: ${file}`, (t) => {
      const vector = json(`ics23/${folder}/${file}`);
      const [root, key, value] = [vector.root, vector.key, vector.value].map((text: string) => Buffer.from(text, "hex")) as [Buffer, Buffer, Buffer];
      const { exist, nonexist } = CommitmentProof.decode(Buffer.from(vector.proof, "hex"));
      if (exist !== undefined) {
        t.notThrows(() => verifyMembership(spec, root, exist, key, value));
        t.throws(() => verifyMembership(spec, root, exist, key, Buffer.concat([value, Buffer.of(1)])), { instanceOf: LightError });
        t.throws(() => verifyMembership(spec, Buffer.alloc(32), exist, key, value), { instanceOf: LightError });
      } else {
        t.notThrows(() => verifyNonMembership(spec, root, nonexist!, key));
        for (const neighbour of [nonexist!.left, nonexist!.right]) {
          if (neighbour !== undefined) t.throws(() => verifyNonMembership(spec, root, nonexist!, neighbour.key), { instanceOf: LightError });
        }
        const one = { ...nonexist! };
        if (one.left !== undefined && one.right !== undefined) {
          delete one.left;
          t.throws(() => verifyNonMembership(spec, root, one, key), { instanceOf: LightError });
        }
      }
    });
  }
}

for (const [name, { Op, Key, Value, IsErr, Expected }] of Object.entries<Vector>(json("ics23/TestLeafOpData.json"))) {
  test(`ics23 leaf: ${name}`, (t) => {
    const run = (): Uint8Array => applyLeaf(LeafOp.fromJSON(camel(Op)), bytes(Key), bytes(Value));
    if (IsErr) t.throws(run, { instanceOf: LightError });
    else t.deepEqual(Buffer.from(run()), Buffer.from(bytes(Expected)));
  });
}

for (const [name, { Op, Child, IsErr, Expected }] of Object.entries<Vector>(json("ics23/TestInnerOpData.json"))) {
  test(`ics23 inner: ${name}`, (t) => {
    const run = (): Uint8Array => applyInner(InnerOp.fromJSON(camel(Op)), bytes(Child));
    if (IsErr) t.throws(run, { instanceOf: LightError });
    else t.deepEqual(Buffer.from(run()), Buffer.from(bytes(Expected)));
  });
}

for (const [name, vector] of Object.entries<Vector>(json("ics23/TestDoHashData.json"))) {
  test(`ics23 hash: ${name}`, (t) => {
    t.is(hex(hashOp(vector.HashOp, Buffer.from(vector.Preimage ?? vector.PreImage))).toLowerCase(), vector.ExpectedHash);
  });
}

for (const [name, { Proof, IsErr, Expected }] of Object.entries<Vector>(json("ics23/TestExistenceProofData.json"))) {
  test(`ics23 path: ${name}`, (t) => {
    const run = (): Uint8Array => calculateRoot(ExistenceProof.fromJSON(camel(Proof)));
    if (IsErr) t.throws(run, { instanceOf: LightError });
    else t.deepEqual(Buffer.from(run()), Buffer.from(bytes(Expected)));
  });
}

for (const [name, { Leaf, Spec, IsErr }] of Object.entries<Vector>(json("ics23/TestCheckLeafData.json"))) {
  test(`ics23 leaf and spec: ${name}`, (t) => {
    const spec = ProofSpec.fromPartial({ leafSpec: LeafOp.fromJSON(camel(Spec)), innerSpec: InnerSpec.fromPartial({}) });
    const run = (): void => requireLeafSpec(LeafOp.fromJSON(camel(Leaf)), spec);
    if (IsErr) t.throws(run, { instanceOf: LightError });
    else t.notThrows(run);
  });
}

for (const [name, { Proof, Spec, Err }] of Object.entries<Vector>(json("ics23/TestCheckAgainstSpecData.json"))) {
  test(`ics23 proof and spec: ${name}`, (t) => {
    const run = (): void => requireSpec(ExistenceProof.fromJSON(camel(Proof)), ProofSpec.fromJSON(camel(Spec)));
    if (Err === "") t.notThrows(run);
    else t.throws(run, { instanceOf: LightError });
  });
}

for (const [index, { Op, Spec, IsLeft, IsRight }] of (json("ics23/TestEmptyBranchData.json") as Vector[]).entries()) {
  test(`ics23 placeholders: ${index}`, (t) => {
    const op = InnerOp.fromJSON(camel(Op));
    const { innerSpec } = ProofSpec.fromJSON(camel(Spec));
    t.is(leftBranchesAreEmpty(innerSpec!, op), IsLeft);
    t.is(rightBranchesAreEmpty(innerSpec!, op), IsRight);
  });
}
