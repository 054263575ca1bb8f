import { sortedUnique } from "./byte-order.ts";
import type { CanonicalNetwork, CanonicalVolume } from "./canonical-spec.ts";
import { readDependencies, readLinks } from "./dependencies.ts";
import type { Diagnostics } from "./diagnostics.ts";
import { pointerOf } from "./diagnostics.ts";
import type { DraftService, DraftSpec } from "./draft.ts";
import { plainSecret, readEnvironment } from "./environment.ts";
import type { Field } from "./field.ts";
import { shorten } from "./field.ts";
import { ImageNameError, parseImage } from "./images.ts";
import { readLabels } from "./labels.ts";
import type { Variables } from "./model.ts";
import { readMounts } from "./mounts.ts";
import { readNetwork, readServiceNetworks, readVolume } from "./networks.ts";
import { checkHostPorts, readPorts } from "./ports.ts";
import type { PublishedPort } from "./ports.ts";
import type { ProjectFiles } from "./project-files.ts";
import { readResources } from "./resources.ts";
import { readRestart } from "./restart.ts";
import { SIMPLE_FIELDS } from "./service-fields.ts";
import type { Span } from "./source.ts";

export interface LongFormOptions {
  root: Field;
  /** Services that run. */
  services: readonly Field[];
  /** The file's own `name`. */
  name: string | undefined;
  variables: Variables;
  files: ProjectFiles;
  plain: ReadonlySet<string>;
  diagnostics: Diagnostics;
}

export interface LongForm {
  draft: DraftSpec;
  positions: Map<string, Span>;
  /** Variables passed on by name alone that have no value. */
  unset: Set<string>;
}

/** Expands short forms, folds keys that mean the same, and leaves out what is a default. */
export async function toLongForm(options: LongFormOptions): Promise<LongForm> {
  return new LongFormWriter(options).write();
}

class LongFormWriter {
  readonly #options: LongFormOptions;
  readonly #positions = new Map<string, Span>();
  readonly #unset = new Set<string>();
  readonly #ports: PublishedPort[] = [];

  constructor(options: LongFormOptions) {
    this.#options = options;
  }

  async write(): Promise<LongForm> {
    const { root, name } = this.#options;
    const draft: DraftSpec = {
      format: "daonetes.spec.v1",
      ...(name === undefined ? {} : { name }),
      services: Object.create(null) as Record<string, DraftService>,
    };
    for (const service of this.#options.services) draft.services[service.path.at(-1)!] = await this.#service(service);
    checkHostPorts(this.#ports);
    this.#addNames(draft);
    const networks = this.#used("networks", draft, (service) => Object.keys(service.networks ?? {}), readNetwork);
    if (networks) draft.networks = networks;
    const volumes = this.#used(
      "volumes",
      draft,
      (service) =>
        (service.volumes ?? []).flatMap((mount) =>
          mount.type === "volume" && mount.source !== undefined ? [mount.source] : [],
        ),
      readVolume,
    );
    if (volumes) draft.volumes = volumes;
    for (const section of ["networks", "volumes"] as const) {
      for (const entry of root.child(section)?.children() ?? [])
        this.#place([section, entry.path.at(-1)!], entry.key ?? entry.span);
    }
    return { draft, positions: this.#positions, unset: this.#unset };
  }

  #place(path: readonly string[], at: Span): void {
    this.#positions.set(pointerOf(path), at);
  }

  async #service(service: Field): Promise<DraftService> {
    const name = service.path.at(-1)!;
    const at = ["services", name];
    this.#place(at, service.key ?? service.span);
    const draft: DraftService = { image: this.#image(service) };
    for (const field of service.children()) {
      const key = field.path.at(-1)!;
      this.#place([...at, key], field.key ?? field.span);
      if (Object.hasOwn(SIMPLE_FIELDS, key) && !(field.isNull && key !== "command" && key !== "entrypoint")) {
        SIMPLE_FIELDS[key]!(field, draft);
      }
      for (const item of field.node.kind === "scalar"
        ? []
        : field.node.kind === "seq"
          ? field.items()
          : field.children()) {
        this.#place([...at, key, item.path.at(-1)!], item.key ?? item.span);
      }
    }
    const deploy = service.child("deploy");
    if (deploy) checkDeploy(deploy);
    checkScale(service.child("scale"));
    readResources(service, deploy, draft, (key, span) => this.#place([...at, key], span));
    const restart = readRestart(service.child("restart"), deploy?.child("restart_policy"));
    if (restart) draft.restart = restart;
    this.#mounts(service, draft);
    this.#networks(service, draft);
    for (const [index, placed] of readPortsOf(service).entries()) {
      this.#ports.push({ ...placed, service: name });
      (draft.ports ??= []).push(placed.port);
      this.#place([...at, "ports", String(index)], placed.at.span);
    }
    if (draft.network_mode !== undefined && draft.ports) {
      service
        .child("ports")!
        .error(
          "DAO2117",
          `${service.name} publishes ports and has network_mode ${draft.network_mode}`,
          "remove one of them; with service:NAME the ports belong to that service",
        );
    }
    this.#dependencies(service, draft);
    await this.#texts(service, draft);
    return draft;
  }

  #image(service: Field): DraftService["image"] {
    const field = service.child("image");
    const policy = service.child("pull_policy");
    if (policy?.text && !["always", "missing", "if_not_present", "build"].includes(policy.text)) {
      policy.error(
        "DAO2313",
        `${policy.name} is "${shorten(policy.text)}"`,
        "allowed: missing, always; an image is pinned by its digest either way",
      );
    }
    const build = service.child("build");
    if (field?.text) {
      build?.notice("DAO2391", `${build.name} was dropped: ${service.name} runs its image`);
      try {
        return { ...parseImage(field.text), ...(policy?.text === "always" ? { fresh: true } : {}) };
      } catch (error) {
        if (!(error instanceof ImageNameError)) throw error;
        field.error(
          "DAO2201",
          `${field.name} is "${shorten(field.text)}", which is not an image: ${error.message}`,
          "as nginx:1.27 or registry.example/app:1.0",
        );
      }
    } else if (build) {
      build.diagnostics.error("DAO2206", `${service.name} has build but no image`, {
        at: build.key,
        path: build.path,
        help: "build and push the image, then name it:  image: registry/name:tag",
      });
    } else {
      service.diagnostics.error("DAO2106", `${service.name} has no image`, {
        at: service.key,
        path: service.path,
        help: "add  image: NAME:TAG",
      });
    }
    return { name: "", text: "" };
  }

  #mounts(service: Field, draft: DraftService): void {
    const mounts = readMounts(service.child("volumes"), service.child("tmpfs"));
    if (mounts.length === 0) return;
    draft.volumes = mounts.map(({ mount }) => mount);
    for (const [index, { at }] of mounts.entries()) this.#place([...service.path, "volumes", String(index)], at.span);
  }

  #networks(service: Field, draft: DraftService): void {
    const mode = service.child("network_mode");
    if (mode?.text && mode.text !== "bridge" && mode.text !== "default") {
      if (service.child("networks")?.pairs().length)
        mode.error("DAO2117", `${service.name} has both network_mode and networks`, "remove one of them");
      if (mode.text === "none" || mode.text.startsWith("service:")) draft.network_mode = mode.text;
      else
        mode.error(
          "DAO2319",
          `${mode.name} is "${shorten(mode.text)}"`,
          "allowed: none, bridge, service:NAME",
          "it leaves the networks of the deployment",
        );
      return;
    }
    if (mode?.text === "bridge") mode.notice("DAO2392", `${mode.name}: bridge became the deployment's default network`);
    draft.networks = readServiceNetworks(service.child("networks"));
  }

  #dependencies(service: Field, draft: DraftService): void {
    const running = new Set(this.#options.services.map((s) => s.path.at(-1)!));
    for (const [target, { dependency }] of readDependencies(service)) {
      if (running.has(target))
        (draft.depends_on ??= Object.create(null) as Record<string, typeof dependency>)[target] = dependency;
    }
  }

  async #texts(service: Field, draft: DraftService): Promise<void> {
    const { variables, files, plain, diagnostics } = this.#options;
    const environment = await readEnvironment(service, variables, files, (name) => this.#unset.add(name));
    for (const [name, variable] of environment) {
      (draft.environment ??= Object.create(null) as Record<string, string>)[name] = variable.value;
      const path = [...service.path, "environment", name];
      this.#place(path, variable.at);
      const why = plainSecret(name, variable, plain);
      if (why === undefined) continue;
      diagnostics.error("DAO2305", `${path.join(".")} would be readable by everybody: ${why}`, {
        at: variable.at,
        path,
        help: `secrets cannot be sealed yet: take it out, or pass --plain ${name} if it is none`,
      });
    }
    const labels = await readLabels(service, files);
    if (Object.keys(labels).length > 0) draft.labels = labels;
  }

  /** `container_name` and the aliases of `links` become names on the networks of the service. */
  #addNames(draft: DraftSpec): void {
    for (const service of this.#options.services) {
      const name = service.path.at(-1)!;
      const own = service.child("container_name");
      if (own?.text && own.text !== name) {
        own.notice("DAO2392", `${own.name} became a name on the service's networks: ${shorten(own.text)}`);
        this.#alias(draft, name, own.text, undefined, own);
      }
      for (const { target, alias, at } of readLinks(service)) {
        if (alias !== target) this.#alias(draft, target, alias, name, at);
      }
    }
  }

  #alias(draft: DraftSpec, service: string, alias: string, from: string | undefined, at: Field): void {
    if (alias !== service && Object.hasOwn(draft.services, alias)) {
      at.error("DAO2117", `${at.name} gives ${service} the name of another service, ${alias}`, "choose another name");
      return;
    }
    const networks = draft.services[service]?.networks ?? {};
    const seen = from === undefined ? undefined : draft.services[from]?.networks;
    for (const [network, settings] of Object.entries(networks)) {
      if (seen && !Object.hasOwn(seen, network)) continue;
      settings.aliases = sortedUnique([...(settings.aliases ?? []), alias]);
    }
  }

  /** The top-level entries that services use; the others are dropped with a notice. */
  #used<T extends CanonicalNetwork | CanonicalVolume>(
    section: "networks" | "volumes",
    draft: DraftSpec,
    namesOf: (service: DraftService) => string[],
    read: (field: Field | undefined) => T,
  ): Record<string, T> | undefined {
    const names = new Set(Object.values(draft.services).flatMap(namesOf));
    const field = this.#options.root.child(section);
    const entries = new Map((field?.pairs() ?? []).map((entry) => [entry.path.at(-1)!, entry]));
    for (const [name, entry] of entries) {
      if (!names.has(name) && !name.startsWith("x-"))
        entry.notice("DAO2393", `${entry.name} is not used by a service that runs`);
    }
    if (names.size === 0) return undefined;
    const used = Object.create(null) as Record<string, T>;
    for (const name of names) used[name] = read(entries.get(name));
    return used;
  }
}

function readPortsOf(service: Field): ReturnType<typeof readPorts> {
  const field = service.child("ports");
  return field ? readPorts(field) : [];
}

function checkScale(field: Field | undefined): void {
  if (field?.text === undefined || field.text === "1") return;
  if (field.integer(0, 1_000_000) !== undefined) {
    field.error(
      "DAO2320",
      `${field.name} is ${field.text}`,
      "one copy runs on each device; more copies by placement: --every, --on, --replicas",
    );
  }
}

function checkDeploy(deploy: Field): void {
  for (const field of deploy.children()) {
    const key = field.path.at(-1)!;
    if (field.isNull) continue;
    switch (key) {
      case "resources":
      case "restart_policy":
        break;
      case "replicas":
        checkScale(field);
        break;
      case "mode":
        if (field.text !== "replicated")
          field.error(
            "DAO2320",
            `${field.name} is "${shorten(field.text ?? "")}"`,
            "placement says where copies run: --every, --on",
          );
        break;
      case "labels":
        field.notice("DAO2391", `${field.name} has no effect on a device and was dropped`);
        break;
      case "update_config":
        field.error(
          "DAO2301",
          `${field.name} does not work yet`,
          "give the rollout on the command line: --max-parallel, --healthy-for, --on-failure",
        );
        break;
      default:
        field.error(
          "DAO2304",
          `${field.name} is not supported`,
          "placement is given when deploying: --every, --on, --device",
        );
    }
  }
}
