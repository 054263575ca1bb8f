import { readFileSync } from "node:fs";
import test from "ava";
import { composeDocs } from "./docs.ts";

test("docs/compose.md says what the tables say", (t) => {
  t.is(readFileSync(new URL("../../../docs/compose.md", import.meta.url), "utf8"), composeDocs(), "make gen writes it anew");
});
