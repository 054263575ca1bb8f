import { parseCidr } from "@daonetes/client/compose";
import test from "ava";
import { kernelRoutes, routes6Of, routesOf } from "./host-routes.ts";

test("routes are read from the kernel's table, the default route is none", (t) => {
  const table = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	010200C0	0003	0	0	0	00000000	0	0	0
eth0	000200C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
tun0	0000000A	00000000	0001	0	0	0	000000FF	0	0	0
broken
`;
  t.deepEqual(routesOf(table), ["192.0.2.0/24", "10.0.0.0/8"]);
});

test("of IPv6 routes the default, link-local and multicast ones are left out", (t) => {
  const line = (destination: string, length: string): string => `${destination} ${length} ${"0".repeat(32)} 00 ${"0".repeat(32)} 00000100 00000001 00000000 00000001     eth0`;
  const table = [line("0".repeat(32), "00"), line(`fe80${"0".repeat(28)}`, "40"), line(`fd000001${"0".repeat(24)}`, "30"), line(`ff00${"0".repeat(28)}`, "08")].join("\n");
  t.deepEqual(routes6Of(table), ["fd00:0001:0000:0000:0000:0000:0000:0000/48"]);
});

test("what the kernel of this machine says can be read", async (t) => {
  const routes = await kernelRoutes.read();
  t.true(routes.includes("127.0.0.1/32"));
  for (const route of routes) t.truthy(parseCidr(route), route);
});
