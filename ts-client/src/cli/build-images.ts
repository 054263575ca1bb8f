import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import type { BuildRequest } from "../compose/index.ts";
import { loadCompose, type LoadOptions } from "../compose/index.ts";
import { DaonetesError } from "../errors.ts";
import type { ComposeFlags } from "./compose-flags.ts";
import { hint } from "./output.ts";
import type { Session } from "./session.ts";

/** Code of a service that has build and no image. */
const HAS_TO_BE_BUILT = "DAO2206";
const BUILD_DEADLINE_MS = 3_600_000;

/**
 * Builds, pushes and pins the services that can only be built, with the Docker client of this computer.
 * @returns references by service, as `name@sha256:..`; undefined where something else is wrong with the files
 * @throws DaonetesError DAO2207 without a registry, DAO2208 where the client fails
 */
export async function buildImages(session: Session, flags: ComposeFlags, load: LoadOptions): Promise<ReadonlyMap<string, string> | undefined> {
  const loaded = await loadCompose(load);
  if (loaded.ok || !loaded.diagnostics.every(({ code }) => code === HAS_TO_BE_BUILT)) return undefined;
  const registry = flags.pushTo ?? loaded.registry;
  if (registry === undefined) {
    throw new DaonetesError({
      code: "DAO2207",
      kind: "usage",
      message: "where shall built images be pushed? Devices pull them from there",
      help: "--push-to registry.example/team, or in the file:  x-daonetes: {registry: registry.example/team}",
    });
  }
  const built = new Map<string, string>();
  for (const request of loaded.builds) {
    const image = `${registry.replace(/\/+$/, "")}/${load.deployment ?? load.projectName}-${request.service}`.toLowerCase();
    hint(session.output, `… ${request.service}   building ${image}`);
    built.set(request.service, await buildAndPush(session, request, image));
  }
  return built;
}

async function buildAndPush(session: Session, request: BuildRequest, image: string): Promise<string> {
  // A tag of the request alone: two builds of one service do not take each other's name.
  const tag = `${image}:build-${createHash("sha256").update(JSON.stringify(request)).digest("hex").slice(0, 12)}`;
  await docker(session, [...buildArguments(request), "--tag", tag, request.context], request.dockerfileInline);
  await docker(session, ["push", tag]);
  const digests = await read(["image", "inspect", "--format", "{{range .RepoDigests}}{{println .}}{{end}}", tag]);
  const digest = digests.split("\n").find((line) => line.startsWith(`${image}@sha256:`));
  if (digest !== undefined) return digest.trim();
  throw failed(`the registry named no digest for ${tag}`, "does it accept pushes, and pulls by digest?");
}

/** Arguments of `docker build`; a Dockerfile of the Compose file is read from standard input. */
export function buildArguments(request: BuildRequest): string[] {
  const named = (flag: string, values: Record<string, string>): string[] =>
    Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
  const dockerfile = request.dockerfile;
  const file = request.dockerfileInline === undefined ? dockerfile : "-";
  const isUrl = /^(?:[a-z][a-z0-9+.-]*:\/\/|git@)/i.test(request.context);
  return [
    "build",
    ...(file === undefined ? [] : ["--file", file === "-" || isUrl || file.startsWith("/") ? file : `${request.context}/${file}`]),
    ...(request.target === undefined ? [] : ["--target", request.target]),
    ...(request.platform === undefined ? [] : ["--platform", request.platform]),
    ...(request.network === undefined ? [] : ["--network", request.network]),
    ...(request.noCache === true ? ["--no-cache"] : []),
    ...(request.pull === true ? ["--pull"] : []),
    ...named("--build-arg", request.args),
    ...named("--label", request.labels),
  ];
}

/** Runs the client; what it says goes to standard error. */
function docker(session: Session, args: readonly string[], input?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("docker", args, { stdio: ["pipe", "pipe", "pipe"], timeout: BUILD_DEADLINE_MS, env: session.process.environment });
    const show = (chunk: Buffer): void => session.process.stderr(chunk.toString());
    child.stdout.on("data", show);
    child.stderr.on("data", show);
    child.stdin.on("error", () => undefined);
    child.stdin.end(input ?? "");
    child.on("error", (cause) => reject(failed(`docker could not be started: ${cause.message}`, "install the Docker client, or build elsewhere and name an image", cause)));
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(failed(`docker ${args[0] ?? ""} ended with ${code ?? "a signal"}`, args[0] === "push" ? "are you logged in? docker login" : "see what it printed above"));
    });
  });
}

function read(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("docker", args, { timeout: 30_000 }, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(failed(`docker ${args.slice(0, 2).join(" ")} failed: ${error.message}`, "", error));
    });
  });
}

function failed(message: string, help: string, cause?: unknown): DaonetesError {
  return new DaonetesError({ code: "DAO2208", kind: "failed", message, help, ...(cause === undefined ? {} : { cause }) });
}
