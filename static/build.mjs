// Bundles the page scripts into dist/: one entry per page kind, shared code in dist/chunks.
import { rm } from "node:fs/promises";
import { build } from "esbuild";

const folder = import.meta.dirname ?? new URL(".", import.meta.url).pathname;

await rm(`${folder}/dist`, { recursive: true, force: true });
const result = await build({
  absWorkingDir: folder,
  entryPoints: ["src/site.ts", "src/classification.ts", "src/detection.ts", "src/review.ts", "src/upload.ts"],
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
