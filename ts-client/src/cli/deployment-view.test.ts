import test from "ava";
import { serviceNames } from "./deployment-view.ts";

test("services are named sorted, as reports number them", (t) => {
  t.deepEqual(serviceNames(Buffer.from('{"services":{"web":{},"db":{}}}')), ["db", "web"]);
});

for (const bytes of ["", "{", "[]", "null", "7", '{"services":null}', '{"format":"x"}']) {
  test(`bytes that are no spec have no names of services: ${bytes}`, (t) => {
    t.deepEqual(serviceNames(Buffer.from(bytes)), []);
  });
}
