import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { createDigestResolver, type Diagnostic, diagnosticJson, loadCompose, pinImages, renderDiagnostic, toCanonical } from "../compose/index.ts";
import { type CanonicalSpec, declarationOf, encodeCanonical, hashSpec, type SpecDeclaration } from "../compose/index.ts";
import { DaonetesError } from "../errors.ts";
import type { ComposeFlags } from "./compose-flags.ts";
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
}

const DEFAULT_FILES = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];
/** Host with the Engine that knows digests of local images. */
const DOCKER_SOCKET = "/var/run/docker.sock";

/**
 * Reads, checks and pins the files that the flags name.
 * @param previous digests of the running revision by image text: an unchanged text keeps its digest
 */
export async function prepareSpec(session: Session, flags: ComposeFlags, previous?: ReadonlyMap<string, string>): Promise<PreparedSpec> {
  const { environment, cwd } = session.process;
  const paths = await findFiles(flags.file ?? environment["COMPOSE_FILE"]?.split(":"), cwd);
  const files = await Promise.all(
    paths.map(async (path) => ({ path, text: path === "-" ? await session.process.readStdin() : await readOne(path) })),
  );
  const first = paths[0] ?? "-";
  const directory = resolve(cwd, flags.projectDirectory ?? (first === "-" ? "." : dirname(first)));
  const wanted = flags.projectName ?? environment["COMPOSE_PROJECT_NAME"];
  const fallback = deploymentName(basename(directory));
  const loaded = await loadCompose({
    files,
    projectDirectory: directory,
    projectName: wanted ?? fallback,
    environment,
    ...(flags.envFile === undefined ? {} : { envFiles: flags.envFile.map((path) => resolve(cwd, path)) }),
    profiles: flags.profile ?? environment["COMPOSE_PROFILES"]?.split(",").filter(Boolean) ?? [],
    plain: flags.plain ?? [],
    readFile: async (path) => {
      try {
        return await readFile(path, "utf8");
      } catch {
        return undefined;
      }
    },
  });
  const sources = new Map(files.map(({ path, text }) => [path, text]));
  if (!loaded.ok) {
    const { diagnostics } = loaded;
    if (session.output.format !== "json") for (const diagnostic of diagnostics) session.output.err(renderDiagnostic(diagnostic, sources));
    throw new ComposeError(diagnostics);
  }
  const pinned = await pinImages(loaded.project, createDigestResolver({ dockerSocket: DOCKER_SOCKET, previous: previous ?? new Map() }));
  const spec = toCanonical(pinned);
  const bytes = encodeCanonical(spec);
  return {
    name: wanted ?? spec.name ?? fallback,
    spec,
    bytes,
    hash: hashSpec(bytes),
    declaration: declarationOf(spec),
    notices: loaded.notices.map(({ message }) => message),
  };
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

async function findFiles(named: string[] | undefined, cwd: string): Promise<string[]> {
  if (named !== undefined && named.length > 0) return named.map((path) => (path === "-" ? "-" : resolve(cwd, path)));
  for (let folder = cwd; ; folder = dirname(folder)) {
    for (const name of DEFAULT_FILES) {
      const path = join(folder, name);
      if (await stat(path).then((info) => info.isFile(), () => false)) return [path];
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
    throw new DaonetesError({ code: "DAO2002", kind: "usage", message: `${path} cannot be read`, help: "is the path right?", cause: error });
  }
}

/** Name of a deployment made of a folder's name. */
function deploymentName(folder: string): string {
  const name = folder.toLowerCase().replace(/[^a-z0-9-]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40).replace(/-+$/, "");
  return name === "" ? "app" : name;
}
