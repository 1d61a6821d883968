import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Source } from "../domain/Source.ts"
import type { Placement } from "../domain/Timeline.ts"
import type { Utterance } from "../domain/Utterance.ts"
import type { Glossary } from "../script/Glossary.ts"
import { LanguageModel } from "../script/LanguageModel.ts"
import { voiceText } from "../script/VoiceText.ts"
import { isMisfit } from "./Misfits.ts"
import { planUtterances } from "./PlaceUtterances.ts"
import type { DubSettings } from "./Settings.ts"
import { speakLines, speechRequests, type Voiced } from "./SpeakUtterances.ts"
import type { MeasuredPace } from "./VoicePace.ts"
import * as Workdir from "./Workdir.ts"
import type { Script } from "./WriteScript.ts"

const Rewrite = Schema.Struct({
  id: Schema.Int,
  before: Schema.String,
  text: Schema.String,
  tempoBefore: Schema.Finite,
  tempoAfter: Schema.Finite
})

/** The shape of <language>/rewrites.json: lines that are spoken in other words than subs.srt has, to fit their time. */
export const Rewrites = Schema.Struct({
  /** Nothing was left to ask for, and nothing failed. */
  complete: Schema.Boolean,
  asked: Schema.Int,
  requests: Schema.Int,
  rewrites: Schema.Array(Rewrite)
})
export type Rewrites = typeof Rewrites.Type
export const rewritesFormat = Workdir.json(Rewrites)

export const rewritesName = (language: string): string => `${language}/rewrites.json`

/** Lines as they are spoken, and when. */
export interface Dubbed {
  readonly utterances: ReadonlyArray<Utterance>
  readonly voiced: ReadonlyMap<number, Voiced>
  readonly placements: ReadonlyArray<Placement>
}

/** Another text for a line, spoken. */
export interface Alternative {
  readonly index: number
  readonly text: string
  readonly voiced: Voiced
}

/** What was spoken, before any line of it is rewritten. */
export interface ToRefit {
  readonly source: Source
  readonly script: Script
  readonly utterances: ReadonlyArray<Utterance>
  readonly voiced: ReadonlyMap<number, Voiced>
  readonly pace: MeasuredPace
  /** The ids of those that may be rewritten; all unless given. */
  readonly chosen?: ReadonlySet<number> | undefined
}

/** Whether a model may be asked for other words: there is one, and what it writes may be spoken. */
export const mayRewrite = (settings: DubSettings) =>
  Effect.map(LanguageModel, ({ provider }) => provider.service !== "none" && !settings.cachedOnly)

/** What an earlier run stored; nothing where it cannot be read. */
export const readRewrites = Effect.fnUntraced(function* (name: string) {
  const workdir = yield* Workdir.Workdir
  const read = Effect.flatMap(workdir.read(name), (bytes) => rewritesFormat.decode(bytes, workdir.path(name)))
  return yield* Effect.orElseSucceed(read, (): Rewrites => ({ complete: false, asked: 0, requests: 0, rewrites: [] }))
})

/** Positions of the lines that do not fit and may be rewritten. */
export const misfitsOf = (plan: Dubbed, written: ReadonlySet<number>): ReadonlyArray<number> =>
  plan.utterances.flatMap(({ id }, i) => (written.has(id) && isMisfit(plan, i) ? [i] : []))

/** The lines with other texts, planned anew. */
export const applyTo =
  (source: Source, settings: DubSettings) =>
  (plan: Dubbed, alternatives: ReadonlyArray<Alternative>): Dubbed => {
    const byIndex = new Map(alternatives.map((one) => [one.index, one]))
    const utterances = plan.utterances.map((utterance, i) => {
      const other = byIndex.get(i)
      return other === undefined ? utterance : { ...utterance, text: other.text }
    })
    const voiced = new Map(plan.voiced)
    for (const { index, voiced: one } of alternatives) voiced.set(plan.utterances[index]!.id, one)
    return { utterances, voiced, placements: planUtterances(source, utterances, voiced, settings).placements }
  }

/** Has other texts spoken, each between the lines as subs.srt has them, so that their clips are found again. */
export const speakTexts = Effect.fnUntraced(function* (
  { script, source, utterances }: ToRefit,
  texts: ReadonlyMap<number, string>,
  settings: DubSettings,
  glossary: Glossary | undefined
) {
  const requests = speechRequests(source, script, utterances, settings, glossary).flatMap(({ id, request }) => {
    const text = texts.get(id)
    return text === undefined ? [] : [{ id, request: { ...request, text: voiceText(text, script.language, glossary) } }]
  })
  const voiced = yield* speakLines(
    requests.filter(({ request }) => request.text !== ""),
    settings
  )
  return utterances.flatMap(({ id }, index): ReadonlyArray<Alternative> => {
    const one = voiced.get(id)
    return one?.kind === "clip" ? [{ index, text: texts.get(id)!, voiced: one }] : []
  })
})

/** What is stored, as it is: a second run speaks the same words as the first. */
export const withRewrites = Effect.fnUntraced(function* (
  run: ToRefit,
  first: Dubbed,
  rewrites: Rewrites["rewrites"],
  settings: DubSettings,
  glossary: Glossary | undefined
) {
  const texts = new Map(
    rewrites.flatMap(({ before, id, text }) =>
      run.utterances.some((one) => one.id === id && one.text === before) ? [[id, text] as const] : []
    )
  )
  const alternatives = yield* speakTexts(run, texts, settings, glossary)
  return applyTo(run.source, settings)(first, alternatives)
})
