import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { createHash, randomBytes } from "node:crypto"
import { hostname } from "node:os"

/** Files under a temporary name: ".dubber-", who writes them where that matters, and a number. */
const unfinishedName = /^\.dubber-(?:([0-9a-f]{6})-(\d{1,10})-)?[0-9a-f]{12}(?:\.\w+)?$/

/** Whether a name is one under which a file is written before it is whole. */
export const isUnfinished = (name: string): boolean => unfinishedName.test(name)

/** What is not known to be a dead process's is taken for left behind when nothing was written to it for so long. */
const forgottenMillis = 24 * 3_600_000

/** Whether there is a process of this number, of whomever. */
export const isAlive = (pid: number): Effect.Effect<boolean> =>
  Effect.try({ try: () => process.kill(pid, 0), catch: (cause) => String((cause as NodeJS.ErrnoException).code) }).pipe(
    Effect.catch((code) => Effect.succeed(code === "EPERM"))
  )

/** Where a process's number is its own: this machine since it was started, and of its containers this one. Six digits. */
export const herePart = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const boot = yield* fs.readFileString("/proc/sys/kernel/random/boot_id").pipe(Effect.orElseSucceed(() => ""))
  const container = yield* fs.readLink("/proc/self/ns/pid").pipe(Effect.orElseSucceed(() => ""))
  return createHash("sha256").update(`${hostname()} ${boot} ${container}`).digest("hex").slice(0, 6)
})

/** When a process was started, in whatever this system counts; none where it does not say. */
export const startOf = Effect.fnUntraced(function* (pid: number) {
  const fs = yield* FileSystem.FileSystem
  const stat = yield* Effect.option(fs.readFileString(`/proc/${pid}/stat`))
  // The name stands in brackets and may hold anything.
  const fields = Option.map(stat, (text) => text.slice(text.lastIndexOf(")") + 2).split(" "))
  return Option.getOrUndefined(fields)?.[19]
})

/** A new name for a file that is being written, which says by whom. */
export const unfinishedFor = (extension: string) =>
  Effect.map(herePart, (here) => `.dubber-${here}-${process.pid}-${randomBytes(6).toString("hex")}${extension}`)

/**
 * Removes from a folder what runs that were killed were writing there: files whose process is gone, and those of another
 * machine or container to which nothing was written for a day. Gives how many there were, and their bytes.
 */
export const removeLeftBehind = Effect.fn("removeLeftBehind")(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const names = yield* fs.readDirectory(folder).pipe(Effect.orElseSucceed(() => []))
  let files = 0
  let bytes = 0
  for (const name of names) {
    const found = unfinishedName.exec(name)
    if (found === null) continue
    const file = path.join(folder, name)
    const info = yield* Effect.option(fs.stat(file))
    if (Option.isNone(info) || info.value.type !== "File") continue
    const written = Option.getOrUndefined(info.value.mtime)?.getTime() ?? Infinity
    const isForgotten = (yield* Clock.currentTimeMillis) - written > forgottenMillis
    const isDead = found[1] === (yield* herePart) ? !(yield* isAlive(Number(found[2]))) : isForgotten
    if (!isDead) continue
    const isGone = yield* fs.remove(file, { force: true }).pipe(
      Effect.as(true),
      Effect.orElseSucceed(() => false)
    )
    if (!isGone) continue
    files++
    bytes += Number(info.value.size)
  }
  return { files, bytes }
})
