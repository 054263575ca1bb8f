import type { Command } from "commander";
import { DaonetesError, responseOf, type workload as types, workload, workloadMessages } from "../../index.ts";
import type { CanonicalSpec } from "../../compose/canonical-spec.ts";
import { actingFor } from "../acting.ts";
import type { SessionOf } from "../command.ts";
import { addComposeFlags, type ComposeFlags } from "../compose-flags.ts";
import type { PreparedSpec } from "../compose-input.ts";
import { done, printList, printObject } from "../output.ts";
import type { Session } from "../session.ts";
import { txText } from "../tx-text.ts";

/** `spec`: canonical Compose applications. */
export function registerSpec(program: Command, sessionOf: SessionOf): void {
  const spec = program.command("spec").description("canonical specs: what is signed and what runs");

  addComposeFlags(spec.command("render").description("print the canonical bytes; the hash goes to standard error"))
    .action(async (flags: ComposeFlags, command: Command) => {
      const session = sessionOf(command);
      const prepared = await prepare(session, flags);
      session.process.stdout(new TextDecoder().decode(prepared.bytes));
      session.output.err(`\n${prepared.hash}   ${prepared.bytes.length} bytes`);
    });

  addComposeFlags(spec.command("check").description("check the files without sending anything"))
    .action(async (flags: ComposeFlags, command: Command) => {
      const session = sessionOf(command);
      const prepared = await prepare(session, flags);
      if (session.flags.verbose === true) for (const notice of prepared.notices) session.output.err(`! ${notice}`);
      const { name, hash, declaration, mounts, notices } = prepared;
      printObject(session.output, { deployment: name, spec: hash, bytes: prepared.bytes.length, requires: declaration.requires, secrets: secretsOf(prepared), mounts, notices }, [["OK", hash]], hash, undefined);
    });

  addComposeFlags(spec.command("publish").description("publish the spec without deploying it"))
    .action(async (flags: ComposeFlags, command: Command) => {
      const session = sessionOf(command);
      const prepared = await prepare(session, flags);
      const sender = await session.sender();
      const { missingBlobs, publishBlobs } = await import("../blobs.ts");
      const groupId = (await session.group()).id;
      if (!(await publishBlobs(sender, groupId, await missingBlobs(await session.client(), groupId, prepared)))) return;
      const { has_volumes, ...declaration } = prepared.declaration;
      const outcome = await sender.send([
        workloadMessages.publishSpec({
          publisher: sender.address,
          groupId,
          name: prepared.name,
          content: prepared.bytes,
          declaration: { ...declaration, hasVolumes: has_volumes },
        }),
      ]);
      if (outcome === undefined) return;
      const { version } = responseOf(outcome, 0, "/daonetes.workload.v1.MsgPublishSpecResponse", workload.MsgPublishSpecResponse);
      done(session.output, `${prepared.name}:${version}   ${prepared.hash}    ${txText(outcome)}`);
    });

  spec
    .command("list")
    .description("list the specs of the group")
    .argument("[name]", "only versions of this name")
    .action(async (name: string | undefined, _options: object, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const specs = await client.workload.specs((await session.group()).id, name ?? "");
      specs.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : Number(a.version - b.version)));
      const columns = [
        { title: "SPEC", value: (item: types.Spec) => `${item.name}:${item.version}` },
        { title: "SIZE", value: (item: types.Spec) => String(item.size) },
        { title: "STATE", value: (item: types.Spec) => (item.retired ? "retired" : item.references > 0 ? "in use" : "unused") },
        { title: "PUBLISHED", value: (item: types.Spec) => new Date(Number(item.publishedAt?.seconds ?? 0n) * 1000).toISOString() },
        { title: "HASH", value: (item: types.Spec) => item.hash },
      ];
      printList(session.output, specs, columns, ({ hash }) => hash, (await client.status()).height, "no specs yet: daonetes spec publish, or daonetes up");
    });

  spec
    .command("show")
    .description("show a spec; with -o json its canonical content too")
    .argument("<spec>", "NAME:VERSION, NAME (newest) or sha256:..")
    .action(async (reference: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const { meta, content } = await readSpec(session, reference);
      const lines: [string, string][] = [
        ["spec", `${meta.name}:${meta.version}`],
        ["hash", meta.hash],
        ["size", `${meta.size} bytes`],
        ["publisher", meta.publisher],
        ["requires", meta.declaration?.requires.join(", ") || "nothing of the device's owner"],
        ...Object.entries(content.services).map(([name, { image }]): [string, string] => [name, `${image.name}@${image.digest}`]),
      ];
      printObject(session.output, { ...meta, content }, lines, meta.hash, (await (await session.client()).status()).height);
    });

  spec
    .command("diff")
    .description("what differs between two specs")
    .argument("<before>", "NAME:VERSION or sha256:..")
    .argument("<after>", "NAME:VERSION or sha256:..")
    .action(async (before: string, after: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const [a, b] = await Promise.all([readSpec(session, before), readSpec(session, after)]);
      const { specChanges } = await import("../plan-text.ts");
      const changes = specChanges(a.content, b.content);
      for (const change of changes) session.output.out(change);
      if (changes.length === 0) session.output.err("no difference");
    });

  spec
    .command("retire")
    .description("end the use of a spec in new deployments")
    .argument("<spec>", "NAME:VERSION or sha256:..")
    .action(async (reference: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const { meta } = await readSpec(session, reference);
      const group = await session.group();
      const acting = await actingFor(session, group.authority, group.name);
      const outcome = await acting.send([workloadMessages.retireSpec({ authority: acting.authority, groupId: meta.groupId, hash: meta.hash })]);
      if (outcome !== undefined) done(session.output, `${meta.name}:${meta.version} retired    ${txText(outcome)}`);
    });
}

/** Names, origins and targets; never values. */
function secretsOf({ secrets }: PreparedSpec): object[] {
  return secrets.map(({ name, origin, targets }) => ({ name, from: origin, targets }));
}

async function prepare(session: Session, flags: ComposeFlags): Promise<PreparedSpec> {
  const { prepareSpec } = await import("../compose-input.ts");
  return prepareSpec(session, flags);
}

async function readSpec(session: Session, reference: string): Promise<{ meta: types.Spec; content: CanonicalSpec }> {
  const client = await session.client();
  const { id } = await session.group();
  let hash = reference;
  if (!reference.startsWith("sha256:")) {
    const [name = "", version] = reference.split(":");
    const specs = (await client.workload.specs(id, name)).sort((a, b) => Number(a.version - b.version));
    const found = version === undefined ? specs.at(-1) : specs.find((item) => String(item.version) === version);
    if (found === undefined) throw new DaonetesError({ code: "DAO5004", kind: "not_found", message: `there is no spec "${reference}"`, help: "daonetes spec list" });
    hash = found.hash;
  }
  const [meta, bytes] = await Promise.all([client.workload.spec(id, hash), client.workload.specContent(id, hash)]);
  const { decodeCanonical } = await import("../../compose/index.ts");
  return { meta, content: decodeCanonical(bytes) };
}
