import { defineConfig, type Rolldown } from "tsdown"

const shared = { format: "esm", platform: "node", target: "node22", fixedExtension: false } as const

/**
 * The help measures all its words, with a segmenter, whose making takes half as long as Node takes to start, and by what
 * Unicode knows of each character. Plain ASCII is as wide as it is long: nothing of it is needed.
 */
const measureAscii: ReadonlyArray<readonly [found: RegExp, instead: string]> = [
  [
    /const graphemeSegmenter = [^;]+new Intl\.Segmenter\(([^;]+)\);/,
    "let segmenter; const graphemeSegmenter = { segment: (text) => (segmenter ??= new Intl.Segmenter($1)).segment(text) };"
  ],
  [
    /displayWidth = text => \{/,
    "$& const shown = stripAnsi(text); if (/^[\\x20-\\x7e]*$/.test(shown)) return shown.length;"
  ]
]

const startFast: Rolldown.Plugin = {
  name: "start-fast",
  transform: {
    filter: { id: /effect[\\/]dist[\\/]cli[\\/]CliOutput\.js$/ },
    handler: (code) =>
      measureAscii.reduce((text, [found, instead]) => {
        if (!found.test(text)) throw new Error(`CliOutput.js is written in another way: it has no ${found.source}`)
        return text.replace(found, instead)
      }, code)
  }
}

export default defineConfig([
  // The command: bundled with what it needs, so that it starts fast; what only some commands need is loaded by them.
  {
    ...shared,
    entry: { bin: "src/bin.ts" },
    minify: true,
    dts: false,
    plugins: [startFast],
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
