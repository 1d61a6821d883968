import * as Effect from "effect/Effect"
import type * as Language from "../domain/Language.ts"
import { type Part, partFlag } from "../domain/Part.ts"
import type { Source } from "../domain/Source.ts"
import type { Utterance } from "../domain/Utterance.ts"
import { probe } from "../media/Probe.ts"
import { models } from "../requests/Models.ts"
import { estimateSeconds } from "../script/Pace.ts"
import { group } from "../script/Utterances.ts"
import { keyOf } from "../speech/ClipKey.ts"
import { Clips } from "../speech/Clips.ts"
import { estimatedUsd } from "../speech/Limits.ts"
import { TextToSpeech } from "../speech/TextToSpeech.ts"
import { checkPart, chooseFrom, stretchOf } from "./ChoosePart.ts"
import { estimateTranscription, type EstimatedTranscription } from "./EstimateTranscription.ts"
import { asked, type EstimatedPart } from "./EstimatedPart.ts"
import { estimateLanguage } from "./EstimateLanguage.ts"
import { expectedScript } from "./ExpectedScript.ts"
import { stretchToHear } from "./ListenToPart.ts"
import { atOnce, type DubSettings } from "./Settings.ts"
import { speechRequests } from "./SpeakUtterances.ts"
import { assignedVoices } from "./Voices.ts"
import { readGlossary } from "./PlanScript.ts"
import type { Script } from "./WriteScript.ts"

/** What a run would cost and take, before anything is sent. */
export interface Estimate {
  readonly video: string
  readonly language: string
  /** The flag that names it, where only a part of the video is meant; then the minutes are those of the part. */
  readonly part?: string
  readonly minutes: number
  /** Whether the lines are known, or only guessed from the length of the video. */
  readonly exact: boolean
  readonly transcription: EstimatedTranscription | null
  readonly translation: EstimatedPart | null
  /** Lines that do not fit written anew, at most, and about how many would be spoken again. */
  readonly refit: (EstimatedPart & { readonly spokenAgain: number }) | null
  /** The texts for YouTube, where a model would write them. */
  readonly youtube: EstimatedPart | null
  readonly speech: EstimatedPart & { readonly kept: number }
  /** Null where a price is not known; what servers on this machine do costs nothing. */
  readonly totalUsd: number | null
  readonly seconds: number
  readonly concurrency: number | "auto"
  /** What the same speech would cost with every model whose price is known. */
  readonly otherServices: ReadonlyArray<{ readonly service: string; readonly model: string; readonly usd: number }>
  /** What would stop the run, and what to do about it. */
  readonly missing: ReadonlyArray<string>
}

/** Speech is about 14 characters a second of video where nothing is known of it, and a line about 60 characters. */
const guess = { charactersPerSecond: 14, charactersPerLine: 60 }
/** Seconds that a speech request takes: to begin with, and for each character. */
const latency = { base: 0.9, perCharacter: 0.012 }
const minutesOfVoice = (characters: number): number => characters / 15 / 60

const guessedLines = (duration: number): ReadonlyArray<string> => {
  const count = Math.ceil((duration * guess.charactersPerSecond) / guess.charactersPerLine)
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

const otherServices = (characters: number): Estimate["otherServices"] =>
  models.flatMap(({ kind, name, service, usdPerMinute, usdPerThousandCharacters }) => {
    if (kind !== "speech") return []
    if (usdPerThousandCharacters !== undefined) {
      return [{ service, model: name, usd: (characters / 1000) * usdPerThousandCharacters }]
    }
    return usdPerMinute === undefined ? [] : [{ service, model: name, usd: minutesOfVoice(characters) * usdPerMinute }]
  })

/** Whether it is known what is to be paid for a part. */
const isPriced = ({ ownServer, usd }: EstimatedPart): boolean => usd !== null || ownServer === true

/** Seconds of a video, or of its part. */
const secondsOf = (part: Part | undefined, source: Source, chosen: ReadonlyArray<Utterance>): number => {
  if (part === undefined) return source.duration
  if (part.kind === "lines") return chosen.reduce((sum, { end, start }) => sum + end - start, 0)
  const { end, start } = stretchOf(part, source)
  return end - start
}

/** With the voices that speakers have from earlier runs: their clips may be kept. */
const voiced = (settings: DubSettings, { language }: Pick<Script, "language">) =>
  Effect.map(assignedVoices(language, settings), (voices): DubSettings => ({
    ...settings,
    voiceFor: Object.fromEntries(voices)
  }))

/** What a run with these settings would ask of which service; nothing is sent. */
export const estimate = Effect.fn("estimate")(function* (
  settings: DubSettings,
  requestsPerMinute: number | undefined,
  alsoTo: ReadonlyArray<Language.Language> = []
) {
  const { provider } = yield* TextToSpeech
  const clips = yield* Clips
  const source = yield* probe(settings.video)
  const glossary = yield* readGlossary(settings.glossary)
  const { language: spokenLanguage, ...expected } = yield* expectedScript(source, settings, alsoTo)
  const { script } = expected

  const { part } = settings
  yield* checkPart(source, part)
  const stretch = part === undefined || script !== undefined ? undefined : yield* stretchToHear(source, part)
  const duration = stretch === undefined ? source.duration : stretch.end - stretch.start

  const { align, sentenceJoinGap: joinGapSeconds, sentencesPerUtterance } = settings
  const grouping = { align, joinGapSeconds, sentencesPerUtterance, duration: source.duration }
  const utterances = script === undefined ? undefined : group(script.cues, { ...grouping, language: script.language })
  const chosen =
    script === undefined || utterances === undefined
      ? undefined
      : yield* chooseFrom(source, script, utterances, settings)
  const isChosen = ({ id }: { readonly id: number }) => chosen?.has(id) ?? true
  const requests =
    script === undefined || utterances === undefined
      ? undefined
      : speechRequests(source, script, utterances, yield* voiced(settings, script), glossary).filter(isChosen)
  const fresh =
    requests === undefined
      ? undefined
      : yield* Effect.filter(requests, ({ request }) => Effect.map(clips.has(keyOf(provider, request)), (has) => !has))
  const texts = fresh?.map(({ request }) => request.text) ?? guessedLines(duration)
  const characters = countCharacters(texts)
  const voiceMinutes = texts.reduce((sum, text) => sum + estimateSeconds(text, spokenLanguage), 0) / 60
  const priced = provider.usdPerThousandCharacters !== undefined || provider.usdPerMinute !== undefined
  const isFree = provider.service === "espeak" || provider.service === "local"

  const transcription = expected.transcribes
    ? yield* estimateTranscription(source, settings, expected.speech, stretch)
    : null
  const usdOf = (spoken: number) => (isFree || spoken === 0 ? 0 : priced ? estimatedUsd(provider, spoken) : null)
  const usd = usdOf(characters)
  const {
    refit,
    seconds: secondsOfLanguage,
    translation,
    youtube
  } = yield* estimateLanguage(
    source,
    settings,
    {
      script,
      translates: expected.translates,
      polishes: expected.polishes,
      lines: script?.cues.length ?? texts.length,
      utterances: requests?.length ?? texts.length,
      characters
    },
    usdOf
  )
  const speech = {
    ...asked(provider),
    requests: texts.length,
    characters,
    minutes: voiceMinutes,
    usd,
    kept: (requests?.length ?? 0) - (fresh?.length ?? 0)
  }
  const parts = [speech, transcription, translation, refit, youtube].filter((one) => one !== null)
  const number = atOnce(settings.concurrency)
  const seconds =
    (isFree
      ? voiceMinutes / number
      : spokenIn(
          texts.map((text) => text.length),
          settings.concurrency,
          requestsPerMinute
        )) +
    secondsOfLanguage +
    (transcription === null ? 0 : Math.min(60, transcription.minutes * 3)) +
    duration / 100
  const result: Estimate = {
    video: source.path,
    language: spokenLanguage,
    ...(part === undefined ? {} : { part: partFlag(part) }),
    minutes: secondsOf(part, source, utterances?.filter(isChosen) ?? []) / 60,
    exact: script !== undefined,
    transcription,
    translation,
    refit,
    youtube,
    speech,
    totalUsd: parts.every(isPriced) ? parts.reduce((sum, one) => sum + (one.usd ?? 0), 0) : null,
    seconds,
    concurrency: settings.concurrency,
    otherServices: otherServices(countCharacters(requests?.map(({ request }) => request.text) ?? texts)),
    missing: expected.missing.map(({ message }) => message)
  }
  return result
})
