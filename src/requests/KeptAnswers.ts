import * as Arrays from "effect/Array"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import { createHash, randomBytes } from "node:crypto"

/** Answers that were paid for, each by a key. Reading and writing never fail: what can't be kept is asked for again. */
export interface KeptAnswers<A> {
  readonly get: (key: string) => Effect.Effect<Option.Option<A>>
  readonly set: (key: string, answer: A) => Effect.Effect<void>
  /** All that can be read. */
  readonly all: Effect.Effect<ReadonlyArray<A>>
}

/** The name of an answer: 40 hexadecimal digits of a hash over all that it depends on. */
export const keyOf = (content: unknown): string =>
  createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 40)

/** Answers in `<folder>/<key>.json`, each written under another name and renamed. */
export const keptAnswers = Effect.fnUntraced(function* <A, I>(folder: string, schema: Schema.Codec<A, I>) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const json = Schema.fromJsonString(schema)
  const fileOf = (key: string) => path.join(folder, `${key}.json`)
  const made = yield* Effect.cached(fs.makeDirectory(folder, { recursive: true }))
  const get: KeptAnswers<A>["get"] = (key) =>
    fs.readFileString(fileOf(key)).pipe(Effect.flatMap(Schema.decodeEffect(json)), Effect.option)
  const kept: KeptAnswers<A> = {
    get,
    all: fs.readDirectory(folder).pipe(
      Effect.orElseSucceed(() => []),
      Effect.map((names) => names.flatMap((name) => /^([0-9a-f]{40})\.json$/.exec(name)?.[1] ?? [])),
      Effect.flatMap((keys) => Effect.forEach(keys, get, { concurrency: 8 })),
      Effect.map(Arrays.getSomes)
    ),
    set: Effect.fnUntraced(
      function* (key, answer) {
        // Hundreds of them come at once: no more is done for each than must be.
        const temporary = path.join(folder, `.dubber-${randomBytes(6).toString("hex")}.json`)
        const text = yield* Schema.encodeEffect(json)(answer)
        yield* made
        yield* fs.writeFileString(temporary, `${text}\n`).pipe(
          Effect.andThen(fs.rename(temporary, fileOf(key))),
          Effect.onError(() => Effect.ignore(fs.remove(temporary, { force: true })))
        )
      },
      Effect.catch((error) => Effect.logDebug(`An answer could not be kept: ${error.message}`))
    )
  }
  return kept
})
