import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { Commit } from "../../src/light/commit.ts";
import { signBytes } from "../../src/light/commit.ts";
import { type Header, headerHash } from "../../src/light/header.ts";
import type { ProofOp } from "../../src/light/proof.ts";
import type { LightSource, SignedHeader } from "../../src/light/source.ts";
import { TrustedStore } from "../../src/light/store.ts";
import { ValidatorSet } from "../../src/light/validator-set.ts";
import type { TrustedHeader } from "../../src/light/verify.ts";

export interface Signer {
  privateKey: KeyObject;
  publicKey: Uint8Array;
  power: bigint;
}

export function signer(power = 10n): Signer {
  const { privateKey } = generateKeyPairSync("ed25519");
  const jwk = createPrivateKey(privateKey.export({ type: "pkcs8", format: "pem" })).export({ format: "jwk" });
  return { privateKey, publicKey: new Uint8Array(Buffer.from(jwk.x as string, "base64url")), power };
}

const hash = (text: string): Uint8Array => new Uint8Array(createHash("sha256").update(text).digest());
const setOf = (signers: readonly Signer[]): ValidatorSet => new ValidatorSet(signers);

/** A chain with real hashes and signatures, one header a second, whose validators change as the test says. */
export class SignedChain implements LightSource {
  readonly name = "signed chain";
  /** Calls of `header`, in order: what was fetched. */
  readonly asked: (bigint | undefined)[] = [];
  readonly blocks = new Map<bigint, SignedHeader>();
  readonly #sets = new Map<bigint, Signer[]>();
  readonly chainId: string;

  constructor(chainId = "test-chain") {
    this.chainId = chainId;
  }

  get height(): bigint {
    return BigInt(this.blocks.size);
  }

  /** Adds a block signed by `signers`; the next one will be signed by `next`. */
  add(signers: readonly Signer[], next: readonly Signer[] = signers, change: Partial<Header> = {}, absent: readonly Signer[] = []): SignedHeader {
    const height = this.height + 1n;
    const signed = makeBlock(this.chainId, height, signers, next, change, absent);
    this.blocks.set(height, signed);
    this.#sets.set(height, [...signers]);
    this.#sets.set(height + 1n, [...next]);
    return signed;
  }

  header(height: bigint | undefined): Promise<SignedHeader | undefined> {
    this.asked.push(height);
    return Promise.resolve(this.blocks.get(height ?? this.height));
  }

  validators(height: bigint): Promise<ValidatorSet> {
    return Promise.resolve(setOf(this.#sets.get(height) ?? []));
  }

  proof(): Promise<ProofOp[] | undefined> {
    return Promise.resolve(undefined);
  }

  trusted(height: bigint): TrustedHeader {
    const { header } = this.blocks.get(height) as SignedHeader;
    return { chainId: this.chainId, height, hash: headerHash(header), time: header.time, appHash: header.appHash, nextValidators: setOf(this.#sets.get(height + 1n) ?? []) };
  }

  store(height: bigint): TrustedStore {
    return new TrustedStore(this.trusted(height));
  }
}

/** A block on its own: a forger makes it from keys that once signed. */
export function makeBlock(chainId: string, height: bigint, signers: readonly Signer[], next: readonly Signer[], change: Partial<Header> = {}, absent: readonly Signer[] = []): SignedHeader {
  const set = setOf(signers);
  const header: Header = {
    versionBlock: 11n,
    versionApp: 0n,
    chainId,
    height,
    time: { seconds: 1_700_000_000n + height, nanos: 5 },
    lastBlockId: { hash: hash(`block ${height - 1n}`), partsTotal: 1, partsHash: hash("parts") },
    lastCommitHash: hash("commit"),
    dataHash: hash("data"),
    validatorsHash: set.hash,
    nextValidatorsHash: setOf(next).hash,
    consensusHash: hash("consensus"),
    appHash: hash(`state ${height - 1n}`),
    lastResultsHash: hash("results"),
    evidenceHash: hash("evidence"),
    proposerAddress: set.validators[0]?.address ?? new Uint8Array(20),
    ...change,
  };
  const commit: Commit = { height, round: 0n, blockId: { hash: headerHash(header), partsTotal: 1, partsHash: hash("parts") }, signatures: [] };
  const time = { seconds: header.time.seconds, nanos: 7 };
  commit.signatures = set.validators.map(({ address, publicKey }) => {
    const key = signers.find((one) => Buffer.compare(one.publicKey, publicKey) === 0) as Signer;
    if (absent.includes(key)) return { flag: 1, address: new Uint8Array(), time: { seconds: -62_135_596_800n, nanos: 0 }, signature: new Uint8Array() };
    return { flag: 2, address, time, signature: new Uint8Array(sign(null, signBytes(chainId, commit, time), key.privateKey)) };
  });
  return { header, commit };
}
