import { isSecretName } from "./secret-names.ts";

/** Why a file of the project is no snapshot; undefined if it may be one. */
export type Unfit = { why: "changes" | "secret"; text: string };

const CHANGING = /(?:^acme\.json|\.(?:db|db3|sqlite|sqlite3|mdb|ldb|rdb|log|pid|sock|swp))$/i;
const CHANGING_BESIDE = /\.(?:db|sqlite|sqlite3)-(?:wal|shm|journal)$/i;
const SECRET = /(?:\.(?:pem|key|p12|pfx|jks|keystore|kdbx|crt|cer|der|ppk|ovpn)|^(?:id_(?:rsa|dsa|ecdsa|ed25519)|\.htpasswd|\.pgpass|\.netrc|\.my\.cnf|\.git-credentials))$/i;
const ENVIRONMENT = /^(?:\.env(?:\..+)?|.+\.env)$/i;
const TEMPLATE = /(?:example|sample|template|tmpl|dist|defaults?)(?:\.env)?$/i;
const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/;

/** Judges a file by its path in the project. */
export function unfitByName(path: string): Unfit | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (CHANGING.test(name) || CHANGING_BESIDE.test(name)) return { why: "changes", text: "a file that programs write to" };
  if (SECRET.test(name)) return { why: "secret", text: "a key or certificate" };
  if (ENVIRONMENT.test(name) && !TEMPLATE.test(name)) return { why: "secret", text: "a file of environment values" };
  const stem = /^([^.]+)(?:\.txt)?$/.exec(name)?.[1];
  if (stem !== undefined && (isSecretName(stem) || /(?:^|\/)\.?secrets\//i.test(path))) return { why: "secret", text: "a file whose name says that it holds a secret" };
  return undefined;
}

/** Judges a file by what stands in it. */
export function unfitByContent(bytes: Uint8Array): Unfit | undefined {
  return PRIVATE_KEY.test(new TextDecoder().decode(bytes)) ? { why: "secret", text: "a private key" } : undefined;
}

/** Names of files that have no ending. */
const FILES_WITHOUT_ENDING = /^(?:[A-Z][a-z]+file|crontab|hosts|passwd|group|resolv)$/;

/** True for a path that by its form, or by where it is mounted, is that of a file and not of a folder. */
export function looksLikeFile(source: string, target: string): boolean {
  if (source.endsWith("/")) return false;
  const name = source.slice(source.lastIndexOf("/") + 1);
  const ending = /^.+\.([A-Za-z0-9]{1,10})$/.exec(name)?.[1];
  if (ending !== undefined) return ending !== "d";
  return FILES_WITHOUT_ENDING.test(name) || /\.(?:conf|cfg|cnf|ini|json|toml|ya?ml|xml|sh|sql|php|py|js|ts|html?|css|txt|properties|env)$/i.test(target);
}
