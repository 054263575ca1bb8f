import { overlap, parseCidr } from "@daonetes/client/compose";
import test from "ava";
import type { TakenSubnet } from "../observed/observed-state.ts";
import { chooseSubnets } from "./subnets.ts";

const FACTS = { device: "daonet1device", subnetPools: ["10.213.0.0/16", "192.168.128.0/17"] };
const NETWORK = { name: "default", subnets: [], enableIpv6: false };
const taken = (...subnets: string[]): TakenSubnet[] => subnets.map((subnet) => ({ subnet, owner: "a route of this device" }));

function chosen(more: Partial<Parameters<typeof chooseSubnets>[0]>, seed: string, list: TakenSubnet[] = []): string[] | string {
  const choice = chooseSubnets({ ...NETWORK, ...more }, seed, list, FACTS);
  return "clash" in choice ? choice.clash : choice.subnets.map(({ subnet }) => subnet);
}

test("a network gets a /24 of the pool, the same one each time", (t) => {
  const [subnet] = chosen({}, "7/default");
  t.regex(subnet!, /^10\.213\.\d{1,3}\.0\/24$/);
  t.deepEqual(chosen({}, "7/default"), [subnet]);
  t.notDeepEqual(chosen({}, "8/default"), [subnet]);
});

test("what a route, an address or another network holds is left alone, over 300 networks", (t) => {
  const list = taken("10.213.7.0/24", "10.213.16.0/20", "192.168.200.1/32");
  for (let index = 0; index < 300; index++) {
    const [subnet] = chosen({}, `${index}/default`, list);
    const range = parseCidr(subnet!)!;
    t.false(list.some((other) => overlap(range, parseCidr(other.subnet)!)), subnet);
    list.push({ subnet: subnet!, owner: "the network x" });
  }
  t.true(list.some(({ subnet }) => subnet.startsWith("192.168.")), "the second pool is used when the first is full");
});

test("a pool that is taken as a whole is a clash that names the pools", (t) => {
  t.is(chosen({}, "7/default", taken("10.0.0.0/8", "192.168.0.0/16")), "no subnet is free for network default in 10.213.0.0/16, 192.168.128.0/17");
});

test("with IPv6 it gets a /64 of a prefix of the device's own as well", (t) => {
  const [, first] = chosen({ enableIpv6: true }, "7/default");
  t.regex(first!, /^fd[0-9a-f]{2}:[0-9a-f:]+::\/64$/);
  const [, second] = chosen({ enableIpv6: true }, "7/default", taken(first!));
  t.not(second, first);
  t.is(second!.split(":").slice(0, 3).join(":"), first!.split(":").slice(0, 3).join(":"), "the first 48 bits are the device's");
});

test("a subnet that the spec names is had or is a clash, never another one", (t) => {
  const subnets = [{ subnet: "172.20.5.0/24", gateway: "172.20.5.1" }];
  t.deepEqual(chosen({ subnets }, "7/default", taken("172.20.6.0/24")), ["172.20.5.0/24"]);
  t.is(chosen({ subnets }, "7/default", taken("172.20.0.0/16")), "172.20.5.0/24 of network default overlaps 172.20.0.0/16, a route of this device");
});
