import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Transcript } from "../domain/Cue.ts"
import * as Language from "../domain/Language.ts"
import type { Source } from "../domain/Source.ts"
import { probe } from "../media/Probe.ts"
import { models, priceOfLanguage } from "../requests/Models.ts"
import { LanguageModel } from "../script/LanguageModel.ts"
import { estimateSeconds } from "../script/Pace.ts"
import { group } from "../script/Utterances.ts"
import { keyOf } from "../speech/ClipKey.ts"
import { Clips } from "../speech/Clips.ts"
import { estimatedUsd } from "../speech/Limits.ts"
import { TextToSpeech } from "../speech/TextToSpeech.ts"
import { SpeechToText } from "../transcript/SpeechToText.ts"
import { knownCues } from "./KnownCues.ts"
import { atOnce, type DubSettings } from "./Settings.ts"
import { speechRequests } from "./SpeakUtterances.ts"
import * as Workdir from "./Workdir.ts"
import { readGlossary, readScript, type Script } from "./WriteScript.ts"

/** What a part of a run would ask for; dollars null where no price is known. */
export interface EstimatedPart {
  readonly service: string
  readonly requests: number
  readonly characters: number
  readonly minutes: number
  readonly usd: number | null
}

/** What a run would cost and take, before anything is sent. */
export interface Estimate {
  readonly video: string
  readonly language: string
  readonly minutes: number
  /** Whether the lines are known, or only guessed from the length of the video. */
  readonly exact: boolean
  readonly transcription: EstimatedPart | null
  readonly translation: EstimatedPart | null
  readonly speech: EstimatedPart & { readonly kept: number }
  /** Null where a price is not known. */
  readonly totalUsd: number | null
  readonly seconds: number
  readonly concurrency: number | "auto"
  /** What the same speech would cost with every model whose price is known. */
  readonly otherServices: ReadonlyArray<{ readonly service: string; readonly model: string; readonly usd: number }>
}

/** Speech is about 14 characters a second of video where nothing is known of it, and a line about 60 characters. */
const guess = { charactersPerSecond: 14, charactersPerLine: 60 }
/** Seconds that a speech request takes: to begin with, and for each character. */
const latency = { base: 0.9, perCharacter: 0.012 }
/** Lines that go to the language model in one request, and the tokens around them. */
const batch = { lines: 30, tokensAround: 900, charactersPerToken: 3.5, seconds: 15 }
const minutesOfVoice = (characters: number): number => characters / 15 / 60

const guessedLines = (source: Source): ReadonlyArray<string> => {
  const count = Math.ceil((source.duration * guess.charactersPerSecond) / guess.charactersPerLine)
  return Array.from({ length: count }, () => "x".repeat(guess.charactersPerLine))
}

/** Seconds that requests of these lengths take with so many at once, and so many a minute at most. */
export const spokenIn = (
  characters: ReadonlyArray<number>,
  concurrency: number | "auto",
  requestsPerMinute: number | undefined
): number => {
  const each = characters.map((length) => latency.base + latency.perCharacter * length)
  const longest = each.reduce((most, one) => Math.max(most, one), 0)
  const number = atOnce(concurrency)
  const shared = each.reduce((sum, one) => sum + one, 0) / number
  const limited = requestsPerMinute === undefined ? 0 : (characters.length / requestsPerMinute) * 60
  return Math.max(longest, shared, limited)
}

const countCharacters = (texts: ReadonlyArray<string>): number => texts.reduce((sum, text) => sum + [...text].length, 0)

const nameOf = ({ model, service }: { readonly service: string; readonly model: string }): string =>
  service === "none" ? "a service that is not set up" : `${service} ${model}`

const otherServices = (characters: number): Estimate["otherServices"] =>
  models.flatMap(({ kind, name, service, usdPerMinute, usdPerThousandCharacters }) => {
    if (kind !== "speech") return []
    if (usdPerThousandCharacters !== undefined) {
      return [{ service, model: name, usd: (characters / 1000) * usdPerThousandCharacters }]
    }
    return usdPerMinute === undefined ? [] : [{ service, model: name, usd: minutesOfVoice(characters) * usdPerMinute }]
  })

/** The script as it would be spoken: subs.srt where it is there, else what is known of what is said. */
const scriptOf = Effect.fnUntraced(function* (source: Source, settings: DubSettings) {
  const workdir = yield* Workdir.Workdir
  const to = settings.to
  if (to !== undefined && (yield* workdir.exists(`${to}/subs.srt`))) {
    const script: Script = yield* readScript(to)
    return { script, isTranslated: true, isTranscribed: true }
  }
  const heard = yield* knownCues(source, settings)
  const stored = yield* Effect.option(
    Effect.flatMap(workdir.read("transcript.json"), (bytes) =>
      Workdir.json(Transcript).decode(bytes, "transcript.json")
    )
  )
  const cues = heard ?? Option.getOrUndefined(stored)
  const language = to ?? settings.from ?? Language.Language.make("en")
  if (cues === undefined) return { script: undefined, isTranslated: false, isTranscribed: false, language }
  return {
    script: { language, cues, path: "", translated: to !== undefined },
    isTranslated: false,
    isTranscribed: true
  }
})

/** What a run with these settings would ask of which service; nothing is sent. */
export const estimate = Effect.fn("estimate")(function* (settings: DubSettings, requestsPerMinute: number | undefined) {
  const { provider } = yield* TextToSpeech
  const clips = yield* Clips
  const stt = yield* SpeechToText
  const model = yield* LanguageModel
  const source = yield* probe(settings.video)
  const glossary = yield* readGlossary(settings.glossary)
  const { isTranscribed, isTranslated, language, script } = yield* scriptOf(source, settings)

  const { align, sentenceJoinGap: joinGapSeconds, sentencesPerUtterance } = settings
  const requests =
    script === undefined
      ? undefined
      : speechRequests(
          source,
          script,
          group(script.cues, {
            align,
            joinGapSeconds,
            sentencesPerUtterance,
            language: script.language,
            duration: source.duration
          }),
          settings,
          glossary
        )
  const fresh =
    requests === undefined
      ? undefined
      : yield* Effect.filter(requests, ({ request }) => Effect.map(clips.has(keyOf(provider, request)), (has) => !has))
  const texts = fresh?.map(({ request }) => request.text) ?? guessedLines(source)
  const characters = countCharacters(texts)
  const spokenLanguage = script?.language ?? language ?? Language.Language.make("en")
  const voiceMinutes = texts.reduce((sum, text) => sum + estimateSeconds(text, spokenLanguage), 0) / 60
  const priced = provider.usdPerThousandCharacters !== undefined || provider.usdPerMinute !== undefined
  const isFree = provider.service === "espeak" || provider.service === "local"

  const transcription = isTranscribed
    ? null
    : {
        service: nameOf(stt.provider),
        requests: Math.max(1, Math.ceil(source.duration / Math.min(1200, Math.max(1, stt.provider.longestSeconds)))),
        characters: 0,
        minutes: source.duration / 60,
        usd: stt.provider.usdPerMinute === undefined ? null : (stt.provider.usdPerMinute * source.duration) / 60
      }
  const rewrites =
    (settings.to !== undefined && !isTranslated && settings.script === undefined ? 1 : 0) + (settings.polish ? 1 : 0)
  const lines = script?.cues.length ?? texts.length
  const tokens = characters / batch.charactersPerToken
  const batches = Math.ceil(lines / batch.lines) * rewrites
  const translation =
    rewrites === 0
      ? null
      : {
          service: nameOf(model.provider),
          requests: batches,
          characters: characters * rewrites,
          minutes: 0,
          usd:
            priceOfLanguage(
              model.provider.model,
              (tokens * 3 + batch.tokensAround) * rewrites,
              tokens * 1.5 * rewrites
            ) ?? null
        }
  const usd = isFree || texts.length === 0 ? 0 : priced ? estimatedUsd(provider, characters) : null
  const parts = [
    usd,
    ...(transcription === null ? [] : [transcription.usd]),
    ...(translation === null ? [] : [translation.usd])
  ]
  const number = atOnce(settings.concurrency)
  const seconds =
    (isFree
      ? voiceMinutes / number
      : spokenIn(
          texts.map((text) => text.length),
          settings.concurrency,
          requestsPerMinute
        )) +
    (translation === null ? 0 : Math.ceil(batches / number) * batch.seconds) +
    (transcription === null ? 0 : Math.min(60, source.duration / 20)) +
    source.duration / 100
  const result: Estimate = {
    video: source.path,
    language: spokenLanguage,
    minutes: source.duration / 60,
    exact: script !== undefined,
    transcription,
    translation,
    speech: {
      service: nameOf(provider),
      requests: texts.length,
      characters,
      minutes: voiceMinutes,
      usd,
      kept: (requests?.length ?? 0) - (fresh?.length ?? 0)
    },
    totalUsd: parts.every((part) => part !== null) ? parts.reduce((sum, part) => sum + part, 0) : null,
    seconds,
    concurrency: settings.concurrency,
    otherServices: otherServices(countCharacters(requests?.map(({ request }) => request.text) ?? texts))
  }
  return result
})
