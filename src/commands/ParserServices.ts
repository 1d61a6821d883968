import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as Scope from "effect/Scope"
import * as Stdio from "effect/Stdio"
import * as Terminal from "effect/Terminal"
import * as ChildProcessSpawner from "effect/process/ChildProcessSpawner"

/** The terminal of this process, looked for when it is used: only `--wizard` asks anything. */
const terminal = Layer.effect(
  Terminal.Terminal,
  Effect.gen(function* () {
    const made = yield* Effect.promise(() => import("@effect/platform-node/NodeTerminal")).pipe(
      Effect.flatMap(({ make }) => make()),
      Scope.provide(yield* Effect.scope),
      Effect.cached
    )
    return Terminal.make({
      columns: Effect.flatMap(made, ({ columns }) => columns),
      rows: Effect.flatMap(made, ({ rows }) => rows),
      size: Effect.flatMap(made, ({ size }) => size),
      readInput: Effect.flatMap(made, ({ readInput }) => readInput),
      readLine: Effect.flatMap(made, ({ readLine }) => readLine),
      display: (text) => Effect.flatMap(made, ({ display }) => display(text))
    })
  })
)

/**
 * What reading the command line may use. The machine's own services take longer to load than all there is to read: they
 * are loaded by commands that run. No flag looks at files, and no command is a program.
 */
export const layer = Layer.mergeAll(
  terminal,
  Path.layer,
  FileSystem.layerNoop({}),
  Stdio.layerTest({}),
  Layer.succeed(
    ChildProcessSpawner.ChildProcessSpawner,
    ChildProcessSpawner.make(() => Effect.die(new Error("Reading the command line starts no program.")))
  )
)
