import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { installsAll, makeMachine, recorded, works } from "./Machine.ts"

const installed = { ffmpeg: works, ffprobe: works, "espeak-ng": works }
const npm = recorded("exit 0")
const refuses = "exit 1"
/** Records the command it runs, and runs it. */
const sudo = `echo "sudo $*" >> "$CALLS"\n[ "$1" = -n ] && shift\nexec "$@"`

layer(NodeServices.layer, { excludeTestServices: true })("scripts/setup.sh", (it) => {
  it.effect("has nothing to say and nothing to do where all is there", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine({ programs: { ...installed, npm, "apt-get": recorded(works) } })
      assert.deepStrictEqual(yield* machine.setup, { exitCode: 0, stdout: "", stderr: "", calls: [] })
    })
  )

  const withoutRights = [
    {
      manager: "apt-get",
      programs: { "apt-get": recorded(works) },
      command: "sudo apt-get update && sudo apt-get install -y ffmpeg espeak-ng"
    },
    {
      manager: "apt-get where sudo asks for a password",
      programs: { "apt-get": recorded(works), sudo: refuses },
      command: "sudo apt-get update && sudo apt-get install -y ffmpeg espeak-ng"
    },
    {
      manager: "dnf",
      programs: { dnf: recorded(works) },
      command: "sudo dnf install -y /usr/bin/ffmpeg espeak-ng"
    }
  ]
  for (const { manager, programs, command } of withoutRights) {
    it.effect(`without rights: prints the exact command and touches nothing (${manager})`, () =>
      Effect.gen(function* () {
        const machine = yield* makeMachine({ programs: { npm, ...programs } })
        const outcome = yield* machine.setup
        assert.strictEqual(outcome.exitCode, 1)
        assert.strictEqual(outcome.stdout, "")
        assert.strictEqual(outcome.stderr.split("\n").at(-2), `  ${command}`)
        assert.deepStrictEqual(outcome.calls, [])
      })
    )
  }

  it.effect("names only what is missing", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine({
        programs: { npm, ffmpeg: works, ffprobe: works, "apt-get": recorded(works) }
      })
      const { stderr } = yield* machine.setup
      assert.include(stderr, "sudo apt-get install -y espeak-ng\n")
    })
  )

  it.effect("as root: installs with apt-get, after an update, asking nobody; the second run does nothing", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine({
        user: "root",
        programs: {
          npm,
          sudo,
          "apt-get": `echo "apt-get $* [$DEBIAN_FRONTEND]" >> "$CALLS"\ncase "$*" in *install*) ${installsAll};; esac`
        }
      })
      const first = yield* machine.setup
      assert.deepStrictEqual(first.calls, [
        "apt-get -qq -o DPkg::Lock::Timeout=300 update [noninteractive]",
        "apt-get -qq -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 --no-install-recommends install ffmpeg espeak-ng [noninteractive]"
      ])
      assert.strictEqual(first.stdout, "setup: installing ffmpeg espeak-ng with apt-get\n")
      assert.strictEqual(first.exitCode, 0)
      assert.deepStrictEqual(yield* machine.setup, { exitCode: 0, stdout: "", stderr: "", calls: [] })
    })
  )

  it.effect("with passwordless sudo: installs through it, and never asks for a password", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine({ programs: { npm, sudo, dnf: recorded(installsAll) } })
      const first = yield* machine.setup
      assert.strictEqual(first.exitCode, 0)
      assert.deepStrictEqual(first.calls, [
        "sudo -n true",
        "sudo -n env DEBIAN_FRONTEND=noninteractive dnf -q -y install /usr/bin/ffmpeg espeak-ng",
        "dnf -q -y install /usr/bin/ffmpeg espeak-ng"
      ])
      assert.strictEqual((yield* machine.setup).stdout, "")
    })
  )

  it.effect("with brew: never through sudo", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine({ programs: { npm, sudo, brew: recorded(installsAll) } })
      const first = yield* machine.setup
      assert.deepStrictEqual(first.calls, ["brew install --quiet ffmpeg espeak-ng"])
      assert.strictEqual(first.exitCode, 0)
    })
  )

  it.effect("an installation that fails ends with the command to try by hand", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine({ user: "root", programs: { npm, "apt-get": recorded("exit 100") } })
      const outcome = yield* machine.setup
      assert.strictEqual(outcome.exitCode, 1)
      assert.include(outcome.stderr, "could not install ffmpeg espeak-ng")
      assert.include(outcome.stderr, "  sudo apt-get update && sudo apt-get install -y ffmpeg espeak-ng\n")
    })
  )

  it.effect("without a package manager: says what is needed", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine({ programs: { npm } })
      const outcome = yield* machine.setup
      assert.strictEqual(outcome.exitCode, 1)
      assert.include(outcome.stderr, "not installed: ffmpeg espeak-ng.")
    })
  )

  const npmCi = recorded(`[ "$1" = ci ] && cp package-lock.json node_modules/.package-lock.json`)

  it.effect("installs the dependencies once the lock file has changed, whatever the dates of the files", () =>
    Effect.gen(function* () {
      const fileSystem = yield* FileSystem.FileSystem
      const machine = yield* makeMachine({ programs: { ...installed, npm: npmCi } })
      yield* machine.lockNewer
      yield* fileSystem.utimes(`${machine.project}/package-lock.json`, 0, 0)
      const first = yield* machine.setup
      assert.deepStrictEqual(first.calls, ["npm ci --include=dev --no-audit --no-fund --loglevel=error"])
      assert.strictEqual(first.stdout, "setup: installing the npm dependencies\n")
      assert.deepStrictEqual(yield* machine.setup, { exitCode: 0, stdout: "", stderr: "", calls: [] })
    })
  )

  it.effect("installs the dependencies where there are none", () =>
    Effect.gen(function* () {
      const fileSystem = yield* FileSystem.FileSystem
      const machine = yield* makeMachine({
        programs: { ...installed, npm: `mkdir -p node_modules\n${npmCi}` }
      })
      yield* fileSystem.remove(`${machine.project}/node_modules`, { recursive: true })
      assert.lengthOf((yield* machine.setup).calls, 1)
      assert.strictEqual((yield* machine.setup).stdout, "")
    })
  )

  it.effect("puts a newer Node beside the dependencies where the machine's is too old", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine({
        nodeVersion: "22.18.0",
        programs: { ...installed, npm: recorded(`ln -s "$NODE" node_modules/.bin/node`) }
      })
      const first = yield* machine.setup
      assert.lengthOf(first.calls, 1)
      assert.match(first.calls[0]!, /^npm install --no-save .* node@24\.\d+\.\d+$/)
      assert.match(first.stdout, /^setup: Node 22\.18\.0 is too old here/)
      assert.deepStrictEqual(yield* machine.setup, { exitCode: 0, stdout: "", stderr: "", calls: [] })
    })
  )

  it.effect("takes the platform's own package where npm ran no install script", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine({
        nodeVersion: "20.20.2",
        programs: {
          ...installed,
          npm: recorded(`case "$*" in *node-*) ln -s "$NODE" node_modules/.bin/node;; esac`)
        }
      })
      const first = yield* machine.setup
      assert.lengthOf(first.calls, 2)
      assert.include(first.calls[1]!, `-${process.platform}-${process.arch}@24.`)
      assert.strictEqual(first.exitCode, 0)
    })
  )

  it.effect("an old Node that cannot be helped is said, with the version that is needed", () =>
    Effect.gen(function* () {
      const machine = yield* makeMachine({ nodeVersion: "18.0.0", programs: { ...installed, npm: refuses } })
      const outcome = yield* machine.setup
      assert.strictEqual(outcome.exitCode, 1)
      assert.include(outcome.stderr, "Node >=22.19.0 is needed")
    })
  )

  it.effect("a Node beside the dependencies that does not run here is taken out of the way", () =>
    Effect.gen(function* () {
      const fileSystem = yield* FileSystem.FileSystem
      const machine = yield* makeMachine({ programs: { ...installed, npm } })
      const own = `${machine.project}/node_modules/.bin/node`
      yield* fileSystem.writeFileString(own, "not a program of this machine", { mode: 0o755 })
      assert.deepStrictEqual(yield* machine.setup, { exitCode: 0, stdout: "", stderr: "", calls: [] })
      assert.isFalse(yield* fileSystem.exists(own))
    })
  )
})
