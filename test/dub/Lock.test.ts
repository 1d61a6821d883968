import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, FileSystem, Ref } from "effect"
import { spawnSync } from "node:child_process"
import { holdLock, isHeld } from "../../src/dub/Lock.ts"

const inFolder = <A, E>(program: (lock: string) => Effect.Effect<A, E, FileSystem.FileSystem>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    return yield* program(`${yield* fs.makeTempDirectoryScoped()}/.lock`)
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))

describe("holdLock", () => {
  it.live("lets the second wait, tells it who holds it, and lets it in afterwards", () =>
    inFolder((lock) =>
      Effect.gen(function* () {
        const told = yield* Ref.make<ReadonlyArray<string>>([])
        const order: Array<string> = []
        const first = yield* Effect.forkChild(
          Effect.scoped(
            Effect.gen(function* () {
              yield* holdLock(lock, "dubber full", () => Effect.void)
              order.push("first in")
              yield* Effect.sleep("700 millis")
              order.push("first out")
            })
          )
        )
        yield* Effect.sleep("200 millis")
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* holdLock(lock, "dubber synth", (holder) => Ref.update(told, (all) => [...all, holder]))
            order.push("second in")
          })
        )
        yield* Fiber.join(first)
        assert.deepStrictEqual(order, ["first in", "first out", "second in"])
        assert.deepStrictEqual(yield* Ref.get(told), [`dubber full (process ${process.pid})`])
        assert.isFalse(yield* isHeld(lock))
      })
    )
  )

  it.live("takes over the lock of a process that is gone", () =>
    inFolder((lock) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const gone = spawnSync(process.execPath, ["-e", "0"]).pid
        yield* fs.writeFileString(lock, JSON.stringify({ pid: gone, command: "dubber full" }))
        assert.isFalse(yield* isHeld(lock))
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* holdLock(lock, "dubber synth", () => Effect.die("nobody is to be waited for"))
            assert.isTrue(yield* isHeld(lock))
          })
        )
      })
    )
  )
})
