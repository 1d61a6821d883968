import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { createRequire } from "node:module"
import { type Language, primary } from "../domain/Language.ts"

const Lists = Schema.Record(Schema.String, Schema.Array(Schema.String))

/** The words of a language that tell nothing by themselves, in small letters; undefined where there is no list of them. */
export const stopWords = (language: Language): Effect.Effect<ReadonlySet<string> | undefined> =>
  Effect.gen(function* () {
    // JSON of 200 kB, read only by who writes tags.
    const lists = yield* Effect.try(() => createRequire(import.meta.url)("stopwords-iso") as unknown)
    const words = (yield* Schema.decodeUnknownEffect(Lists)(lists))[primary(language)]
    return words === undefined ? undefined : new Set(words.map((word) => word.toLowerCase()))
  }).pipe(Effect.orElseSucceed(() => undefined))
