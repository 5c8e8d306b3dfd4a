import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

/** htmx is served from our own origin, as its authors built it. */
const htmx: Plugin = {
  name: "concord-htmx",
  generateBundle() {
    const source = readFileSync("node_modules/htmx.org/dist/htmx.min.js", "utf8").replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");
    this.emitFile({ type: "asset", fileName: "htmx.min.js", source });
  },
};

/** Chunks bring no styles and are few: Vite's way to load them ahead would weigh more than it saves. */
const plainImports: Plugin = {
  name: "concord-plain-imports",
  enforce: "pre",
  load: (id) => (id.includes("vite/preload-helper") ? "export const __vitePreload = (load) => load();" : null),
};

/** Names carry no hash: the bundles are committed, and Django's static storage adds its own. */
export default defineConfig({
  publicDir: false,
  base: "./",
  plugins: [htmx, plainImports],
  build: {
    outDir: "labeling/static/labeling/build",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { label: "labeling/frontend/src/label.ts", grid: "labeling/frontend/src/grid.ts", pages: "labeling/frontend/src/pages.ts" },
      output: {
        // An entry must not be imported by a chunk: static storage renames it, and the page would run it twice.
        codeSplitting: { groups: [
          { name: "elements", test: /frontend\/src\/element/ },
          { name: "drawn", test: /frontend\/src\/drawn_/ },
          { name: "pictures", test: /frontend\/src\/(pictures|viewport)/ },
          { name: "options", test: /frontend\/src\/(options|pick_one)/ },
          { name: "shell", test: /frontend\/src\/(?!label\.ts|grid|pages|sound|pictures|viewport|options|pick_one|dialogs|past_dialog|review|along)/ },
        ] },
        entryFileNames: "[name].js",
        chunkFileNames: ({ facadeModuleId }) => `${/label_types\/(\w+)\/editor/.exec(facadeModuleId ?? "")?.[1] ?? "[name]"}.js`,
        assetFileNames: "[name][extname]",
      },
    },
  },
});
