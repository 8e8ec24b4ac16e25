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
    environment: "jsdom",
    setupFiles: ["src/testing/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    css: false,
    restoreMocks: true,
    testTimeout: 20_000, // a busy machine draws slowly
  },
});
