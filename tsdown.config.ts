import { defineConfig, type Rolldown } from "tsdown"

const shared = { format: "esm", platform: "node", target: "node22", fixedExtension: false } as const

/** The making of a segmenter takes half as long as Node takes to start: it is made when the first text needs one. */
const lateSegmenter =
  "let segmenterMade; const $1 = { segment: (text) => (segmenterMade ??= new Intl.Segmenter($2)).segment(text) };"

/** What is written otherwise in the bundle, by the end of a module's name. */
const otherwise: Readonly<Record<string, ReadonlyArray<readonly [found: RegExp, instead: string]>>> = {
  "effect/dist/cli/CliOutput.js": [
    [/const (graphemeSegmenter) = [^;]+new Intl\.Segmenter\(([^;]+)\);/, lateSegmenter],
    // Plain ASCII is as wide as it is long: what Unicode knows of each character is not asked.
    [
      /displayWidth = text => \{/,
      "$& const shown = stripAnsi(text); if (/^[\\x20-\\x7e]*$/.test(shown)) return shown.length;"
    ]
  ],
  "string-width/index.js": [[/const (segmenter) = new Intl\.Segmenter\(()\);/, lateSegmenter]]
}

const startFast: Rolldown.Plugin = {
  name: "start-fast",
  transform: {
    filter: { id: /[\\/](CliOutput|string-width[\\/]index)\.js$/ },
    handler: (code, id) => {
      const module = Object.keys(otherwise).find((name) => id.replaceAll("\\", "/").endsWith(name))
      if (module === undefined) return code
      return otherwise[module]!.reduce((text, [found, instead]) => {
        if (!found.test(text)) throw new Error(`${module} is written in another way: it has no ${found.source}`)
        return text.replace(found, instead)
      }, code)
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
    plugins: [startFast],
    // What is loaded together is in one file: each further one takes as long as 20 KB more.
    outputOptions: {
      codeSplitting: {
        groups: [
          { name: "main", test: /[\\/]src[\\/]main\.ts$/, priority: 2 },
          { name: "dubbing", test: /[\\/]src[\\/]commands[\\/]dubbing\.ts$/, priority: 1 }
        ]
      }
    },
    deps: {
      alwaysBundle: [
        /^effect/,
        /^@effect\//,
        "iso-639-2",
        "string-width",
        "strip-ansi",
        "ansi-regex",
        "get-east-asian-width"
      ],
      neverBundle: ["openai", "undici", "sherpa-onnx-node"]
    }
  },
  // The library: what it shares with its users' own Effect programs stays outside.
  { ...shared, entry: { index: "src/index.ts" }, dts: true, clean: false, deps: { neverBundle: ["sherpa-onnx-node"] } }
])
