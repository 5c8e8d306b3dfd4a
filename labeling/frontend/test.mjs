// Builds every *.test.ts of the front end and the label types with Vite, and runs them with Node's own test runner.
// Node 20 cannot strip types; Vite is here already.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { build } from "vite";

const roots = ["labeling/frontend", "labeling/label_types", "metadata/modalities"];

function tests(root) {
  try {
    return readdirSync(root, { recursive: true }).filter((name) => name.endsWith(".test.ts")).map((name) => join(root, name));
  } catch {
    return [];
  }
}

const files = roots.flatMap(tests).sort();
const outDir = mkdtempSync(join("node_modules", ".concord-tests-"));
try {
  const input = Object.fromEntries(files.map((file) => [relative(".", file).replaceAll(sep, "-").replace(/\.ts$/, ""), file]));
  await build({ configFile: false, logLevel: "warn", build: { ssr: true, outDir, target: "node20", rolldownOptions: { input, output: { entryFileNames: "[name].mjs" } } } });
  const built = Object.keys(input).map((name) => join(outDir, `${name}.mjs`));
  process.exitCode = spawnSync(process.execPath, ["--test", ...process.argv.slice(2), ...built], { stdio: "inherit" }).status ?? 1;
} finally {
  rmSync(outDir, { recursive: true, force: true });
}
