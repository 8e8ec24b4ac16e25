// How the pages are built: relative addresses, so that they may stand below any path.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const GATEWAY = process.env["HYPERDOCK_URL"] ?? "http://127.0.0.1:8421";

export default defineConfig({
  base: "./",
  plugins: [react()],
  build: {
    outDir: "../src/hyperdock_webui/build",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    manifest: true, // budget.mjs reads what the first page needs
    license: { fileName: "licenses.md" }, // whose work is in there; their licences ask for it
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { "/api": { target: GATEWAY, ws: true } } },
  test: {
    css: false,
    restoreMocks: true,
    testTimeout: 20_000, // a busy machine draws slowly
    // A document costs a second a file: only tests that need one, `.test.tsx`, get it.
    projects: [
      { extends: true, test: { name: "plain", environment: "node", include: ["src/**/*.test.ts"] } },
      {
        extends: true,
        test: {
          name: "page",
          environment: "jsdom",
          include: ["src/**/*.test.tsx"],
          setupFiles: ["src/testing/setup.ts"],
        },
      },
    ],
  },
});
