import { containerConfig } from "../desired/container-config.ts";
import { sortContainers } from "../plan/containers.ts";
import { deviceContext } from "../plan/objects.ts";
import type { PlanInput } from "../plan/plan-input.ts";
import { droppedLimits } from "../plan/verify.ts";

/** What the owner of the device should know of containers that run nonetheless. Pure. */
export function noticesOf(input: PlanInput): string[] {
  const { desired, observed } = input;
  const { fresh } = sortContainers(desired, observed);
  return desired.services.flatMap((service) => {
    const container = fresh.get(service.name);
    if (container === undefined) return [];
    const config = containerConfig(desired, service, container.name, deviceContext(input, service, fresh));
    const shown = service.sources.secretVariables.map(({ variable }) => variable).join(", ");
    return [
      ...droppedLimits(config, container.limits).map((limit) => `${service.name}: this Engine does not keep its ${limit}`),
      ...(shown === "" ? [] : [`${service.name}: docker inspect on this device shows the values of ${shown}`]),
    ];
  });
}
