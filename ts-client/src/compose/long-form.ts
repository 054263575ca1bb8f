import type { BuildRequest } from "./build-request.ts";
import { compareBytes } from "./byte-order.ts";
import type { CanonicalNetwork, CanonicalSpec, CanonicalVolume, Sha256 } from "./canonical-spec.ts";
import { ContentStore } from "./content-store.ts";
import { checkScale, readDeploy, type RolloutDefaults } from "./deploy-section.ts";
import { readDependencies } from "./dependencies.ts";
import { pointerOf } from "./diagnostics.ts";
import type { DraftService, DraftSpec } from "./draft.ts";
import { addConfigs } from "./draft-configs.ts";
import { addSecrets, sealEnvironment, type ServiceVariable } from "./draft-secrets.ts";
import { readEnvironment } from "./environment.ts";
import type { Field } from "./field.ts";
import { shorten } from "./field.ts";
import { GRANTED_FIELDS } from "./granted-fields.ts";
import { requiresOf } from "./grants.ts";
import { imageSourceOf } from "./image-content.ts";
import { readLabels } from "./labels.ts";
import type { LongFormOptions } from "./long-form-options.ts";
import { readMounts } from "./mounts.ts";
import { isExternal, readNetwork, readServiceNetworks, readVolume } from "./networks.ts";
import { checkHostPorts, readPorts } from "./ports.ts";
import type { PublishedPort } from "./ports.ts";
import type { MountVerdict, ProjectMount, SealedFile } from "./project-mount.ts";
import { decideProjectMounts } from "./project-mounts.ts";
import { writtenPath } from "./project-path.ts";
import { readResources } from "./resources.ts";
import { readRestart } from "./restart.ts";
import { type ProjectSecret, Sealing } from "./sealing.ts";
import { numericOwner } from "./secret-references.ts";
import type { SecretTexts } from "./secret-values.ts";
import { SIMPLE_FIELDS } from "./service-fields.ts";
import { readServiceImage } from "./service-image.ts";
import { addServiceNames } from "./service-names.ts";
import type { Span } from "./source.ts";
import { whyStopFirst } from "./update-order.ts";

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
    addServiceNames(this.#options.services, draft);
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
    await addConfigs(draft, this.#options, this.#content);
    await addSecrets(draft, this.#options, this.#sealing);
    const secretTexts = sealEnvironment(draft, this.#environment, this.#options, this.#sealing);
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
    const draft: DraftService = { image: readServiceImage(service, this.#options.built, this.#builds) };
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

  #mounts(service: Field, draft: DraftService): void {
    const { files, bindsAsVolumes } = this.#options;
    const mounts = readMounts(service.child("volumes"), service.child("tmpfs"), { bounds: files, bindsAsVolumes });
    if (mounts.length === 0) return;
    draft.volumes = mounts.map(({ mount }) => mount);
    for (const [index, { mount, at, project }] of mounts.entries()) {
      this.#place([...service.path, "volumes", String(index)], at.span);
      if (project) this.#projectMounts.push({ ...project, service: service.path.at(-1)!, target: mount.target, at, image: imageSourceOf(service) });
    }
  }

  /** Turns mounts of paths of the project into snapshots and volumes. */
  async #decideMounts(draft: DraftSpec): Promise<MountVerdict[]> {
    const { root, files, folder, answers, previous, plain } = this.#options;
    const ownVolumes = new Set((root.child("volumes")?.pairs() ?? []).map((entry) => entry.path.at(-1)!));
    const { verdicts, snapshots, sealed } = await decideProjectMounts({
      mounts: this.#projectMounts,
      bounds: files,
      folder,
      answers,
      previous,
      plain,
      ownVolumes,
      content: this.#content,
    });
    this.#sealFiles(draft, sealed);
    for (const { service, path, target } of this.#projectMounts) if (verdicts.get(path)?.kind === "image") this.#removeMount(draft, service, target);
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
