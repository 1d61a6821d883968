import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Language from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import { audioStreams, type MediaStream, type Source } from "../domain/Source.ts"
import { holdStart } from "../media/HoldStart.ts"
import { Ffmpeg, file } from "../media/Ffmpeg.ts"
import { parse } from "./Subtitles.ts"
import { isTarget, type Wanted } from "./SubtitlesBeside.ts"

/** Codecs of text, with the format that keeps all that they say. */
const outputs: Readonly<Record<string, ReadonlyArray<string>>> = {
  subrip: ["-c:s", "copy", "-f", "srt"],
  srt: ["-c:s", "copy", "-f", "srt"],
  ass: ["-c:s", "copy", "-f", "ass"],
  ssa: ["-c:s", "ass", "-f", "ass"],
  webvtt: ["-c:s", "copy", "-f", "webvtt"],
  mov_text: ["-c:s", "srt", "-f", "srt"],
  text: ["-c:s", "srt", "-f", "srt"]
}

const languageOf = (stream: MediaStream | undefined): Language.Language | undefined =>
  stream?.language == null || stream.language === "und"
    ? undefined
    : Option.getOrUndefined(Language.parse(stream.language))

/** The streams of subtitles that are text and say all that is said, not only signs or a commentary. */
export const subtitleTracks = (source: Source): ReadonlyArray<MediaStream> =>
  source.streams.filter(
    ({ kind, codec, title }) =>
      kind === "subtitle" && codec in outputs && !/\b(?:forced|signs?|songs?|commentary)\b/i.test(title ?? "")
  )

/**
 * The track that writes down what is said: in the language spoken (told, or that of the sound), else without a language, else
 * in another, that of the dub last; among equals the default one, then one not made for the hard of hearing.
 */
export const chooseSubtitleTrack = (source: Source, wanted: Wanted): MediaStream | undefined => {
  const sounds = audioStreams(source)
  const from = wanted.from ?? languageOf(sounds.find(({ isDefault }) => isDefault) ?? sounds[0])
  const place = (stream: MediaStream): number => {
    const language = languageOf(stream)
    const isFrom = from !== undefined && language !== undefined && Language.same(language, from)
    const isTo = language !== undefined && isTarget(wanted, language)
    const group = isFrom ? 0 : language === undefined ? 1 : isTo ? 3 : 2
    return group * 4 + (stream.isDefault ? 0 : 2) + (/\b(?:sdh|cc)\b|hearing/i.test(stream.title ?? "") ? 1 : 0)
  }
  const tracks = subtitleTracks(source).filter((stream) => {
    const language = languageOf(stream)
    return wanted.from === undefined || language === undefined || Language.same(language, wanted.from)
  })
  return tracks.toSorted((a, b) => place(a) - place(b) || a.index - b.index)[0]
}

/** Reads a text track of a video; seconds from the start of the video. */
export const readSubtitleTrack = Effect.fn("readSubtitleTrack")(function* (source: Source, stream: MediaStream) {
  const ffmpeg = yield* Ffmpeg
  const output = outputs[stream.codec]
  if (output === undefined) {
    return yield* new Problem({
      what: `The subtitles of track ${stream.index} are pictures (${stream.codec}), not text.`,
      mend: "Give subtitles as text with --subs FILE."
    })
  }
  const args = [
    "-i",
    file(source.path),
    "-map",
    `0:${stream.index}`,
    ...output,
    "pipe:1",
    ...holdStart(source, [stream])
  ]
  const bytes = yield* Stream.mkUint8Array(ffmpeg.pipe(args))
  return yield* parse(bytes, `subtitle track ${stream.index}`, { repairs: true })
})
