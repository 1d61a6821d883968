import { defineConfig } from "tsdown"

export default defineConfig([
  {
    entry: { main: "src/main.ts" },
    format: "esm",
    platform: "node",
    target: "node22",
    minify: true,
    dts: false,
    noExternal: [/^effect/, /^@effect\//, /^iso-639-2/],
    external: ["openai"]
  },
  {
    entry: { index: "src/index.ts" },
    format: "esm",
    platform: "node",
    target: "node22",
    dts: true,
    clean: false
  }
])
