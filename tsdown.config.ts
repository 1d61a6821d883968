import { defineConfig } from "tsdown"

const shared = { format: "esm", platform: "node", target: "node22", fixedExtension: false } as const

export default defineConfig([
  // The command: bundled with what it needs, so that it starts fast; what only some commands need is loaded by them.
  {
    ...shared,
    entry: { bin: "src/bin.ts" },
    minify: true,
    dts: false,
    deps: { alwaysBundle: [/^effect/, /^@effect\//, "iso-639-2"], neverBundle: ["openai", "undici", "sherpa-onnx-node"] }
  },
  // The library: what it shares with its users' own Effect programs stays outside.
  { ...shared, entry: { index: "src/index.ts" }, dts: true, clean: false, deps: { neverBundle: ["sherpa-onnx-node"] } }
])
