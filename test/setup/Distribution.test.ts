import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem, Schema } from "effect"
import { Yaml } from "effect/encoding"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))

const read = (name: string) => Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFileString(`${root}/${name}`))
const exists = (name: string) => Effect.flatMap(FileSystem.FileSystem, (fs) => fs.exists(`${root}/${name}`))

const Manifest = Schema.fromJsonString(
  Schema.Struct({
    name: Schema.String,
    version: Schema.String,
    description: Schema.String,
    keywords: Schema.Array(Schema.String),
    license: Schema.String,
    bin: Schema.Record(Schema.String, Schema.String),
    files: Schema.Array(Schema.String),
    exports: Schema.Record(Schema.String, Schema.Unknown),
    scripts: Schema.Record(Schema.String, Schema.String),
    engines: Schema.Struct({ node: Schema.String })
  })
)
const manifest = Effect.flatMap(read("package.json"), Schema.decodeEffect(Manifest))

const numbers = (text: string) => (text.match(/\d+/g) ?? []).map(Number)
/** "24" is the newest 24 there is. */
const isAtLeast = (version: string, least: string) => {
  const here = numbers(version)
  const wanted = numbers(least)
  const at = wanted.findIndex((part, i) => (here[i] ?? Infinity) !== part)
  return at === -1 || (here[at] ?? Infinity) > wanted[at]!
}

const Step = Schema.Struct({
  uses: Schema.optionalKey(Schema.String),
  run: Schema.optionalKey(Schema.String),
  with: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown))
})
const Permissions = Schema.Record(Schema.String, Schema.String)
const Job = Schema.Struct({
  uses: Schema.optionalKey(Schema.String),
  needs: Schema.optionalKey(Schema.String),
  permissions: Schema.optionalKey(Permissions),
  strategy: Schema.optionalKey(Schema.Struct({ matrix: Schema.Struct({ node: Schema.Array(Schema.Int) }) })),
  steps: Schema.optionalKey(Schema.Array(Step))
})
const Workflow = Schema.Struct({
  name: Schema.String,
  on: Schema.Record(Schema.String, Schema.Unknown),
  permissions: Permissions,
  jobs: Schema.Record(Schema.String, Job)
})
const workflow = (name: string) =>
  Effect.flatMap(read(`.github/workflows/${name}.yml`), (text) =>
    Schema.decodeUnknownEffect(Workflow)(Yaml.parse(text))
  )
const stepsOf = (one: typeof Workflow.Type) => Object.values(one.jobs).flatMap(({ steps = [] }) => steps)

/** A Dockerfile's instructions, continued lines as one: ["RUN", "apt-get update && …"]. */
const instructions = (text: string) =>
  text
    .replaceAll(/^\s*#.*\n/gm, "")
    .replaceAll(/\s*\\\n\s*/g, " ")
    .split("\n")
    .flatMap((line) => {
      const [, name, rest] = /^([A-Z]+)\s+(.*)$/.exec(line.trim()) ?? []
      return name === undefined ? [] : [[name, rest!] as const]
    })

layer(NodeServices.layer, { excludeTestServices: true })("what is handed out", (it) => {
  it.effect("the package says what it is and needs, and runs nothing when it is installed", () =>
    Effect.gen(function* () {
      const { bin, description, engines, exports, files, keywords, license, scripts } = yield* manifest
      assert.deepStrictEqual(bin, { dubber: "dist/bin.js" })
      assert.isAbove(description.length, 20)
      assert.isAbove(keywords.length, 5)
      assert.strictEqual(license, "MIT")
      assert.match(yield* read("LICENSE"), /^MIT License\n/)
      assert.deepStrictEqual(exports["."], { types: "./dist/index.d.ts", default: "./dist/index.js" })
      const atInstall = ["preinstall", "install", "postinstall", "prepare", "preprepare", "postprepare"]
      assert.deepStrictEqual(
        atInstall.filter((name) => name in scripts),
        []
      )
      for (const file of files.filter((name) => name !== "dist")) assert.isTrue(yield* exists(file), file)
      assert.match(engines.node, /^>=\d+\.\d+\.\d+$/)
    })
  )

  it.effect("all that asks for a Node asks for the same", () =>
    Effect.gen(function* () {
      const { engines } = yield* manifest
      const [major, minor] = numbers(engines.node)
      assert.include(yield* read("src/bin.ts"), `Node ${major}.${minor} or newer`)
      assert.include(yield* read("README.md"), `${major}.${minor}`)
      const [, beside = ""] = /^node_version=(\S+)$/m.exec(yield* read("scripts/setup.sh")) ?? []
      assert.isTrue(isAtLeast(beside, engines.node), beside)
      const [, inImage = ""] = /^ARG NODE_VERSION=(\S+)$/m.exec(yield* read("Dockerfile")) ?? []
      assert.isTrue(isAtLeast(inImage, engines.node), inImage)
      const tested = (yield* workflow("ci")).jobs["run"]!.strategy!.matrix.node
      assert.include(tested, major!)
      assert.include(tested, numbers(beside)[0]!)
      assert.include(tested, numbers(inImage)[0]!)
    })
  )

  it.effect("the image has the programs of setup.sh, nobody's rights, and no more of the checkout than it needs", () =>
    Effect.gen(function* () {
      const all = instructions(yield* read("Dockerfile"))
      const of = (name: string) => all.filter(([one]) => one === name).map(([, rest]) => rest)
      const [, packages = ""] = /apt-get install (.*?) &&/.exec(of("RUN").join("\n")) ?? []
      const names = packages.split(" ").filter((word) => word !== "" && !word.startsWith("--"))
      const setup = yield* read("scripts/setup.sh")
      const offered = [...setup.matchAll(/printf ' ([a-z][a-z-]+)'/g)].map(([, name]) => name!)
      assert.sameMembers(
        names,
        offered.filter((name) => name !== "dejavu-sans-fonts")
      )
      assert.include(packages, "--no-install-recommends")
      assert.strictEqual(new Set(of("FROM").map((from) => from.split(" ")[0])).size, 1)
      assert.deepStrictEqual(of("USER"), ["node"])
      assert.deepStrictEqual(of("VOLUME"), ["/work"])
      assert.strictEqual(of("WORKDIR").at(-1), "/work")
      assert.deepStrictEqual(JSON.parse(of("ENTRYPOINT")[0]!), ["dubber"])

      const ignored = (yield* read(".dockerignore")).split("\n").filter((line) => line !== "" && !line.startsWith("#"))
      assert.strictEqual(ignored[0], "*")
      const copied = of("COPY")
        .filter((copy) => !copy.startsWith("--from"))
        .flatMap((copy) => copy.split(" ").slice(0, -1))
      assert.sameMembers(
        ignored.slice(1),
        copied.map((name) => `!${name}`)
      )
      for (const name of copied) assert.isTrue(yield* exists(name), name)
    })
  )

  it.effect("workflows may read and no more, take actions by version, and put nothing from outside into a shell", () =>
    Effect.gen(function* () {
      for (const name of ["ci", "release"]) {
        const one = yield* workflow(name)
        assert.deepStrictEqual(one.permissions, { contents: "read" })
        for (const { run, uses, with: options } of stepsOf(one)) {
          if (uses !== undefined) assert.match(uses, /^actions\/[a-z-]+@v\d+$/)
          if (uses?.startsWith("actions/checkout") === true) assert.isFalse(options!["persist-credentials"])
          if (run !== undefined) assert.notInclude(run, "${{")
        }
      }
    })
  )

  it.effect("pushes are checked as anybody can check them; tags are published after that, signed", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const ci = yield* workflow("ci")
      assert.includeMembers(Object.keys(ci.on), ["push", "pull_request", "workflow_call"])
      assert.isTrue(ci.jobs["run"]!.steps!.some(({ run }) => run === ".ci/run"))
      assert.notStrictEqual((yield* fs.stat(`${root}/.ci/run`)).mode & 0o111, 0)

      const release = yield* workflow("release")
      assert.deepStrictEqual(release.on, { push: { tags: ["v*"] } })
      assert.strictEqual(release.jobs["ci"]!.uses, "./.github/workflows/ci.yml")
      const { needs, permissions, steps } = release.jobs["publish"]!
      assert.strictEqual(needs, "ci")
      assert.deepStrictEqual(permissions, { contents: "read", "id-token": "write" })
      assert.match(steps!.at(-1)!.run!, /^npm publish --provenance/)
      assert.include((yield* manifest).scripts["prepack"], "tsdown")
    })
  )
})
