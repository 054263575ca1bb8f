import { createHash } from "node:crypto";
import test from "ava";
import { ExistenceProof, HashOp, LengthOp, NonExistenceProof } from "cosmjs-types/cosmos/ics23/v1/proofs";
import { verifyMembership, verifyNonMembership } from "./ics23.ts";
import { IAVL_SPEC } from "./ics23-spec.ts";
import { LightError } from "./light-error.ts";

const sha = (...parts: Uint8Array[]): Buffer => createHash("sha256").update(Buffer.concat(parts)).digest();
const bytes = (text: string): Buffer => Buffer.from(text, "utf8");
/** Height, size and version of a node, as IAVL writes them. */
const LEAF_PREFIX = Uint8Array.of(0, 2, 2);
const INNER_PREFIX = Uint8Array.of(2, 4, 2, 32);

function leafHash(key: string, value: Uint8Array): Buffer {
  return sha(LEAF_PREFIX, Uint8Array.of(key.length), bytes(key), Uint8Array.of(32), sha(value));
}

const LEFT = leafHash("b", new Uint8Array());
const RIGHT = leafHash("d", bytes("value"));
const ROOT = sha(INNER_PREFIX, LEFT, Uint8Array.of(32), RIGHT);

const leaf = { hash: HashOp.SHA256, prehashKey: HashOp.NO_HASH, prehashValue: HashOp.SHA256, length: LengthOp.VAR_PROTO, prefix: LEAF_PREFIX };
const left = ExistenceProof.fromPartial({ key: bytes("b"), value: new Uint8Array(), leaf, path: [{ hash: HashOp.SHA256, prefix: INNER_PREFIX, suffix: Buffer.concat([Uint8Array.of(32), RIGHT]) }] });
const right = ExistenceProof.fromPartial({ key: bytes("d"), value: bytes("value"), leaf, path: [{ hash: HashOp.SHA256, prefix: Buffer.concat([INNER_PREFIX, LEFT, Uint8Array.of(32)]), suffix: new Uint8Array() }] });

test("a key is proven absent beside a leaf without a value, as those of an index are", (t) => {
  t.notThrows(() => verifyNonMembership(IAVL_SPEC, ROOT, NonExistenceProof.fromPartial({ key: bytes("c"), left, right }), bytes("c")));
  t.notThrows(() => verifyNonMembership(IAVL_SPEC, ROOT, NonExistenceProof.fromPartial({ key: bytes("a"), right: left }), bytes("a")));
});

test("the neighbours still have to stand on both sides, next to each other, under the root", (t) => {
  const refused = (proof: Partial<NonExistenceProof>, key: string, root: Uint8Array = ROOT): void => {
    t.throws(() => verifyNonMembership(IAVL_SPEC, root, NonExistenceProof.fromPartial({ key: bytes(key), ...proof }), bytes(key)), { instanceOf: LightError });
  };
  refused({ left, right }, "b");
  refused({ left, right }, "e");
  refused({ left }, "c");
  refused({ left, right }, "c", sha(bytes("another")));
  refused({ left: { ...left, value: bytes("x") }, right }, "c");
});

test("a leaf without a value proves nothing of its own", (t) => {
  t.throws(() => verifyMembership(IAVL_SPEC, ROOT, left, bytes("b"), new Uint8Array()), { instanceOf: LightError });
});
