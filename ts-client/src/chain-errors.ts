import type { ErrorDetails, ErrorKind } from "./errors.ts";

interface Mapping {
  code: string;
  kind: ErrorKind;
  /** Replaces the chain's sentence; absent: the chain's own first sentence is shown. */
  message?: string;
  help?: string;
}

/**
 * Errors of the SDK that a person can meet, by codespace and code. Errors of our modules carry a sentence of their
 * own that says what to do; they keep it and get the code DAO3100 + module offset + code.
 */
const SDK: Record<number, Mapping> = {
  4: { code: "DAO3002", kind: "denied", help: "sign with the key of the group's authority (daonetes group show)" },
  5: { code: "DAO3003", kind: "failed" },
  9: { code: "DAO3001", kind: "denied", help: "an account exists once somebody names it; is this the right key (daonetes key list)?" },
  11: { code: "DAO5013", kind: "failed", message: "the transaction needs more gas than it was given" },
  13: { code: "DAO5014", kind: "failed", message: "this network wants a fee; none was paid" },
  18: { code: "DAO5015", kind: "failed" },
  19: { code: "DAO5011", kind: "failed", message: "the node already has this transaction" },
  20: { code: "DAO5016", kind: "unreachable", message: "the node's queue of transactions is full", help: "try again in some seconds" },
  21: { code: "DAO5017", kind: "usage", message: "the transaction is larger than the chain takes (64 KiB)" },
  30: { code: "DAO5018", kind: "failed", message: "the transaction came too late for its deadline" },
  32: { code: "DAO5019", kind: "conflict", message: "another transaction of this key was executed in between", help: "run the command again" },
  42: { code: "DAO5018", kind: "failed", message: "the transaction came too late for its deadline" },
};

/** Codespace of allowances for fees: spent, expired, withdrawn, or for other messages. */
const FEEGRANT = "feegrant";

/** First of 100 codes per module. */
const MODULES: Record<string, number> = { workgroup: 3100, workload: 3200, valset: 3300, ante: 3400, council: 3500, admission: 3600 };

/** Turns an error of the chain into code, text and kind. */
export function chainError(codespace: string, code: number, log: string): ErrorDetails {
  const sentence = chainSentence(log);
  const offset = MODULES[codespace];
  if (offset !== undefined) {
    const help = HELP[codespace]?.[code];
    return { code: `DAO${offset + code}`, kind: moduleKind(codespace, code), message: sentence, ...(help === undefined ? {} : { help }), raw: log };
  }
  if (codespace === FEEGRANT) {
    const help = "what is spent comes back with time; a larger or new one: daonetes coins allow ADDRESS";
    return { code: "DAO5025", kind: "denied", message: `the allowance does not pay this fee: ${sentence}`, help, raw: log };
  }
  const mapping = codespace === "sdk" ? SDK[code] : undefined;
  if (mapping === undefined) {
    return { code: "DAO5099", kind: "failed", message: `the chain refused it: ${sentence} (${codespace} ${code})`, raw: log };
  }
  return {
    code: mapping.code,
    kind: mapping.kind,
    message: mapping.message ?? sentence,
    ...(mapping.help === undefined ? {} : { help: mapping.help }),
    raw: log,
  };
}

/** What kind of failure a code of our modules tells; those not listed are "failed". */
const KINDS: Record<string, Partial<Record<ErrorKind, readonly number[]>>> = {
  workgroup: { not_found: [16, 21, 25], denied: [2, 22, 23, 24, 26, 27, 32, 33], conflict: [34] },
  workload: { not_found: [12, 15, 16, 25, 32, 38, 41], denied: [2, 43, 44, 45, 46, 48, 49], conflict: [18, 22, 28, 29, 30, 39, 40, 50] },
  valset: { not_found: [5], denied: [2, 12], conflict: [11] },
  council: { not_found: [16, 18], denied: [2, 19], conflict: [25, 26, 27, 28, 29, 32] },
  ante: { denied: [9, 10, 11, 12, 15] },
  admission: { denied: [2, 6] },
};

/** The next command, where the chain's sentence cannot name one. */
const HELP: Record<string, Record<number, string>> = {
  workgroup: {
    32: "who governs the network runs: daonetes creator add ADDRESS",
  },
  council: {
    17: "see them: daonetes council list",
    18: "see yours: daonetes proposal list",
    19: "see who is: daonetes council members NAME",
    24: "see them: daonetes proposal list; take one back: daonetes withdraw NUMBER",
    25: "see what became of it: daonetes proposal show NUMBER",
    26: "see what became of it: daonetes proposal show NUMBER",
    30: "nothing was done; look again: daonetes proposal show NUMBER",
  },
};

function moduleKind(codespace: string, code: number): ErrorKind {
  for (const [kind, codes] of Object.entries(KINDS[codespace] ?? {})) {
    if (codes.includes(code)) return kind as ErrorKind;
  }
  return "failed";
}

/**
 * The first sentence of what the chain said. The SDK wraps as
 * `failed to execute message; message index: 0: what: cause [file:line]`; a council adds which message of a proposal
 * fails, with its type and code, and what that means for the proposal.
 */
export function chainSentence(log: string): string {
  return log
    .replace(/^failed to execute message; message index: \d+: /, "")
    .replace(/(?:: a message of the proposal fails, so nothing of it was done[^:]*)+/, "")
    .replace(/ \[[^\]]+\.go:\d+\].*$/s, "")
    .split("\n")[0]!
    .slice(0, 500);
}
