import type { CanonicalRestart } from "./canonical-spec.ts";
import { isNull } from "./node.ts";
import type { Place } from "./place.ts";
import { child, entriesOf, isEmpty } from "./place.ts";
import type { Values } from "./values.ts";

/** What `deploy` says about the container; undefined fields are not said. */
export interface DeployForm {
  cpus?: number | undefined;
  mem_limit?: number | undefined;
  mem_reservation?: number | undefined;
  pids_limit?: number | undefined;
  restart?: CanonicalRestart | "no" | undefined;
}

const MAX_COUNT = 1_000_000;

export function formDeploy(place: Place | undefined, values: Values): DeployForm {
  const form: DeployForm = {};
  for (const [name, field] of entriesOf(place)) {
    if (isNull(field.node) || name.startsWith("x-")) continue;
    switch (name) {
      case "resources":
        Object.assign(form, resources(field, values));
        break;
      case "restart_policy":
        form.restart = restartPolicy(field, values);
        break;
      case "replicas":
        oneCopy(field, values);
        break;
      case "mode":
        if (values.text(field) !== "replicated") values.error("DAO2320", field, `is ${values.text(field)}`, "remove it; daonetes up --every puts the deployment on every device");
        break;
      case "labels":
        values.notice("DAO2391", field, "is about a service of a cluster and was dropped; labels of the service itself are kept");
        break;
      case "placement":
        values.errorAtKey("DAO2304", field, "is not supported", "choose devices with daonetes up --on LABEL");
        break;
      default:
        if (!isEmpty(field)) values.errorAtKey("DAO2301", field, "does not work yet", "remove it");
    }
  }
  return form;
}

/** `scale` and `deploy.replicas`: a deployment runs each service once on each of its devices. */
export function oneCopy(place: Place | undefined, values: Values): void {
  const text = values.text(place);
  if (text === undefined || text === "1") return;
  values.error("DAO2320", place!, `is ${text}, a device runs each service once`, "remove it; daonetes up --replicas N chooses the number of devices");
}

/** `no`, `always`, `unless-stopped`, `on-failure[:N]`. */
export function formRestart(place: Place | undefined, values: Values): CanonicalRestart | "no" | undefined {
  const text = values.text(place);
  if (text === undefined || text === "") return undefined;
  if (text === "no" || text === "false") return "no";
  if (text === "always" || text === "unless-stopped") return { policy: text };
  const match = /^on-failure(?::(\d{1,6}))?$/.exec(text);
  if (match) return { policy: "on-failure", ...(Number(match[1] ?? 0) === 0 ? {} : { max_attempts: Number(match[1]) }) };
  return values.error("DAO2103", place!, `is ${JSON.stringify(text.slice(0, 60))}`, 'allowed: "no", always, unless-stopped, on-failure, on-failure:N');
}

function restartPolicy(place: Place, values: Values): CanonicalRestart | "no" {
  const condition = values.text(child(place, "condition")) ?? "any";
  const attempts = values.integer(child(place, "max_attempts"), 0, MAX_COUNT);
  const delay = values.duration(child(place, "delay"));
  const window = values.duration(child(place, "window"));
  if (condition === "none" || condition === "no") return "no";
  if (attempts && condition !== "on-failure") {
    values.error("DAO2117", child(place, "max_attempts")!, `goes with condition on-failure, not ${condition}`, "set condition: on-failure");
  }
  return {
    policy: condition === "on-failure" ? "on-failure" : condition === "unless-stopped" ? "unless-stopped" : "always",
    ...(attempts ? { max_attempts: attempts } : {}),
    ...(delay ? { delay } : {}),
    ...(window ? { window } : {}),
  };
}

function resources(place: Place, values: Values): DeployForm {
  const limits = child(place, "limits");
  const reservations = child(place, "reservations");
  for (const [name, field] of entriesOf(reservations)) {
    if (name === "cpus") values.notice("DAO2391", field, "has no effect here and was dropped");
    else if (name !== "memory" && !isEmpty(field)) {
      values.errorAtKey("DAO2302", field, "needs the consent of the device's owner", "remove it; a spec cannot ask for it yet");
    }
  }
  return {
    cpus: values.cpus(child(limits, "cpus")),
    mem_limit: values.bytes(child(limits, "memory")),
    pids_limit: values.integer(child(limits, "pids"), 1, 4096, "choose 1 to 4096"),
    mem_reservation: values.bytes(child(reservations, "memory")),
  };
}
