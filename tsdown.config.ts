import { defineConfig, type Rolldown } from "tsdown"

const shared = { format: "esm", platform: "node", target: "node22", fixedExtension: false } as const

/**
 * The first object of Intl takes half as long to make as Node takes to start, and the help measures all its words with one.
 * Of plain ASCII each character is one; for anything else the segmenter is made, as it would have been.
 */
const lateSegmenter = `const graphemeSegmenter = {
  segment: (text) => /^[\\x20-\\x7e]*$/.test(text)
    ? Array.from(text, (segment) => ({ segment }))
    : (graphemeSegmenter.made ??= new Intl.Segmenter(undefined, { granularity: "grapheme" })).segment(text)
};`

const segmentLate: Rolldown.Plugin = {
  name: "segment-late",
  transform: {
    filter: { id: /effect[\\/]dist[\\/]cli[\\/]CliOutput\.js$/ },
    handler: (code) => {
      const made = /const graphemeSegmenter = [^;]+new Intl\.Segmenter\([^;]+;/
      if (!made.test(code)) throw new Error("CliOutput.js makes its segmenter in another way: see tsdown.config.ts")
      return code.replace(made, () => lateSegmenter)
    }
  }
}

export default defineConfig([
  // The command: bundled with what it needs, so that it starts fast; what only some commands need is loaded by them.
  {
    ...shared,
    entry: { bin: "src/bin.ts" },
    minify: true,
    dts: false,
    plugins: [segmentLate],
    // All that every command loads is in one file: each further one takes as long as 20 KB more.
    outputOptions: { codeSplitting: { groups: [{ name: "main", test: /[\\/]src[\\/]main\.ts$/ }] } },
    deps: {
      alwaysBundle: [/^effect/, /^@effect\//, "iso-639-2"],
      neverBundle: ["openai", "undici", "sherpa-onnx-node"]
    }
  },
  // The library: what it shares with its users' own Effect programs stays outside.
  { ...shared, entry: { index: "src/index.ts" }, dts: true, clean: false, deps: { neverBundle: ["sherpa-onnx-node"] } }
])
