import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Language from "../domain/Language.ts"

/** The language that a text is written in, by its letters' statistics; undefined where it cannot be told. */
export const detectLanguage = Effect.fnUntraced(function* (text: string) {
  const { franc } = yield* Effect.promise(() => import("franc-min"))
  const code = franc(text.slice(0, 20_000), { minLength: 20 })
  return code === "und" ? undefined : Option.getOrUndefined(Language.parse(code))
})
