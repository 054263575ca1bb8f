import { type BuildRequest, readBuild } from "./build-request.ts";
import { compareBytes, sortedUnique } from "./byte-order.ts";
import type { CanonicalConfig, CanonicalNetwork, CanonicalSpec, CanonicalVolume, Sha256 } from "./canonical-spec.ts";
import { readConfig, readConfigReferences } from "./configs.ts";
import { ContentStore } from "./content-store.ts";
import { checkScale, readDeploy, type RolloutDefaults } from "./deploy-section.ts";
import { readDependencies, readLinks } from "./dependencies.ts";
import type { Diagnostics } from "./diagnostics.ts";
import { pointerOf } from "./diagnostics.ts";
import type { DraftService, DraftSpec } from "./draft.ts";
import { type OriginOf, type PlacedVariable, readEnvironment, whySecret } from "./environment.ts";
import type { Answers } from "./extension.ts";
import type { Field } from "./field.ts";
import { shorten } from "./field.ts";
import { GRANTED_FIELDS } from "./granted-fields.ts";
import { requiresOf } from "./grants.ts";
import { ImageNameError, parseImage } from "./images.ts";
import { readLabels } from "./labels.ts";
import type { Variables } from "./model.ts";
import { readMounts } from "./mounts.ts";
import { isExternal, readNetwork, readServiceNetworks, readVolume } from "./networks.ts";
import { checkHostPorts, readPorts } from "./ports.ts";
import type { PublishedPort } from "./ports.ts";
import type { ProjectFiles } from "./project-files.ts";
import type { ProjectFolder } from "./project-folder.ts";
import { decideProjectMounts, type MountVerdict, type ProjectMount, type SealedFile } from "./project-mounts.ts";
import { writtenPath } from "./project-path.ts";
import { readResources } from "./resources.ts";
import { readRestart } from "./restart.ts";
import { type ProjectSecret, Sealing } from "./sealing.ts";
import { numericOwner, readSecretReferences } from "./secret-references.ts";
import { readSecretSource } from "./secret-source.ts";
import { SecretTexts } from "./secret-values.ts";
import { SIMPLE_FIELDS } from "./service-fields.ts";
import type { Span } from "./source.ts";
import { whyStopFirst } from "./update-order.ts";

export interface LongFormOptions {
  root: Field;
  /** Services that run. */
  services: readonly Field[];
  /** The file's own `name`. */
  name: string | undefined;
  /** Name of the deployment, with which the names of its secrets begin. */
  deployment: string;
  variables: Variables;
  originOf: OriginOf;
  files: ProjectFiles;
  plain: ReadonlySet<string>;
  diagnostics: Diagnostics;
  answers: Answers;
  folder: ProjectFolder;
  /** The running revision of the deployment, if there is one. */
  previous: CanonicalSpec | undefined;
  bindsAsVolumes: boolean;
  /** Digests of images that were built and pushed, by service. */
  built: ReadonlyMap<string, string>;
}

export interface LongForm {
  draft: DraftSpec;
  positions: Map<string, Span>;
  /** Variables passed on by name alone that have no value. */
  unset: Set<string>;
  /** What became of the mounted paths of the project. */
  mounts: MountVerdict[];
  /** Bytes that the draft refers to by hash. */
  blobs: ReadonlyMap<Sha256, Uint8Array>;
  /** Secrets that the draft names. */
  secrets: ProjectSecret[];
  /** What must not be found in the draft. */
  secretTexts: SecretTexts;
  rollout: RolloutDefaults;
  /** Services that have to be built before they can run. */
  builds: BuildRequest[];
}

interface ServiceVariable {
  service: string;
  name: string;
  variable: PlacedVariable;
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
  readonly #projectMounts: ProjectMount[] = [];
  readonly #content = new ContentStore();
  readonly #rollout: RolloutDefaults = {};
  /** By service, where its file says that an update starts the new container first. */
  readonly #startFirst = new Map<string, Field>();
  readonly #builds: BuildRequest[] = [];
  readonly #sealing: Sealing;
  readonly #environment: ServiceVariable[] = [];

  constructor(options: LongFormOptions) {
    this.#options = options;
    this.#sealing = new Sealing(options.deployment, options.diagnostics);
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
    this.#updateOrders(draft);
    this.#addNames(draft);
    const networks = this.#used("networks", draft, (service) => Object.keys(service.networks ?? {}), readNetwork);
    if (networks) draft.networks = networks;
    const mounts = await this.#decideMounts(draft);
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
    await this.#configs(draft);
    await this.#secrets(draft);
    const secretTexts = this.#seal(draft);
    const secrets = this.#sealing.finish(draft);
    const requires = requiresOf(draft as unknown as CanonicalSpec);
    if (requires.length > 0) draft.requires = requires;
    for (const section of ["networks", "volumes", "configs", "secrets"] as const) {
      for (const entry of root.child(section)?.children() ?? [])
        this.#place([section, entry.path.at(-1)!], entry.key ?? entry.span);
    }
    return {
      draft,
      positions: this.#positions,
      unset: this.#unset,
      mounts,
      blobs: this.#content.blobs,
      secrets,
      secretTexts,
      rollout: this.#rollout,
      builds: this.#builds,
    };
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
      if (Object.hasOwn(GRANTED_FIELDS, key)) GRANTED_FIELDS[key]!(field, draft);
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
    const startFirst = deploy && readDeploy(deploy, this.#rollout);
    if (startFirst) this.#startFirst.set(name, startFirst);
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

  #updateOrders({ services }: DraftSpec): void {
    for (const [name, field] of this.#startFirst) {
      const why = whyStopFirst(name, services);
      if (why === undefined) services[name]!.update_order = "start-first";
      else field.notice("DAO2391", `${field.name} has no effect: ${why}, so the former container is stopped first, and kept until the new one is healthy`);
    }
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
      const request = readBuild(service, build);
      const digest = this.#options.built.get(request.service);
      this.#builds.push(request);
      if (digest !== undefined) return { ...parseImage(digest) };
      build.diagnostics.error("DAO2206", `${service.name} has build but no image`, {
        at: build.key,
        path: build.path,
        help: "build it here and push it:  --build --push-to REGISTRY/PREFIX   or name an image:  image: registry/name:tag",
        note: "devices pull images, they do not build them",
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
    const { files, bindsAsVolumes } = this.#options;
    const mounts = readMounts(service.child("volumes"), service.child("tmpfs"), { bounds: files, bindsAsVolumes });
    if (mounts.length === 0) return;
    draft.volumes = mounts.map(({ mount }) => mount);
    for (const [index, { mount, at, project }] of mounts.entries()) {
      this.#place([...service.path, "volumes", String(index)], at.span);
      if (project) this.#projectMounts.push({ ...project, service: service.path.at(-1)!, target: mount.target, at });
    }
  }

  /** Turns mounts of paths of the project into snapshots and volumes. */
  async #decideMounts(draft: DraftSpec): Promise<MountVerdict[]> {
    const { root, files, folder, answers, previous, plain } = this.#options;
    const ownVolumes = new Set((root.child("volumes")?.pairs() ?? []).map((entry) => entry.path.at(-1)!));
    const { verdicts, snapshots, sealed } = await decideProjectMounts({
      mounts: this.#projectMounts,
      directory: files.directory,
      folder,
      answers,
      previous,
      plain,
      ownVolumes,
      content: this.#content,
    });
    this.#sealFiles(draft, sealed);
    for (const { service, path, target, readOnly } of this.#projectMounts) {
      const source = verdicts.get(path)?.volume;
      if (source === undefined) continue;
      const mounts = draft.services[service]!.volumes!;
      const index = mounts.findIndex((mount) => mount.target === target);
      mounts[index] = { type: "volume", source, target, ...(readOnly ? { read_only: true } : {}) };
    }
    if (Object.keys(snapshots).length > 0) draft.snapshots = snapshots;
    return [...verdicts.values()].sort((a, b) => compareBytes(a.path, b.path));
  }

  /** Files that hold secrets become secrets, mounted at the same place. */
  #sealFiles(draft: DraftSpec, sealed: ReadonlyMap<string, readonly SealedFile[]>): void {
    for (const { service, path, target, at } of this.#projectMounts) {
      const files = sealed.get(path);
      if (files === undefined) continue;
      this.#removeMount(draft, service, target);
      const owner = numericOwner(draft.services[service]!.user);
      for (const file of files) {
        const name = this.#sealing.add(`file:${file.path}`, file.bytes, writtenPath(file.path), { at: at.span, path: at.path });
        const place = file.below === undefined ? target : `${target}/${file.below}`;
        if (name !== undefined) this.#sealing.mount(draft, service, name, { target: place, ...owner });
      }
    }
  }

  #removeMount(draft: DraftSpec, service: string, target: string): void {
    const mounts = draft.services[service]!.volumes!;
    const spans = mounts.map((_, index) => this.#positions.get(pointerOf(["services", service, "volumes", String(index)])));
    const index = mounts.findIndex((mount) => mount.target === target);
    mounts.splice(index, 1);
    spans.splice(index, 1);
    for (const [place, span] of spans.entries()) if (span) this.#place(["services", service, "volumes", String(place)], span);
    if (mounts.length === 0) delete draft.services[service]!.volumes;
  }

  /** `secrets`: what services mount, and the values or names behind it. */
  async #secrets(draft: DraftSpec): Promise<void> {
    const { root, services, files, folder, variables, originOf } = this.#options;
    const defined = new Map((root.child("secrets")?.pairs() ?? []).map((entry) => [entry.path.at(-1)!, entry]));
    const named = new Map<string, string | undefined>();
    for (const service of services) {
      const own = service.path.at(-1)!;
      const mounts = draft.services[own]!;
      for (const { key, mount, at } of readSecretReferences(service.child("secrets"), numericOwner(mounts.user))) {
        const entry = defined.get(key);
        if (!entry) {
          at.error("DAO2119", `${at.name} names the secret "${shorten(key)}", which is not defined`, `define it:  secrets: {${key}: {file: ./${key}.txt}}`);
          continue;
        }
        if ([...(mounts.volumes ?? []), ...(mounts.configs ?? []), ...(mounts.secrets ?? [])].some(({ target }) => target === mount.target))
          at.error("DAO2117", `${mount.target} is mounted twice: ${at.name} and another mount`, "remove one of them");
        if (!named.has(key)) {
          const source = await readSecretSource(entry, { bounds: files, folder, variables, originOf });
          const place = { at: entry.key ?? entry.span, path: entry.path };
          named.set(key, source && ("external" in source ? this.#sealing.addExternal(source.external) : this.#sealing.add(key, source.bytes, source.origin, place)));
        }
        const name = named.get(key);
        if (name !== undefined) this.#sealing.mount(draft, own, name, mount);
      }
    }
    for (const [key, entry] of defined) if (!named.has(key)) entry.notice("DAO2393", `${entry.name} is not used by a service that runs`);
  }

  /** Takes the values of variables that are secrets out of the draft. @returns what must not be found in the rest */
  #seal(draft: DraftSpec): SecretTexts {
    const { plain, variables, deployment } = this.#options;
    const left: ServiceVariable[] = [];
    for (const one of this.#environment) {
      if (whySecret(one.name, one.variable, plain) === undefined) left.push(one);
      else this.#sealVariable(draft, one);
    }
    const texts = new SecretTexts(draft, deployment, variables, plain, this.#sealing.texts());
    // A value that holds another secret is one too.
    for (const one of left) if (!plain.has(one.name) && texts.find(one.variable.value).length > 0) this.#sealVariable(draft, one);
    return texts;
  }

  #sealVariable(draft: DraftSpec, { service, name, variable }: ServiceVariable): void {
    const own = draft.services[service]!;
    delete own.environment![name];
    if (Object.keys(own.environment!).length === 0) delete own.environment;
    this.#sealing.addVariable(service, name, variable.value, variable.origin, { at: variable.at, path: ["services", service, "environment", name] });
  }

  /** `configs`: what services mount, and what that holds. */
  async #configs(draft: DraftSpec): Promise<void> {
    const { root, services, files, folder, variables, plain } = this.#options;
    const defined = new Map((root.child("configs")?.pairs() ?? []).map((entry) => [entry.path.at(-1)!, entry]));
    const used = new Set<string>();
    for (const service of services) {
      const references = readConfigReferences(service.child("configs"));
      const own = draft.services[service.path.at(-1)!]!;
      for (const { reference, at } of references) {
        if (own.volumes?.some(({ target }) => target === reference.target))
          at.error("DAO2117", `${reference.target} is mounted twice: ${at.name} and another mount`, "remove one of them");
        if (defined.has(reference.source)) used.add(reference.source);
        else
          at.error(
            "DAO2119",
            `${at.name} names the config "${shorten(reference.source)}", which is not defined`,
            `define it:  configs: {${reference.source}: {file: ./${reference.source}}}`,
          );
      }
      if (references.length > 0) own.configs = references.map(({ reference }) => reference);
    }
    for (const [name, entry] of defined) {
      if (!used.has(name)) {
        entry.notice("DAO2393", `${entry.name} is not used by a service that runs`);
        continue;
      }
      if (entry.child("name")) entry.diagnostics.dropName(entry.name);
      const config = await readConfig(entry, { bounds: files, folder, variables, plain, content: this.#content });
      if (config) (draft.configs ??= Object.create(null) as Record<string, CanonicalConfig>)[name] = config;
    }
  }

  #networks(service: Field, draft: DraftService): void {
    const mode = service.child("network_mode");
    if (mode?.text && service.child("networks")?.pairs().length)
      mode.error("DAO2117", `${service.name} has both network_mode and networks`, "remove one of them");
    if (mode?.text && mode.text !== "bridge" && mode.text !== "default") {
      if (mode.text === "none" || mode.text === "host" || mode.text.startsWith("service:")) draft.network_mode = mode.text;
      else
        mode.error(
          "DAO2319",
          `${mode.name} is "${shorten(mode.text)}"`,
          "allowed: none, bridge, service:NAME, or host with the consent of the device's owner",
          "it leaves the networks of the deployment",
        );
      return;
    }
    if (mode?.text === "bridge") mode.notice("DAO2391", `${mode.name}: bridge became the deployment's default network`);
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
    const { variables, files, originOf } = this.#options;
    const environment = await readEnvironment(service, variables, files, originOf, (name) => this.#unset.add(name));
    for (const [name, variable] of environment) {
      (draft.environment ??= Object.create(null) as Record<string, string>)[name] = variable.value;
      const path = [...service.path, "environment", name];
      this.#place(path, variable.at);
      this.#environment.push({ service: service.path.at(-1)!, name, variable });
    }
    const labels = await readLabels(service, files);
    if (Object.keys(labels).length > 0) draft.labels = labels;
  }

  /** `container_name` and the aliases of `links` become names on the networks of the service, if it has any. */
  #addNames(draft: DraftSpec): void {
    for (const service of this.#options.services) {
      const name = service.path.at(-1)!;
      const own = service.child("container_name");
      if (own?.text && own.text !== name) {
        if (draft.services[name]?.networks) own.diagnostics.becameAlias(own.text);
        else own.diagnostics.dropName(service.name);
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
    for (const name of names) {
      const entry = entries.get(name);
      used[name] = read(entry);
      if (entry?.child("name") && !isExternal(entry)) entry.diagnostics.dropName(entry.name);
    }
    return used;
  }
}

function readPortsOf(service: Field): ReturnType<typeof readPorts> {
  const field = service.child("ports");
  return field ? readPorts(field) : [];
}
