import { type Command, Option } from "commander";
import { DaonetesError, isAddress, type workload as types, workloadMessages } from "../../index.ts";
import { scopeOf } from "../../secrets/secret-name.ts";
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

interface RotateFlags {
  file?: string;
  generate?: boolean;
  exposed?: string;
  detach?: boolean;
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
      const [{ putSecret }, { readValue }] = await Promise.all([import("../secrets/put.ts"), import("../secrets/values.ts")]);
      await putSecret(session, name, await readValue(session, name, flags.file), { newKey: false });
    });

  secret
    .command("rotate")
    .description("seal a new value to a new key, and update what uses it; for values that somebody knew")
    .argument("[name]")
    .addOption(new Option("--file <path>", "file that holds the value").conflicts(["generate", "exposed"]))
    .option("--generate", "make a random value of 32 characters")
    .option("--exposed <device>", "go through all that a device knew, and ask for each new value")
    .option("-d, --detach", "return after inclusion")
    .action(async (name: string | undefined, flags: RotateFlags, command: Command) => {
      const session = sessionOf(command);
      const options = { generate: flags.generate === true, detach: flags.detach === true };
      if ((name === undefined) === (flags.exposed === undefined)) {
        throw new DaonetesError({ code: "DAO1069", kind: "usage", message: "rotate one secret, or all that a device knew", help: "daonetes secret rotate NAME, or --exposed DEVICE" });
      }
      if (name === undefined) {
        const group = await session.group();
        const device = await anyDevice(await session.client(), group.id, flags.exposed ?? "");
        const { rotateExposed } = await import("../secrets/rotate-exposed.ts");
        return rotateExposed(session, group, device, options);
      }
      const [{ rotateSecret }, { randomValue, readValue }] = await Promise.all([import("../secrets/rotate.ts"), import("../secrets/values.ts")]);
      await rotateSecret(session, name, options.generate ? randomValue(name) : await readValue(session, name, flags.file), options);
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
      if (open.length > 0) hint(session.output, `change each where it is used, then: daonetes secret rotate --exposed ${name}`);
    });
}

async function openDesk(session: Session): Promise<SecretDesk> {
  const { SecretDesk } = await import("../secrets/secret-desk.ts");
  return SecretDesk.open(session, await session.group());
}

function versionOf(text: string | undefined): bigint {
  if (text === undefined) return 0n;
  if (/^[1-9]\d{0,18}$/.test(text)) return BigInt(text);
  throw new DaonetesError({ code: "DAO1060", kind: "usage", message: `"${text}" is no version`, help: "see them: daonetes secret show NAME" });
}

function timeOf({ createdAt }: Pick<types.Secret, "createdAt">): string {
  return new Date(Number(createdAt?.seconds ?? 0n) * 1000).toISOString();
}
