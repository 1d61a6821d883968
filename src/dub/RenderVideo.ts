import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import * as Option from "effect/Option"
import type * as Semaphore from "effect/Semaphore"
import { unreadable } from "../media/FileProblem.ts"
import { mux } from "../media/Mux.ts"
import { fontWarnings } from "../media/SubtitleFonts.ts"
import { noteOutput } from "./OutputFolders.ts"
import { besideOutput, tellBeside } from "./BesideOutput.ts"
import { Progress } from "./Progress.ts"
import { chooseBackground, containerFrom, renderSound, type ToMix } from "./RenderSound.ts"
import { SoundReport } from "./Report.ts"
import type { DubSettings } from "./Settings.ts"
import { writeSpokenSubtitles } from "./SpokenSubtitles.ts"
import * as Workdir from "./Workdir.ts"

/** The finished file and how it sounds: the shape of <language>/output.json. */
export const Rendered = Schema.Struct({
  output: Schema.String,
  size: Schema.Int,
  modified: Schema.Finite,
  sound: SoundReport
})
export type Rendered = typeof Rendered.Type

/**
 * Whose turn it is to render, where several languages or videos are dubbed side by side: each takes all that the machine
 * has.
 */
export const RenderTurn = Context.Reference<Semaphore.Semaphore | undefined>("dubber/dub/RenderTurn", {
  defaultValue: () => undefined
})

export const inRenderTurn = <A, E, R>(render: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(RenderTurn, (turn) => (turn === undefined ? render : turn.withPermits(1)(render)))

/** What a file looks like from outside; a file that was replaced or touched looks different. */
export const look = (fs: FileSystem.FileSystem, path: string) =>
  Effect.map(fs.stat(path), (info) => ({
    size: Number(info.size),
    modified: Option.getOrUndefined(info.mtime)?.getTime() ?? 0
  }))

/** Whether an output is still the file that was written. */
export const isStill = (fs: FileSystem.FileSystem, written: Omit<Rendered, "sound">) =>
  look(fs, written.output).pipe(
    Effect.map(({ modified, size }) => size === written.size && modified === written.modified),
    Effect.orElseSucceed(() => false)
  )

export interface ToRender extends ToMix {
  readonly output: string
}

/** How long writing the file takes, as a share of making its sound: a picture that is drawn on is encoded anew. */
const writing = ({ subtitles }: DubSettings): number => (subtitles === "hard" ? 3 : 0.25)

/** The same of measuring the original sound. */
const measuringShare = 0.25

/** Mixes what was placed, encodes it and puts it into a copy of the video. */
export const renderVideo = Effect.fn("renderVideo")(function* (run: ToRender, settings: DubSettings) {
  const workdir = yield* Workdir.Workdir
  const progress = yield* Progress
  const fs = yield* FileSystem.FileSystem
  const { output, script, source, timeline } = run
  const under = yield* chooseBackground(source, script, settings)
  const subtitles = yield* writeSpokenSubtitles(run, settings)
  const inputs = {
    source: source.fingerprint,
    timeline,
    under: under.inputs,
    subtitles: [
      settings.subtitles,
      Workdir.hash(subtitles.text),
      settings.subtitles === "hard" ? settings.subtitleStyle : null
    ],
    output,
    keepOriginal: settings.keepOriginal ? (script.from ?? true) : false
  }
  const render = progress.stage("render", (advance) =>
    Effect.gen(function* () {
      const artifact = yield* workdir.artifact({
        name: `${script.language}/output.json`,
        inputs,
        format: Workdir.json(Rendered),
        stillHolds: (rendered) => isStill(fs, rendered),
        make: Effect.scoped(
          Effect.gen(function* () {
            const { duration } = source
            // Before the long part: whoever sees it may still stop.
            const lacking =
              settings.subtitles === "hard" ? yield* fontWarnings(subtitles.text, settings.subtitleStyle) : []
            for (const warning of lacking) yield* progress.warning(warning)
            const total = duration * (1 + writing(settings))
            // Where that was not over before.
            let measuring = 0
            const { encoded, measured } = yield* renderSound(
              run,
              under,
              output,
              settings,
              (seconds) => advance(measuring + seconds, measuring + total, "encoding"),
              (seconds) => {
                measuring = duration * measuringShare
                return advance(seconds * measuringShare, measuring + total, "measuring the original sound")
              }
            )
            yield* noteOutput(output)
            const beside = yield* besideOutput
            const written = yield* mux({
              source,
              sound: encoded,
              soundLanguage: script.language,
              replaced: under.audio?.index,
              keepOriginal: settings.keepOriginal,
              originalLanguage: script.from,
              subtitles: settings.subtitles === "none" ? [] : [{ path: subtitles.path, language: script.language }],
              hardSubtitles: settings.subtitles === "hard",
              style: settings.subtitleStyle,
              output,
              isOurs: beside.isOurs,
              onProgress: (seconds) =>
                advance(measuring + duration + seconds * writing(settings), measuring + total, "writing")
            })
            yield* beside.remember(written.beside)
            for (const track of written.dropped) yield* progress.warning(`${output} cannot hold ${track}`)
            yield* tellBeside(written.beside, containerFrom(output, source))
            const seen = yield* Effect.mapError(look(fs, output), unreadable(output))
            return { output, ...seen, sound: measured }
          })
        )
      })
      return { value: artifact.value, reused: artifact.reused, summary: output }
    })
  )
  return yield* inRenderTurn(render)
})
