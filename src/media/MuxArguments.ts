import { containerCode, type Language } from "../domain/Language.ts"
import { sampleRate } from "../domain/Sound.ts"
import { type MediaStream, type Source, videoStream } from "../domain/Source.ts"
import { frameSamples } from "./Adts.ts"
import { type Container, holdsSound, holdsVideo, isCover, type SoundCodec, subtitleCodecFor } from "./Container.ts"
import { bitRateFor, type EncodedSound } from "./Encode.ts"
import { file } from "./Ffmpeg.ts"
import { holdStart } from "./HoldStart.ts"

/** A dub's sound as a track. */
export interface SoundTrack {
  readonly encoded: EncodedSound
  readonly language: Language
  readonly title?: string | undefined
}

/** How a dub's file says whose it is: the last line of its comment. */
export const marker = "Dubbed with dubber"

/** A subtitle file that ffmpeg reads, in a format that goes into the container as it is or by `codec`. */
export interface SubtitleInput {
  readonly path: string
  readonly codec: string
  readonly language: Language
  readonly title?: string | undefined
}

export interface MuxPlan {
  readonly source: Source
  readonly container: Container
  /** Put first, the default track; none where the source's sound stays. */
  readonly sound?: SoundTrack | undefined
  /** Tracks after it, in other languages. */
  readonly sounds?: ReadonlyArray<SoundTrack> | undefined
  /** The source's tracks of sound that are kept, in this order. */
  readonly keptSound: ReadonlyArray<MediaStream>
  /** Which of them the dub stands for, and what is spoken in it: told where the source does not. */
  readonly original?: { readonly index: number; readonly language: Language | undefined } | undefined
  readonly subtitles: ReadonlyArray<SubtitleInput>
  /** A filter that draws on the picture, which is then encoded anew. */
  readonly filter?: string | undefined
  /** Pictures to attach, where the container keeps a cover as an attachment (mkv). */
  readonly covers: ReadonlyArray<{ readonly path: string; readonly mimeType: string }>
  /** The comment that the source has. */
  readonly comment: string
}

const soundFormats: Record<SoundCodec, string> = {
  aac: "aac",
  opus: "ogg",
  mp3: "mp3",
  flac: "flac",
  pcm: "wav",
  vorbis: "ogg"
}
const soundEncoders: Record<SoundCodec, string> = {
  aac: "aac",
  opus: "libopus",
  mp3: "libmp3lame",
  flac: "flac",
  pcm: "pcm_s16le",
  vorbis: "libvorbis"
}

/** The samples that an Opus decoder throws away before the sound (libopus at 48 kHz). */
const opusPreSkip = 312

/** The input of the dub's sound, placed so that its first sample is heard at the start. */
const soundInput = (sound: EncodedSound, { delay, format }: Container): ReadonlyArray<string> => {
  const { codec, path, primingBytes, samples } = sound
  const input = ["-f", soundFormats[codec], "-i", file(path)]
  const offset = (moved: number) => ["-itsoffset", `${moved / sampleRate}`, ...input]
  // An edit list takes the priming frame away again.
  if (codec === "aac" && delay === "told") return offset(-frameSamples)
  if (codec === "aac") return ["-skip_initial_bytes", `${primingBytes}`, ...input]
  // ffmpeg writes the delay into the header, by which players move the sound, and leaves the packets where they were.
  if (codec === "opus" && format === "webm") return offset(opusPreSkip)
  return delay === "removed" ? ["-t", `${samples / sampleRate}`, ...input] : input
}

/**
 * How a picture is encoded anew. CRF 20 with x264's veryfast: no loss that is seen beside the source, a minute of 1080p
 * in 19 seconds on two cores (medium: 46, and files a tenth smaller).
 */
const pictureEncoder = ({ extension }: Container): ReadonlyArray<string> => {
  if (extension === "webm") {
    return ["libvpx-vp9", "-crf", "31", "-b:v:0", "0", "-deadline", "good", "-cpu-used", "5", "-row-mt", "1"]
  }
  if (extension === "avi") return ["mpeg4", "-q:v:0", "3"]
  return ["libx264", "-preset", "veryfast", "-crf", "20"]
}

const describe = ({ codec, index, kind, language }: MediaStream): string =>
  `${kind} track ${index} (${[codec, language].filter((part) => part !== null).join(", ")})`

const tagged = (kind: "a" | "s", at: number, language: Language, title: string | undefined) => [
  `-metadata:s:${kind}:${at}`,
  `language=${containerCode(language)}`,
  ...(title === undefined
    ? []
    : [`-metadata:s:${kind}:${at}`, `title=${title}`, `-metadata:s:${kind}:${at}`, `handler_name=${title}`])
]

const isIso = ({ format }: Container): boolean => ["mp4", "mov", "ipod"].includes(format)

/** The title of a track that is kept, where mp4 and mov have it. */
const keptTitle = (kind: "a" | "s", at: number, { title }: MediaStream, container: Container): ReadonlyArray<string> =>
  title === null || !isIso(container) ? [] : [`-metadata:s:${kind}:${at}`, `handler_name=${title}`]

/** Data that ffmpeg writes by itself: chapters, which mp4 and mov have as a track of text, and a timecode. */
const isWrittenAnew = ({ codec }: MediaStream, { chapters }: Source): boolean =>
  codec === "tmcd" || (chapters > 0 && (codec === "text" || codec === "bin_data"))

/** What the source's own track does not say of itself. */
const originalTags = (stream: MediaStream, language: Language | undefined, at: number): ReadonlyArray<string> => {
  const isTold = stream.language !== null && stream.language !== "und"
  const spoken = isTold || language === undefined ? [] : [`language=${containerCode(language)}`]
  const titled = stream.title === null ? ["title=Original", "handler_name=Original"] : []
  return [...spoken, ...titled].flatMap((tag) => [`-metadata:s:a:${at}`, tag])
}

/** What ffmpeg is told before and after the name of the output, and what of the source had to be left out. */
export interface MuxArguments {
  readonly before: ReadonlyArray<string>
  readonly after: ReadonlyArray<string>
  readonly dropped: ReadonlyArray<string>
}

export const muxArguments = (plan: MuxPlan): MuxArguments => {
  const { comment, container, covers, filter, keptSound, sound, sounds = [], source, subtitles } = plan
  const inputs: Array<string> = ["-i", file(source.path)]
  const maps: Array<string> = []
  const codecs: Array<string> = ["-c", "copy"]
  const tags: Array<string> = []
  const dropped: Array<string> = []
  const isSoundFile = container.video?.length === 0
  let audio = 0
  let subtitle = 0

  const video = videoStream(source)
  if (video !== undefined && !isSoundFile) {
    maps.push("-map", `0:${video.index}`)
    // As an avi has it: with start codes, where mp4 and mkv have lengths.
    if (container.format === "avi" && video.codec === "h264" && filter === undefined) {
      codecs.push("-bsf:v:0", "h264_mp4toannexb", "-tag:v:0", "H264")
    }
    // Apple's players know no other; a film that was one of theirs keeps its own.
    if (isIso(container) && video.codec === "hevc" && filter === undefined && !/mp4|mov/.test(source.format)) {
      codecs.push("-tag:v:0", "hvc1")
    }
    if (filter !== undefined) {
      codecs.push("-filter:v:0", filter, "-pix_fmt:v:0", "yuv420p", "-fps_mode:v:0", "vfr")
      codecs.push("-c:v:0", ...pictureEncoder(container))
    } else if (video.rotation !== undefined && !isIso(container)) {
      dropped.push(`how far the picture is turned (${video.rotation}°): some players will show it lying`)
    }
  }
  for (const { encoded, language, title } of sound === undefined ? [] : [sound, ...sounds]) {
    inputs.push(...soundInput(encoded, container))
    maps.push("-map", `${audio + 1}:a:0`)
    tags.push(...tagged("a", audio, language, title), `-disposition:a:${audio}`, audio === 0 ? "default" : "0")
    audio++
  }
  for (const stream of keptSound) {
    if (audio > 0 && !container.tracks) {
      dropped.push(describe(stream))
      continue
    }
    maps.push("-map", `0:${stream.index}`)
    if (!holdsSound(container, stream)) {
      const rate = bitRateFor(container.soundCodec, stream.channels ?? 2)
      codecs.push(`-c:a:${audio}`, soundEncoders[container.soundCodec], `-b:a:${audio}`, `${rate}`)
      // Opus knows no "5.1(side)", which is what AC-3 gives.
      if (container.soundCodec === "opus")
        codecs.push(`-filter:a:${audio}`, "aformat=channel_layouts=7.1|5.1|stereo|mono")
    }
    tags.push(...keptTitle("a", audio, stream, container))
    const isOriginal = stream.index === plan.original?.index
    if (sound !== undefined) tags.push(`-disposition:a:${audio}`, isOriginal ? "-default+original" : "-default")
    if (isOriginal) tags.push(...originalTags(stream, plan.original?.language, audio))
    audio++
  }
  for (const { codec, language, path, title } of subtitles) {
    maps.push("-map", `${inputs.filter((part) => part === "-i").length}:s:0`)
    inputs.push("-i", file(path))
    codecs.push(`-c:s:${subtitle}`, codec)
    tags.push(...tagged("s", subtitle, language, title))
    subtitle++
  }
  for (const stream of source.streams) {
    if (stream.kind === "subtitle") {
      const codec = subtitleCodecFor(container, stream)
      if (codec === null) dropped.push(describe(stream))
      else {
        maps.push("-map", `0:${stream.index}`)
        tags.push(...keptTitle("s", subtitle, stream, container))
        codecs.push(`-c:s:${subtitle++}`, codec)
      }
    } else if (stream.attachedPicture === true || stream.kind === "attachment") {
      const kept = stream.kind === "attachment" ? container.attachments : container.cover && isCover(stream)
      if (!kept) dropped.push(describe(stream))
      else if (stream.kind === "attachment" || container.format !== "matroska") maps.push("-map", `0:${stream.index}`)
    } else if (stream.kind === "video" && stream !== video && !isSoundFile) {
      // A track that was announced and never sent has no size.
      if (stream.width && holdsVideo(container, stream)) maps.push("-map", `0:${stream.index}`)
      else dropped.push(describe(stream))
    } else if (stream.kind === "data" && !isSoundFile && !isWrittenAnew(stream, source)) {
      dropped.push(describe(stream))
    }
  }
  let attachment = source.streams.filter(({ kind }) => kind === "attachment").length
  for (const { mimeType, path } of covers) {
    maps.push("-attach", path)
    tags.push(`-metadata:s:t:${attachment}`, `mimetype=${mimeType}`)
    tags.push(`-metadata:s:t:${attachment++}`, `filename=cover.${mimeType === "image/png" ? "png" : "jpg"}`)
  }
  const kept = comment.split("\n").filter((line) => line !== marker && line.trim() !== "")
  const output = [
    "-map_metadata",
    // Ogg keeps a file's metadata with its first stream.
    source.format === "ogg" ? "0:s:0" : "0",
    "-metadata",
    `comment=${[...kept, marker].join("\n")}`,
    "-map_chapters",
    container.chapters ? "0" : "-1",
    "-max_muxing_queue_size",
    "9999",
    ...(isIso(container) ? ["-movflags", "+faststart"] : []),
    // Every copy would move the picture by another frame.
    ...(container.format === "avi" ? ["-avoid_negative_ts", "disabled"] : []),
    ...(container.format === "wav" ? ["-rf64", "auto"] : []),
    "-f",
    container.format
  ]
  const used = source.streams.filter(({ index }) => maps.includes(`0:${index}`))
  return { before: [...inputs, ...maps, ...codecs, ...tags, ...output], after: holdStart(source, used), dropped }
}
