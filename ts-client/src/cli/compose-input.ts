import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { declarationOf, encodeCanonical, hashSpec } from "../compose/canonical.ts";
import type { CanonicalSpec, SpecDeclaration } from "../compose/canonical-spec.ts";
import { type Diagnostic, diagnosticJson, inFile } from "../compose/diagnostics.ts";
import { type DigestResolver, pinImages, pinsOf, toCanonical } from "../compose/digests.ts";
import type { ComposeProject } from "../compose/draft.ts";
import type { MountVerdict } from "../compose/project-mount.ts";
import { loadCompose, type LoadOptions, nodeProjectFolder, nodeReadFile, projectRoot } from "../compose/reading.ts";
import type { RolloutDefaults } from "../compose/deploy-section.ts";
import type { ProjectSecret } from "../compose/sealing.ts";
import { DaonetesError } from "../errors.ts";
import type { ComposeFlags } from "./compose-flags.ts";
import { answerMounts } from "./mount-answers.ts";
import type { Session } from "./session.ts";

/** A Compose application, ready to be published. */
export interface PreparedSpec {
  /** Name of the deployment. */
  name: string;
  spec: CanonicalSpec;
  bytes: Uint8Array;
  hash: string;
  declaration: SpecDeclaration;
  /** Texts of the notices. */
  notices: string[];
  /** What became of the mounted paths of the project. */
  mounts: readonly MountVerdict[];
  /** Bytes that the spec refers to, by hash. */
  blobs: ReadonlyMap<string, Uint8Array>;
  /** Secrets that the spec names, with the values that are to be sealed. */
  secrets: readonly ProjectSecret[];
  /** What the file says about rollouts. */
  rollout: RolloutDefaults;
}

const DEFAULT_FILES = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];
const OVERRIDE_FILES = ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"];
/** Host with the Engine that knows digests of local images. */
const DOCKER_SOCKET = "/var/run/docker.sock";

export interface PrepareOptions {
  /** The running revision of a deployment by its name: an unchanged image keeps its digest, a volume stays a volume. */
  previous?: (deployment: string) => Promise<CanonicalSpec | undefined>;
  /** True: tags are resolved anew. */
  pull?: boolean;
}

/** Reads, checks and pins the files that the flags name; builds what can only be built, if the flags say so. */
export async function prepareSpec(session: Session, flags: ComposeFlags, options: PrepareOptions = {}): Promise<PreparedSpec> {
  const input = await readInput(session, flags, options);
  let loaded = await loadCompose(input.load);
  if (!loaded.ok && (await answerMounts(session, input, loaded.diagnostics))) {
    // The answers stand in the file now.
    input.load.files = await readFiles(session, input.paths);
    loaded = await loadCompose(input.load);
  }
  if (!loaded.ok && flags.build === true) {
    const { buildImages } = await import("./build-images.ts");
    const built = await buildImages(session, flags, input.load);
    if (built !== undefined) loaded = await loadCompose({ ...input.load, built });
  }
  if (!loaded.ok) throw await refusal(session, loaded.diagnostics, input.load);
  const { project } = loaded;
  const running = options.pull === true ? undefined : await options.previous?.(project.name);
  const previous = running === undefined ? new Map<string, string>() : pinsOf(running);
  const pinned = await pinImages(project, digestResolver(previous));
  const spec = toCanonical(pinned);
  const bytes = encodeCanonical(spec);
  return {
    name: project.name,
    spec,
    bytes,
    hash: hashSpec(bytes),
    declaration: declarationOf(spec),
    notices: [...loaded.notices.map(({ message }) => message), ...pinNotice(project)],
    mounts: project.mounts,
    blobs: project.blobs,
    secrets: project.secrets,
    rollout: project.rollout,
  };
}

/** Loads what asks Engine and registry when the first image has no digest. */
function digestResolver(previous: ReadonlyMap<string, string>): DigestResolver {
  let resolver: Promise<DigestResolver> | undefined;
  return {
    previous,
    async resolve(reference) {
      resolver ??= import("../registry-client/digest-resolver.ts").then(({ createDigestResolver }) => createDigestResolver({ dockerSocket: DOCKER_SOCKET, previous }));
      return (await resolver).resolve(reference);
    },
  };
}

interface Input {
  /** Full paths, or `-`. */
  paths: string[];
  load: LoadOptions;
}

async function readInput(session: Session, flags: ComposeFlags, { previous }: PrepareOptions): Promise<Input> {
  const { environment: shell, cwd } = session.process;
  const start = resolve(cwd, flags.projectDirectory ?? ".");
  // As with Compose, .env may say which files, profiles and name are meant; the shell wins.
  const settings = { ...(await composeSettings(flags.envFile?.map((path) => resolve(cwd, path)) ?? [join(start, ".env")])), ...shell };
  const paths = await findFiles(flags.file ?? settings["COMPOSE_FILE"]?.split(settings["COMPOSE_PATH_SEPARATOR"] ?? ":"), cwd, flags.file === undefined);
  const first = paths[0] ?? "-";
  const directory = resolve(cwd, flags.projectDirectory ?? (first === "-" ? "." : dirname(first)));
  const root = await projectRoot(directory);
  const own = directory === start || flags.envFile !== undefined ? settings : { ...(await composeSettings([join(directory, ".env")])), ...shell };
  const environment = shell;
  const wanted = flags.projectName ?? own["COMPOSE_PROJECT_NAME"];
  return {
    paths,
    load: {
      files: await readFiles(session, paths),
      projectDirectory: directory,
      projectRoot: root,
      projectName: wanted ?? deploymentName(basename(directory)),
      ...(wanted === undefined ? {} : { deployment: wanted }),
      environment,
      ...(flags.envFile === undefined ? {} : { envFiles: flags.envFile.map((path) => resolve(cwd, path)) }),
      profiles: flags.profile ?? own["COMPOSE_PROFILES"]?.split(",").filter(Boolean) ?? [],
      plain: flags.plain ?? [],
      bindsAsVolumes: flags.bindsAsVolumes === true,
      readFile: await nodeReadFile(root),
      folder: await nodeProjectFolder(root),
      ...(previous === undefined ? {} : { previous }),
    },
  };
}

/** The variables of env files that are about Compose itself; a file that cannot be read is reported with the others later. */
async function composeSettings(paths: readonly string[]): Promise<Record<string, string>> {
  const settings: Record<string, string> = {};
  for (const path of paths) {
    const text = await readFile(path, "utf8").catch(() => "");
    for (const [, name = "", value = ""] of text.matchAll(/^[ \t]*(?:export[ \t]+)?(COMPOSE_[A-Z_]+)[ \t]*=[ \t]*(.*?)[ \t\r]*$/gm)) {
      settings[name] = value.replace(/^(["'])(.*)\1$/, "$2");
    }
  }
  return settings;
}

async function readFiles(session: Session, paths: readonly string[]): Promise<{ path: string; text: string }[]> {
  return Promise.all(
    paths.map(async (path) => ({ path, text: path === "-" ? await session.process.readStdin() : await readOne(path) })),
  );
}

/** One line for all images whose text says nothing about which content is meant. */
function pinNotice({ draft }: ComposeProject): string[] {
  const names = Object.entries(draft.services)
    .filter(([, { image }]) => image.digest === undefined && (image.tag === undefined || image.tag === "latest"))
    .map(([name]) => name);
  if (names.length === 0) return [];
  return [`${names.length === 1 ? "an image without a version was pinned as it is now" : `${names.length} images without a version were pinned as they are now`}: ${names.slice(0, 8).join(", ")}`];
}

async function refusal(session: Session, found: readonly Diagnostic[], { files, projectDirectory }: LoadOptions): Promise<ComposeError> {
  const shown = (file: string): string => seenFrom(session.process.cwd, projectDirectory, file);
  const diagnostics = found.map((diagnostic) => inFile(diagnostic, shown(diagnostic.file)));
  const sources = new Map(files.map(({ path, text }) => [shown(path), text ?? ""]));
  if (session.output.format !== "json") {
    const { renderDiagnostic } = await import("../compose/render-diagnostic.ts");
    for (const diagnostic of diagnostics) session.output.err(renderDiagnostic(diagnostic, sources));
  }
  return new ComposeError(diagnostics);
}

/** A file of the project, as the person who runs the command has to call it to open it. */
function seenFrom(cwd: string, directory: string, file: string): string {
  if (file === "" || file === "-") return file;
  const full = resolve(directory, file);
  const path = relative(cwd, full);
  return path.startsWith("..") ? full : path;
}

/** The files do not pass. In a terminal each finding was printed; as JSON they are all in the one error. */
export class ComposeError extends DaonetesError {
  readonly #diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    const count = diagnostics.length;
    super({
      code: diagnostics[0]?.code ?? "DAO2000",
      kind: "usage",
      message: `${count === 1 ? "the Compose file was refused" : `the Compose file was refused for ${count} reasons`}; nothing was sent`,
    });
    this.#diagnostics = diagnostics;
  }

  override toJSON(): ReturnType<DaonetesError["toJSON"]> & { errors: object[] } {
    return { ...super.toJSON(), errors: this.#diagnostics.map(diagnosticJson) };
  }
}

/** @param override true: beside a file that was found, its override file counts too, as with Compose */
async function findFiles(named: string[] | undefined, cwd: string, override: boolean): Promise<string[]> {
  if (named !== undefined && named.length > 0) return named.map((path) => (path === "-" ? "-" : resolve(cwd, path)));
  const isFile = (path: string): Promise<boolean> => stat(path).then((info) => info.isFile(), () => false);
  for (let folder = cwd; ; folder = dirname(folder)) {
    for (const name of DEFAULT_FILES) {
      const path = join(folder, name);
      if (!(await isFile(path))) continue;
      const beside = OVERRIDE_FILES.map((other) => join(folder, other));
      for (const other of override ? beside : []) if (await isFile(other)) return [path, other];
      return [path];
    }
    if (dirname(folder) === folder) break;
  }
  throw new DaonetesError({
    code: "DAO2001",
    kind: "usage",
    message: `there is no ${DEFAULT_FILES.join(", ")} in ${cwd} or above`,
    help: "name a file with -f",
  });
}

async function readOne(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new DaonetesError({ code: "DAO2001", kind: "usage", message: `${path} cannot be read`, help: "is the path right?", cause: error });
  }
}

/** Name of a deployment made of a folder's name. */
function deploymentName(folder: string): string {
  const name = folder.toLowerCase().replace(/[^a-z0-9-]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40).replace(/-+$/, "");
  return name === "" ? "app" : name;
}
