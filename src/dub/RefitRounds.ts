import * as Effect from "effect/Effect"
import { counted } from "../domain/Counted.ts"
import { toSeconds } from "../domain/Sound.ts"
import type { Glossary } from "../script/Glossary.ts"
import { type Misfit, refitLines, refitRounds } from "../script/Refit.ts"
import { voiceText } from "../script/VoiceText.ts"
import { TextToSpeech } from "../speech/TextToSpeech.ts"
import { keepBetter, wantedSeconds } from "./Misfits.ts"
import { type Advance, Progress } from "./Progress.ts"
import { applyTo, type Dubbed, mayRewrite, misfitsOf, type Rewrites, speakTexts, type ToRefit } from "./RefitTrials.ts"
import { atOnce, type DubSettings } from "./Settings.ts"
import { voiceOf } from "./SpeakUtterances.ts"

const textOf = (plan: Dubbed, id: number): string => plan.utterances.find((one) => one.id === id)?.text ?? ""

const clipSecondsOf = (plan: Dubbed, index: number): number => plan.placements[index]!.clipSeconds

/** Asks for, speaks and tries other texts for the lines that do not fit; gives what is worth keeping. */
export const refitInRounds = Effect.fnUntraced(function* (
  run: ToRefit,
  first: Dubbed,
  written: ReadonlySet<number>,
  stored: Rewrites,
  settings: DubSettings,
  glossary: Glossary | undefined,
  advance: Advance
) {
  const progress = yield* Progress
  const mayAsk = yield* mayRewrite(settings)
  const speech = yield* TextToSpeech
  const { language } = run.script
  const apply = applyTo(run.source, settings)
  const total = misfitsOf(first, written).length
  const spoken = (text: string) => voiceText(text, language, glossary)
  let plan = first
  let asked = 0
  let requests = 0
  let failed = 0
  const tried = new Map<number, NonNullable<Misfit["tried"]>>()

  // What an earlier run kept, where its line still has the same words.
  const known = new Map(
    misfitsOf(plan, written).flatMap((index) => {
      const { id, text } = plan.utterances[index]!
      const found =
        stored.rewrites.find((one) => one.id === id && one.before === text) ??
        stored.rewrites.find((one) => one.before === text)
      return found === undefined ? [] : [[id, found.text] as const]
    })
  )
  if (known.size > 0) plan = keepBetter(plan, yield* speakTexts(run, known, settings, glossary), apply)

  const rounds = mayAsk ? refitRounds : 0
  for (let round = 1; round <= rounds; round++) {
    const misfits = misfitsOf(plan, written)
    if (misfits.length === 0) break
    yield* advance(total - misfits.length, total, `round ${round}`)
    const lines = misfits.map((index): Misfit => {
      const utterance = plan.utterances[index]!
      return {
        id: utterance.id,
        lines: utterance.lines,
        text: utterance.text,
        speaker: utterance.speaker,
        seconds: clipSecondsOf(plan, index),
        wanted: wantedSeconds(utterance, plan.placements[index]!),
        before: plan.utterances[index - 1]?.text ?? "",
        after: plan.utterances[index + 1]?.text ?? "",
        tried: tried.get(utterance.id),
        pace: run.pace.paces.get(voiceOf(utterance.speaker, settings) ?? speech.provider.defaultVoice(language))
      }
    })
    const answer = yield* refitLines({
      lines,
      language,
      glossary,
      concurrency: atOnce(settings.concurrency)
    })
    asked += lines.length
    requests += answer.requests
    failed += answer.failed
    if (answer.reason !== undefined) {
      yield* progress.warning(
        `${counted(answer.failed, "line")} could not be rewritten to fit their time: ${answer.reason}`
      )
    }
    const texts = new Map([...answer.texts].filter(([id, text]) => spoken(text) !== spoken(textOf(plan, id))))
    const alternatives = yield* speakTexts(run, texts, settings, glossary)
    const unspoken = texts.size - alternatives.length
    if (unspoken > 0) {
      failed += unspoken
      yield* progress.warning(
        `${counted(unspoken, "line was", "lines were")} rewritten to fit their time, but could not be spoken`
      )
    }
    plan = keepBetter(plan, alternatives, apply)
    for (const { index, text, voiced } of alternatives) {
      if (plan.utterances[index]!.text === text || voiced.kind !== "clip") continue
      tried.set(plan.utterances[index]!.id, { text, seconds: toSeconds(voiced.speechEnd - voiced.speechStart) })
    }
  }
  const rewrites = plan.utterances.flatMap(({ id, text }, i) =>
    text === first.utterances[i]!.text
      ? []
      : [
          {
            id,
            before: first.utterances[i]!.text,
            text,
            tempoBefore: first.placements[i]!.tempo,
            tempoAfter: plan.placements[i]!.tempo
          }
        ]
  )
  return { complete: failed === 0 && mayAsk, asked, requests, rewrites } satisfies Rewrites
})
