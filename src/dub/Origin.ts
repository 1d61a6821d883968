import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Language from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import { audioStreams, type MediaStream, type Source } from "../domain/Source.ts"
import { SpeechToText } from "../transcript/SpeechToText.ts"
import { findSubtitlesBeside } from "../transcript/SubtitlesBeside.ts"
import { chooseSubtitleTrack } from "../transcript/SubtitleTracks.ts"
import type { DubSettings } from "./Settings.ts"

/** Where what is said will be read from, decided before anything is read. */
export type Origin =
  | { readonly kind: "subtitles" | "segments"; readonly path: string; readonly language: Language.Language | undefined }
  | { readonly kind: "track"; readonly stream: MediaStream; readonly language: Language.Language | undefined }
  | { readonly kind: "speech"; readonly stream: MediaStream; readonly language: Language.Language | undefined }

/** The language that a stream says it is in. */
export const tagged = (stream: MediaStream | undefined): Language.Language | undefined =>
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

/** Where what is said comes from: what was given, else what lies beside or inside the video, else its sound. */
export const chooseOrigin = Effect.fnUntraced(function* (
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
