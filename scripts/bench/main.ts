import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, type PlatformError } from "effect"

/** A benchmark: prints its tables, and is given the arguments after its name. */
type Bench = { readonly bench: (args: ReadonlyArray<string>) => Effect.Effect<void, PlatformError.PlatformError> }

const benches: Readonly<Record<string, () => Promise<unknown>>> = {
  speech: () => import("./speech.ts"),
  sound: () => import("./sound.ts" as string),
  fit: () => import("./fit.ts" as string),
  start: () => import("./start.ts")
}

const [name = "", ...args] = process.argv.slice(2)

const program = Effect.gen(function* () {
  const load = benches[name]
  if (load === undefined) {
    yield* Console.error(`Which benchmark? npm run bench -- ${Object.keys(benches).join("|")}`)
    process.exitCode = 2
    return
  }
  const { bench } = (yield* Effect.promise(load)) as Bench
  yield* bench(args)
})

NodeRuntime.runMain(program)
