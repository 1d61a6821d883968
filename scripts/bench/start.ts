import { NodeServices } from "@effect/platform-node"
import { Console, Data, Effect, FileSystem, Path } from "effect"
import { spawnSync } from "node:child_process"
import { performance } from "node:perf_hooks"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** How many times as long as Node itself the program may take to say what it can do. */
const most = 3
const warmups = 3
const rounds = 30

class Failed extends Data.TaggedError("Failed")<{ readonly message: string }> {}

/** One process from its start to its end, in milliseconds. */
const timed = Effect.fnUntraced(function* (args: ReadonlyArray<string>, cwd: string, code: number) {
  const { PATH } = process.env
  const began = performance.now()
  const ran = spawnSync(process.execPath, args, { cwd, env: { PATH, TMPDIR: cwd, HOME: cwd }, encoding: "utf8" })
  const millis = performance.now() - began
  if (ran.status !== code) return yield* new Failed({ message: `node ${args.join(" ")}: ${ran.status} ${ran.stderr}` })
  return millis
})

/** The bundle as it is handed out, in a folder of its own. */
const build = Effect.fn("build")(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const tsdown = paths.join(root, "node_modules/tsdown/dist/run.mjs")
  const args = [tsdown, "--out-dir", paths.join(folder, "dist"), "--logLevel", "error"]
  const { status, stderr, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" })
  if (status !== 0) return yield* new Failed({ message: `it does not build: ${stdout}${stderr}` })
  yield* fs.copyFile(paths.join(root, "package.json"), paths.join(folder, "package.json"))
  yield* fs.symlink(paths.join(root, "node_modules"), paths.join(folder, "node_modules"))
  return paths.join(folder, "dist/bin.js")
})

interface Timed {
  readonly name: string
  readonly args: ReadonlyArray<string>
  readonly code: number
  readonly millis: Array<number>
}

const command = (name: string, args: ReadonlyArray<string>, code = 0): Timed => ({ name, args, code, millis: [] })

const least = (values: ReadonlyArray<number>) => Math.min(...values)
const median = (values: ReadonlyArray<number>) => values.toSorted((a, b) => a - b)[values.length >> 1]!
const columns = [10, 10, 10, 14, 14]
const row = (name: string, cells: ReadonlyArray<string>) =>
  `${name.padEnd(30)}${cells.map((cell, i) => cell.padStart(columns[i]!)).join("")}`
const ms = (value: number) => `${value.toFixed(1)} ms`

/** How long the program takes to start, in turn with Node doing nothing: on a busy machine both take longer. */
export const bench = () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.makeTempDirectoryScoped({ prefix: "dubber-start-" })
    const bin = yield* build(folder)
    const bare = command("node -e 0", ["-e", "0"])
    const help = command("dubber --help", [bin, "--help"])
    const others = [
      command("dubber full --help", [bin, "full", "--help"]),
      command("dubber full, no such video", [bin, "full", "gone.mp4"], 1)
    ]
    for (let round = -warmups; round < rounds; round++) {
      for (const { args, code, millis } of [bare, help, ...others]) {
        const took = yield* timed(args, folder, code)
        if (round >= 0) millis.push(took)
      }
    }
    yield* Console.log(`Node ${process.versions.node}, ${rounds} runs of each in turn`)
    yield* Console.log(row("", ["min", "median", "max", "min ratio", "median ratio"]))
    const ratio = (millis: ReadonlyArray<number>, of: (values: ReadonlyArray<number>) => number) =>
      of(millis) / of(bare.millis)
    for (const { millis, name } of [bare, help, ...others]) {
      const times = [least(millis), median(millis), Math.max(...millis)].map(ms)
      yield* Console.log(
        row(name, [...times, `${ratio(millis, least).toFixed(2)}x`, `${ratio(millis, median).toFixed(2)}x`])
      )
    }
    const met = ratio(help.millis, median) <= most
    yield* Console.log(`  ${met ? "pass" : "FAIL"}  the help is there within ${most} times what Node takes by itself`)
    if (!met) process.exitCode = 1
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
