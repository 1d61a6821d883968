import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { fromPlatform } from "./FileProblem.ts"

const Holder = Schema.fromJsonString(Schema.Struct({ pid: Schema.Int, command: Schema.String }))

/** A holder that has not been seen for this long is gone, even where its number belongs to another process now. */
const staleAfterMillis = 10_000

const isAlive = (pid: number): Effect.Effect<boolean> =>
  Effect.try({ try: () => process.kill(pid, 0), catch: (cause) => cause as NodeJS.ErrnoException }).pipe(
    Effect.catch((error) => Effect.succeed(error.code === "EPERM"))
  )

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
    Effect.mapError(fromPlatform(path))
  )
  const holder = fs.readFileString(path).pipe(Effect.flatMap(Schema.decodeEffect(Holder)), Effect.option)
  const lastSeen = fs.stat(path).pipe(
    Effect.map((info) => Option.getOrElse(Option.map(info.mtime, (time) => time.getTime()), () => 0)),
    Effect.orElseSucceed(() => 0)
  )
  const isStale = Effect.gen(function* () {
    const seen = yield* lastSeen
    const now = yield* Clock.currentTimeMillis
    if (now - seen > staleAfterMillis) return true
    const held = yield* holder
    return Option.isSome(held) && !(yield* isAlive(held.value.pid))
  })

  const acquire = Effect.gen(function* () {
    let told = false
    while (!(yield* take)) {
      if (yield* isStale) {
        yield* fs.remove(path, { force: true }).pipe(Effect.ignore)
        continue
      }
      if (!told) {
        const held = yield* holder
        if (Option.isSome(held)) yield* onWait(`${held.value.command} (process ${held.value.pid})`)
        told = true
      }
      yield* Effect.sleep("300 millis")
    }
  })

  yield* Effect.acquireRelease(Effect.interruptible(acquire), () => fs.remove(path, { force: true }).pipe(Effect.ignore))
  yield* Clock.currentTimeMillis.pipe(
    Effect.flatMap((now) => fs.utimes(path, now / 1000, now / 1000)),
    Effect.ignore,
    Effect.repeat(Schedule.spaced("2 seconds")),
    Effect.forkScoped
  )
})
