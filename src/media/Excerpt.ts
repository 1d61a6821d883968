import * as Effect from "effect/Effect"
import { type Interval, sampleRate } from "../domain/Sound.ts"
import { audioStreams, type MediaStream, type Source, videoStream } from "../domain/Source.ts"
import { containerFor } from "./Container.ts"
import { Ffmpeg, file } from "./Ffmpeg.ts"
import { type OnProgress, runWithProgress } from "./FfmpegProgress.ts"
import { writing } from "./FileProblem.ts"
import { holdStart } from "./HoldStart.ts"
import { replaceOutput } from "./ReplaceOutput.ts"

/** A stretch of a video as it stands in an excerpt: `frames` of its picture (0 without one), `samples` of its sound. */
export interface Cut extends Interval {
  readonly frames: number
  readonly samples: number
  /** Where it begins in the excerpt; seconds. */
  readonly at: number
}

const rateOf = (video: MediaStream): number => {
  const rate = video.frameRate ?? 0
  return rate >= 1 && rate <= 120 ? rate : 30
}

/**
 * Stretches of a video as they follow each other in an excerpt. Each takes whole frames of the picture, so that its
 * sound, which is cut to the same length, is in time in the next one too: none is longer or shorter than asked for by
 * more than half a frame.
 */
export const cutsOf = (source: Source, stretches: ReadonlyArray<Interval>): ReadonlyArray<Cut> => {
  const video = videoStream(source)
  const rate = video === undefined ? sampleRate : rateOf(video)
  let units = 0
  return stretches.map(({ end, start }) => {
    const count = Math.max(1, Math.round((end - start) * rate))
    const [from, to] = [units, units + count].map((unit) => Math.round((unit / rate) * sampleRate)) as [number, number]
    units += count
    return {
      start,
      end: start + (to - from) / sampleRate,
      frames: video === undefined ? 0 : count,
      samples: to - from,
      at: from / sampleRate
    }
  })
}

/** What an excerpt's picture is encoded as: a source like this has to fit into what is made of it. */
export const asExcerpt = (source: Source): Source => ({
  ...source,
  streams: source.streams.map((stream) => (stream.kind === "video" ? { ...stream, codec: "h264" } : stream))
})

/** The extension of a file that is made of an excerpt, without the dot. */
export const excerptExtension = (source: Source): string => containerFor(asExcerpt(source)).extension

/**
 * Where there is no index of key frames a seek may land behind one: it goes back by so many seconds more, and what comes
 * too early is thrown away. Sound without a picture, which may have no index at all, is quickly read from its start.
 */
const leadOf = (source: Source, start: number): number =>
  videoStream(source) === undefined
    ? start
    : /^(?:mov|mp4|matroska|webm|avi)/.test(source.format)
      ? 0
      : Math.min(start, 12)

/** The input of one stretch, from its lead on. */
const inputOf = (source: Source, { end, start }: Interval, lead: number): ReadonlyArray<string> => {
  const from = start - lead
  return [...(from > 0 ? ["-ss", from.toFixed(6)] : []), "-t", (end - from + 1).toFixed(6), "-i", file(source.path)]
}

/** A track of sound from the start of an input's stretch on; its lead is thrown away. */
const soundFrom = (lead: number): string =>
  `aresample=${sampleRate}:async=1:first_pts=0` +
  (lead > 0 ? `,atrim=start_sample=${Math.round(lead * sampleRate)},asetpts=PTS-STARTPTS` : "")

/** Quick, and no loss that is seen: a minute of 1080p takes about ten seconds on two cores. */
const pictureEncoder = Effect.gen(function* () {
  const ffmpeg = yield* Ffmpeg
  const encoders = yield* ffmpeg.text(["-encoders"])
  return / libx264 /.test(encoders)
    ? ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "20"]
    : ["-c:v", "mpeg4", "-q:v", "3"]
})

const graphOf = (source: Source, cuts: ReadonlyArray<Cut>): string => {
  const video = videoStream(source)
  const sounds = audioStreams(source)
  const parts = cuts.flatMap(({ frames, samples, start }, i) => {
    const lead = leadOf(source, start)
    const early = lead > 0 ? `trim=start=${lead.toFixed(6)},setpts=PTS-${lead.toFixed(6)}/TB,` : ""
    return [
      // Of a picture that ends early the last frame stays.
      ...(video === undefined
        ? []
        : [
            `[${i}:${video.index}]${early}fps=${rateOf(video)}:start_time=0,tpad=stop=-1:stop_mode=clone,` +
              `trim=end_frame=${frames},setpts=PTS-STARTPTS,pad=ceil(iw/2)*2:ceil(ih/2)*2,format=yuv420p[v${i}]`
          ]),
      ...sounds.map(
        ({ index }, j) =>
          `[${i}:${index}]${soundFrom(lead)},apad,atrim=end_sample=${samples},asetpts=N/SR/TB[a${i}_${j}]`
      )
    ]
  })
  const soundsOf = (prefix: string) => sounds.map((_, j) => `[${prefix}${j}]`).join("")
  const picture = (label: string) => (video === undefined ? "" : label)
  const inputs = cuts.map((_, i) => `${picture(`[v${i}]`)}${soundsOf(`a${i}_`)}`)
  const join = `concat=n=${cuts.length}:v=${video === undefined ? 0 : 1}:a=${sounds.length}`
  return [...parts, `${inputs.join("")}${join}${picture("[v]")}${soundsOf("a")}`].join(";")
}

/**
 * Writes stretches of a video, one after the other, into an mp4 of its own. The picture
 * is encoded anew, so that it begins at the very frame; all tracks of sound are there, to the sample and without loss,
 * on the clock of the picture.
 */
export const writeExcerpt = Effect.fn("writeExcerpt")(function* (
  source: Source,
  cuts: ReadonlyArray<Cut>,
  output: string,
  onProgress?: OnProgress
) {
  const hasPicture = videoStream(source) !== undefined
  const sounds = audioStreams(source)
  const inputs = cuts.flatMap((one) => inputOf(source, one, leadOf(source, one.start)))
  const maps = [...(hasPicture ? ["[v]"] : []), ...sounds.map((_, j) => `[a${j}]`)].flatMap((name) => ["-map", name])
  const tags = sounds.flatMap(({ isDefault, language, title }, j) => [
    ...(language === null ? [] : [`-metadata:s:a:${j}`, `language=${language}`]),
    ...(title === null ? [] : [`-metadata:s:a:${j}`, `title=${title}`]),
    `-disposition:a:${j}`,
    isDefault ? "default" : "0"
  ])
  const codecs = [...(hasPicture ? yield* pictureEncoder : []), "-c:a", "flac", "-strict", "-2"]
  const args = [
    ...inputs,
    "-filter_complex",
    graphOf(source, cuts),
    ...maps,
    ...codecs,
    ...tags,
    ..."-map_metadata 0 -map_chapters -1 -f mp4".split(" ")
  ]
  yield* replaceOutput(output, (temporary) =>
    runWithProgress(["-y", ...args, file(temporary)], onProgress).pipe(Effect.mapError(writing(output)))
  )
})

/** Writes one stretch of one track of sound into a FLAC, on the clock of the video: its first sample is that at `start`. */
export const writeSoundOf = Effect.fn("writeSoundOf")(function* (
  source: Source,
  stream: MediaStream,
  { end, start }: Interval,
  output: string
) {
  const ffmpeg = yield* Ffmpeg
  const lead = leadOf(source, start)
  const samples = Math.round(end * sampleRate) - Math.round(start * sampleRate)
  const filter = `${soundFrom(lead)},atrim=end_sample=${samples}`
  const args = [...inputOf(source, { end, start }, lead), "-map", `0:${stream.index}`, "-af", filter]
  const written = ["-c:a", "flac", "-compression_level", "0", "-f", "flac", "-y", file(output)]
  yield* ffmpeg.text(args.concat(written, holdStart(source, [stream]))).pipe(Effect.mapError(writing(output)))
})
