import * as Effect from "effect/Effect"
import type { Language } from "../domain/Language.ts"
import type { Source } from "../domain/Source.ts"
import { checkPart, chooseFrom } from "./ChoosePart.ts"
import { groupUtterances } from "./GroupUtterances.ts"
import { listen, type Spoken } from "./Listen.ts"
import { checkInputs } from "./Output.ts"
import { inPart } from "./PartWorkdir.ts"
import { readSource } from "./ReadSource.ts"
import type { DubSettings } from "./Settings.ts"
import { type OnCues, writeScript } from "./WriteScript.ts"

/** What is known of a video before anybody says in which language it is to speak. */
export interface Heard {
  readonly source: Source
  readonly spoken: Spoken
}

/** Probes the video and finds out what is said in it. `alsoTo`: the languages it is dubbed to besides `settings.to`. */
export const hear = Effect.fn("hear")(function* (settings: DubSettings, alsoTo: ReadonlyArray<Language> = []) {
  yield* checkInputs(settings)
  const source = yield* readSource(settings.video)
  yield* checkPart(source, settings.part)
  const spoken = yield* listen(source, settings, alsoTo)
  return { source, spoken } satisfies Heard
})

/** Writes what will be said, for a person to edit (subs.srt), and groups it into utterances. */
export const prepareLanguage = Effect.fn("prepareLanguage")(function* (
  heard: Heard,
  settings: DubSettings,
  onCues?: OnCues | undefined
) {
  const script = yield* writeScript(heard.source, heard.spoken, settings, onCues)
  const grouped = yield* groupUtterances(heard.source, script, settings)
  const chosen = yield* chooseFrom(heard.source, script, grouped.utterances, settings)
  return { ...heard, script, utterances: grouped.utterances, chosen }
})

/** `prep`: everything up to the editable subs.srt. */
export const prepare = Effect.fn("prepare")((settings: DubSettings) =>
  Effect.flatMap(hear(settings), (heard) => prepareLanguage(heard, settings)).pipe(inPart(settings))
)
