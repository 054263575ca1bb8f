import { readFile } from "node:fs/promises";
import writeFileAtomic from "write-file-atomic";
import { type AuditContent, type AuditEntry, BlockSource, decodeAudit, encodeAudit, genesisAnchor, readEvidence, type TxEvidence, type VerifiedAudit, verifyAudit, verifyAuditFile } from "../audit/index.ts";
import { type DaonetesClient, DaonetesError, readGenesisChunks } from "../index.ts";
import { type AuditLine, readAudit } from "./audit-client.ts";
import { namesOfGroup, objectText, titlesOf } from "./audit-names.ts";
import { printList, short } from "./output.ts";
import { parseDuration, type Session } from "./session.ts";

/** Flags of `audit`. */
export interface AuditOptions {
  since?: string;
  until?: string;
  actor?: string;
  action?: string;
  verify?: boolean;
  export?: string;
  file?: string;
  genesisHash?: string;
  trusted?: string;
}

/** Prints the history of a group, and verifies and exports it where that is asked for. */
export async function auditGroup(session: Session, name: string | undefined, options: AuditOptions): Promise<void> {
  const { gateway, genesisHash } = await session.context();
  const group = name ?? (await session.group()).name;
  const client = await session.client();
  const names = await namesOfGroup(session, client, group);
  const { items, height, complete_from, complete_to } = await readAudit(gateway, group, {
    since: moment(options.since),
    until: moment(options.until),
    actor: options.actor === undefined ? undefined : ([...names].find(([, name]) => name === options.actor)?.[0] ?? options.actor),
    action: options.action,
  });
  print(session, items, names, BigInt(height), await titlesOf(client, items));
  if (complete_from !== "1") session.output.err(`! the gateway's history begins at height ${complete_from}: its node has no older blocks`);
  if (options.verify !== true && options.export === undefined) return;

  const provable = items.filter(({ tx_hash }) => tx_hash !== "").map(provenPart);
  const genesis = await genesisOf(client);
  const source = new BlockSource(undefined, client.rpc);
  const evidence = new Evidence(client);
  const now = { seconds: BigInt(Math.floor(Date.now() / 1000)), nanos: 0 };
  const trusted = parseTrusted(options.trusted) ?? (await newestHeader(source));
  const anchor = genesisAnchor(genesis, genesisHash);
  const result = await verifyAudit({ source, anchor, entries: provable, evidence: (at, index) => evidence.get(at, index), now, trusted });
  tell(session, result, items.length);
  if (options.export === undefined) return;
  const content: AuditContent = {
    chain_id: anchor.chainId,
    group,
    complete_from,
    newest: { height: String(trusted.height), hash: trusted.hash },
    genesis: Buffer.from(genesis).toString("base64"),
    blocks: source.records,
    entries: provable,
    evidence: evidence.all(),
  };
  await writeFileAtomic(options.export, encodeAudit(content), { mode: 0o644 });
  session.output.err(`✔ ${options.export}   ${provable.length} entries to height ${complete_to}`);
  session.output.err(`  Check it anywhere: daonetes audit --file ${options.export} --genesis-hash ${genesisHash} --trusted ${trusted.height}:${trusted.hash}`);
}

/** Verifies an exported file without a network. */
export async function auditFile(session: Session, path: string, options: AuditOptions): Promise<void> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new DaonetesError({ code: "DAO1068", kind: "usage", message: `the file ${path} cannot be read`, cause: error });
  }
  const content = decodeAudit(text);
  const genesisHash = options.genesisHash ?? (await session.context()).genesisHash;
  const now = { seconds: BigInt(Math.floor(Date.now() / 1000)), nanos: 0 };
  const result = await verifyAuditFile(content, genesisHash, now, parseTrusted(options.trusted));
  print(session, content.entries.map((entry) => ({ ...entry, actor_name: null, object_name: null })), new Map(), BigInt(content.newest.height));
  if (content.complete_from !== "1") session.output.err(`! the history begins at height ${content.complete_from}`);
  if (options.trusted === undefined) session.output.err("! no trusted header was given (--trusted HEIGHT:HASH): the validators of the genesis file are believed alone");
  tell(session, result, content.entries.length);
}

function print(session: Session, items: readonly AuditLine[], names: ReadonlyMap<string, string>, height: bigint, titles: ReadonlyMap<string, string> = new Map()): void {
  const actorName = ({ actor, actor_name }: AuditLine): string => actor_name ?? names.get(actor) ?? (actor === "" ? "the chain" : short(actor));
  const columns = [
    { title: "HEIGHT", value: (line: AuditLine) => line.height },
    { title: "TIME", value: (line: AuditLine) => line.time.replace("T", " ").slice(0, 19) },
    { title: "ACTOR", value: actorName },
    { title: "ACTION", value: (line: AuditLine) => line.action },
    { title: "OBJECT", value: (line: AuditLine) => objectText(line, names, titles) },
    { title: "TX", value: (line: AuditLine) => (line.tx_hash === "" ? "" : `${line.tx_hash.slice(0, 4)}..${line.tx_hash.slice(-2)}`) },
    { title: "SIGNED BY", value: (line: AuditLine) => line.signers.map((signer) => names.get(signer) ?? signer).join(" "), wide: true },
  ];
  printList(session.output, items, columns, (line) => `${line.height}/${line.tx_index}/${line.message}/${line.part}`, height, "nothing happened in that time");
}

function tell(session: Session, { entries, blocks, signed, validators }: VerifiedAudit, all: number): void {
  session.output.err(`✔ ${entries} of ${all} entries are in ${blocks} blocks whose headers carry the signatures of ${signed} of ${validators} validators`);
  if (all > entries) session.output.err(`  ${all - entries} are the chain's own work at the end of a block: it follows from the others and is in no transaction`);
}

/** Evidence of transactions, each block read once. */
class Evidence {
  readonly #client: DaonetesClient;
  readonly #known = new Map<string, TxEvidence>();

  constructor(client: DaonetesClient) {
    this.#client = client;
  }

  async get(height: string, index: number): Promise<TxEvidence> {
    const key = `${height}/${index}`;
    if (!this.#known.has(key)) {
      const [one] = await readEvidence(this.#client.rpc, BigInt(height), [index]);
      if (one !== undefined) this.#known.set(key, one);
    }
    return this.#known.get(key) as TxEvidence;
  }

  all(): TxEvidence[] {
    return [...this.#known.values()];
  }
}

async function genesisOf(client: DaonetesClient): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  await readGenesisChunks(client.rpc, (bytes) => chunks.push(bytes));
  return Buffer.concat(chunks);
}

/** The newest header that the node has: its signatures are verified with the others. */
async function newestHeader(source: BlockSource): Promise<{ height: bigint; hash: string }> {
  const signed = await source.header(undefined);
  if (signed === undefined) throw new DaonetesError({ code: "DAO5045", kind: "not_found", message: "the node has no header yet" });
  return { height: signed.header.height, hash: Buffer.from(signed.commit.blockId.hash).toString("hex").toUpperCase() };
}

function parseTrusted(text: string | undefined): { height: bigint; hash: string } | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{1,18}):([0-9A-Fa-f]{64})$/.exec(text);
  if (match === null) throw new DaonetesError({ code: "DAO1062", kind: "usage", message: `"${text}" is no header`, help: "write it as HEIGHT:HASH, the hash in 64 hex digits" });
  return { height: BigInt(match[1] ?? "0"), hash: match[2] ?? "" };
}

/** A duration counts back from now. */
function moment(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (/^\d+[smhd]?$/.test(text)) return new Date(Date.now() - parseDuration(text) * 1000).toISOString();
  if (!Number.isNaN(Date.parse(text))) return new Date(text).toISOString();
  throw new DaonetesError({ code: "DAO1063", kind: "usage", message: `"${text}" is no time`, help: "a duration back from now (1h, 7d), or 2026-01-31T12:00:00Z" });
}

function provenPart({ height, time, tx_hash, tx_index, message, part, type, actor, signers, action, object }: AuditLine): AuditEntry {
  return { height, time, tx_hash, tx_index, message, part, type, actor, signers, action, object };
}
