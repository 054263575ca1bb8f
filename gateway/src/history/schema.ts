/** Tables of the history. Another version of them, or of the words in them, is dropped and filled anew from the chain. */
export const SCHEMA_VERSION = "3";

export const SCHEMA = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE entries (
  height INTEGER NOT NULL,
  tx_index INTEGER NOT NULL,     -- number of transactions for what the chain did at the end of the block
  message INTEGER NOT NULL,
  part INTEGER NOT NULL,
  time TEXT NOT NULL,
  tx_hash TEXT NOT NULL,         -- '' for what the chain did by itself
  type TEXT NOT NULL,
  actor TEXT NOT NULL,           -- '' for the chain itself
  signers TEXT NOT NULL,         -- JSON
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  group_id TEXT NOT NULL,        -- '' where no group is meant
  changes TEXT NOT NULL,         -- JSON: events that it caused; nothing proves them
  PRIMARY KEY (height, tx_index, message, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE owners (
  thing TEXT PRIMARY KEY,        -- such as 'deployment 7' or 'proposal 3'
  group_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX entries_of_group ON entries (group_id, height, tx_index, message, part);
`;
