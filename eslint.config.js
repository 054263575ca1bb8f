// What a compiler does not see: lost promises, values without a type, imports against the one direction.
import tseslint from "typescript-eslint";

/** Forbids imports by pattern. @param rules pairs of patterns and the reason */
const notFrom = (...rules) => ["error", { patterns: rules.map(([group, message]) => ({ group, message })) }];

const GENERATED = [["**/gen/**"], "generated code is imported by ts-client/src only: use @daonetes/client"];
const AGENT = [["**/agent/**", "@daonetes/agent*"], "nothing but its own tests imports the agent"];
const GATEWAY = [["**/gateway/**", "@daonetes/gateway*"], "nothing but its own tests imports the gateway"];
const CLI = [["**/cli/**", "./cli/*"], "the library does not know the command line"];
const DOCKERODE = [["dockerode"], "only docker/ speaks to the Engine"];
const IO = [["node:*", "dockerode", "pino", "**/docker/dockerode-engine.ts", "**/chain/*"], "this file is pure: no I/O"];

export default tseslint.config(
  { ignores: ["**/node_modules/**", "**/dist/**", "**/gen/**", "testdata/**", "bin/**", ".local/**", "**/*.cjs", "**/*.js"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // AVA keeps the promise of `test(...)` itself.
      "@typescript-eslint/no-floating-promises": [
        "error",
        { allowForKnownSafeCalls: [{ from: "package", package: "ava", name: ["TestFn", "SerialFn"] }] },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_", ignoreRestSiblings: true }],
      // It stands where a length, a match or a key was checked on the line before.
      "@typescript-eslint/no-non-null-assertion": "off",
      // What comes from outside is not always what its types promise, and a signal can end while one waits.
      "@typescript-eslint/no-unnecessary-condition": "off",
      // Files of settings are objects with names for keys.
      "@typescript-eslint/no-dynamic-delete": "off",
      // Ports are asynchronous whether or not one implementation waits.
      "@typescript-eslint/require-await": "off",
    },
  },
  {
    files: ["**/*.test.ts", "**/test/**/*.ts"],
    rules: {
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/no-unnecessary-type-assertion": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
  { files: ["ts-client/src/**/*.ts"], rules: { "no-restricted-imports": notFrom(AGENT, GATEWAY, CLI) } },
  { files: ["ts-client/src/cli/**/*.ts"], rules: { "no-restricted-imports": notFrom(AGENT, GATEWAY, GENERATED) } },
  { files: ["agent/src/**/*.ts"], rules: { "no-restricted-imports": notFrom(GENERATED, GATEWAY, DOCKERODE) } },
  { files: ["agent/src/docker/{dockerode-engine,create-options,inspect-view}.ts"], rules: { "no-restricted-imports": notFrom(GENERATED, GATEWAY) } },
  {
    files: ["agent/src/plan/*.ts", "agent/src/desired/container-config.ts", "agent/src/report/status.ts"],
    ignores: ["**/*.test.ts"],
    rules: { "no-restricted-imports": notFrom(GENERATED, GATEWAY, IO) },
  },
  { files: ["gateway/src/**/*.ts"], rules: { "no-restricted-imports": notFrom(GENERATED, AGENT) } },
  { files: ["e2e/**/*.ts"], rules: { "no-restricted-imports": notFrom(GENERATED) } },
);
