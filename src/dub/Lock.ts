import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { unwritable } from "../media/FileProblem.ts"
import { herePart, isAlive, startOf } from "../media/Unfinished.ts"

const Holder = Schema.Struct({
  pid: Schema.Int,
  command: Schema.String,
  /** Where its number counts, and when it was started. */
  here: Schema.optionalKey(Schema.String),
  started: Schema.optionalKey(Schema.String)
})
const HolderJson = Schema.fromJsonString(Holder)

/** A holder of whom nothing else is known is gone when it has not been seen for this long. */
const staleAfterMillis = 10_000

const holderOf = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  return yield* fs.readFileString(path).pipe(Effect.flatMap(Schema.decodeEffect(HolderJson)), Effect.option)
})

/** Nobody has written to it, or said that it is alive, for long. */
const isForgotten = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const info = yield* Effect.option(fs.stat(path))
  const seen = Option.flatMap(info, ({ mtime }) => mtime)
  const now = yield* Clock.currentTimeMillis
  return Option.isSome(seen) && now - seen.value.getTime() > staleAfterMillis
})

/** One that sleeps, with its machine or by Ctrl-Z, is still there; a number may belong to another process now. */
const isStale = Effect.fnUntraced(function* (path: string) {
  const held = Option.getOrUndefined(yield* holderOf(path))
  if (held !== undefined && (held.here ?? (yield* herePart)) === (yield* herePart)) {
    if (!(yield* isAlive(held.pid))) return true
    const started = yield* startOf(held.pid)
    if (held.started !== undefined && started !== undefined) return held.started !== started
  }
  return yield* isForgotten(path)
})

const create = (path: string, content: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => fs.writeFileString(path, content, { flag: "wx" })).pipe(
    Effect.as(true),
    Effect.catchReason("PlatformError", "AlreadyExists", () => Effect.succeed(false)),
    Effect.mapError(unwritable(path))
  )

/** Removes a lock that nobody holds; one at a time, so that none removes what another has just taken. */
const removeStale = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const guard = `${path}.stale`
  const remove = (file: string) => Effect.ignore(fs.remove(file, { force: true }))
  if (yield* isForgotten(guard)) yield* remove(guard)
  yield* Effect.acquireUseRelease(
    create(guard, ""),
    Effect.fnUntraced(function* (isMine) {
      if (isMine && (yield* isStale(path))) yield* remove(path)
    }),
    (isMine) => (isMine ? remove(guard) : Effect.void)
  )
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
  const [here, started] = [yield* herePart, yield* startOf(process.pid)]
  const content = JSON.stringify({ pid: process.pid, command, here, started })
  const acquire = Effect.gen(function* () {
    let told = false
    while (!(yield* create(path, content))) {
      if (yield* isStale(path)) {
        yield* removeStale(path)
        if (yield* create(path, content)) return
      } else if (!told) {
        const held = yield* holderOf(path)
        if (Option.isSome(held)) yield* onWait(`${held.value.command} (process ${held.value.pid})`)
        told = true
      }
      yield* Effect.sleep("300 millis")
    }
  })

  const release = Effect.gen(function* () {
    if ((yield* fs.readFileString(path)) === content) yield* fs.remove(path, { force: true })
  })
  yield* Effect.acquireRelease(Effect.interruptible(acquire), () => Effect.ignore(release))
  yield* Clock.currentTimeMillis.pipe(
    Effect.flatMap((now) => fs.utimes(path, now / 1000, now / 1000)),
    Effect.ignore,
    Effect.repeat(Schedule.spaced("2 seconds")),
    Effect.forkScoped
  )
})
