import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberSet from "effect/FiberSet"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import type { Cue } from "../domain/Cue.ts"
import * as Language from "../domain/Language.ts"
import { lineName } from "../domain/Utterance.ts"
import { AttemptCount } from "../requests/RequestPolicy.ts"
import { RequestLog } from "../requests/RequestLog.ts"
import type { ServiceError } from "../requests/ServiceError.ts"
import { RequestsOfStage } from "../requests/StageUse.ts"
import { group } from "../script/Utterances.ts"
import { keyOf } from "../speech/ClipKey.ts"
import { Clips } from "../speech/Clips.ts"
import { estimatedUsd } from "../speech/Limits.ts"
import { fanOut } from "../speech/Speak.ts"
import { type SpeechRequest, TextToSpeech } from "../speech/TextToSpeech.ts"
import { checkVoices } from "./CheckVoices.ts"
import { type Heard, prepareLanguage } from "./Prepare.ts"
import type { DubSettings } from "./Settings.ts"
import { speechRequests, voiceOf } from "./SpeakUtterances.ts"
import { withVoices } from "./Voices.ts"
import { readGlossary } from "./PlanScript.ts"
import { type OnCues } from "./WriteScript.ts"

/** What is spoken before all lines of a script are written. */
export interface SpokenAhead {
  /** Whether the clip of this key was asked for ahead, and nobody has come for it yet. */
  has(key: string): boolean
  /** The voice; what was begun ahead is not asked for again, and counts for whoever comes for it first. */
  readonly voice: TextToSpeech["Service"]
}

/** A stretch of cues, in order of time: from the first up to, not including, the last. */
interface Stretch {
  readonly from: number
  readonly to: number
}

/** Cues up to pauses that no utterance crosses, whatever their words. They are in order of time. */
export const stretches = (
  cues: ReadonlyArray<Cue>,
  { align, sentenceJoinGap }: Pick<DubSettings, "align" | "sentenceJoinGap">
): ReadonlyArray<Stretch> => {
  const gap = align === "segment" ? -Infinity : Math.max(0, sentenceJoinGap)
  const starts: Array<number> = []
  let end = -Infinity
  for (const [index, cue] of cues.entries()) {
    if (index === 0 || cue.start - end >= gap) starts.push(index)
    end = Math.max(end, cue.end)
  }
  return starts.map((from, index) => ({ from, to: starts[index + 1] ?? cues.length }))
}

/** What is to be asked for one after another, as cues come; each key is given once. */
const requestsAhead = (
  heard: Heard,
  settings: DubSettings,
  glossary: Parameters<typeof speechRequests>[4],
  provider: TextToSpeech["Service"]["provider"]
) => {
  const language = settings.to ?? heard.spoken.language
  const { align, sentenceJoinGap, sentencesPerUtterance } = settings
  const { source } = heard
  const cues = heard.spoken.cues.filter(({ text }) => text.trim() !== "").toSorted((a, b) => a.start - b.start)
  const places = stretches(cues, settings)
  const indexOf = new Map(cues.map((cue, index) => [cue.id, index]))
  const placeOf = places.flatMap(({ from, to }, place) => Array.from({ length: to - from }, () => place))
  const left = places.map(({ from, to }) => to - from)
  const known = new Map<number, Cue>()
  const given = new Set<string>()
  const hearsNeighbours = provider.soundDependsOn?.includes("neighbours") === true
  /** A line beside a new one may have its own neighbour one stretch further on. */
  const reach = hearsNeighbours ? 2 : 0

  const isWhole = (place: number) => left[place] === 0

  const requestsOf = ({ from, to }: Stretch, cased: boolean): ReadonlyMap<string, SpeechRequest> => {
    const lines = Array.from({ length: to - from }, (_, i) => known.get(from + i)!)
    const utterances = group(lines, {
      align,
      joinGapSeconds: sentenceJoinGap,
      sentencesPerUtterance,
      language,
      duration: source.duration,
      cased
    })
    const isInside = (id: number) => (id > 1 || from === 0) && (id < utterances.length || to === cues.length)
    return new Map(
      speechRequests(source, { language }, utterances, settings, glossary)
        .filter(({ id }) => !hearsNeighbours || isInside(id))
        .map(({ id, request }) => [
          keyOf(provider, request),
          {
            ...request,
            subject: lineName(utterances[id - 1]!),
            // How long it may take is not known where nothing follows yet.
            slotSeconds: id < utterances.length ? request.slotSeconds : undefined
          }
        ])
    )
  }

  return (finished: ReadonlyArray<Cue>): ReadonlyArray<readonly [key: string, request: SpeechRequest]> => {
    const whole = finished.flatMap((cue) => {
      const index = indexOf.get(cue.id)
      if (index === undefined || known.has(index)) return []
      known.set(index, cue)
      const place = placeOf[index]!
      left[place] = left[place]! - 1
      return isWhole(place) ? [place] : []
    })
    return whole.flatMap((place) => {
      let first = place
      let last = place
      while (first > Math.max(0, place - reach) && isWhole(first - 1)) first--
      while (last < Math.min(places.length - 1, place + reach) && isWhole(last + 1)) last++
      const stretch = { from: places[first]!.from, to: places[last]!.to }
      // Whether a small letter goes on with a sentence is decided by all lines: only what is the same either way is certain.
      const otherwise = requestsOf(stretch, false)
      const certain = [...requestsOf(stretch, true)].filter(([key]) => otherwise.has(key) && !given.has(key))
      for (const [key] of certain) given.add(key)
      return certain
    })
  }
}

/** What was begun ahead, and how it ended: none, when it was interrupted. */
interface Begun {
  isSent: boolean
  readonly outcome: Deferred.Deferred<Option.Option<{ readonly attempts: number; readonly exit: Spoken }>>
}
type Spoken = Exit.Exit<{ readonly cached: boolean }, ServiceError>

/**
 * Speaks lines as they are written: the same requests through the same voice, only earlier. What has not been sent when
 * the whole script is there is left to the stage that speaks it. Ends with the scope.
 */
const speakAhead = Effect.fn("speakAhead")(function* (heard: Heard, given: DubSettings) {
  const language = given.to ?? heard.spoken.language
  if (Language.same(language, heard.spoken.language) && !given.polish) return undefined
  const speakers = new Set(heard.spoken.cues.map(({ speaker }) => speaker))
  // Voices are dealt by who speaks in the end, and blocks end at scene cuts: neither is known yet.
  if (speakers.size !== 1 || given.align === "block") return undefined
  const tts = yield* TextToSpeech
  const { provider } = tts
  const clips = yield* Clips
  const log = yield* RequestLog
  const fibers = yield* FiberSet.make()
  const permits = yield* Semaphore.make(fanOut(given.concurrency))
  const settings = yield* withVoices(
    [...speakers].map((speaker) => ({ speaker, text: "one", start: 0, end: 0 })),
    language,
    given
  )
  yield* checkVoices([...speakers].map((speaker) => voiceOf(speaker, settings)))
  const next = requestsAhead(heard, settings, yield* readGlossary(settings.glossary), provider)
  const begun = new Map<string, Begun>()

  const speak = Effect.fnUntraced(function* (key: string, request: SpeechRequest, one: Begun) {
    if (begun.get(key) !== one) return
    one.isSent = true
    const count = { attempts: 0 }
    yield* Effect.gen(function* () {
      if (!(yield* clips.has(key))) yield* log.expected(estimatedUsd(provider, [...request.text].length))
      const { cached = false } = yield* tts.speak(request)
      return { cached }
    }).pipe(
      Effect.provideService(AttemptCount, count),
      // It is spoken while another stage runs, and is speaking all the same.
      Effect.provideService(RequestsOfStage, "speak"),
      Effect.onExit((exit) => {
        const isInterrupted = Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)
        const outcome = isInterrupted ? Option.none() : Option.some({ attempts: count.attempts, exit })
        return Deferred.succeed(one.outcome, outcome)
      }),
      Effect.ignore
    )
  })

  const onCues: OnCues = (cues) =>
    Effect.forEach(
      next(cues),
      ([key, request]) => {
        const one: Begun = { isSent: false, outcome: Deferred.makeUnsafe() }
        begun.set(key, one)
        return FiberSet.run(fibers, permits.withPermits(1)(speak(key, request, one)))
      },
      { discard: true }
    )

  const stop = FiberSet.clear(fibers)
  const voice = TextToSpeech.of({
    provider,
    speak: Effect.fnUntraced(function* (request) {
      const key = keyOf(provider, request)
      const one = begun.get(key)
      begun.delete(key)
      if (one === undefined) return yield* tts.speak(request)
      // Interrupted, all that is under way ends within one grace.
      const outcome = yield* Effect.onInterrupt(Deferred.await(one.outcome), () => stop)
      if (Option.isNone(outcome)) return yield* tts.speak(request)
      const count = yield* AttemptCount
      count.attempts += outcome.value.attempts
      const { cached } = yield* outcome.value.exit
      const bytes = yield* clips.read(key)
      if (Option.isNone(bytes)) return yield* tts.speak(request)
      return { bytes: bytes.value, contentType: "audio/wav", key, cached }
    })
  })
  const ahead: SpokenAhead = { has: (key) => begun.has(key), voice }
  /** What was not sent is asked for by the stage that speaks, in its own order. */
  const settle = Effect.sync(() => {
    for (const [key, one] of begun) if (!one.isSent) begun.delete(key)
  })
  return { ahead, onCues, settle, stop }
})

/** Writes the script of a language and groups it; what a model has finished is spoken while it goes on. */
export const prepareSpeaking = Effect.fn("prepareSpeaking")(function* (heard: Heard, settings: DubSettings) {
  // What is wrong with the voices or the glossary is told by the stages that need them.
  const speaking = yield* Effect.orElseSucceed(speakAhead(heard, settings), () => undefined)
  if (speaking === undefined) return yield* prepareLanguage(heard, settings)
  const { ahead, onCues, settle, stop } = speaking
  let isWritten = false
  const write = Effect.tap(prepareLanguage(heard, settings, onCues), () => {
    isWritten = true
    return settle
  })
  // Interrupted, translating and speaking end at the same time, each within its grace.
  const untilWritten = Effect.onInterrupt(Effect.never, () => (isWritten ? Effect.void : stop))
  return { ...(yield* Effect.raceFirst(write, untilWritten)), ahead }
})
