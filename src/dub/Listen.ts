import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Transcript } from "../domain/Cue.ts"
import * as Language from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import type { MediaStream, Source } from "../domain/Source.ts"
import { audioStreams } from "../domain/Source.ts"
import { holdStart } from "../media/HoldStart.ts"
import { SpeechToText } from "../transcript/SpeechToText.ts"
import * as Subtitles from "../transcript/Subtitles.ts"
import { findSubtitlesBeside } from "../transcript/SubtitlesBeside.ts"
import { chooseSubtitleTrack, readSubtitleTrack } from "../transcript/SubtitleTracks.ts"
import { transcribe, type TranscribeOptions } from "../transcript/Transcribe.ts"
import { detectLanguage } from "./DetectLanguage.ts"
import { unreadable } from "../media/FileProblem.ts"
import { stretchToHear, transcribePart } from "./ListenToPart.ts"
import { Progress } from "./Progress.ts"
import { atOnce, type DubSettings } from "./Settings.ts"
import { warnOfShutdown } from "./ShutdownNotice.ts"
import * as Workdir from "./Workdir.ts"

/** How what is said was found: the shape of transcription.json. */
const Heard = Schema.Struct({
  /** "subtitles talk.en.srt", "text track 3", "openai whisper-1". */
  by: Schema.String,
  language: Schema.NullOr(Language.Language),
  warnings: Schema.Array(Schema.String)
})

export interface Spoken {
  readonly by: string
  readonly language: Language.Language
  readonly cues: Transcript
  /** transcript.json, and whether it was there already. */
  readonly path: string
  readonly reused: boolean
}

/** Where what is said will be read from, decided before anything is read. */
type Origin =
  | { readonly kind: "subtitles" | "segments"; readonly path: string; readonly language: Language.Language | undefined }
  | { readonly kind: "track"; readonly stream: MediaStream; readonly language: Language.Language | undefined }
  | { readonly kind: "speech"; readonly stream: MediaStream; readonly language: Language.Language | undefined }

const tagged = (stream: MediaStream | undefined): Language.Language | undefined =>
  stream?.language == null || stream.language === "und"
    ? undefined
    : Option.getOrUndefined(Language.parse(stream.language))

/** The audio track that is listened to and replaced; counted from 1 by the person, the default one where none is named. */
export const chooseAudioTrack = (
  source: Source,
  track: number | undefined
): Effect.Effect<MediaStream | undefined, Problem> => {
  const tracks = audioStreams(source)
  if (track === undefined) return Effect.succeed(tracks.find((stream) => stream.isDefault) ?? tracks[0])
  const chosen = tracks[track - 1]
  if (chosen !== undefined) return Effect.succeed(chosen)
  const languages = tracks.map((stream, i) => `${i + 1} (${stream.language ?? "no language"})`).join(", ")
  return Effect.fail(
    new Problem({
      what: `${source.path} has no audio track ${track}.`,
      mend: tracks.length === 0 ? "It has no sound at all." : `It has: ${languages}.`,
      exitCode: 2
    })
  )
}

const chooseOrigin = Effect.fnUntraced(function* (
  source: Source,
  settings: DubSettings,
  alsoTo: ReadonlyArray<Language.Language>
) {
  const audio = yield* chooseAudioTrack(source, settings.audioTrack)
  const language = settings.from
  if (settings.subs !== undefined && settings.segments !== undefined) {
    return yield* new Problem({
      what: "--subs and --segments were both given.",
      mend: "Give one of them.",
      exitCode: 2
    })
  }
  if (settings.subs !== undefined) return { kind: "subtitles", path: settings.subs, language } satisfies Origin
  if (settings.segments !== undefined) return { kind: "segments", path: settings.segments, language } satisfies Origin
  if (settings.stt === "auto" || settings.stt === "subtitles") {
    const beside = yield* findSubtitlesBeside(source.path, { from: settings.from, to: settings.to, alsoTo })
    if (Option.isSome(beside)) {
      const { path, language: suffix } = beside.value
      return { kind: "subtitles", path, language: language ?? suffix } satisfies Origin
    }
    const track = chooseSubtitleTrack(source, { from: settings.from, to: settings.to, alsoTo })
    if (track !== undefined)
      return { kind: "track", stream: track, language: language ?? tagged(track) } satisfies Origin
    if (settings.stt === "subtitles") {
      return yield* new Problem({
        what: `There are no subtitles beside or inside ${source.path}.`,
        mend: "Give them with --subs FILE, or leave --stt out to have the speech transcribed."
      })
    }
  }
  if (audio === undefined) {
    return yield* new Problem({
      what: `${source.path} has no sound, and there are no subtitles beside or inside it.`,
      mend: "Say what is to be spoken with --subs FILE."
    })
  }
  const { provider } = yield* SpeechToText
  if (provider.service === "none") {
    return yield* new Problem({
      what: `What ${source.path} says is not known: there are no subtitles beside or inside it, and no service to transcribe it.`,
      mend: "Give --subs FILE, or set OPENAI_API_KEY (or DUBBER_STT_BASE_URL for a server of your own)."
    })
  }
  return { kind: "speech", stream: audio, language } satisfies Origin
})

const read = (path: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFile(path)).pipe(Effect.mapError(unreadable(path)))

/** Finds out what is said: from subtitles given, beside or inside the video, else by transcription. */
export const listen = Effect.fn("listen")(function* (
  source: Source,
  settings: DubSettings,
  alsoTo: ReadonlyArray<Language.Language> = []
) {
  const workdir = yield* Workdir.Workdir
  const progress = yield* Progress
  const stt = yield* SpeechToText
  const origin = yield* chooseOrigin(source, settings, alsoTo)

  const bytes = origin.kind === "subtitles" || origin.kind === "segments" ? yield* read(origin.path) : undefined
  const by =
    origin.kind === "speech"
      ? `${stt.provider.service} ${stt.provider.model}`
      : origin.kind === "track"
        ? `text track ${origin.stream.index}`
        : `${origin.kind} ${origin.path}`
  const ofAll = {
    source: source.fingerprint,
    by,
    content: bytes === undefined ? null : Workdir.hash(bytes),
    address: origin.kind === "speech" ? stt.provider.address : null,
    stream: "stream" in origin ? origin.stream.index : null,
    language: origin.language ?? null
  }
  const { part } = settings
  const isWanted = part !== undefined && origin.kind === "speech" && !(yield* workdir.holds("transcript.json", ofAll))
  const stretch = isWanted ? yield* stretchToHear(source, part) : undefined
  const inputs = stretch === undefined ? ofAll : { ...ofAll, stretch }

  return yield* progress.stage("listen", (advance) =>
    Effect.gen(function* () {
      const hear = yield* Effect.cached(
        Effect.gen(function* () {
          switch (origin.kind) {
            case "subtitles": {
              const parsed = yield* Subtitles.parse(bytes!, origin.path)
              return { language: origin.language, cues: parsed.cues, warnings: parsed.warnings }
            }
            case "segments": {
              const cues = yield* Subtitles.parseSegments(new TextDecoder().decode(bytes), origin.path)
              return { language: origin.language, cues, warnings: [] }
            }
            case "track": {
              const parsed = yield* readSubtitleTrack(source, origin.stream)
              return { language: origin.language, cues: parsed.cues, warnings: parsed.warnings }
            }
            case "speech": {
              yield* warnOfShutdown(stt.provider)
              const options: TranscribeOptions = {
                path: source.path,
                audioStream: origin.stream.index,
                clock: holdStart(source, [origin.stream]),
                duration: source.duration,
                language: origin.language,
                concurrency: atOnce(settings.concurrency),
                onProgress: advance
              }
              return stretch === undefined
                ? yield* transcribe(options)
                : yield* transcribePart(source, origin.stream, stretch, options)
            }
          }
        })
      )
      const heard = yield* workdir.artifact({
        name: "transcription.json",
        inputs,
        format: Workdir.json(Heard),
        make: Effect.gen(function* () {
          const { cues, language, warnings } = yield* hear
          const text = cues.map((cue) => cue.text).join(" ")
          const known = language ?? tagged(origin.kind === "speech" ? origin.stream : audioStreams(source)[0])
          return { by, warnings, language: known ?? (yield* detectLanguage(text)) ?? null }
        })
      })
      const transcript = yield* workdir.artifact({
        name: "transcript.json",
        inputs,
        format: Workdir.json(Transcript),
        make: Effect.map(hear, ({ cues }) => cues)
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
      yield* warnOfTimes(source, transcript.value)
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
        summary: `${value.cues.length} lines, ${Language.englishName(language)}, ${by}${stretch === undefined ? "" : ", of the part alone"}`
      }
    })
  )
})

/** Subtitles of another video are a mistake that is easily made and hardly seen. */
const warnOfTimes = Effect.fnUntraced(function* (source: Source, cues: Transcript) {
  const progress = yield* Progress
  const past = cues.filter((cue) => cue.start >= source.duration)
  if (past.length === 0) return
  yield* progress.warning(
    `${past.length} of ${cues.length} lines start after the end of the video (${source.duration.toFixed(1)} s), ` +
      `the first at ${past[0]!.start.toFixed(1)} s: are these subtitles of another video? Those lines are not spoken.`
  )
})
