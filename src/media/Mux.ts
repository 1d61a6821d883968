import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type { Language } from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import { audioStreams, type Source, videoStream } from "../domain/Source.ts"
import { type Container, containerFor, containerOf, holdsPicture, isCover } from "./Container.ts"
import type { EncodedSound } from "./Encode.ts"
import { Ffmpeg, file } from "./Ffmpeg.ts"
import { type OnProgress, runWithProgress } from "./FfmpegProgress.ts"
import { shown, unreadable, unwritable, writing } from "./FileProblem.ts"
import { muxArguments, type MuxPlan, type SoundTrack, type SubtitleInput } from "./MuxArguments.ts"
import { commentOf } from "./Glance.ts"
import { replaceOutput } from "./ReplaceOutput.ts"
import { assScript, cuesOf, filterPath, shieldSrt, srtToVtt, type SubtitleStyle } from "./SubtitleText.ts"

/** Subtitles in a file: SubRip, WebVTT or ASS in UTF-8, told by its extension; times from the start of the video. */
export interface SubtitleFile {
  readonly path: string
  readonly language: Language
  readonly title?: string | undefined
}

export interface WriteOptions {
  readonly source: Source
  readonly sound?: MuxPlan["sound"]
  readonly sounds?: MuxPlan["sounds"]
  readonly keptSound: MuxPlan["keptSound"]
  readonly original?: MuxPlan["original"]
  readonly subtitles: ReadonlyArray<SubtitleFile>
  /** Draws the first of the subtitles into the picture, which is then encoded anew, and adds none as tracks. */
  readonly hardSubtitles?: boolean | undefined
  readonly style?: SubtitleStyle | undefined
  readonly output: string
  /** Whether a file that lies beside the output is one that may be replaced; others get another name. */
  readonly isOurs?: ((path: string, content: Uint8Array) => boolean) | undefined
  readonly onProgress?: OnProgress | undefined
}

export interface Written {
  readonly output: string
  /** Files of subtitles that the container could not hold, written beside it. */
  readonly beside: ReadonlyArray<string>
  /** Tracks of the source that the container could not hold, each in a few words. */
  readonly dropped: ReadonlyArray<string>
}

const readText = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  return yield* fs.readFileString(path).pipe(Effect.mapError(unreadable(path)))
})

/** A subtitle's text as it goes into a track of `wanted`: the form of its file, the text, and how it is encoded. */
const readable = (text: string, extension: string, wanted: NonNullable<Container["subtitleCodec"]>) => {
  if (extension === ".ass" || extension === ".ssa") return ["ass", text, wanted === "subrip" ? "copy" : wanted] as const
  if (extension === ".vtt") return ["vtt", text, wanted === "webvtt" ? "copy" : wanted] as const
  if (wanted === "subrip") return ["srt", text, "copy"] as const
  return wanted === "webvtt" ? (["vtt", srtToVtt(text), "copy"] as const) : (["srt", shieldSrt(text), wanted] as const)
}

/** A copy of `subtitle` under a plain name that goes into `container` with every letter of its text. */
const prepareSubtitle = Effect.fnUntraced(function* (
  subtitle: SubtitleFile,
  container: Container,
  folder: string,
  index: number
) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const extension = path.extname(subtitle.path).toLowerCase()
  const text = yield* readText(subtitle.path)
  const [form, content, codec] = readable(text, extension, container.subtitleCodec ?? "subrip")
  const copy = path.join(folder, `${index}.${form}`)
  yield* fs.writeFileString(copy, content).pipe(Effect.mapError(unwritable(copy)))
  const input: SubtitleInput = { ...subtitle, path: copy, codec }
  return input
})

/** The source's cover pictures as files. */
const takeCovers = Effect.fnUntraced(function* (source: Source, folder: string) {
  const ffmpeg = yield* Ffmpeg
  const path = yield* Path.Path
  const pictures = source.streams.filter(isCover)
  return yield* Effect.forEach(pictures, ({ codec, index }) => {
    const cover = path.join(folder, `cover${index}`)
    const copy = ["-map", `0:${index}`, "-frames:v", "1", "-c", "copy", "-update", "1", "-f", "image2", file(cover)]
    const mimeType = codec === "png" ? "image/png" : "image/jpeg"
    return Effect.as(ffmpeg.text(["-y", "-i", file(source.path), ...copy]), { path: cover, mimeType })
  })
})

/** The filter that draws a subtitle file on the picture: its text is shown as it is, but for an ASS file's commands. */
const drawing = Effect.fnUntraced(function* (
  source: Source,
  subtitle: SubtitleFile,
  style: SubtitleStyle | undefined,
  folder: string
) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const { height = 720, width = 1280 } = videoStream(source) ?? {}
  const text = yield* readText(subtitle.path)
  const isAss = /\.(ass|ssa)$/i.test(subtitle.path)
  const script = path.join(folder, "drawn.ass")
  const content = isAss ? text : assScript(cuesOf(text), { width, height }, style)
  yield* fs.writeFileString(script, content).pipe(Effect.mapError(unwritable(script)))
  // 4:2:0 needs even sides.
  return `ass=filename=${filterPath(script)}:shaping=complex,pad=ceil(iw/2)*2:ceil(ih/2)*2`
})

/** The name of a file beside an output: "talk.es.srt", or "talk.es.dub.srt" where the other is somebody's. */
const freeName = Effect.fnUntraced(function* (
  base: string,
  extension: string,
  content: string,
  isOurs: WriteOptions["isOurs"]
) {
  const fs = yield* FileSystem.FileSystem
  const wanted = yield* fs.readFile(content).pipe(Effect.mapError(unreadable(content)))
  const isFree = (name: string) =>
    fs.readFile(name).pipe(
      Effect.map((there) => Buffer.compare(there, wanted) === 0 || isOurs?.(name, there) === true),
      Effect.catchReason("PlatformError", "NotFound", () => Effect.succeed(true)),
      Effect.orElseSucceed(() => false)
    )
  for (let i = 0; ; i++) {
    const name = `${base}${i === 0 ? "" : i === 1 ? ".dub" : `.dub-${i}`}${extension}`
    if (i > 99 || (yield* isFree(name))) return name
  }
})

/** Writes a video from a source's picture and tracks, with other sound and more subtitles; see `mux`. */
export const writeVideo = Effect.fn("writeVideo")(function* (options: WriteOptions) {
  const { onProgress, output, source } = options
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const container = containerOf(output) ?? containerFor(source)
  const real = (name: string) => Effect.orElseSucceed(fs.realPath(name), () => path.resolve(name))
  if ((yield* real(output)) === (yield* real(source.path))) {
    return yield* new Problem({
      what: `The output is the video itself, ${shown(output)}.`,
      mend: "Name another output."
    })
  }
  const isSoundFile = container.video?.length === 0
  const hard = options.hardSubtitles === true && videoStream(source) !== undefined && !isSoundFile
  const drawn = hard ? options.subtitles[0] : undefined
  if (drawn === undefined && !isSoundFile && !holdsPicture(container, source)) {
    const { codec } = videoStream(source)!
    const what = `A .${container.extension} file cannot hold this picture (${codec}) as it is.`
    return yield* new Problem({ what, mend: `Name an output ending in .${containerFor(source).extension}.` })
  }
  const folder = yield* fs
    .makeTempDirectoryScoped({ prefix: "dubber-" })
    .pipe(Effect.mapError(unwritable("a temporary folder")))
  const soft = hard ? [] : options.subtitles
  const asTracks = container.subtitleCodec !== null && videoStream(source) !== undefined
  const subtitles = asTracks
    ? yield* Effect.forEach(soft, (subtitle, index) => prepareSubtitle(subtitle, container, folder, index))
    : []
  const filter = drawn === undefined ? undefined : yield* drawing(source, drawn, options.style, folder)
  const covers = container.format === "matroska" ? yield* takeCovers(source, folder) : []
  const comment = yield* commentOf(source.path).pipe(Effect.orElseSucceed(() => ""))
  const { keptSound, original, sound, sounds } = options
  const { after, before, dropped } = muxArguments({
    source,
    container,
    sound,
    sounds,
    keptSound,
    original,
    subtitles,
    filter,
    covers,
    comment
  })
  yield* replaceOutput(output, (temporary) =>
    runWithProgress(["-y", ...before, file(temporary), ...after], onProgress).pipe(Effect.mapError(writing(output)))
  )
  const stem = output.slice(0, output.length - path.extname(output).length)
  const beside = asTracks
    ? []
    : yield* Effect.forEach(
        soft,
        Effect.fnUntraced(function* (subtitle) {
          const base = `${stem}${stem.endsWith(`.${subtitle.language}`) ? "" : `.${subtitle.language}`}`
          const name = yield* freeName(base, path.extname(subtitle.path), subtitle.path, options.isOurs)
          const copy = (temporary: string) =>
            fs.copyFile(subtitle.path, temporary).pipe(Effect.mapError(unwritable(name)))
          return yield* Effect.as(replaceOutput(name, copy), name)
        })
      )
  const written: Written = { output, beside, dropped }
  return written
}, Effect.scoped)

export interface MuxOptions {
  readonly source: Source
  readonly sound: EncodedSound
  readonly soundLanguage: Language
  readonly soundTitle?: string | undefined
  /** Dubs in other languages, as the tracks after it; for a container that holds several. */
  readonly sounds?: ReadonlyArray<SoundTrack> | undefined
  /** Index of the source's stream that the dub stands for; its first sound where it is not given. */
  readonly replaced?: number | undefined
  /** Keeps that stream, after the dubs. */
  readonly keepOriginal: boolean
  /** What is spoken in it, where that is known: a track that is kept says so. */
  readonly originalLanguage?: Language | undefined
  readonly subtitles: ReadonlyArray<SubtitleFile>
  /** The first of the subtitles is drawn into the picture, in the one encode, instead of added as a track. */
  readonly hardSubtitles?: boolean | undefined
  readonly style?: SubtitleStyle | undefined
  readonly output: string
  readonly isOurs?: WriteOptions["isOurs"]
  readonly onProgress?: OnProgress | undefined
}

/**
 * Puts a dub into a copy of the video: the picture as it is, the dub as its first and default sound, the source's other
 * tracks, chapters, attachments, cover and metadata where the container takes them. Sample 0 of the dub is heard at the
 * source's start. A source without picture, or an output that is a sound file, gives sound only. The output appears
 * whole or not at all. Fails with a Problem, or with FfmpegError.
 */
export const mux = Effect.fn("mux")((options: MuxOptions) => {
  const { keepOriginal, source, sound, soundLanguage, soundTitle } = options
  const own = audioStreams(source)
  const replaced = own.find(({ index }) => index === options.replaced) ?? own[0]
  const others = own.filter((stream) => stream !== replaced)
  return writeVideo({
    ...options,
    sound: { encoded: sound, language: soundLanguage, title: soundTitle },
    keptSound: keepOriginal && replaced !== undefined ? [replaced, ...others] : others,
    original:
      keepOriginal && replaced !== undefined ? { index: replaced.index, language: options.originalLanguage } : undefined
  })
})
