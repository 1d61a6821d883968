import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import { createHash } from "node:crypto"
import { Problem } from "../domain/Problem.ts"
import { unreadable, unwritable } from "../media/FileProblem.ts"
import { Progress } from "./Progress.ts"
import { replaceOutput } from "../media/ReplaceOutput.ts"
import { isUnfinished } from "../media/Unfinished.ts"

/** Raised when an artifact's shape or the way it is made changes: what older versions stored is then made again. */
const formatVersion = 1

/** What is known of a stored artifact: what it was made from, and what it looked like then. */
const Record = Schema.Struct({
  version: Schema.Int,
  inputs: Schema.String,
  output: Schema.String
})
const RecordJson = Schema.fromJsonString(Record)

const isCurrent = (record: Option.Option<typeof Record.Type>, inputs: string): boolean =>
  Option.isSome(record) && record.value.version === formatVersion && record.value.inputs === inputs

/** How an artifact is written to its file and read back. A file that a person broke is a Problem that names the line. */
export interface Format<A> {
  readonly encode: (value: A) => string
  readonly decode: (text: Uint8Array, path: string) => Effect.Effect<A, Problem>
}

export interface Artifact<A> {
  readonly value: A
  /** What was stored is what is returned: nothing was made. */
  readonly reused: boolean
  /** A person changed the file after it was made. */
  readonly edited: boolean
  readonly path: string
}

/** JSON, indented, checked by a schema. */
export const json = <A, I>(schema: Schema.Codec<A, I>): Format<A> => {
  const codec = Schema.fromJsonString(schema)
  return {
    encode: (value) => `${JSON.stringify(Schema.encodeSync(schema)(value), null, 2)}\n`,
    decode: (bytes, path) =>
      Schema.decodeEffect(codec)(new TextDecoder().decode(bytes)).pipe(
        Effect.mapError(
          (error) =>
            new Problem({
              what: `${path} cannot be read: ${String(error.message).replaceAll(/\s+/g, " ").slice(0, 160)}.`,
              mend: "Mend the file, or remove it to have it made again."
            })
        )
      )
  }
}

/** Reads what an earlier command made, for one that cannot make it itself. */
export const decodeMade = <A>(format: Format<A>, bytes: Uint8Array, path: string): Effect.Effect<A, Problem> =>
  Effect.mapError(
    format.decode(bytes, path),
    ({ what }) => new Problem({ what, mend: "Mend the file, or remove it and run prep or full, which make it again." })
  )

/** A short name for content: equal content, equal name. */
export const hash = (content: string | Uint8Array): string =>
  createHash("sha256").update(content).digest("hex").slice(0, 32)

const recordName = (name: string): string => `state/${name.replaceAll("/", "~")}.json`

/** What a run that was killed was writing at that moment; no other run is here. */
const removeUnfinished = Effect.fnUntraced(function* (root: string) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const names = yield* fs.readDirectory(root, { recursive: true }).pipe(Effect.orElseSucceed(() => []))
  const unfinished = names.filter((name) => isUnfinished(paths.basename(name)))
  yield* Effect.forEach(unfinished, (name) => Effect.ignore(fs.remove(paths.join(root, name), { force: true })), {
    discard: true
  })
})

/**
 * The folder of one video's dub. Every stage hands on a plain value that is also a file here; a file is made again only
 * when what it was made from has changed, and what a person edited counts as it stands.
 */
export class Workdir extends Context.Service<
  Workdir,
  {
    readonly root: string
    /** The workdir of the whole video: `root`, unless this is that of a part of it. */
    readonly home: string
    readonly path: (...parts: ReadonlyArray<string>) => string
    /**
     * What is stored under `name` when it was made from the same `inputs`, else what `make` gives, written to a
     * temporary name and renamed. A file that a person edited is never lost: when it must be made again, the edited one
     * is kept beside it as `<name>.edited-N`.
     */
    artifact<A, E, R>(options: {
      readonly name: string
      readonly inputs: unknown
      readonly format: Format<A>
      readonly make: Effect.Effect<A, E, R>
      /** Whether what is stored still holds; where it does not, it is made again. */
      readonly stillHolds?: (value: A) => Effect.Effect<boolean>
    }): Effect.Effect<Artifact<A>, E | Problem, R>
    /** Whether what is stored under `name` was made from the same `inputs`: it would be used, as it stands. */
    holds(name: string, inputs: unknown): Effect.Effect<boolean>
    /** Writes a file whole: to a temporary name, then renamed. */
    write(name: string, content: string | Uint8Array): Effect.Effect<string, Problem>
    /** The files under `name` that exist now. */
    list(name: string): Effect.Effect<ReadonlyArray<string>, Problem>
    readonly exists: (name: string) => Effect.Effect<boolean>
    readonly read: (name: string) => Effect.Effect<Uint8Array, Problem>
    /** A folder for files of one run; removed when the scope closes. */
    readonly temporary: string
  }
>()("dubber/dub/Workdir") {
  static readonly layer = (root: string) =>
    Layer.effect(
      Workdir,
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const paths = yield* Path.Path
        const progress = yield* Progress
        const absolute = paths.resolve(root)
        const path = (...parts: ReadonlyArray<string>) => paths.join(absolute, ...parts)
        const temporary = path("tmp")
        const writing = <A, R>(effect: Effect.Effect<A, PlatformError, R>) =>
          Effect.mapError(effect, unwritable(absolute))

        yield* writing(fs.makeDirectory(temporary, { recursive: true }))
        yield* removeUnfinished(absolute)
        yield* Effect.addFinalizer(() => fs.remove(temporary, { recursive: true, force: true }).pipe(Effect.ignore))

        const write = (name: string, content: string | Uint8Array) =>
          replaceOutput(path(name), (unfinished) =>
            fs
              .writeFile(unfinished, typeof content === "string" ? new TextEncoder().encode(content) : content)
              .pipe(Effect.mapError(unwritable(path(name))))
          ).pipe(
            Effect.provideService(FileSystem.FileSystem, fs),
            Effect.provideService(Path.Path, paths),
            Effect.as(path(name))
          )
        const exists = (name: string) => fs.exists(path(name)).pipe(Effect.orElseSucceed(() => false))
        const read = (name: string) => fs.readFile(path(name)).pipe(Effect.mapError(unreadable(path(name))))

        const recordOf = Effect.fnUntraced(function* (name: string) {
          const text = yield* fs.readFileString(path(recordName(name)))
          return yield* Schema.decodeEffect(RecordJson)(text)
        }, Effect.option)

        const holds = Effect.fnUntraced(function* (name: string, inputs: unknown) {
          return isCurrent(yield* recordOf(name), hash(JSON.stringify(inputs))) && (yield* exists(name))
        })

        const keepEdited = Effect.fnUntraced(function* (name: string, what: string) {
          const directory = paths.dirname(path(name))
          const taken = yield* fs.readDirectory(directory).pipe(Effect.orElseSucceed(() => []))
          const base = paths.basename(name)
          const prefix = `${base}.edited-`
          const numbers = taken.flatMap((entry) => (entry.startsWith(prefix) ? Number(entry.slice(prefix.length)) : []))
          const n = Math.max(0, ...numbers.filter(Number.isSafeInteger)) + 1
          const kept = path(paths.join(paths.dirname(name), `${prefix}${n}`))
          yield* writing(fs.rename(path(name), kept))
          yield* progress.warning(`${path(name)} ${what} and has to be made again: what it was is now ${kept}`)
        })

        const turns = new Map<string, Semaphore.Semaphore>()
        /** Whoever comes for what is being made waits, and finds it made. */
        const inTurn = (name: string) => {
          const turn = turns.get(name) ?? Semaphore.makeUnsafe(1)
          turns.set(name, turn)
          return turn.withPermits(1)
        }

        const makeArtifact = Effect.fnUntraced(function* <A, E, R>(options: {
          readonly name: string
          readonly inputs: unknown
          readonly format: Format<A>
          readonly make: Effect.Effect<A, E, R>
          readonly stillHolds?: (value: A) => Effect.Effect<boolean>
        }) {
          const { format, make, name } = options
          const inputs = hash(JSON.stringify(options.inputs))
          const record = yield* recordOf(name)
          const stored = yield* Effect.option(fs.readFile(path(name)))
          const edited = Option.isSome(stored) && Option.isSome(record) && hash(stored.value) !== record.value.output

          if (Option.isSome(stored) && isCurrent(record, inputs)) {
            const value = yield* format.decode(stored.value, path(name)).pipe(
              Effect.asSome,
              Effect.catch((problem) => (edited ? Effect.fail(problem) : Effect.succeed(Option.none<A>())))
            )
            const isGood =
              Option.isSome(value) && (options.stillHolds === undefined || (yield* options.stillHolds(value.value)))
            if (Option.isSome(value) && isGood) return { value: value.value, reused: true, edited, path: path(name) }
          }
          const value = yield* make
          const content = format.encode(value)
          // Without a record nobody knows whose the file is: one that says something else is not thrown away.
          const isUnknown = Option.isSome(stored) && Option.isNone(record) && hash(stored.value) !== hash(content)
          if (Option.isSome(stored) && (edited || isUnknown)) {
            const isWhole = yield* Effect.isSuccess(format.decode(stored.value, path(name)))
            const edit = edited ? "was edited by hand" : "may have been edited by hand"
            yield* keepEdited(name, isWhole ? edit : "cannot be read")
          }
          // Killed between the two, the new file must not be taken for what the old record tells of.
          yield* writing(fs.remove(path(recordName(name)), { force: true }))
          yield* write(name, content)
          const newRecord = { version: formatVersion, inputs, output: hash(content) }
          yield* write(recordName(name), JSON.stringify(newRecord))
          // What is handed on is what a later run will read.
          const decoded = format.decode(new TextEncoder().encode(content), path(name))
          const asStored = yield* Effect.orElseSucceed(decoded, () => value)
          return { value: asStored, reused: false, edited: false, path: path(name) }
        })

        return Workdir.of({
          root: absolute,
          home: absolute,
          path,
          artifact: (options) => Effect.suspend(() => inTurn(options.name)(makeArtifact(options))),
          holds,
          write,
          exists,
          read,
          temporary,
          list: (name) =>
            fs.readDirectory(path(name)).pipe(
              Effect.catchReason("PlatformError", "NotFound", () => Effect.succeed([])),
              Effect.mapError(unreadable(path(name)))
            )
        })
      })
    )
}
