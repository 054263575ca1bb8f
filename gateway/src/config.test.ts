import test from "ava";
import { readConfig } from "./config.ts";

test("settings have defaults, and other variables are of no concern", (t) => {
  t.like(readConfig({ PATH: "/bin", LISTEN_PORT: "1" }), { LISTEN_HOST: "127.0.0.1", LISTEN_PORT: 8080, RATE_LIMIT: 6000 });
});

test("settings are read by their prefix, numbers as numbers", (t) => {
  t.is(readConfig({ DAONETES_GATEWAY_LISTEN_PORT: "0" }).LISTEN_PORT, 0);
});

test("an unknown setting is refused by name", (t) => {
  t.throws(() => readConfig({ DAONETES_GATEWAY_LISTEN_PROT: "1" }), { message: /unknown setting DAONETES_GATEWAY_LISTEN_PROT/ });
});

for (const port of ["70000", "-1", "http", "1.5"]) {
  test(`"${port}" is refused as a port`, (t) => {
    t.throws(() => readConfig({ DAONETES_GATEWAY_LISTEN_PORT: port }));
  });
}
