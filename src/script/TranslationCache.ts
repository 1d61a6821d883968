import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type KeptAnswers, keptAnswers } from "../requests/KeptAnswers.ts"

type Texts = Pick<KeptAnswers<string>, "get" | "set">

/** Keeps what models wrote, line by line, by what they were asked; keeps nothing unless a layer of this file is given. */
export const TranslationCache = Context.Reference<Texts>("dubber/script/TranslationCache", {
  defaultValue: () => ({ get: () => Effect.succeedNone, set: () => Effect.void })
})

/** Texts in `<folder>/<key>.json`. */
export const layer = (settings: { readonly folder: string }) =>
  Layer.effect(
    TranslationCache,
    Effect.map(keptAnswers(settings.folder, Schema.Struct({ text: Schema.String })), ({ get, set }) => ({
      get: (key) =>
        Effect.map(
          get(key),
          Option.map(({ text }) => text)
        ),
      set: (key, text) => set(key, { text })
    }))
  )

/** Texts in memory, for as long as the layer lives. */
export const layerMemory = Layer.sync(TranslationCache, () => {
  const texts = new Map<string, string>()
  return {
    get: (key) => Effect.sync(() => Option.fromUndefinedOr(texts.get(key))),
    set: (key, text) => Effect.sync(() => void texts.set(key, text))
  }
})
