import * as Effect from "effect/Effect"
import { counted } from "../domain/Counted.ts"
import { Transcript } from "../domain/Cue.ts"
import * as Language from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import type { Source } from "../domain/Source.ts"
import { holdStart } from "../media/HoldStart.ts"
import { SpeechToText, type TranscriptionProvider } from "../transcript/SpeechToText.ts"
import { transcribe, type TranscribeOptions } from "../transcript/Transcribe.ts"
import { warnOfBudget } from "./BudgetNotice.ts"
import { lasting } from "./HeardTimes.ts"
import { knownVoices } from "./KnownVoices.ts"
import { stretchToHear, transcribePart } from "./ListenToPart.ts"
import { warnOfLanguage, warnOfTimes, warnOfUnusedSpeakers } from "./ListenWarnings.ts"
import { nameOfSound } from "./NameOfSound.ts"
import type { Origin } from "./Origin.ts"
import { heardFormat, languageOfLines, planListening, readLines } from "./PlanListening.ts"
import { Progress } from "./Progress.ts"
import { atOnce, type DubSettings } from "./Settings.ts"
import { warnOfShutdown } from "./ShutdownNotice.ts"
import { speakersBy, tellSpeakersApart } from "./TellSpeakersApart.ts"
import * as Workdir from "./Workdir.ts"

export interface Spoken {
  readonly by: string
  readonly language: Language.Language
  readonly cues: Transcript
  /** transcript.json, and whether it was there already. */
  readonly path: string
  readonly reused: boolean
}

/** Who says what the language is. */
const toldBy = (origin: Origin, { from }: DubSettings): string => {
  if (from !== undefined) return "--from"
  if ("path" in origin) return "the name of its subtitles"
  return origin.kind === "track" ? "the tag of its text track" : "the tag of its sound, or the service,"
}

/** Voices that a service may know again; what it cannot know is said. */
const knownSpeakers = Effect.fnUntraced(function* (provider: TranscriptionProvider, settings: DubSettings) {
  const progress = yield* Progress
  const known = yield* knownVoices(settings)
  if (provider.knowsSpeakersAgain === true) return known
  if (known.voices.length > 0 && provider.hasSpeakers === true) {
    yield* progress.warning(
      `${provider.service} does not know voices again: "speaker 1" may be somebody else than in other videos. Name the speakers in subs.srt.`
    )
  }
  return { voices: [] }
})

/** Finds out what is said: from subtitles given, beside or inside the video, else by transcription. */
export const listen = Effect.fn("listen")(function* (
  source: Source,
  settings: DubSettings,
  alsoTo: ReadonlyArray<Language.Language> = []
) {
  const workdir = yield* Workdir.Workdir
  const progress = yield* Progress
  const stt = yield* SpeechToText
  const { by, bytes, inputs: ofAll, origin } = yield* planListening(source, settings, alsoTo)
  const { part } = settings
  const isWanted =
    part !== undefined && origin.kind === "speech" && !(yield* workdir.holds("transcription.json", ofAll))
  const stretch = isWanted ? yield* stretchToHear(source, part) : undefined
  const inputs = stretch === undefined ? ofAll : { ...ofAll, stretch }

  return yield* progress.stage("listen", (advance) =>
    Effect.gen(function* () {
      const hear = Effect.gen(function* () {
        if (origin.kind !== "speech") {
          return { ...(yield* readLines(source, origin, bytes)), language: origin.language }
        }
        const { stream } = origin
        yield* warnOfShutdown(stt.provider)
        yield* warnOfBudget(stt.provider, settings)
        const known = yield* knownSpeakers(stt.provider, settings)
        const options: TranscribeOptions = {
          path: source.path,
          audioStream: stream.index,
          clock: holdStart(source, [stream]),
          duration: source.duration,
          language: origin.language,
          sound: nameOfSound(source, stream, stretch, stt.provider, settings, known.voices),
          concurrency: atOnce(settings.concurrency),
          speakers: settings.speakers,
          ...known,
          onProgress: advance
        }
        return stretch === undefined
          ? yield* transcribe(options)
          : yield* transcribePart(source, stream, stretch, options)
      })
      const heard = yield* workdir.artifact({
        name: "transcription.json",
        inputs,
        format: heardFormat,
        make: Effect.gen(function* () {
          const { cues, language, warnings } = yield* hear
          const told = language ?? (yield* languageOfLines(source, origin, cues))
          return { by, warnings, language: told, cues: lasting(cues) }
        })
      })
      const speakers = stretch === undefined ? yield* speakersBy(settings) : undefined
      const transcript = yield* workdir.artifact({
        name: "transcript.json",
        inputs: speakers === undefined ? inputs : { ...inputs, told: speakers },
        format: Workdir.json(Transcript),
        make:
          speakers === undefined
            ? Effect.succeed(heard.value.cues)
            : tellSpeakersApart(source, heard.value.cues, origin.kind, settings, advance)
      })
      const language = settings.from ?? heard.value.language
      if (language === null) {
        return yield* new Problem({
          what: `The language of ${source.path} could not be told.`,
          mend: "Say it with --from, as in --from en.",
          exitCode: 2
        })
      }
      if (!transcript.value.some((cue) => cue.text.trim() !== "")) {
        return yield* new Problem({
          what: `Nothing is said in ${source.path}, as far as ${by} can tell.`,
          mend: "Check the file, choose another track with --audio-track, or give --subs FILE."
        })
      }
      for (const warning of heard.value.warnings) yield* progress.warning(warning)
      yield* warnOfTimes(source, transcript.value, origin.kind === "speech")
      yield* warnOfUnusedSpeakers(settings.speakers, speakers !== undefined || "speakers" in ofAll)
      yield* warnOfLanguage(source, transcript.value, { language, by: toldBy(origin, settings) })
      const value: Spoken = {
        by,
        language,
        cues: transcript.value,
        path: transcript.path,
        reused: transcript.reused
      }
      return {
        value,
        reused: transcript.reused,
        summary: `${counted(value.cues.length, "line")}, ${Language.englishName(language)}, ${by}${stretch === undefined ? "" : ", of the part alone"}`
      }
    })
  )
})
