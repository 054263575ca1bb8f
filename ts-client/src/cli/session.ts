import picocolors from "picocolors";
import { DaonetesClient, DaonetesError, SigningClient, type workgroup } from "../index.ts";
import type { Multisig } from "../multisig/index.ts";
import { ConfigFolder, type Context } from "./config-folder.ts";
import { Keyring } from "./keyring.ts";
import { type Format, type Output, parseFormat } from "./output.ts";
import type { ProvenReads } from "./proven-reads.ts";
import type { Sender } from "./sender.ts";

/** Global flags as commander gives them. */
export interface GlobalFlags {
  context?: string;
  group?: string;
  key?: string;
  output: string;
  quiet?: boolean;
  verbose?: boolean;
  input?: boolean;
  color?: boolean;
  yes?: boolean;
  timeout?: string;
}

/** Questions to a person; a symbol: the person broke off. */
export interface Questions {
  confirm(options: { message: string }): Promise<boolean | symbol>;
  password(options: { message: string }): Promise<string | undefined | symbol>;
}

/** What a process gives to the commands; tests give their own. */
export interface Process {
  environment: NodeJS.ProcessEnv;
  cwd: string;
  stdout(text: string): void;
  stderr(text: string): void;
  /** True if a person sits at a terminal. */
  interactive: boolean;
  /** True if what goes to stderr is shown on a terminal that knows colours. Absent: it is not. */
  colors?: boolean;
  readStdin(): Promise<string>;
  /** Exit code of a command that ends without an error. */
  setExitCode(code: number): void;
  /** Who answers in the place of the terminal, in tests. */
  questions?: Questions;
  /** What stands in for proofs, in tests. */
  provenReads?: ProvenReads;
}

/** Everything a command works with: flag beats environment beats file. */
export class Session {
  readonly flags: GlobalFlags;
  readonly process: Process;
  readonly output: Output;
  readonly config: ConfigFolder;
  readonly keyring: Keyring;
  #client: DaonetesClient | undefined;
  #context: Promise<Context & { name: string }> | undefined;
  #proven: Promise<ProvenReads> | undefined;

  constructor(flags: GlobalFlags, process: Process) {
    this.flags = flags;
    this.process = process;
    const format: Format = parseFormat(outputFormat(flags, process));
    this.output = {
      format,
      quiet: flags.quiet === true,
      colors: picocolors.createColors(process.colors === true && flags.color !== false && !process.environment["NO_COLOR"]),
      out: (text) => process.stdout(`${text}\n`),
      err: (text) => process.stderr(`${text}\n`),
    };
    this.config = new ConfigFolder(process.environment);
    this.keyring = new Keyring(this.config.keyFolder, (prompt) => this.passphrase(prompt));
  }

  /** True if questions may be asked. */
  get interactive(): boolean {
    return this.process.interactive && this.flags.input !== false && this.process.environment["DAONETES_NO_INPUT"] === undefined;
  }

  context(): Promise<Context & { name: string }> {
    this.#context ??= this.config.context(this.flags.context ?? this.process.environment["DAONETES_CONTEXT"]).then((context) => ({
      ...context,
      gateway: this.process.environment["DAONETES_GATEWAY"] ?? context.gateway,
    }));
    return this.#context;
  }

  async client(): Promise<DaonetesClient> {
    this.#client ??= DaonetesClient.connect((await this.context()).gateway);
    return this.#client;
  }

  /** The group that the command is about. @throws DaonetesError DAO1011 when none is named */
  async group(): Promise<workgroup.Group> {
    const context = await this.context();
    const name = this.flags.group ?? this.process.environment["DAONETES_GROUP"] ?? context.group;
    if (name === "") {
      throw new DaonetesError({ code: "DAO1011", kind: "usage", message: "which group do you mean?", help: "name it with --group, or once for all: daonetes group use NAME" });
    }
    return (await this.client()).workgroup.group(name);
  }

  async keyName(): Promise<string> {
    return this.flags.key ?? this.process.environment["DAONETES_KEY"] ?? (await this.context()).key;
  }

  /** Who signs the transactions of this command: a key at once, a multisig by files that its members sign. */
  async sender(): Promise<Sender> {
    const name = await this.keyName();
    const { multisig } = await this.keyring.show(name);
    return multisig === undefined ? this.signing(name) : this.multisigSender(name, multisig);
  }

  async multisigSender(name: string, multisig: Multisig): Promise<Sender> {
    const { chainId } = await this.pinned();
    const { MultisigSender } = await import("./multisig-sender.ts");
    return new MultisigSender(this, await this.client(), chainId, name, multisig);
  }

  /** A client that signs with a key. */
  async signing(key: string): Promise<SigningClient> {
    const { chainId } = await this.pinned();
    return SigningClient.create({ client: await this.client(), signer: await this.keyring.signer(key), chainId });
  }

  /** The context, once the network is known to be the very one that it pins. @throws DaonetesError DAO1012 */
  async pinned(): Promise<Context> {
    const context = await this.context();
    const client = await this.client();
    const [status, genesisHash] = await Promise.all([client.status(), client.genesisHash()]);
    if (status.chainId !== context.chainId || genesisHash !== context.genesisHash) {
      throw new DaonetesError({
        code: "DAO1012",
        kind: "denied",
        message: `the gateway serves another network than the context "${context.name}" pins (${status.chainId}); nothing was signed`,
        help: "is the address right? For a new network make a new context: daonetes context create",
      });
    }
    return context;
  }

  /** Reads of the chain that nobody on the way can forge. */
  async proven(): Promise<ProvenReads> {
    if (this.process.provenReads !== undefined) return this.process.provenReads;
    this.#proven ??= Promise.all([import("./proven-reads.ts"), this.client(), this.context()]).then(([{ openProvenReads }, client, context]) =>
      openProvenReads(client.rpc, context, this.config),
    );
    return this.#proven;
  }

  /** Milliseconds that a command waits at most. */
  waitMs(fallbackSeconds: number): number {
    return this.flags.timeout === undefined ? fallbackSeconds * 1000 : parseDuration(this.flags.timeout) * 1000;
  }

  /** Asks yes or no. Without a terminal `-y` answers. @throws DaonetesError DAO1013 when nobody can answer */
  async confirm(question: string): Promise<boolean> {
    if (this.flags.yes === true) return true;
    if (!this.interactive) {
      throw new DaonetesError({ code: "DAO1013", kind: "usage", message: `nobody is here to answer: ${question}`, help: "add -y to say yes" });
    }
    const questions = this.process.questions ?? (await import("@clack/prompts"));
    return (await questions.confirm({ message: question })) === true;
  }

  /** Asks for something that is not shown. @returns undefined if the person broke off. @throws DaonetesError DAO1014 when nobody can answer */
  async password(prompt: string): Promise<string | undefined> {
    if (!this.interactive) {
      throw new DaonetesError({ code: "DAO1014", kind: "usage", message: `${prompt}: nobody is here to type it`, help: "run it in a terminal" });
    }
    const questions = this.process.questions ?? (await import("@clack/prompts"));
    const answer = await questions.password({ message: prompt });
    return typeof answer === "symbol" ? undefined : (answer ?? "");
  }

  /** Asks for something that is not shown, and has to be given. @throws DaonetesError DAO1014 */
  async passphrase(prompt: string): Promise<string> {
    const answer = await this.password(prompt);
    if (answer) return answer;
    throw new DaonetesError({ code: "DAO1014", kind: "usage", message: "no passphrase was given" });
  }
}

/** Wanted format, not checked yet: the flag beats the environment. */
export function outputFormat(flags: GlobalFlags, process: Process): string {
  return flags.output === "table" ? (process.environment["DAONETES_OUTPUT"] ?? "table") : flags.output;
}

/** Seconds of `90`, `30s`, `10m`, `6h`, `2d`. @throws DaonetesError DAO1015 */
export function parseDuration(text: string): number {
  const match = /^(?<count>\d{1,9})(?<unit>[smhd]?)$/.exec(text);
  if (match === null) {
    throw new DaonetesError({ code: "DAO1015", kind: "usage", message: `"${text}" is no duration`, help: "a number with s, m, h or d: 90s, 10m, 6h" });
  }
  const unit = { "": 1, s: 1, m: 60, h: 3600, d: 86_400 }[match.groups?.["unit"] ?? ""] ?? 1;
  return Number(match.groups?.["count"]) * unit;
}
