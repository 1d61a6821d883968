import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Language } from "../domain/Language.ts"
import { toSeconds } from "../domain/Sound.ts"
import type { Pace } from "../script/Pace.ts"
import { paceError, refitPace, type TimedText } from "../script/PaceFit.ts"
import type { SpeechProvider, SpeechRequest } from "../speech/TextToSpeech.ts"
import { TextToSpeech } from "../speech/TextToSpeech.ts"
import type { DubSettings } from "./Settings.ts"
import { type Voiced, voiceOf } from "./SpeakUtterances.ts"
import { assignedVoices } from "./Voices.ts"
import * as Workdir from "./Workdir.ts"

const Coefficients = Schema.Struct({
  fixed: Schema.Finite,
  words: Schema.Finite,
  digit: Schema.Finite,
  symbol: Schema.Finite,
  mark: Schema.Finite
})

/** How one voice speaks one language, as its own clips showed. */
const VoicePace = Schema.Struct({
  service: Schema.String,
  model: Schema.String,
  voice: Schema.String,
  clips: Schema.Int,
  error: Schema.Finite,
  charactersASecond: Schema.Finite,
  pace: Coefficients
})
type VoicePace = typeof VoicePace.Type

/** The shape of <language>/pace.json: the voice used last comes first. */
export const Paces = Schema.Array(VoicePace)
const format = Workdir.json(Paces)

export const paceName = (language: Language): string => `${language}/pace.json`

const readPaces = Effect.fnUntraced(function* (language: Language) {
  const workdir = yield* Workdir.Workdir
  const name = paceName(language)
  if (!(yield* workdir.exists(name))) return []
  const read = Effect.flatMap(workdir.read(name), (bytes) => format.decode(bytes, workdir.path(name)))
  return yield* Effect.orElseSucceed(read, () => [])
})

const isOf = (known: VoicePace, provider: SpeechProvider, voice: string): boolean =>
  known.service === provider.service && known.model === provider.model && known.voice === voice

/** Characters that the voice of a speaker says in a second; undefined where no run has measured it yet. */
export type KnownPace = (speaker: string | null) => number | undefined

/** What earlier runs measured of the voices that will speak; where nobody speaks, of the one used last. */
export const knownPace = Effect.fn("knownPace")(function* (language: Language, settings: DubSettings) {
  const paces = yield* readPaces(language)
  const speech = yield* Effect.serviceOption(TextToSpeech)
  if (paces.length === 0 || Option.isNone(speech)) {
    const last: KnownPace = () => paces[0]?.charactersASecond
    return last
  }
  const { provider } = speech.value
  const voices = yield* assignedVoices(language, settings).pipe(
    Effect.provideService(TextToSpeech, speech.value),
    Effect.orElseSucceed((): ReadonlyMap<string, string> => new Map())
  )
  const pace: KnownPace = (speaker) => {
    const voice = voiceOf(speaker, { voice: settings.voice, voiceFor: Object.fromEntries(voices) })
    return paces.find((known) => isOf(known, provider, voice ?? provider.defaultVoice(language)))?.charactersASecond
  }
  return pace
})

/** What the clips of a run say of the voices: the fit's error in the report, and each voice's pace. */
export interface MeasuredPace {
  /** Mean of |estimated − measured| / measured. */
  readonly error: number
  readonly clips: number
  readonly paces: ReadonlyMap<string, Pace>
  /** The same for each voice that spoke. */
  readonly voices: ReadonlyArray<{ readonly voice: string; readonly error: number; readonly clips: number }>
}

/** Fits the pace of each voice to its clips, and keeps it for the next run. */
export const measurePace = Effect.fn("measurePace")(function* (
  language: Language,
  requests: ReadonlyArray<{ readonly id: number; readonly request: SpeechRequest }>,
  voiced: ReadonlyMap<number, Voiced>
) {
  const workdir = yield* Workdir.Workdir
  const { provider } = yield* TextToSpeech
  const known = yield* readPaces(language)
  const byVoice = new Map<string, Array<TimedText>>()
  for (const { id, request } of requests) {
    const one = voiced.get(id)
    if (one?.kind !== "clip") continue
    const voice = request.voice ?? provider.defaultVoice(language)
    const clips = byVoice.get(voice) ?? []
    clips.push({ text: request.text, seconds: toSeconds(one.speechEnd - one.speechStart) })
    byVoice.set(voice, clips)
  }
  const paces = new Map<string, Pace>()
  const fresh: Array<VoicePace> = []
  const voices: Array<MeasuredPace["voices"][number]> = []
  let errors = 0
  let count = 0
  for (const [voice, clips] of byVoice) {
    const fitted = refitPace(clips, language)
    const before = known.find((one) => isOf(one, provider, voice))
    const pace = fitted?.pace ?? before?.pace
    if (pace !== undefined) paces.set(voice, pace)
    if (fitted !== undefined) fresh.push({ service: provider.service, model: provider.model, voice, ...fitted })
    const error = fitted?.error ?? paceError(clips, language, pace)
    voices.push({ voice, error, clips: clips.length })
    errors += error * clips.length
    count += clips.length
  }
  if (fresh.length > 0) {
    const others = known.filter((one) => !fresh.some(({ voice }) => isOf(one, provider, voice)))
    const content = format.encode([...fresh, ...others])
    const name = paceName(language)
    const stored = yield* Effect.option(workdir.read(name))
    const isSame = Option.isSome(stored) && new TextDecoder().decode(stored.value) === content
    if (!isSame) yield* workdir.write(name, content)
  }
  return { error: count === 0 ? 0 : errors / count, clips: count, paces, voices } satisfies MeasuredPace
})
