import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { DaonetesError } from "../index.ts";
import { type MultisigTx, parseMultisigTx } from "../multisig/index.ts";

/** Files of a folder that are looked at for other transactions of a multisig. */
const MAX_FILES = 1000;
const TX = ".tx.json";

/** Reads a file that a person named. @throws DaonetesError DAO1044 when it cannot be read */
export async function readNamed(folder: string, path: string): Promise<string> {
  try {
    return await readFile(resolve(folder, path), "utf8");
  } catch (error) {
    throw new DaonetesError({ code: "DAO1044", kind: "usage", message: `${path} cannot be read`, help: "is the name right? It is looked for from the present folder", cause: error });
  }
}

/** Writes a file beside another one; a file of this name that says something else stays. @returns its path */
export async function writeBeside(folder: string, path: string, content: unknown): Promise<string> {
  const text = `${JSON.stringify(content, null, 2)}\n`;
  const target = resolve(folder, path);
  const former = await readFile(target, "utf8").catch(() => undefined);
  if (former === text) return path;
  if (former !== undefined) {
    throw new DaonetesError({ code: "DAO1045", kind: "usage", message: `there is another file ${path} already; nothing was written`, help: "move it away, or work in another folder" });
  }
  await writeFile(target, text, { flag: "wx" });
  return path;
}

/** Name of a transaction's file without its ending: signatures are named after it. */
export function stemOf(path: string): string {
  return path.endsWith(TX) ? path.slice(0, -TX.length) : path.replace(/\.json$/, "");
}

/** Signature files that lie beside a transaction's, by name. */
export async function signaturesBeside(folder: string, path: string): Promise<string[]> {
  const stem = stemOf(path);
  const names = await readdir(resolve(folder, dirname(path))).catch(() => []);
  return names
    .filter((name) => name.startsWith(`${basename(stem)}.`) && name.endsWith(".sig.json"))
    .sort()
    .map((name) => join(dirname(path), name));
}

export interface OtherTx {
  path: string;
  tx: MultisigTx;
}

/** Transactions of the same multisig with the same sequence that lie in the folder. */
export async function transactionsLike(folder: string, { multisig, sign_doc: { chain_id, sequence } }: MultisigTx): Promise<OtherTx[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(TX)).sort();
  const found: OtherTx[] = [];
  for (const path of names.slice(0, MAX_FILES)) {
    try {
      const tx = parseMultisigTx(await readFile(join(folder, path), "utf8"), path);
      const same = tx.multisig.address === multisig.address && tx.sign_doc.chain_id === chain_id && tx.sign_doc.sequence === sequence;
      if (same) found.push({ path, tx });
    } catch (error) {
      // A file of somebody else, or a broken one: nobody asked for it.
      if (!(error instanceof DaonetesError)) throw error;
    }
  }
  return found;
}

/** A name in the folder that no file has: `board-4.tx.json`, `board-4-2.tx.json`. */
export function freeName(stem: string, taken: readonly string[]): string {
  for (let count = 1; ; count++) {
    const name = `${stem}${count === 1 ? "" : `-${count}`}${TX}`;
    if (!taken.includes(name)) return name;
  }
}
