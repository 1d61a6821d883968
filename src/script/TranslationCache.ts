import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import { createHash, randomBytes } from "node:crypto"

/** Texts that a model gave, by what it was asked. Reading and writing never fail: what can't be kept is asked again. */
export interface KeptTexts {
  readonly get: (key: string) => Effect.Effect<Option.Option<string>>
  readonly set: (key: string, text: string) => Effect.Effect<void>
}

/** Keeps what models wrote, line by line; keeps nothing unless a layer of this file is given. */
export const TranslationCache = Context.Reference<KeptTexts>("dubber/script/TranslationCache", {
  defaultValue: () => ({ get: () => Effect.succeedNone, set: () => Effect.void })
})

/** The name of a text: a hash over all that it depends on. */
export const keyOf = (content: unknown): string =>
  createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 40)

const Kept = Schema.fromJsonString(Schema.Struct({ text: Schema.String }))

/** Texts in `<folder>/<key>.json`, each written under another name and renamed. */
export const layer = (settings: { readonly folder: string }) =>
  Layer.effect(
    TranslationCache,
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const fileOf = (key: string) => path.join(settings.folder, `${key}.json`)
      const made = yield* Effect.cached(fs.makeDirectory(settings.folder, { recursive: true }))
      return {
        get: (key) =>
          fs.readFileString(fileOf(key)).pipe(
            Effect.flatMap(Schema.decodeEffect(Kept)),
            Effect.map(({ text }) => text),
            Effect.option
          ),
        set: Effect.fnUntraced(
          function* (key, text) {
            // Hundreds of them come at once: no more is done for each than must be.
            const temporary = path.join(settings.folder, `.dubber-${randomBytes(6).toString("hex")}.json`)
            yield* made
            yield* fs.writeFileString(temporary, `${JSON.stringify({ text })}\n`).pipe(
              Effect.andThen(fs.rename(temporary, fileOf(key))),
              Effect.onError(() => Effect.ignore(fs.remove(temporary, { force: true })))
            )
          },
          Effect.catch((error) => Effect.logDebug(`A text could not be kept: ${error.message}`))
        )
      }
    })
  )

/** Texts in memory, for as long as the layer lives. */
export const layerMemory = Layer.sync(TranslationCache, () => {
  const texts = new Map<string, string>()
  return {
    get: (key) => Effect.sync(() => Option.fromUndefinedOr(texts.get(key))),
    set: (key, text) => Effect.sync(() => void texts.set(key, text))
  }
})
