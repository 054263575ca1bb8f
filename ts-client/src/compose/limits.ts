/** Bounds of what is read and of what is published. */
export const MAX_FILE_BYTES = 1024 * 1024;
/** Aliases (`*name`) in one file. */
export const MAX_ALIASES = 100;
/** Levels of lists and mappings. */
export const MAX_DEPTH = 32;
/** Nodes of a file after its aliases are expanded. */
export const MAX_NODES = 100_000;
/** Items of one list. */
export const MAX_LIST_ITEMS = 4096;
/** Files read for one project: compose files, extends, env files. */
export const MAX_FILES = 256;
/** Canonical bytes. */
export const MAX_SPEC_BYTES = 32 * 1024;
export const MAX_SERVICES = 64;
/** Services of one file, with those of all profiles. */
export const MAX_FILE_SERVICES = 1024;
/** Ports that one range may name. */
export const MAX_PORT_RANGE = 100;
/** Errors kept per run; more are counted, not listed. */
export const MAX_DIAGNOSTICS = 200;
/** Blobs that one spec may name: a bound of the chain. */
export const MAX_BLOBS = 64;
/** Bytes of one blob: a bound of the chain. */
export const MAX_BLOB_BYTES = 48 * 1024;
/** Bytes of all files of the project and configs of one spec together. */
export const MAX_SNAPSHOT_BYTES = 64 * 1024;
/** Files of one folder of the project, empty ones included. */
export const MAX_SNAPSHOT_FILES = 256;
/** Secrets that one spec may name: a bound of the chain. */
export const MAX_SECRETS = 64;
/** Grants that one spec may ask for: a bound of the chain. */
export const MAX_REQUIRES = 64;
