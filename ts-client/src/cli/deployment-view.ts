import { type DaonetesClient, workgroup, workload } from "../index.ts";
import type { CanonicalSpec } from "../compose/canonical-spec.ts";

/** One service of a deployment on one device, as `ps` shows it. */
export interface ServiceLine {
  deployment: string;
  spec: string;
  service: string;
  device: string;
  state: string;
  reason: string | null;
  text: string;
  restarts: number;
  revision: string;
  running_revision: string;
}

/** A deployment on one device. */
export interface DeviceLine {
  device: string;
  address: string;
  state: string;
  reason: string | null;
  text: string;
  revision: bigint;
  runningRevision: bigint;
  report: workload.Report | undefined;
}

/** Short name of a state of a report. */
export function stateText(state: number): string {
  const name = Object.entries(workload.ReportState).find(([, value]) => value === state)?.[0];
  return name?.replace("REPORT_STATE_", "") ?? "UNKNOWN";
}

function serviceStateText(state: number): string {
  const name = Object.entries(workload.ServiceState).find(([, value]) => value === state)?.[0];
  return name?.replace("SERVICE_STATE_", "") ?? "UNKNOWN";
}

/** Where a deployment stands on each device; ASSIGNED and UNREACHABLE are derived here. */
export async function deviceLines(client: DaonetesClient, deployment: workload.Deployment): Promise<DeviceLine[]> {
  const [holders, reports, devices, leases] = await Promise.all([
    client.workload.holders(deployment.id),
    client.workload.reports(deployment.id),
    client.workgroup.devices(deployment.groupId),
    client.workload.leases(deployment.groupId),
  ]);
  const names = new Map(devices.map(({ address, name }) => [address, name]));
  return holders.map((holder) => {
    const report = reports.find(({ device }) => device === holder.device);
    const unreachable = leases.find(({ device }) => device === holder.device)?.unreachable === true;
    const fresh = report !== undefined && (report.revision >= holder.revision || report.revision >= deployment.revision);
    return {
      device: names.get(holder.device) ?? holder.device,
      address: holder.device,
      state: unreachable ? "UNREACHABLE" : fresh ? stateText(report.state) : "ASSIGNED",
      reason: fresh && report.reason !== "" ? report.reason : null,
      text: fresh ? withHelp(report.reason, report.text) : "",
      revision: holder.revision,
      runningRevision: report?.runningRevision ?? 0n,
      report: fresh ? report : undefined,
    };
  });
}

/** What to do about a reason that a person can mend from here. */
const REASON_HELP: Record<string, string> = {
  SecretNotSealed: "hand the keys on: daonetes secret reseal",
  SecretUnreadable: "seal it again: daonetes secret rotate NAME",
};

function withHelp(reason: string, text: string): string {
  const help = REASON_HELP[reason];
  return help === undefined || text.includes("daonetes ") ? text : [text, help].filter(Boolean).join("; ");
}

/** The same, service by service. */
export async function serviceLines(client: DaonetesClient, deployment: workload.Deployment, names: SpecNames): Promise<ServiceLine[]> {
  const lines = await deviceLines(client, deployment);
  const { label, services } = await names.of(deployment);
  return lines.flatMap((line) => {
    const common = {
      deployment: deployment.name,
      spec: label,
      device: line.device,
      reason: line.reason,
      text: line.text,
      revision: String(line.revision),
      running_revision: String(line.runningRevision),
    };
    const reported = line.report?.services ?? [];
    if (reported.length === 0) return [{ ...common, service: "-", state: line.state, restarts: 0 }];
    return reported.map((service) => ({
      ...common,
      service: services[service.index] ?? String(service.index),
      state: serviceStateText(service.state),
      restarts: service.restarts,
    }));
  });
}

/** Reads the names of services and specs that reports only number. */
export class SpecNames {
  readonly #client: DaonetesClient;
  readonly #known = new Map<string, Promise<{ label: string; services: string[] }>>();

  constructor(client: DaonetesClient) {
    this.#client = client;
  }

  of(deployment: workload.Deployment): Promise<{ label: string; services: string[] }> {
    let found = this.#known.get(deployment.specHash);
    if (found === undefined) {
      found = this.#read(deployment);
      this.#known.set(deployment.specHash, found);
    }
    return found;
  }

  async #read({ groupId, specHash }: workload.Deployment): Promise<{ label: string; services: string[] }> {
    const [spec, content] = await Promise.all([
      this.#client.workload.spec(groupId, specHash),
      this.#client.workload.specContent(groupId, specHash),
    ]);
    return { label: `${spec.name}:${spec.version}`, services: serviceNames(content) };
  }
}

/** Sorted, as reports number them. Bytes are whatever somebody published: what is no spec has no names. */
export function serviceNames(content: Uint8Array): string[] {
  try {
    const { services } = JSON.parse(new TextDecoder().decode(content)) as Partial<CanonicalSpec>;
    return Object.keys(services ?? {}).sort();
  } catch {
    return [];
  }
}

/** Name of a device by its address. */
export async function deviceNames(client: DaonetesClient, groupId: bigint): Promise<Map<string, string>> {
  return new Map((await client.workgroup.devices(groupId)).map(({ address, name }: workgroup.Device) => [address, name]));
}
