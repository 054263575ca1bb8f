/** Bundles one program (ts-client, agent, gateway) into its dist folder. */
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { builtinModules } from "node:module";
import { build as bundle, type Plugin } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const entries: Record<string, string[]> = {
  "ts-client": ["cli/main.ts", "index.ts", "device.ts", "light/index.ts", "secrets/index.ts", "amino/index.ts", "multisig/index.ts", "audit/index.ts", "compose/index.ts"],
  agent: ["main.ts"],
  gateway: ["server.ts"],
};

/**
 * Never used, so never shipped: parts of dockerode that reach remote Engines and BuildKit or pack build contexts, and
 * pino's worker threads.
 */
const UNUSED_BY_AGENT = ["ssh2", "@grpc/grpc-js", "@grpc/proto-loader", "protobufjs", "tar-fs", "@balena/dockerignore", "thread-stream"];

/** Small CommonJS files that the CLI reads sooner as a part of its bundle. */
const BUNDLED_IN_CLIENT = { "@swimlane/docker-reference": `${root}/node_modules/@swimlane/docker-reference/lib/index.js` };

/**
 * Reaches Node's own modules without an import: an import reads every export, and with the lazy ones loads web crypto,
 * undici and more that nobody asked for, some 10 MB of memory in all.
 */
const lazyBuiltins: Plugin = {
  name: "lazy-builtins",
  setup: (build) => {
    const names = new Set(builtinModules);
    // A copy of Node's streams for old versions of Node.
    build.onResolve({ filter: /^readable-stream$/ }, () => ({ path: "stream", namespace: "builtin" }));
    build.onResolve({ filter: /^(?:node:)?[a-z_]+(?:\/[a-z_]+)?$/ }, ({ path, kind }) => {
      const name = path.replace("node:", "");
      return names.has(name) && kind !== "dynamic-import" ? { path: name, namespace: "builtin" } : undefined;
    });
    build.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({ contents: `module.exports = process.getBuiltinModule("node:${path}");` }));
  },
};

const aliases: Record<string, Record<string, string>> = {
  agent: Object.fromEntries(UNUSED_BY_AGENT.map((part) => [part, `${root}/scripts/unused.cjs`])),
  "ts-client": BUNDLED_IN_CLIENT,
};

const name = process.argv[2] ?? "";
const program = entries[name];
if (program === undefined) throw new Error(`bundle what? one of ${Object.keys(entries).join(", ")}`);
await rm(`${root}/${name}/dist`, { recursive: true, force: true });
const result = await bundle({
  absWorkingDir: root,
  entryPoints: program.map((entry) => `${name}/src/${entry}`),
  outbase: `${name}/src`,
  outdir: `${name}/dist`,
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node24",
  conditions: ["daonetes-source"],
  sourcemap: "linked",
  metafile: true,
  legalComments: "none",
  minifyWhitespace: name === "agent",
  minifySyntax: name === "agent",
  minifyIdentifiers: name === "agent",
  plugins: name === "agent" ? [lazyBuiltins] : [],
  logLevel: "warning",
  alias: aliases[name] ?? {},
  // CommonJS parts of the bundle expect these names.
  banner: {
    js: 'import{createRequire as __createRequire}from"node:module";import{fileURLToPath as __toPath}from"node:url";const require=__createRequire(import.meta.url);const __filename=__toPath(import.meta.url);const __dirname=__toPath(new URL(".",import.meta.url));',
  },
  external: name === "gateway" ? ["@fastify/swagger-ui"] : [],
  // The CLI is an npm package with dependencies of its own; a bundle of CommonJS parts would lose their names.
  ...(name === "ts-client" ? { packages: "external" as const } : {}),
});
if (name === "agent") {
  const inputs = Object.keys(result.metafile.inputs);
  const foreign = inputs.filter((path) => /node_modules\/(?:@cosmjs|@grpc|ssh2)\//.test(path));
  if (foreign.length > 0) throw new Error(`the agent's bundle holds ${foreign.slice(0, 3).join(", ")}`);
}
