import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { unwritable } from "../media/FileProblem.ts"
import { isAlive } from "../media/Unfinished.ts"

const Holder = Schema.fromJsonString(Schema.Struct({ pid: Schema.Int, command: Schema.String }))

/** A holder that has not been seen for this long is gone, even where its number belongs to another process now. */
const staleAfterMillis = 10_000

const holderOf = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  return yield* fs.readFileString(path).pipe(Effect.flatMap(Schema.decodeEffect(Holder)), Effect.option)
})

const isStale = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const info = yield* Effect.option(fs.stat(path))
  const seen = Option.flatMap(info, ({ mtime }) => mtime)
  const now = yield* Clock.currentTimeMillis
  if (Option.isSome(seen) && now - seen.value.getTime() > staleAfterMillis) return true
  const held = yield* holderOf(path)
  return Option.isSome(held) && !(yield* isAlive(held.value.pid))
})

/** Whether a run that is alive holds the lock at `path`. */
export const isHeld = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const there = yield* fs.exists(path).pipe(Effect.orElseSucceed(() => false))
  return there && !(yield* isStale(path))
})

/**
 * Holds `path` as a lock until the scope closes. Where another run holds it, `onWait` is told who, and it is waited for;
 * the lock of a run that was killed is taken over.
 */
export const holdLock = Effect.fnUntraced(function* (
  path: string,
  command: string,
  onWait: (holder: string) => Effect.Effect<void>
) {
  const fs = yield* FileSystem.FileSystem
  const content = JSON.stringify({ pid: process.pid, command })
  const take = fs.writeFileString(path, content, { flag: "wx" }).pipe(
    Effect.as(true),
    Effect.catchReason("PlatformError", "AlreadyExists", () => Effect.succeed(false)),
    Effect.mapError(unwritable(path))
  )
  const acquire = Effect.gen(function* () {
    let told = false
    while (!(yield* take)) {
      if (yield* isStale(path)) {
        yield* fs.remove(path, { force: true }).pipe(Effect.ignore)
        continue
      }
      if (!told) {
        const held = yield* holderOf(path)
        if (Option.isSome(held)) yield* onWait(`${held.value.command} (process ${held.value.pid})`)
        told = true
      }
      yield* Effect.sleep("300 millis")
    }
  })

  yield* Effect.acquireRelease(Effect.interruptible(acquire), () =>
    fs.remove(path, { force: true }).pipe(Effect.ignore)
  )
  yield* Clock.currentTimeMillis.pipe(
    Effect.flatMap((now) => fs.utimes(path, now / 1000, now / 1000)),
    Effect.ignore,
    Effect.repeat(Schedule.spaced("2 seconds")),
    Effect.forkScoped
  )
})
