// Copies the pinned libraries into ../static/vendor as ES modules, with their licences and checksums. The same input gives the same bytes.
//   npm ci --ignore-scripts && node build.mjs
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "static", "vendor");
const PERMISSIVE = new Set(["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "0BSD"]);

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const result = await build({
  absWorkingDir: here,
  entryPoints: readdirSync(join(here, "entries")).sort().map((name) => join("entries", name)),
  outdir: target,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  chunkNames: "shared-[hash]",
  metafile: true,
});

const packages = new Map();
for (const input of Object.keys(result.metafile.inputs)) {
  const name = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1];
  if (name && !packages.has(name)) {
    const { version, license } = JSON.parse(readFileSync(join(here, "node_modules", name, "package.json"), "utf8"));
    if (!PERMISSIVE.has(license)) throw new Error(`${name} ${version} has the licence ${license}, which is not permissive`);
    packages.set(name, { version, license });
  }
}

const sorted = [...packages].sort(([one], [other]) => (one < other ? -1 : 1));
const notices = sorted.map(([name, { version, license }]) => {
  const file = ["LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "license"].map((it) => join(here, "node_modules", name, it)).find((it) => existsSync(it));
  const notice = join(here, "node_modules", name, "NOTICE");
  return [`${name} ${version} (${license})`, file ? readFileSync(file, "utf8").trim() : "", existsSync(notice) ? readFileSync(notice, "utf8").trim() : ""].join("\n\n").trim();
});
writeFileSync(join(target, "NOTICES.txt"), notices.join(`\n\n${"-".repeat(80)}\n\n`) + "\n");

const files = Object.fromEntries(
  readdirSync(target).sort().map((name) => [name, createHash("sha256").update(readFileSync(join(target, name))).digest("hex")]),
);
writeFileSync(join(target, "vendor.json"), JSON.stringify({ packages: Object.fromEntries(sorted), files }, null, 1) + "\n");
