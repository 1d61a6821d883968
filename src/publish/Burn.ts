import * as Effect from "effect/Effect"
import type { Language } from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import { audioStreams, type Source, videoStream } from "../domain/Source.ts"
import { containerFor, containerOf } from "../media/Container.ts"
import type { OnProgress } from "../media/FfmpegProgress.ts"
import { writeVideo } from "../media/Mux.ts"
import type { SubtitleStyle } from "../media/SubtitleText.ts"

export interface BurnOptions {
  readonly source: Source
  /** SubRip, WebVTT or ASS in UTF-8, told by its extension; lines no longer than they should be shown. */
  readonly subtitles: string
  /** `soft`: a track that players show or hide; `hard`: drawn into the picture, which is encoded anew. */
  readonly mode: "soft" | "hard"
  readonly language: Language
  readonly title?: string | undefined
  readonly output: string
  /** Of hard subtitles; an ASS file has its own. */
  readonly style?: SubtitleStyle | undefined
  readonly onProgress?: OnProgress | undefined
}

/**
 * Puts subtitles into a copy of a video, all its tracks kept. The text is shown as it is written: braces, backslashes
 * and stray angle brackets are letters, <i>, <b> and <u> are obeyed. Fails with a Problem, or with FfmpegError.
 */
export const burn = Effect.fn("burn")(function* (options: BurnOptions) {
  const { language, mode, output, source, subtitles, title } = options
  const container = containerOf(output) ?? containerFor(source)
  if (videoStream(source) === undefined || container.video?.length === 0) {
    return yield* new Problem({ what: "Subtitles need a picture, and there is none.", mend: "Give a video." })
  }
  if (mode === "soft" && container.subtitleCodec === null) {
    const what = `A .${container.extension} file cannot hold subtitles.`
    return yield* new Problem({ what, mend: "Name an output ending in .mkv or .mp4, or choose hard subtitles." })
  }
  return yield* writeVideo({
    source,
    keptSound: audioStreams(source),
    subtitles: [{ path: subtitles, language, title }],
    hardSubtitles: mode === "hard",
    style: options.style,
    output,
    onProgress: options.onProgress
  })
})
