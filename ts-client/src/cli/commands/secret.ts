import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { DaonetesError, isAddress, type workload as types, workloadMessages } from "../../index.ts";
import { checkSecretName, MAX_VALUE_BYTES, scopeOf, SecretValue } from "../../secrets/index.ts";
import { actingFor } from "../acting.ts";
import { anyDevice } from "../any-device.ts";
import type { SessionOf } from "../command.ts";
import { age, done, hint, printList, printObject, short } from "../output.ts";
import type { SecretDesk } from "../secrets/secret-desk.ts";
import type { Session } from "../session.ts";
import { txText } from "../tx-text.ts";

interface Item {
  name: string;
  version: string;
  versions: number;
  size: number;
  generation: string;
  used: boolean;
  published: string;
}

/** `secret`: values that only devices and operators can read. Nothing here prints one. */
export function registerSecret(program: Command, sessionOf: SessionOf): void {
  const secret = program.command("secret").description("sealed values: names, versions and readers; never the values");

  secret
    .command("put")
    .description("seal a value from standard input, or from a file; the same value again changes nothing")
    .argument("<name>", "NAME, DEPLOYMENT/NAME, or registry/HOST (user:password)")
    .option("--file <path>", "file that holds the value")
    .action(async (name: string, flags: { file?: string }, command: Command) => {
      const session = sessionOf(command);
      const value = await readValue(session, name, flags.file);
      await put(session, name, value, false);
    });

  secret
    .command("rotate")
    .description("seal a new value to a new key, and update what uses it; for values that somebody knew")
    .argument("<name>")
    .option("--file <path>", "file that holds the value")
    .option("--generate", "make a random value of 32 characters")
    .option("-d, --detach", "return after inclusion")
    .action(async (name: string, flags: { file?: string; generate?: boolean; detach?: boolean }, command: Command) => {
      const session = sessionOf(command);
      const value = flags.generate === true ? await randomValue(name) : await readValue(session, name, flags.file);
      const rotated = await put(session, name, value, true);
      if (rotated !== undefined) await updateUsers(session, name, rotated.version, flags.detach === true);
    });

  secret
    .command("list")
    .description("list the secrets of the group")
    .action(async (_options: object, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const { newestOf } = await import("../secrets/hand-on.ts");
      const all = await client.workload.secrets((await session.group()).id);
      const items = newestOf(all).map((newest): Item => {
        const versions = all.filter(({ name }) => name === newest.name);
        return {
          name: newest.name,
          version: String(newest.version),
          versions: versions.length,
          size: newest.size,
          generation: String(newest.generation),
          used: versions.some(({ references }) => references > 0),
          published: timeOf(newest),
        };
      });
      const columns = [
        { title: "SECRET", value: (item: Item) => item.name },
        { title: "VERSION", value: (item: Item) => item.version },
        { title: "KEPT", value: (item: Item) => String(item.versions) },
        { title: "STATE", value: (item: Item) => (item.used ? "in use" : "unused") },
        { title: "KEY", value: (item: Item) => item.generation, wide: true },
        { title: "SEALED SIZE", value: (item: Item) => String(item.size), wide: true },
        { title: "AGE", value: (item: Item) => age(Date.now() - Date.parse(item.published)) },
      ];
      printList(session.output, items, columns, ({ name }) => name, (await client.status()).height, "no secrets yet: daonetes secret put NAME, or daonetes up");
    });

  secret
    .command("show")
    .description("show versions of a secret, who can read it, and what uses it")
    .argument("<name>")
    .action(async (name: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const group = await session.group();
      const { namesOf } = await import("../secrets/hand-on.ts");
      const desk = await openDesk(session);
      const { versions } = await client.workload.secret(group.id, name);
      const newest = versions.at(-1);
      const grants = newest === undefined ? [] : await client.workload.secretGrants(group.id, scopeOf(name), newest.generation);
      const readers = await namesOf(desk, grants.map(({ recipient }) => recipient), 1_000);
      const used = (await client.workload.deployments(group.id)).flatMap((deployment) =>
        deployment.secrets.filter((pin) => pin.name === name).map(({ version }) => ({ deployment: deployment.name, version: String(version) })),
      );
      const document = {
        name,
        versions: versions.map(({ version, generation, hash, size, publisher, references, createdAt: _createdAt, ...rest }) => ({ version: String(version), generation: String(generation), hash, size, publisher, references, published: timeOf({ createdAt: _createdAt, ...rest }) })),
        readers,
        used_by: used,
      };
      const lines: [string, string][] = [
        ["secret", name],
        ...versions.map(({ version, generation, hash, size, references }): [string, string] => [`version ${version}`, `${short(hash)}   ${size} bytes sealed to key ${generation}${references > 0 ? "   in use" : ""}`]),
        ["readers", readers.join(", ") || "nobody"],
        ["used by", used.map(({ deployment, version }) => `${deployment} (version ${version})`).join(", ") || "nothing"],
      ];
      printObject(session.output, document, lines, name, (await client.status()).height);
    });

  secret
    .command("grant")
    .description("seal the key of a secret to one device or person")
    .argument("<name>", "a secret, or what shares its key: the deployment")
    .argument("<reader>", "name or address of a device, or address of an operator")
    .action(async (name: string, reader: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const desk = await openDesk(session);
      const [{ handOn }, { requireEntitled }] = await Promise.all([import("../secrets/hand-on.ts"), import("../secrets/entitlement.ts")]);
      const address = isAddress(reader) ? reader : (await anyDevice(desk.client, desk.group.id, reader)).address;
      await requireEntitled(desk, address, reader);
      const given = await handOn(desk, await session.sender(), { only: address, scope: scopeOf(name) });
      if (given === 0) done(session.output, `${reader} lacks nothing of ${scopeOf(name)}: it has the keys, or runs nothing that needs them`);
    });

  secret
    .command("reseal")
    .description("give every device and operator the keys that they lack")
    .action(async (_options: object, command: Command) => {
      const session = sessionOf(command);
      const desk = await openDesk(session);
      const { register } = await import("../secrets/register.ts");
      const { handOn } = await import("../secrets/hand-on.ts");
      const sender = await session.sender();
      if (!(await register(desk, sender))) return;
      const given = await handOn(desk, sender);
      if (given === 0) done(session.output, "everybody has the keys that they need");
    });

  secret
    .command("remove")
    .description("remove a secret, or one version of it; refused while a kept revision uses it")
    .argument("<name>")
    .option("--version-number <number>", "only this version")
    .action(async (name: string, flags: { versionNumber?: string }, command: Command) => {
      const session = sessionOf(command);
      const group = await session.group();
      const version = versionOf(flags.versionNumber);
      const acting = await actingFor(session, group.authority, group.name);
      await acting.sender.client.workload.secret(group.id, name);
      if (!(await session.confirm(`Remove ${version === 0n ? "all versions" : `version ${version}`} of the secret ${name}? Nobody has the value afterwards`))) return;
      const outcome = await acting.send([workloadMessages.removeSecret({ authority: acting.authority, groupId: group.id, name, version })]);
      if (outcome !== undefined) done(session.output, `${name} removed    ${txText(outcome)}`);
    });

  secret
    .command("exposed")
    .description("what a device knew: the values to change after it is revoked")
    .argument("<device>", "name or address")
    .action(async (name: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const group = await session.group();
      const { exposedBy } = await import("../secrets/exposed.ts");
      const items = await exposedBy(client, group.id, (await anyDevice(client, group.id, name)).address);
      const columns = [
        { title: "SECRET", value: (item: (typeof items)[number]) => item.name },
        { title: "KNEW VERSION", value: (item: (typeof items)[number]) => item.versions.join(", ") },
        { title: "NOW", value: (item: (typeof items)[number]) => item.newest },
        { title: "STATE", value: (item: (typeof items)[number]) => (item.rotated ? "changed since" : "to rotate") },
      ];
      printList(session.output, items, columns, (item) => item.name, (await client.status()).height, `${name} was given no secrets`);
      const open = items.filter(({ rotated }) => !rotated);
      if (open.length > 0) hint(session.output, `change each where it is used, then: daonetes secret rotate NAME${open.length === 1 ? `   (${open[0]!.name})` : ""}`);
    });
}

async function openDesk(session: Session): Promise<SecretDesk> {
  const { SecretDesk } = await import("../secrets/secret-desk.ts");
  return SecretDesk.open(session, await session.group());
}

/** Stages a version of a value. @returns undefined when it is so already, or when signatures are missing */
async function put(session: Session, name: string, value: SecretValue, newKey: boolean): Promise<{ version: bigint } | undefined> {
  const desk = await openDesk(session);
  const { planSecrets, sendBatches, stageSecrets } = await import("../secrets/staging.ts");
  const [planned] = await planSecrets(desk, [{ name, value, origin: "standard input", targets: [] }]);
  if (planned === undefined) return undefined;
  if (planned.value === undefined) {
    if (newKey) throw new DaonetesError({ code: "DAO4043", kind: "usage", message: `the new value of ${name} is the old one`, help: "whoever knew it still knows it: choose another value; nothing was sent" });
    done(session.output, `${name} has this value already   version ${planned.version}`);
    printResult(session, name, planned.version);
    return undefined;
  }
  const sender = await session.sender();
  const height = await sendBatches(sender, await stageSecrets(desk, [planned], sender.address, { newKey }));
  if (height === undefined) return undefined;
  done(session.output, `${name} sealed   version ${planned.version}    height ${height}`);
  const { handOn } = await import("../secrets/hand-on.ts");
  await handOn(desk, sender, { scope: scopeOf(name), minHeight: height });
  printResult(session, name, planned.version);
  return { version: planned.version };
}

function printResult(session: Session, name: string, version: bigint): void {
  if (session.output.format === "table" || session.output.format === "wide") return;
  printObject(session.output, { name, version: String(version) }, [], name, undefined);
}

/** Updates deployments that pin another version of a secret: the same spec, a new pin. */
async function updateUsers(session: Session, name: string, version: bigint, detach: boolean): Promise<void> {
  const group = await session.group();
  const client = await session.client();
  const users = (await client.workload.deployments(group.id)).filter(({ secrets }) => secrets.some((pin) => pin.name === name && pin.version !== version));
  const desk = await openDesk(session);
  const [{ handOn }, { waitUntilUp }] = await Promise.all([import("../secrets/hand-on.ts"), import("../wait-for.ts")]);
  for (const deployment of users) {
    const acting = await actingFor(session, group.authority, group.name);
    const { id: deploymentId, revision: expectedRevision, specHash, placement, rollout, offlinePolicy, moveWhenUnreachable, secrets } = deployment;
    const message = workloadMessages.updateDeployment({
      authority: acting.authority,
      deploymentId,
      expectedRevision,
      specHash,
      placement: placement ?? {},
      rollout: rollout ?? {},
      offlinePolicy: offlinePolicy ?? {},
      moveWhenUnreachable,
      secrets: secrets.map((pin) => (pin.name === name ? { name, version } : pin)),
    });
    const outcome = await acting.send([message], { title: `rotate ${name} in ${deployment.name}` });
    if (outcome === undefined) continue;
    done(session.output, `${deployment.name} takes version ${version} of ${name}    ${txText(outcome)}`);
    await handOn(desk, acting.sender, { deployments: [await client.workload.deploymentById(deploymentId)], minHeight: outcome.height });
    if (!detach) await waitUntilUp(session, deploymentId, expectedRevision + 1n, session.waitMs(600));
  }
  if (users.length === 0) hint(session.output, "no deployment uses it: what will takes it at the next up");
  else hint(session.output, `where the value comes from a file (.env), write it there too, or the next up brings the old one back`);
}

/** @throws SecretError for a name or a value that cannot be one */
async function readValue(session: Session, name: string, file: string | undefined): Promise<SecretValue> {
  checkSecretName(name);
  if (file !== undefined) return SecretValue.of(await readLimited(resolve(session.process.cwd, file)), name);
  const text = session.interactive ? await session.passphrase(`Value of ${name}`) : await session.process.readStdin();
  // A line typed or echoed ends with a line end that is not meant; a file is taken as it is.
  return SecretValue.fromText(text.replace(/\r?\n$/, ""), name);
}

async function readLimited(path: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(path);
    return bytes.length > MAX_VALUE_BYTES ? bytes.subarray(0, MAX_VALUE_BYTES + 1) : bytes;
  } catch (error) {
    throw new DaonetesError({ code: "DAO2001", kind: "usage", message: `${path} cannot be read`, help: "is the path right?", cause: error });
  }
}

async function randomValue(name: string): Promise<SecretValue> {
  checkSecretName(name);
  const { randomBytes } = await import("node:crypto");
  return SecretValue.fromText(randomBytes(24).toString("base64url"), name);
}

function versionOf(text: string | undefined): bigint {
  if (text === undefined) return 0n;
  if (/^[1-9]\d{0,18}$/.test(text)) return BigInt(text);
  throw new DaonetesError({ code: "DAO1060", kind: "usage", message: `"${text}" is no version`, help: "see them: daonetes secret show NAME" });
}

function timeOf({ createdAt }: Pick<types.Secret, "createdAt">): string {
  return new Date(Number(createdAt?.seconds ?? 0n) * 1000).toISOString();
}
