import test from "ava";
import { readConfig } from "./config.ts";

test("settings that are absent have their defaults, others of the environment are none of ours", (t) => {
  t.like(readConfig({ HOME: "/root" }), { STATE: "/var/lib/daonetes", LOG_LEVEL: "info" });
  t.is(readConfig({ DAONETES_AGENT_STATE: "/tmp/x" }).STATE, "/tmp/x");
});

test("an unknown setting is refused with the known ones, a malformed one with what it should be", (t) => {
  t.throws(() => readConfig({ DAONETES_AGENT_STAET: "x" }), { message: /unknown setting DAONETES_AGENT_STAET; known are .*DAONETES_AGENT_STATE/ });
  t.throws(() => readConfig({ DAONETES_AGENT_toString: "x" }), { message: /unknown setting/ });
  t.is(readConfig({ DAONETES_AGENT_SUBNETS: "10.1.0.0/16,10.2.0.0/16" }).SUBNETS, "10.1.0.0/16,10.2.0.0/16");
  t.throws(() => readConfig({ DAONETES_AGENT_SUBNETS: "10.1.0.0" }), { message: /DAONETES_AGENT_SUBNETS is not a list of subnets/ });
});
