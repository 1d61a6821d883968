import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Language from "../domain/Language.ts"
import { outputExtension } from "../media/Container.ts"
import { unreadable } from "../media/FileProblem.ts"
import { fontWarnings } from "../media/SubtitleFonts.ts"
import type { SubtitleStyle } from "../media/SubtitleText.ts"
import { burn } from "../publish/Burn.ts"
import * as Subtitles from "../transcript/Subtitles.ts"
import { detectLanguage } from "./DetectLanguage.ts"
import { checkOutput, videoName } from "./Output.ts"
import { Progress } from "./Progress.ts"
import { readSource } from "./ReadSource.ts"
import { readableFor, unnamed } from "./SpokenSubtitles.ts"
import { Workdir } from "./Workdir.ts"

export interface BurnSettings {
  readonly video: string
  readonly subs: string
  readonly subtitles: "soft" | "hard"
  readonly language: Language.Language | undefined
  /** Of hard subtitles that have no look of their own. */
  readonly style?: SubtitleStyle | undefined
  readonly output: string | undefined
  /** The folder of the output where no file is given; undefined: out. */
  readonly outputFolder?: string | undefined
  readonly force: boolean
}

/** The language that a file's name tells: "talk.de.srt". */
const languageInName = (paths: Path.Path, file: string): Language.Language | undefined => {
  const part = paths.basename(file).split(".").at(-2)
  return part === undefined || part.length > 8 ? undefined : Option.getOrUndefined(Language.parse(part))
}

/** `burn`: subtitles of any kind into a copy of the video; gives the path of what was written. */
export const burnSubtitles = Effect.fn("burnSubtitles")(function* (settings: BurnSettings) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const workdir = yield* Workdir
  const progress = yield* Progress
  const source = yield* readSource(settings.video)
  const name = `${videoName(paths, source.path)}.subtitled.${outputExtension(source)}`
  const output = paths.resolve(settings.output ?? paths.join(settings.outputFolder ?? "out", name))
  yield* checkOutput(source, output, { force: settings.force, drawsSubtitles: settings.subtitles === "hard" })

  const bytes = yield* fs.readFile(settings.subs).pipe(Effect.mapError(unreadable(settings.subs)))
  const parsed = yield* Subtitles.parse(bytes, settings.subs)
  for (const warning of parsed.warnings) yield* progress.warning(warning)
  const text = parsed.cues.map((cue) => cue.text).join(" ")
  const language =
    settings.language ??
    languageInName(paths, settings.subs) ??
    (yield* detectLanguage(text)) ??
    Language.Language.make("und")
  // ASS brings its own looks; everything else is wrapped as subtitles should be.
  const isStyled = parsed.format === "ass" && settings.subtitles === "hard"
  const shown = Subtitles.formatSrt(unnamed(Subtitles.readable(parsed.cues, readableFor(source))))
  const subtitles = isStyled ? settings.subs : yield* workdir.write("tmp/burn.srt", shown)
  const isDrawn = settings.subtitles === "hard" && !isStyled
  for (const warning of isDrawn ? yield* fontWarnings(shown, settings.style) : []) yield* progress.warning(warning)
  const written = yield* progress.stage("burn", (advance) =>
    Effect.map(
      burn({
        source,
        subtitles,
        mode: settings.subtitles,
        language,
        style: settings.style,
        output,
        onProgress: (seconds) => advance(seconds, source.duration)
      }),
      (value) => ({ value, reused: false, summary: `${parsed.cues.length} cues, ${settings.subtitles}` })
    )
  )
  for (const track of written.dropped) yield* progress.warning(`${output} cannot hold ${track}`)
  return output
})
