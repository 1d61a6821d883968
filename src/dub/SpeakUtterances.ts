import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { isPastEnd, type Source } from "../domain/Source.ts"
import { countLines, lineName, lineNames, type Utterance } from "../domain/Utterance.ts"
import { release } from "../media/Release.ts"
import { RequestLog } from "../requests/RequestLog.ts"
import type { Glossary } from "../script/Glossary.ts"
import { isSpoken } from "../script/SpokenText.ts"
import { voiceText } from "../script/VoiceText.ts"
import { keyOf } from "../speech/ClipKey.ts"
import { Clips, decodeClip } from "../speech/Clips.ts"
import { estimatedUsd } from "../speech/Limits.ts"
import type { SpokenLine } from "../speech/Speak.ts"
import { speakAll } from "../speech/Speak.ts"
import type { SpeechRequest } from "../speech/TextToSpeech.ts"
import { TextToSpeech } from "../speech/TextToSpeech.ts"
import { isClipped } from "../timeline/Clipping.ts"
import { clipLevels } from "../timeline/Level.ts"
import type { FrameLevels } from "../timeline/Loudness.ts"
import { speechBounds, trim } from "../timeline/Trim.ts"
import { checkVoices } from "./CheckVoices.ts"
import { pastTheEnd } from "./PastTheEnd.ts"
import { Progress } from "./Progress.ts"
import type { DubSettings } from "./Settings.ts"
import type { SpokenAhead } from "./SpeakAhead.ts"
import { warnOfBudget } from "./BudgetNotice.ts"
import { warnOfShutdown } from "./ShutdownNotice.ts"
import type { Script } from "./WriteScript.ts"

/** What became of one utterance: a kept clip, nothing to say, or why there is none. */
export type Voiced =
  | {
      readonly kind: "clip"
      readonly key: string
      readonly attempts: number
      readonly cached: boolean
      /** Sample positions in the clip between which speech is heard. */
      readonly speechStart: number
      readonly speechEnd: number
      /** Loudness of the speech, and its levels. */
      readonly lufs: number
      readonly levels: FrameLevels
      readonly isClipped?: boolean | undefined
    }
  | { readonly kind: "nothing" }
  | {
      readonly kind: "failed"
      readonly error: string
      readonly attempts: number
      readonly mend?: SpokenLine["mend"]
    }

/** The voice of a speaker; undefined: the service's own for the language. */
export const voiceOf = (
  speaker: string | null,
  { voice, voiceFor }: Pick<DubSettings, "voice" | "voiceFor">
): string | undefined => (speaker !== null && Object.hasOwn(voiceFor, speaker) ? voiceFor[speaker] : voice)

const request = (
  utterances: ReadonlyArray<Utterance>,
  i: number,
  name: string,
  script: Pick<Script, "language">,
  settings: DubSettings,
  glossary: Glossary | undefined
): SpeechRequest => {
  const utterance = utterances[i]!
  const say = (one: Utterance | undefined) =>
    one === undefined ? undefined : voiceText(one.text, script.language, glossary)
  const sameSpeaker = (one: Utterance | undefined) => (one?.speaker === utterance.speaker ? one : undefined)
  return {
    subject: name,
    text: say(utterance)!,
    voice: voiceOf(utterance.speaker, settings),
    language: script.language,
    instructions: settings.instructions,
    previousText: say(sameSpeaker(utterances[i - 1])),
    nextText: say(sameSpeaker(utterances[i + 1])),
    slotSeconds: utterance.slotEnd - utterance.start
  }
}

/** What would be asked of the voice: every utterance that has words and starts before the video ends. */
export const speechRequests = (
  source: Source,
  script: Pick<Script, "language">,
  utterances: ReadonlyArray<Utterance>,
  settings: DubSettings,
  glossary: Glossary | undefined
): ReadonlyArray<{ readonly id: number; readonly request: SpeechRequest }> => {
  const names = lineNames(utterances)
  return utterances.flatMap((utterance, i) =>
    isSpoken(utterance.text) && !isPastEnd(utterance.start, source)
      ? [{ id: utterance.id, request: request(utterances, i, names[i]!, script, settings, glossary) }]
      : []
  )
}

/** Measures the speech in clips as they come, each once. */
const makeMeasuring = () => {
  const measured = new Map<string, Measured>()
  const measure = (line: SpokenLine, wav: Uint8Array | undefined): void => {
    if (wav === undefined || line.key === undefined || measured.has(line.key)) return
    const samples = decodeClip(wav)
    if (Option.isNone(samples)) return
    const bounds = speechBounds(samples.value)
    const speech = trim(samples.value, bounds)
    const { lufs, ...levels } = clipLevels(speech)
    const { end: speechEnd, start: speechStart } = bounds
    measured.set(line.key, { speechStart, speechEnd, lufs, levels, isClipped: isClipped(speech, levels) })
    release(samples.value)
  }
  return { measure, measured: measured as ReadonlyMap<string, Measured> }
}

/** Has single lines spoken, without a stage of their own; one that fails does not stop the others. */
export const speakLines = Effect.fn("speakLines")(function* (
  requests: ReadonlyArray<{ readonly id: number; readonly request: SpeechRequest }>,
  settings: DubSettings
) {
  const { measure, measured } = makeMeasuring()
  const lines = yield* speakAll(requests, {
    concurrency: settings.concurrency,
    onDone: (line, wav) => Effect.sync(() => measure(line, wav))
  })
  return new Map(lines.map((line) => [line.id, ofLine(line, measured)]))
})

/** Has every utterance spoken, or the chosen ones, several at once; one that fails does not stop the others. */
export const speakUtterances = Effect.fn("speakUtterances")(function* (
  source: Source,
  script: Script,
  utterances: ReadonlyArray<Utterance>,
  settings: DubSettings,
  glossary: Glossary | undefined,
  ahead?: SpokenAhead | undefined,
  chosen?: ReadonlySet<number> | undefined
) {
  const progress = yield* Progress
  const log = yield* RequestLog
  const tts = ahead?.voice ?? (yield* TextToSpeech)
  const { provider } = tts
  const clips = yield* Clips
  const { measure, measured } = makeMeasuring()
  const isChosen = ({ id }: { readonly id: number }) => chosen?.has(id) ?? true
  const requests = speechRequests(source, script, utterances, settings, glossary).filter(isChosen)
  const spoken = yield* progress.stage("speak", (advance) =>
    Effect.gen(function* () {
      const fresh = yield* Effect.filter(requests, ({ request: one }) =>
        Effect.map(clips.has(keyOf(provider, one)), (has) => !has && ahead?.has(keyOf(provider, one)) !== true)
      )
      yield* checkVoices(fresh.map(({ request: one }) => one.voice))
      const characters = fresh.reduce((sum, { request: one }) => sum + [...one.text].length, 0)
      if (fresh.length > 0) yield* warnOfShutdown(provider)
      if (fresh.length > 0 || ahead !== undefined) yield* warnOfBudget(provider, settings)
      yield* log.expected(estimatedUsd(provider, characters))
      const byId = new Map(utterances.map((one) => [one.id, one]))
      const linesOf = (ids: ReadonlyArray<{ readonly id: number }>) => countLines(ids.map(({ id }) => byId.get(id)!))
      const all = linesOf(requests)
      const [doneLines, lostLines] = [new Set<number>(), new Set<number>()]
      const failures: Array<SpokenLine> = []
      yield* advance(0, all)
      const lines = yield* speakAll(requests, {
        concurrency: settings.concurrency,
        // Measured here, each clip's work is done while others are still awaited.
        onDone: Effect.fnUntraced(function* (line, wav) {
          measure(line, wav)
          const utterance = byId.get(line.id)!
          for (const one of utterance.lines) (line.status === "ok" ? doneLines : lostLines).add(one)
          if (line.status === "failed" && failures.push(line) === 1) {
            const name = lineName(utterance).replace("l", "L")
            yield* progress.warning(`${name} could not be spoken: ${line.error ?? "no reason given"}.`)
          }
          const lost = lostLines.size
          yield* advance(Math.min(doneLines.size, all - lost), all, lost === 0 ? undefined : `${lost} failed`)
        })
      }).pipe(Effect.provideService(TextToSpeech, tts))
      const kept = lines.filter((line) => line.cached)
      const cached = linesOf(kept)
      const failed = lostLines.size
      const parts = [
        `${all - failed} spoken by ${provider.service}${provider.model === "" ? "" : ` ${provider.model}`}`,
        ...(cached > 0 ? [`${cached} kept from before`] : []),
        ...(failed > 0 ? [`${failed} failed`] : [])
      ]
      const outcome = failed === 0 ? "done" : failures.length === lines.length ? "failed" : "partial"
      return { value: lines, reused: kept.length === lines.length && failed === 0, summary: parts.join(", "), outcome }
    })
  )
  const byId = new Map(spoken.map((line) => [line.id, line]))
  return new Map(
    utterances.map((utterance): readonly [number, Voiced] => [
      utterance.id,
      isChosen(utterance) ? voiced(utterance, byId.get(utterance.id), measured, source) : { kind: "nothing" }
    ])
  )
})

interface Measured {
  readonly speechStart: number
  readonly speechEnd: number
  readonly lufs: number
  readonly levels: FrameLevels
  readonly isClipped: boolean
}

const voiced = (
  utterance: Utterance,
  line: SpokenLine | undefined,
  clips: ReadonlyMap<string, Measured>,
  source: Source
): Voiced => {
  if (line === undefined) {
    return isPastEnd(utterance.start, source) ? { kind: "failed", attempts: 0, error: pastTheEnd } : { kind: "nothing" }
  }
  return ofLine(line, clips)
}

const ofLine = (line: SpokenLine, clips: ReadonlyMap<string, Measured>): Voiced => {
  const { attempts, cached, error = "its clip could not be read again", key, mend } = line
  const clip = key === undefined ? undefined : clips.get(key)
  return key === undefined || clip === undefined
    ? { kind: "failed", attempts, error, mend }
    : { kind: "clip", key, attempts, cached, ...clip }
}
