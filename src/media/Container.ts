import { type MediaStream, type Source, videoStream } from "../domain/Source.ts"

/** How sound is encoded. */
export type SoundCodec = "aac" | "opus" | "mp3" | "flac" | "pcm" | "vorbis"

/** What one kind of media file takes. Codecs are ffprobe's names; `null` is every codec. */
export interface Container {
  /** Without the dot. */
  readonly extension: string
  /** ffmpeg's muxer. */
  readonly format: string
  /** Picture codecs that can be copied into it; empty for a sound file. */
  readonly video: ReadonlyArray<string> | null
  /** Sound codecs that can be copied into it. */
  readonly audio: ReadonlyArray<string> | null
  /** What new sound is encoded as. */
  readonly soundCodec: SoundCodec
  /** ffmpeg's encoder for subtitles; null where they can only lie beside the file. */
  readonly subtitleCodec: "mov_text" | "webvtt" | "subrip" | null
  /** Whether a second track of sound, chapters, attachments and a cover picture are kept. */
  readonly tracks: boolean
  readonly chapters: boolean
  readonly attachments: boolean
  readonly cover: boolean
  /** How the encoder's delay is made up for: the file says it, or the sound itself must start without it. */
  readonly delay: "told" | "removed"
}

const iso = ["aac", "mp3", "ac3", "eac3", "alac", "mp2", "dts"]
const isoVideo = ["h264", "hevc", "mpeg4", "mpeg2video", "mpeg1video", "mjpeg"]
const pcm = ["pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_u8"]

const film = { tracks: true, chapters: true, attachments: false, cover: false } as const
const sound = { video: [], subtitleCodec: null, tracks: false, attachments: false } as const
const mp4: Container = {
  ...film,
  extension: "mp4",
  format: "mp4",
  video: [...isoVideo, "vp9", "av1"],
  audio: [...iso, "opus"],
  soundCodec: "aac",
  subtitleCodec: "mov_text",
  cover: true,
  delay: "told"
}
const mkv: Container = {
  ...film,
  extension: "mkv",
  format: "matroska",
  video: null,
  audio: null,
  attachments: true,
  cover: true,
  soundCodec: "aac",
  subtitleCodec: "subrip",
  delay: "removed"
}
const m4a: Container = {
  ...sound,
  extension: "m4a",
  format: "ipod",
  audio: ["aac", "alac"],
  chapters: true,
  cover: true,
  soundCodec: "aac",
  delay: "told"
}

const containers: Record<string, Container> = {
  mp4,
  m4v: { ...mp4, extension: "m4v" },
  mov: {
    ...mp4,
    extension: "mov",
    format: "mov",
    cover: false,
    audio: [...iso, ...pcm, "pcm_s16be", "pcm_s24be"],
    video: [...isoVideo, "prores", "dnxhd", "qtrle", "rawvideo", "png", "cinepak", "svq3"]
  },
  mkv,
  webm: {
    ...film,
    extension: "webm",
    format: "webm",
    video: ["vp8", "vp9", "av1"],
    audio: ["opus", "vorbis"],
    soundCodec: "opus",
    subtitleCodec: "webvtt",
    delay: "told"
  },
  avi: {
    ...film,
    extension: "avi",
    format: "avi",
    chapters: false,
    subtitleCodec: null,
    soundCodec: "mp3",
    delay: "removed",
    video: ["mpeg4", "msmpeg4v1", "msmpeg4v2", "msmpeg4v3", "h264", "mjpeg", "mpeg2video", "mpeg1video", "rawvideo"],
    audio: ["mp3", "mp2", "ac3", "pcm_s16le"]
  },
  m4a,
  mka: { ...mkv, extension: "mka", video: [], subtitleCodec: null },
  mp3: {
    ...sound,
    extension: "mp3",
    format: "mp3",
    audio: ["mp3"],
    chapters: true,
    cover: true,
    soundCodec: "mp3",
    delay: "told"
  },
  wav: {
    ...sound,
    extension: "wav",
    format: "wav",
    audio: pcm,
    chapters: false,
    cover: false,
    soundCodec: "pcm",
    delay: "told"
  },
  flac: {
    ...sound,
    extension: "flac",
    format: "flac",
    audio: ["flac"],
    chapters: false,
    cover: true,
    soundCodec: "flac",
    delay: "told"
  },
  ogg: {
    ...sound,
    extension: "ogg",
    format: "ogg",
    audio: ["vorbis"],
    chapters: true,
    cover: false,
    soundCodec: "vorbis",
    delay: "told"
  },
  opus: {
    ...sound,
    extension: "opus",
    format: "opus",
    audio: ["opus"],
    chapters: true,
    cover: false,
    soundCodec: "opus",
    delay: "told"
  },
  aac: {
    ...sound,
    extension: "aac",
    format: "adts",
    audio: ["aac"],
    chapters: false,
    cover: false,
    soundCodec: "aac",
    delay: "removed"
  }
}
/** The endings of what can be written, for people: videos, and sound alone. */
export const endings = {
  video: [".mp4", ".mkv", ".webm", ".mov", ".avi"],
  sound: [".m4a", ".mp3", ".wav", ".flac", ".ogg", ".opus"]
} as const

const aliases: Record<string, string> = { qt: "mov", wave: "wav", oga: "ogg", mpga: "mp3" }

const extensionOf = (path: string): string => /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? ""

/** The container that a file name asks for; undefined where dubber writes no such files. */
export const containerOf = (path: string): Container | undefined => {
  const extension = extensionOf(path)
  const name = aliases[extension] ?? extension
  return Object.hasOwn(containers, name) ? containers[name] : undefined
}

/** Whether a track of picture can be copied into `container`. */
export const holdsVideo = (container: Container, { codec }: MediaStream): boolean =>
  container.video === null || container.video.includes(codec)

/** Whether the picture of `source` can be copied into `container`. */
export const holdsPicture = (container: Container, source: Source): boolean => {
  const video = videoStream(source)
  return video === undefined || holdsVideo(container, video)
}

/** Whether a cover picture can be kept where covers are. */
export const isCover = ({ attachedPicture, codec }: MediaStream): boolean =>
  attachedPicture === true && (codec === "png" || codec === "mjpeg")

/** Whether a track of sound can be copied into `container`. */
export const holdsSound = (container: Container, { codec }: MediaStream): boolean =>
  container.audio === null || container.audio.includes(codec)

const textSubtitles = new Set(["subrip", "ass", "ssa", "mov_text", "webvtt", "text"])

/** How a subtitle track of the source goes into `container`: copied, made into another text format, or not at all. */
export const subtitleCodecFor = (container: Container, { codec }: MediaStream): string | null => {
  const wanted = container.subtitleCodec
  if (wanted === null) return null
  if (codec === wanted) return "copy"
  if (container.format === "matroska") return codec === "mov_text" || codec === "text" ? "subrip" : "copy"
  return textSubtitles.has(codec) ? wanted : null
}

/**
 * The container of a dub: that of the source where its picture fits, else mp4, else mkv; for a source without picture
 * a sound file.
 */
export const containerFor = (source: Source): Container => {
  const own = containerOf(source.path)
  const isSound = videoStream(source) === undefined
  if (isSound) return own ?? m4a
  const fits = own !== undefined && own.video?.length !== 0 && holdsPicture(own, source)
  return fits ? own : holdsPicture(mp4, source) ? mp4 : mkv
}

/** The extension of a dub's file, without the dot. */
export const outputExtension = (source: Source): string => containerFor(source).extension
