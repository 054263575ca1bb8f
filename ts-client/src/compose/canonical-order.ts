import { compareBytes } from "./byte-order.ts";
import type { CanonicalPort } from "./canonical-spec.ts";

/** Order of published ports: target, protocol, host_ip, published; an absent value comes first. */
export function comparePorts(a: CanonicalPort, b: CanonicalPort): number {
  return (
    a.target - b.target ||
    compareBytes(a.protocol, b.protocol) ||
    compareBytes(a.host_ip ?? "", b.host_ip ?? "") ||
    (a.published ?? 0) - (b.published ?? 0)
  );
}
