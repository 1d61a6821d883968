import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, FileSystem, Ref } from "effect"
import { spawnSync } from "node:child_process"
import { holdLock, isHeld } from "../../src/dub/Lock.ts"
import { herePart, startOf } from "../../src/media/Unfinished.ts"

/** Higher than any process's number. */
const noProcess = 2 ** 22 + 1

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

  it.live("takes it over one at a time, and leaves that of another", () =>
    inFolder((lock) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const gone = JSON.stringify({ pid: noProcess, command: "dubber full" })
        yield* fs.writeFileString(lock, gone)
        let inside = 0
        let peak = 0
        const one = Effect.gen(function* () {
          yield* holdLock(lock, "dubber synth", () => Effect.void)
          peak = Math.max(peak, ++inside)
          yield* Effect.sleep("20 millis")
          inside--
        })
        yield* Effect.forEach(Array.from({ length: 3 }), () => Effect.scoped(one), { concurrency: "unbounded" })
        assert.strictEqual(peak, 1)

        yield* Effect.scoped(
          Effect.andThen(
            holdLock(lock, "a", () => Effect.void),
            fs.writeFileString(lock, gone)
          )
        )
        assert.strictEqual(yield* fs.readFileString(lock), gone)
      })
    )
  )

  it.live("leaves that of another who has taken it over in the moment before", () =>
    inFolder((lock) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        yield* fs.writeFileString(lock, JSON.stringify({ pid: noProcess, command: "dubber full" }))
        const other = JSON.stringify({ pid: process.pid, command: "dubber full", here: yield* herePart })
        const slower = FileSystem.FileSystem.of({
          ...fs,
          writeFileString: (path, content, options) =>
            Effect.andThen(
              path === `${lock}.stale` ? fs.writeFileString(lock, other) : Effect.void,
              fs.writeFileString(path, content, options)
            )
        })
        const told: Array<string> = []
        const waiting = holdLock(lock, "dubber synth", (holder) => Effect.sync(() => void told.push(holder)))
        yield* Effect.scoped(waiting).pipe(
          Effect.provideService(FileSystem.FileSystem, slower),
          Effect.timeoutOption("1 second")
        )
        assert.deepStrictEqual(told, [`dubber full (process ${process.pid})`])
        assert.strictEqual(yield* fs.readFileString(lock), other)
      })
    )
  )

  it.live(
    "leaves that of a process that sleeps or runs elsewhere, unless it is another process of the same number",
    () =>
      inFolder((lock) =>
        Effect.gen(function* () {
          const fs = yield* FileSystem.FileSystem
          const own = { pid: process.pid, command: "dubber full", here: yield* herePart }
          const started = yield* startOf(process.pid)
          const held = (holder: object, secondsAgo: number) =>
            Effect.gen(function* () {
              yield* fs.writeFileString(lock, JSON.stringify(holder))
              const seen = (yield* Clock.currentTimeMillis) / 1000 - secondsAgo
              yield* fs.utimes(lock, seen, seen)
              return yield* isHeld(lock)
            })
          if (started !== undefined) {
            assert.isTrue(yield* held({ ...own, started }, 3600))
            assert.isFalse(yield* held({ ...own, started: `${started}0` }, 0))
          }
          const elsewhere = {
            pid: spawnSync(process.execPath, ["-e", "0"]).pid,
            command: "dubber full",
            here: "another"
          }
          assert.isTrue(yield* held(elsewhere, 1))
          assert.isFalse(yield* held(elsewhere, 60))
        })
      )
  )
})
