import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem, Schema } from "effect"
import * as NodePath from "node:path"
import { fileURLToPath } from "node:url"

const root = NodePath.dirname(NodePath.dirname(fileURLToPath(import.meta.url)))

/** Who may import whom: downwards only, and never a neighbour on the same floor. */
const floors: ReadonlyArray<ReadonlyArray<string>> = [
  ["bin.ts"],
  ["main.ts", "index.ts"],
  ["commands"],
  ["dub"],
  ["transcript", "script", "speech", "timeline", "publish"],
  ["media", "requests"],
  ["domain"],
  ["version.ts"]
]

/** The one file outside src/ that is read in it: it knows the version. */
const manifest = "version.ts imports ../package.json"

/** Libraries that only some commands need: loaded with a dynamic import() where they are used. */
const heavy = ["openai", "@echogarden/sonic-wasm", "sherpa-onnx-node", "franc-min"]

/** What is text here, and runs in the browser of whoever reads a report: it has what a browser has. */
const inBrowser = "publish/ReportPage/script/"

const mostLines = 250

interface SourceFile {
  /** From src/, with forward slashes: "media/Ffmpeg.ts". */
  readonly path: string
  readonly text: string
  /** Without comments. */
  readonly code: string
}

interface Import {
  readonly from: string
  readonly specifier: string
  readonly isType: boolean
  readonly isDynamic: boolean
}

const withoutComments = (text: string) => text.replaceAll(/\/\*[^]*?\*\//g, "").replaceAll(/(^|[\s;{(])\/\/.*$/gm, "$1")

const sourceFiles = Effect.gen(function* () {
  const fileSystem = yield* FileSystem.FileSystem
  const names = yield* fileSystem.readDirectory(`${root}/src`, { recursive: true })
  return yield* Effect.forEach(
    names.filter((name) => name.endsWith(".ts")).toSorted(),
    Effect.fnUntraced(function* (name) {
      const text = yield* fileSystem.readFileString(`${root}/src/${name}`)
      const file: SourceFile = { path: name.replaceAll("\\", "/"), text, code: withoutComments(text) }
      return file
    })
  )
})

const importsOf = (file: SourceFile): ReadonlyArray<Import> => [
  ...[...file.code.matchAll(/^\s*(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s*)?["']([^"']+)["']/gm)].map(
    ([, type, specifier]) => ({
      from: file.path,
      specifier: specifier!,
      isType: type !== undefined,
      isDynamic: false
    })
  ),
  ...[...file.code.matchAll(/\bimport\(\s*["']([^"']+)["']\s*\)/g)].map(([, specifier]) => ({
    from: file.path,
    specifier: specifier!,
    isType: false,
    isDynamic: true
  }))
]

const roomOf = (path: string) => path.split("/")[0]!
const floorOf = (path: string) => floors.findIndex((rooms) => rooms.includes(roomOf(path)))
const isOwn = (specifier: string) => specifier.startsWith(".")
const target = (imported: Import) => NodePath.posix.join(NodePath.posix.dirname(imported.from), imported.specifier)
const told = (imported: Import) => `${imported.from} imports ${imported.specifier}`

const Manifest = Schema.fromJsonString(
  Schema.Struct({
    dependencies: Schema.Record(Schema.String, Schema.String),
    devDependencies: Schema.Record(Schema.String, Schema.String)
  })
)

layer(NodeServices.layer, { excludeTestServices: true })("the house", (it) => {
  it.effect("every file of src/ stands in a room of the plan", () =>
    Effect.gen(function* () {
      const files = yield* sourceFiles
      assert.deepStrictEqual(
        files.map((file) => file.path).filter((path) => floorOf(path) === -1),
        []
      )
    })
  )

  it.effect("imports go down, and rooms on one floor leave each other alone", () =>
    Effect.gen(function* () {
      const own = (yield* sourceFiles).flatMap(importsOf).filter((imported) => isOwn(imported.specifier))
      assert.isAbove(own.length, 0)
      const upOrSideways = own.filter(
        (imported) =>
          roomOf(target(imported)) !== roomOf(imported.from) &&
          floorOf(target(imported)) <= floorOf(imported.from) &&
          told(imported) !== manifest
      )
      assert.deepStrictEqual(upOrSideways.map(told), [])
    })
  )

  it.effect("imports stay inside src/ and name the file", () =>
    Effect.gen(function* () {
      const own = (yield* sourceFiles).flatMap(importsOf).filter((imported) => isOwn(imported.specifier))
      const outside = own.filter(
        (imported) =>
          told(imported) !== manifest && (target(imported).startsWith("..") || !target(imported).endsWith(".ts"))
      )
      assert.deepStrictEqual(outside.map(told), [])
    })
  )

  it.effect("index.ts and main.ts are for those outside", () =>
    Effect.gen(function* () {
      const own = (yield* sourceFiles).flatMap(importsOf).filter((imported) => isOwn(imported.specifier))
      const inward = own.filter(
        (imported) => ["index.ts", "main.ts", "bin.ts"].includes(target(imported)) && imported.from !== "bin.ts"
      )
      assert.deepStrictEqual(inward.map(told), [])
    })
  )

  it.effect("there are no barrels: only index.ts passes on all that another exports", () =>
    Effect.gen(function* () {
      const barrels = (yield* sourceFiles).filter(
        (file) => file.path !== "index.ts" && /^export\s+(type\s+)?\*/m.test(file.code)
      )
      assert.deepStrictEqual(
        barrels.map((file) => file.path),
        []
      )
    })
  )

  it.effect("nothing that starts the program loads a whole barrel or a heavy library", () =>
    Effect.gen(function* () {
      const eager = (yield* sourceFiles)
        .flatMap(importsOf)
        .filter((imported) => !imported.isDynamic && !imported.isType)
        .filter(
          ({ specifier }) =>
            ["effect", "@effect/platform-node", ...heavy].includes(specifier) || specifier === "effect/cli"
        )
      assert.deepStrictEqual(eager.map(told), [])
    })
  )

  it.effect("until a command runs, nothing but the command line is loaded", () =>
    Effect.gen(function* () {
      const byPath = new Map((yield* sourceFiles).map((file) => [file.path, file]))
      const loaded = new Set<string>()
      const load = (path: string): void => {
        const file = byPath.get(path)
        if (file === undefined || loaded.has(path)) return
        loaded.add(path)
        for (const imported of importsOf(file)) {
          if (isOwn(imported.specifier) && !imported.isType && !imported.isDynamic) load(target(imported))
        }
      }
      load("main.ts")
      assert.isAbove(loaded.size, 10)
      const others = [...loaded].filter(
        (path) => !["commands", "domain"].includes(roomOf(path)) && path.includes("/") && path !== "dub/CommandLine.ts"
      )
      assert.deepStrictEqual(others, [])
    })
  )

  it.effect("time, the process and failures go through Effect, but in main.ts and bin.ts", () =>
    Effect.gen(function* () {
      const forbidden: ReadonlyArray<readonly [name: string, pattern: RegExp]> = [
        ["process.exit", /\bprocess\.exit(Code)?\b/],
        ["process.env", /\bprocess\.env\b/],
        ["Date.now", /\bDate\.now\b/],
        ["new Date()", /\bnew Date\(\s*\)/],
        ["performance.now", /\bperformance\.now\b/],
        ["Math.random", /\bMath\.random\b/],
        ["setTimeout", /\bset(Timeout|Interval|Immediate)\b/],
        ["try {", /\btry\s*\{/],
        ["console", /\bconsole\.\w+\(/]
      ]
      const found = (yield* sourceFiles)
        .filter((file) => file.path !== "main.ts" && file.path !== "bin.ts" && !file.path.startsWith(inBrowser))
        .flatMap((file) =>
          forbidden.filter(([, pattern]) => pattern.test(file.code)).map(([name]) => `${file.path}: ${name}`)
        )
      assert.deepStrictEqual(found, [])
    })
  )

  it.effect(`no file is longer than ${mostLines} lines`, () =>
    Effect.gen(function* () {
      const long = (yield* sourceFiles)
        .map((file) => ({ path: file.path, lines: file.text.split("\n").length - 1 }))
        .filter(({ lines }) => lines > mostLines)
        .map(({ path, lines }) => `${path}: ${lines}`)
      assert.deepStrictEqual(long, [])
    })
  )

  it.effect("every dependency is pinned to one version", () =>
    Effect.gen(function* () {
      const fileSystem = yield* FileSystem.FileSystem
      const text = yield* fileSystem.readFileString(`${root}/package.json`)
      const { dependencies, devDependencies } = yield* Schema.decodeEffect(Manifest)(text)
      const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
        ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)
      )
      assert.deepStrictEqual(loose, [])
    })
  )

  it.effect("the lock file knows every platform's package, as npm ci demands", () =>
    Effect.gen(function* () {
      const fileSystem = yield* FileSystem.FileSystem
      const lock = JSON.parse(yield* fileSystem.readFileString(`${root}/package-lock.json`)) as {
        readonly packages: Record<string, { readonly optionalDependencies?: Record<string, string> }>
      }
      const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
        Object.keys(optionalDependencies).filter(
          (name) => !(`node_modules/${name}` in lock.packages || `${path}/node_modules/${name}` in lock.packages)
        )
      )
      assert.deepStrictEqual(missing, [])
    })
  )
})
