import { isValidSecretName } from "../secrets/secret-name.ts";
import { SecretError } from "../secrets/secret-error.ts";
import { SecretValue } from "../secrets/secret-value.ts";
import { compareBytes } from "./byte-order.ts";
import type { CanonicalSecretMount } from "./canonical-spec.ts";
import { hashOf } from "./content-store.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { DraftSpec } from "./draft.ts";
import { shorten } from "./field.ts";
import type { Span } from "./source.ts";

/** Where a service finds a secret: a variable, or an absolute path. */
export interface SecretTarget {
  service: string;
  kind: "environment" | "file";
  at: string;
}

/** A secret that a project needs. The spec names it, and says nothing of its value. */
export interface ProjectSecret {
  /** Name in the group. */
  name: string;
  /** Absent: the group keeps it (`external`). */
  value?: SecretValue;
  /** Where the value came from: `shell`, `the group`, or the path of a file. */
  origin: string;
  targets: SecretTarget[];
}

interface Place {
  at: Span;
  path: readonly string[];
}

interface SealedVariable extends Place {
  service: string;
  variable: string;
  value: SecretValue;
  origin: string;
}

const PART = /^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,62}$/;

/** Takes the secrets out of a project, and gives each its name: the values go one way, the names into the spec. */
export class Sealing {
  readonly #deployment: string;
  readonly #diagnostics: Diagnostics;
  /** Secrets with a name of their own: of the file, of the group. */
  readonly #named = new Map<string, ProjectSecret>();
  readonly #variables: SealedVariable[] = [];

  /** @param deployment whose name the names of its secrets begin with */
  constructor(deployment: string, diagnostics: Diagnostics) {
    this.#deployment = deployment;
    this.#diagnostics = diagnostics;
  }

  /** A secret of the file by its key, or a file of the project. @returns its name; undefined after an error */
  add(key: string, bytes: Uint8Array, origin: string, place: Place): string | undefined {
    const value = this.#valueOf(bytes, key, place);
    const name = value && this.#checked(`${this.#deployment}/${partOf(key)}`, place);
    if (value === undefined || name === undefined) return undefined;
    this.#named.set(name, { name, value, origin, targets: [] });
    return name;
  }

  /** A secret that the group keeps. */
  addExternal(name: string): string {
    if (!this.#named.has(name)) this.#named.set(name, { name, origin: "the group", targets: [] });
    return name;
  }

  mount(draft: DraftSpec, service: string, name: string, mount: Omit<CanonicalSecretMount, "source">): void {
    const own = draft.services[service]!;
    const mounts = [...(own.secrets ?? []), { source: name, ...mount }];
    own.secrets = mounts.sort((a, b) => compareBytes(a.target, b.target));
    this.#named.get(name)?.targets.push({ service, kind: "file", at: mount.target });
  }

  addVariable(service: string, variable: string, text: string, origin: string, place: Place): void {
    const value = this.#valueOf(new TextEncoder().encode(text), variable, place);
    if (value !== undefined) this.#variables.push({ service, variable, value, origin, ...place });
  }

  /** Names the variables, writes the names into the draft. @returns all secrets, by name */
  finish(draft: DraftSpec): ProjectSecret[] {
    const all = new Map(this.#named);
    for (const one of this.#variables) {
      const { service, variable, value, origin } = one;
      const name = this.#nameOf(one);
      if (name === undefined) continue;
      const own = draft.services[service]!;
      (own.secret_environment ??= Object.create(null) as Record<string, string>)[variable] = name;
      const secret = all.get(name) ?? { name, value, origin, targets: [] };
      secret.targets.push({ service, kind: "environment", at: variable });
      all.set(name, secret);
    }
    return [...all.values()].sort((a, b) => compareBytes(a.name, b.name));
  }

  /** Texts that must not be found anywhere else, with what to call them. */
  *texts(): Iterable<[string, string]> {
    for (const { variable, value } of this.#variables) yield [variable, new TextDecoder().decode(value.bytes())];
    for (const { name, value, origin } of this.#named.values()) {
      // A file of the project is called as its author calls it.
      const called = name.startsWith(`${this.#deployment}/file:`) ? origin : name;
      if (value) yield [called, new TextDecoder().decode(value.bytes())];
    }
  }

  /** `<deployment>/<VAR>`; with the service where services differ, or where a secret of the file has that name. */
  #nameOf(one: SealedVariable): string | undefined {
    const { variable, service, value } = one;
    const short = `${this.#deployment}/${partOf(variable)}`;
    const others = this.#variables.filter((other) => other.variable === variable);
    const taken = this.#named.get(short);
    const shared = others.every((other) => other.value.equals(value)) && (taken === undefined || taken.value?.equals(value) === true);
    return this.#checked(shared ? short : `${this.#deployment}/${partOf(service)}/${partOf(variable)}`, one);
  }

  #checked(name: string, { at, path }: Place): string | undefined {
    if (this.#deployment === "registry") {
      this.#diagnostics.error("DAO2328", "a deployment with secrets cannot be called registry", { at, path, help: "choose another name with -p: registry/.. holds credentials of image registries" });
      return undefined;
    }
    if (isValidSecretName(name)) return name;
    this.#diagnostics.error("DAO2328", `"${shorten(name)}" is no name for a secret`, { at, path, help: "a shorter name of the deployment, service or variable: 128 characters in all" });
    return undefined;
  }

  #valueOf(bytes: Uint8Array, what: string, { at, path }: Place): SecretValue | undefined {
    try {
      return SecretValue.of(bytes, what);
    } catch (error) {
      if (!(error instanceof SecretError)) throw error;
      this.#diagnostics.error("DAO2327", error.message, { at, path, help: error.help });
      return undefined;
    }
  }
}

/** A part of a secret's name: a text that is none gets a hash, so that two of them never become one. */
function partOf(text: string): string {
  if (PART.test(text)) return text;
  const hash = hashOf(new TextEncoder().encode(text)).slice("sha256:".length, "sha256:".length + 8);
  const plain = text.replaceAll(/[^A-Za-z0-9_.:-]/g, "-").replace(/^[.-]+/, "").slice(0, 54);
  return `${plain === "" ? "x" : plain}-${hash}`;
}
