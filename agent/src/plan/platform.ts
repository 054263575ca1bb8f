import type { DesiredService } from "../desired/desired-state.ts";
import type { ObservedImage } from "../observed/observed-state.ts";
import type { DeviceFacts } from "./plan-input.ts";

export interface PlatformView {
  observed: { images: ReadonlyMap<string, ObservedImage> };
  facts: Pick<DeviceFacts, "platform">;
}

/** What is wrong if an image that is here is of another platform than one of the services or the device asks for. Pure. */
export function platformMismatch(services: readonly DesiredService[], { observed, facts }: PlatformView): string | undefined {
  for (const { name, image, config } of services) {
    const found = observed.images.get(image)?.platform;
    const wanted = (config.platform ?? facts.platform).split("/").slice(0, 2).join("/");
    if (found !== undefined && found !== wanted) return `the image of ${name} is for ${found}, wanted is ${wanted}`;
  }
  return undefined;
}
