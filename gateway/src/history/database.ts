import { rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { SCHEMA, SCHEMA_VERSION } from "./schema.ts";

/** Which chain a history is of. */
export interface Identity {
  chainId: string;
  /** sha256 of the genesis file, lower-case hex. */
  genesisHash: string;
}

/**
 * Opens the history, which can be had anew from the chain at any time: a file of another chain, another version or a
 * broken one is replaced.
 * @param path of the file; "" = in memory
 */
export function openHistory(path: string, identity: Identity): DatabaseSync {
  const wanted = { version: SCHEMA_VERSION, chain_id: identity.chainId, genesis_hash: identity.genesisHash };
  if (path !== "") {
    try {
      const kept = new DatabaseSync(path);
      if (Object.entries(wanted).every(([key, value]) => readMeta(kept, key) === value)) return prepared(kept);
      kept.close();
    } catch {
      // Not a database, or one without our tables.
    }
    for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
  }
  const database = prepared(new DatabaseSync(path === "" ? ":memory:" : path));
  database.exec(SCHEMA);
  for (const [key, value] of Object.entries(wanted)) writeMeta(database, key, value);
  return database;
}

export function readMeta(database: DatabaseSync, key: string): string | undefined {
  return (database.prepare("SELECT value FROM meta WHERE key = ?").get(key) as { value: string } | undefined)?.value;
}

export function writeMeta(database: DatabaseSync, key: string, value: string): void {
  database.prepare("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value").run(key, value);
}

function prepared(database: DatabaseSync): DatabaseSync {
  // What a crash loses is read from the chain again.
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  return database;
}
