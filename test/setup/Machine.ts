import { Effect, FileSystem, Stream } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"
import * as NodePath from "node:path"
import { fileURLToPath } from "node:url"

const root = NodePath.dirname(NodePath.dirname(NodePath.dirname(fileURLToPath(import.meta.url))))

/** What `sh scripts/setup.sh` printed, and what it called, one line a call. */
export interface Outcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  readonly calls: ReadonlyArray<string>
}

export interface MachineOptions {
  /** Programs that the machine has, by name, as shell scripts. `$BIN` is where programs are, `$CALLS` the record. */
  readonly programs: Record<string, string>
  readonly user?: "root" | "someone"
  /** The version that `node` gives for itself, where it shall not be that of the running one. */
  readonly nodeVersion?: string
}

/** A program that only says yes. */
export const works = "exit 0"
/** Records how it was called. */
export const recorded = (then: string) => `echo "$(basename "$0") $*" >> "$CALLS"\n${then}`
/** "Installs" ffmpeg and eSpeak NG as a package manager would. */
export const installsAll = `for name in ffmpeg ffprobe espeak-ng; do
  printf '#!/bin/sh\\nexit 0\\n' > "$BIN/$name"; chmod +x "$BIN/$name"; done`

const lockFile = (version: string) =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: {
      "": { name: "some-project" },
      "node_modules/some-library": { version, integrity: `sha512-${version}` },
      "node_modules/some-library-win32-x64": { version, optional: true, os: ["win32"] }
    }
  })

/** A bare machine in a folder of its own: nothing is on its PATH but the basics of POSIX, Node, and what it is given. */
export const makeMachine = Effect.fn("makeMachine")(function* (options: MachineOptions) {
  const fileSystem = yield* FileSystem.FileSystem
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const folder = yield* fileSystem.makeTempDirectoryScoped({ prefix: "dubber setup " })
  const bin = `${folder}/bin`
  const home = `${folder}/home`
  const project = `${folder}/a project`
  const calls = `${folder}/calls`

  const program = (name: string, script: string) =>
    fileSystem.writeFileString(`${bin}/${name}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 })

  yield* fileSystem.makeDirectory(bin)
  yield* fileSystem.makeDirectory(`${home}/.fonts`, { recursive: true })
  yield* fileSystem.writeFileString(`${home}/.fonts/some.ttf`, "")
  yield* fileSystem.writeFileString(calls, "")
  yield* fileSystem.makeDirectory(`${project}/scripts`, { recursive: true })
  yield* fileSystem.copyFile(`${root}/scripts/setup.sh`, `${project}/scripts/setup.sh`)
  yield* fileSystem.writeFileString(`${project}/package.json`, `{ "engines": { "node": ">=22.19.0" } }`)
  yield* fileSystem.writeFileString(`${project}/package-lock.json`, lockFile("1.0.0"))
  yield* fileSystem.makeDirectory(`${project}/node_modules/.bin`, { recursive: true })
  yield* fileSystem.writeFileString(`${project}/node_modules/.package-lock.json`, lockFile("1.0.0"))

  for (const name of [
    "sh",
    "dirname",
    "basename",
    "env",
    "find",
    "grep",
    "rm",
    "cat",
    "chmod",
    "cp",
    "mkdir",
    "ln",
    "true"
  ]) {
    const place = (yield* fileSystem.exists(`/usr/bin/${name}`)) ? `/usr/bin/${name}` : `/bin/${name}`
    yield* fileSystem.symlink(place, `${bin}/${name}`)
  }
  const { nodeVersion } = options
  if (nodeVersion === undefined) {
    yield* fileSystem.symlink(process.execPath, `${bin}/node`)
  } else {
    const disguise = `${folder}/disguise.cjs`
    yield* fileSystem.writeFileString(
      disguise,
      `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${nodeVersion}" } })`
    )
    yield* program("node", `exec "${process.execPath}" --require "${disguise}" "$@"`)
  }
  yield* program("id", `echo ${options.user === "root" ? 0 : 1000}`)
  for (const [name, script] of Object.entries(options.programs)) yield* program(name, script)

  const setup: Effect.Effect<Outcome> = Effect.gen(function* () {
    yield* fileSystem.writeFileString(calls, "")
    const child = yield* spawner.spawn(
      ChildProcess.make("/bin/sh", ["scripts/setup.sh"], {
        cwd: project,
        env: { PATH: bin, HOME: home, BIN: bin, CALLS: calls, NODE: process.execPath },
        stdin: "ignore"
      })
    )
    const [stdout, stderr, exitCode] = yield* Effect.all(
      [
        child.stdout.pipe(Stream.decodeText(), Stream.mkString),
        child.stderr.pipe(Stream.decodeText(), Stream.mkString),
        child.exitCode
      ],
      { concurrency: "unbounded" }
    )
    const recordedCalls = yield* fileSystem.readFileString(calls)
    return { exitCode, stdout, stderr, calls: recordedCalls.split("\n").filter((line) => line !== "") }
  }).pipe(Effect.scoped, Effect.orDie)

  return {
    setup,
    program,
    project,
    /** As after a `git pull` that brought another version of a dependency. */
    lockNewer: fileSystem.writeFileString(`${project}/package-lock.json`, lockFile("1.1.0"))
  }
})
