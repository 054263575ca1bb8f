import type { Sha256 } from "./canonical-spec.ts";
import { blobsOf } from "./content.ts";
import type { Diagnostics } from "./diagnostics.ts";
import { pathOf } from "./diagnostics.ts";
import type { DraftSpec } from "./draft.ts";
import type { LongForm } from "./long-form.ts";
import type { Variables } from "./model.ts";
import { nearestSpan } from "./nearest-span.ts";
import { inTheEnvironment } from "./variables.ts";
import { isHarmless, isSecretName, passwordOf } from "./secret-names.ts";

/** Shorter values turn up in other texts by chance. */
const LEAST_LENGTH = 8;
/** A password that is a word stands elsewhere for other things. */
const WORD = /^[a-z]+$/;
/** Variables whose values are names. */
const NAMING = /(?:^|_)(?:USER|USERNAME|DB|DATABASE|NAME|HOST)$/i;

/** The values of secrets, as texts that must not be found in what everybody reads. */
export class SecretTexts {
  readonly #texts: [name: string, isIn: (text: string) => boolean][] = [];

  /**
   * @param variables values under secret-like names, whatever becomes of them
   * @param sealed values that are sealed, with what to call them
   */
  constructor(draft: DraftSpec, deployment: string, variables: Variables, plain: ReadonlySet<string>, sealed: Iterable<readonly [string, string]>) {
    const open = [deployment, ...namesInTheOpen(draft)].map((name) => name.toLowerCase());
    const words = wordsInTheOpen(draft).map((word) => word.toLowerCase());
    const add = (name: string, value: string): void => {
      const text = value.trim();
      const isPartOf = (other: string): boolean => other.includes(text.toLowerCase());
      if (text.length < LEAST_LENGTH || isHarmless(text) || open.some(isPartOf)) return;
      if (WORD.test(text) && [name.toLowerCase(), ...words].some(isPartOf)) return;
      this.#texts.push([name, finderOf(text)]);
    };
    for (const [name, value] of variables) if (isSecretName(name) && !plain.has(name)) add(name, value);
    for (const [name, value] of sealed) {
      if (plain.has(name)) continue;
      add(name, value);
      const password = passwordOf(value);
      if (password !== undefined) add(name, password);
    }
  }

  /** Names of the secrets whose value is part of a text. */
  find(text: string): string[] {
    return [...new Set(this.#texts.filter(([, isIn]) => isIn(text)).map(([name]) => name))];
  }

  get none(): boolean {
    return this.#texts.length === 0;
  }
}

/**
 * What a file names for everybody: images, services, networks, volumes. A password that is part of such a name
 * (`postgres`) is sealed where it is one, but cannot be told from the word elsewhere.
 */
function namesInTheOpen(draft: DraftSpec): string[] {
  return [
    ...[draft.services, draft.networks, draft.volumes, draft.configs].flatMap((section) => Object.keys(section ?? {})),
    ...Object.values(draft.services).map(({ image }) => image.name),
  ];
}

/**
 * What else a file names for everybody: hosts, users, databases, variables, paths. A password that is a word of these
 * (`postgres` in `/var/lib/postgresql`) is that word there; put in by a variable it is refused before.
 */
function wordsInTheOpen(draft: DraftSpec): string[] {
  return Object.values(draft.services).flatMap(({ hostname, user, working_dir, networks, volumes, environment }) => [
    ...[hostname, user, working_dir].flatMap((text) => text ?? []),
    ...Object.values(networks ?? {}).flatMap(({ aliases }) => aliases ?? []),
    ...(volumes ?? []).map(({ target }) => target),
    ...Object.entries(environment ?? {}).flatMap(([name, value]) => (NAMING.test(name) ? [name, value] : [name])),
  ]);
}

/** How a value is found. A word counts as a whole or behind a short option (`-pword`), not as a part of another word. */
function finderOf(secret: string): (text: string) => boolean {
  if (!WORD.test(secret)) return (text) => text.includes(secret);
  const whole = new RegExp(`(?:^|[^A-Za-z0-9_]|(?:^|\\s)-[A-Za-z])${secret}(?![A-Za-z0-9_])`);
  return (text) => whole.test(text);
}

/** Refuses values of secrets outside of variables: in commands, labels, healthchecks, configs, files. */
export function checkSecretValues(long: LongForm, plain: ReadonlySet<string>, diagnostics: Diagnostics): void {
  const { secretTexts } = long;
  if (secretTexts.none) return;
  const visit = (value: unknown, pointer: string): void => {
    if (typeof value === "string") {
      const path = pathOf(pointer);
      const found = plain.has(path.at(-1)!) ? [] : secretTexts.find(value);
      if (found.length === 0) return;
      const at = nearestSpan(long.positions, path);
      if ((at && diagnostics.hasErrorAt(at)) || diagnostics.hasErrorAbout("DAO2306", path)) return;
      diagnostics.error("DAO2306", `${path.join(".")} would hold the value of ${found.join(", ")}, readable by everybody`, { at, path, help: helpAt(path, found) });
    } else if (typeof value === "object" && value !== null) {
      for (const [key, child] of Object.entries(value)) {
        // Names of secrets, not their values.
        if (key === "secret_environment" && pathOf(pointer)[0] === "services") continue;
        visit(child, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
      }
    }
  };
  visit(long.draft, "");
  for (const { hash, path } of contentPlaces(long)) {
    const found = secretTexts.find(new TextDecoder().decode(long.blobs.get(hash)));
    if (found.length === 0 || diagnostics.hasErrorAbout("DAO2306", path)) continue;
    diagnostics.error("DAO2306", `${path.join(".")} holds the value of ${found.join(", ")}, readable by everybody`, {
      at: nearestSpan(long.positions, path),
      path,
      help: `take it out of the file, or pass ${plainFlags(found)} if it is no secret`,
    });
  }
}

function plainFlags(names: readonly string[]): string {
  return names.map((name) => `--plain ${name}`).join(" ");
}

function helpAt(path: readonly string[], names: readonly string[]): string {
  const name = names[0]!;
  const inCommand = path[0] === "services" && ["command", "entrypoint", "healthcheck"].includes(path[2] ?? "");
  if (!inCommand) return `take it out, or pass ${plainFlags(names)} if it is no secret`;
  // Secrets of the file have the deployment in their names, variables have not.
  const way = name.includes("/") ? "let the program read the file that secrets: mounts" : inTheEnvironment(name, path[2]);
  return `${way}; ${plainFlags(names)} if it is no secret`;
}

/** Content that is published, with the mount or config that brings it. */
function contentPlaces({ draft }: LongForm): { hash: Sha256; path: string[] }[] {
  const places: { hash: Sha256; path: string[] }[] = [];
  for (const [name, config] of Object.entries(draft.configs ?? {})) {
    for (const hash of blobsOf(config)) places.push({ hash, path: ["configs", name] });
  }
  for (const [service, { volumes }] of Object.entries(draft.services)) {
    for (const [index, mount] of (volumes ?? []).entries()) {
      const snapshot = mount.type === "snapshot" ? draft.snapshots?.[mount.source] : undefined;
      for (const hash of snapshot ? blobsOf(snapshot) : []) places.push({ hash, path: ["services", service, "volumes", String(index)] });
    }
  }
  return places;
}
