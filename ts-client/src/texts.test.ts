import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { fromBech32, toBech32 } from "@cosmjs/encoding";
import { bech32, bech32m } from "@scure/base";
import test from "ava";
import { addressFromBytes, addressFromEd25519, addressToBytes, isAddress } from "./address.ts";
import { chainError } from "./chain-errors.ts";
import { parseTime } from "./chain-status.ts";
import { DaonetesError, isNotFound } from "./errors.ts";
import { responseOf } from "./responses.ts";
import { decodeTicketText, encodeTicketText, type TicketText } from "./ticket-text.ts";

function vectors<T>(name: string): T[] {
  return JSON.parse(readFileSync(new URL(`../../testdata/vectors/${name}`, import.meta.url), "utf8")) as T[];
}

const addresses = vectors<{ kind: string; pubKeyHex: string; addressHex: string; address: string }>("addresses.json");
const storeKeys = vectors<{ device?: string; addressHex?: string }>("store-keys.json");

const TICKET: TicketText = {
  gateway: "http://192.0.2.10:8080",
  chainId: "daonetes-1",
  genesisHash: new Uint8Array(32).fill(1),
  trustedHeight: 12_345n,
  trustedHash: new Uint8Array(32).fill(2),
  groupId: 18446744073709551615n,
  secret: new Uint8Array(32).fill(3),
  expiresAt: 1_800_000_000n,
};

test("addresses are those of the chain, both ways", (t) => {
  for (const { address, addressHex } of addresses) {
    t.is(addressFromBytes(Buffer.from(addressHex, "hex")), address);
    t.is(Buffer.from(addressToBytes(address)).toString("hex"), addressHex);
    t.true(isAddress(address));
  }
});

test("the address of an ed25519 key is that of the chain", (t) => {
  const keys = addresses.filter(({ kind }) => kind === "ed25519");
  t.true(keys.length > 0);
  for (const { pubKeyHex, address } of keys) t.is(addressFromEd25519(Buffer.from(pubKeyHex, "hex")), address);
});

test("devices in the chain's store keys have the bytes that their address says", (t) => {
  const devices = storeKeys.filter(({ device }) => device !== undefined);
  t.true(devices.length > 0);
  for (const { device, addressHex } of devices) t.is(Buffer.from(addressToBytes(device ?? "")).toString("hex"), addressHex ?? "");
});

const wrongAddresses: Record<string, string> = {
  "an empty text": "",
  "a plain word": "daonet",
  "an address of another network": toBech32("cosmos", new Uint8Array(20)),
  "an address with one changed character": `${addresses[0]!.address.slice(0, -1)}q`,
  "an address with bits left over": bech32.encode("daonet", [31, 31, 31]),
};
for (const [what, text] of Object.entries(wrongAddresses)) {
  test(`${what} is refused as an address with DAO1010`, (t) => {
    t.is(t.throws(() => addressToBytes(text), { instanceOf: DaonetesError }).code, "DAO1010");
    t.false(isAddress(text));
  });
}

test("cosmjs reads our addresses with the version of bech32 that is pinned", (t) => {
  for (const { address, addressHex } of addresses) {
    const { prefix, data } = fromBech32(address);
    t.is(prefix, "daonet");
    t.is(Buffer.from(data).toString("hex"), addressHex);
  }
});

test("a ticket comes back from its text", (t) => {
  t.deepEqual(decodeTicketText(encodeTicketText(TICKET)), TICKET);
});

test("a ticket's text may be upper case and have blanks around it", (t) => {
  t.deepEqual(decodeTicketText(`  ${encodeTicketText(TICKET).toUpperCase()}\n`), TICKET);
});

test("a ticket with one changed character is refused, wherever it is", (t) => {
  const text = encodeTicketText(TICKET);
  for (let index = 0; index < text.length; index++) {
    const other = text[index] === "q" ? "p" : "q";
    const damaged = text.slice(0, index) + other + text.slice(index + 1);
    t.is(t.throws(() => decodeTicketText(damaged), { instanceOf: DaonetesError }).code, "DAO1020", String(index));
  }
});

test("a ticket that lost or gained a character is refused", (t) => {
  const text = encodeTicketText(TICKET);
  for (const damaged of [text.slice(0, -1), text.slice(1), `${text}q`, "", "dnj1", "x".repeat(3000)]) {
    t.is(t.throws(() => decodeTicketText(damaged), { instanceOf: DaonetesError }).code, "DAO1020");
  }
});

test("a ticket of a newer version is refused and says so", (t) => {
  const bytes = new BinaryWriter().uint32(8).uint32(2).finish();
  const error = t.throws(() => decodeTicketText(bech32m.encode("dnj", bech32m.toWords(bytes), false)), { instanceOf: DaonetesError });
  t.is(error.code, "DAO1020");
  t.regex(error.message, /version is 2/);
});

test("a ticket without all its parts is refused", (t) => {
  for (const part of [{ chainId: "" }, { groupId: 0n }, { secret: new Uint8Array(31) }, { genesisHash: new Uint8Array() }]) {
    t.is(t.throws(() => decodeTicketText(encodeTicketText({ ...TICKET, ...part })), { instanceOf: DaonetesError }).code, "DAO1020");
  }
});

test("a time keeps its nanoseconds", (t) => {
  t.deepEqual(parseTime("2026-01-02T03:04:05.123456789Z"), { seconds: 1_767_323_045n, nanos: 123_456_789 });
  t.deepEqual(parseTime("2026-01-02T03:04:05.1Z"), { seconds: 1_767_323_045n, nanos: 100_000_000 });
  t.deepEqual(parseTime("2026-01-02T03:04:05Z"), { seconds: 1_767_323_045n, nanos: 0 });
});

for (const text of ["", "yesterday", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z", "2026-01-02T03:04:05.1234567890Z"]) {
  test(`"${text}" is refused as a time of the node`, (t) => {
    t.is(t.throws(() => parseTime(text), { instanceOf: DaonetesError }).code, "DAO5002");
  });
}

test("errors of our modules keep their sentence and get the module's hundred", (t) => {
  const log = "failed to execute message; message index: 0: group 7: no such group [/src/x.go:12] with gas used: '5'";
  const error = chainError("workgroup", 16, log);
  t.like(error, { code: "DAO3116", kind: "not_found", message: "group 7: no such group", raw: log });
  t.like(chainError("workload", 18, "x"), { code: "DAO3218", kind: "conflict" });
  t.like(chainError("valset", 3, "x"), { code: "DAO3303", kind: "failed" });
  t.like(chainError("ante", 9, "x"), { code: "DAO3409", kind: "denied" });
  t.like(chainError("admission", 6, "x"), { code: "DAO3606", kind: "denied" });
  t.like(chainError("council", 1, "x"), { code: "DAO3501" });
});

test("errors of the SDK get a code of their own and a way out", (t) => {
  t.like(chainError("sdk", 4, "unauthorized"), { code: "DAO3002", kind: "denied", message: "unauthorized" });
  t.like(chainError("sdk", 32, "account sequence mismatch"), { code: "DAO5019", kind: "conflict" });
  t.like(chainError("sdk", 20, "full"), { code: "DAO5016", kind: "unreachable" });
  t.truthy(chainError("sdk", 9, "x").help);
});

test("an unknown error of the chain says codespace and code", (t) => {
  t.like(chainError("sdk", 777, "boom"), { code: "DAO5099", kind: "failed", message: "the chain refused it: boom (sdk 777)" });
  t.like(chainError("elsewhere", 4, "boom"), { code: "DAO5099" });
});

test("an error is one plain object, and a missing help is null", (t) => {
  const error = new DaonetesError({ code: "DAO5004", kind: "not_found", message: "none", raw: "secret" });
  t.deepEqual(JSON.parse(JSON.stringify(error)), { code: "DAO5004", kind: "not_found", message: "none", help: null });
  t.true(isNotFound(error));
  t.false(isNotFound(new Error("none")));
});

test("a response of another type than expected is refused with DAO5021", (t) => {
  const codec = { decode: (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex") };
  const done = { hash: "AB", height: 1n, gasUsed: 1n, responses: [{ typeUrl: "/a", value: new Uint8Array() }] };
  t.is(responseOf(done, 0, "/a", codec).length, 64);
  t.is(t.throws(() => responseOf(done, 0, "/b", codec), { instanceOf: DaonetesError }).code, "DAO5021");
  t.is(t.throws(() => responseOf(done, 1, "/a", codec), { instanceOf: DaonetesError }).code, "DAO5021");
});
