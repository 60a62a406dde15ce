// Bundles the page scripts into dist/: one entry per page kind, shared code in dist/chunks.
import { readdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = fileURLToPath(new URL(".", import.meta.url));

// Each module directly in src/ is what one kind of page loads; folders hold what they are made of.
const entries = (await readdir(`${folder}src`))
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts") && !name.endsWith(".test.ts"))
  .map((name) => `src/${name}`)
  .sort();

await rm(`${folder}dist`, { recursive: true, force: true });
const result = await build({
  absWorkingDir: folder,
  entryPoints: entries,
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  sourcemap: "linked",
  chunkNames: "chunks/[name]-[hash]",
  legalComments: "none",
  metafile: true,
});
for (const [name, output] of Object.entries(result.metafile.outputs)) {
  if (!name.endsWith(".map")) {
    console.log(`${name}  ${(output.bytes / 1024).toFixed(1)} KiB`);
  }
}
