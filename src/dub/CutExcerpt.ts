import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import type { Interval } from "../domain/Sound.ts"
import { Source } from "../domain/Source.ts"
import { clock } from "../domain/Part.ts"
import { type Cut, cutsOf, writeExcerpt } from "../media/Excerpt.ts"
import { unreadable } from "../media/FileProblem.ts"
import { probe } from "../media/Probe.ts"
import { videoName } from "./Output.ts"
import { isEffectsTrack } from "../timeline/MixBackground.ts"
import { Progress } from "./Progress.ts"
import { isStill, look } from "./RenderVideo.ts"
import { type DubSettings, isBackgroundFile } from "./Settings.ts"
import * as Workdir from "./Workdir.ts"

/** Raised when excerpts are cut otherwise. */
const version = 1

/** An excerpt and what it looks like from outside: the shape of cut/<name>.json. */
const Written = Schema.Struct({ output: Schema.String, size: Schema.Int, modified: Schema.Finite })

/** A part of a video as a video of its own. */
export interface Excerpt {
  readonly source: Source
  readonly cuts: ReadonlyArray<Cut>
}

const told = (cuts: ReadonlyArray<Cut>): string =>
  cuts.length === 1
    ? `${clock(cuts[0]!.start)} to ${clock(cuts[0]!.end)}`
    : `${cuts.length} stretches, ${cuts.reduce((sum, { end, start }) => sum + end - start, 0).toFixed(1)} s`

/** What lies under a part of a video. */
export interface PartOfBed {
  /** Undefined: as the settings have it. */
  readonly background?: string
  readonly videoSeconds?: number
}

/**
 * The part of a file under the voices that goes with a part of the video: of a track of effects, which is as long as the
 * video, the same stretches; music plays from its beginning.
 */
export const cutBed = Effect.fn("cutBed")(function* (
  source: Source,
  cuts: ReadonlyArray<Cut>,
  { background }: Pick<DubSettings, "background">
) {
  const paths = yield* Path.Path
  const workdir = yield* Workdir.Workdir
  const nothing: PartOfBed = {}
  if (background === undefined || !isBackgroundFile(background)) return nothing
  const bed = yield* probe(paths.resolve(background))
  const music: PartOfBed = { videoSeconds: source.duration }
  if (!isEffectsTrack(bed.duration, source.duration)) return music
  const sound = { ...bed, streams: bed.streams.filter(({ kind }) => kind === "audio").slice(0, 1) }
  const output = workdir.path("tmp", `bed.${Workdir.hash(JSON.stringify(cuts)).slice(0, 8)}.mp4`)
  yield* writeExcerpt(sound, cuts, output)
  const effects: PartOfBed = { background: output }
  return effects
})

/** Cuts stretches out of a video into an excerpt that lies in the workdir; one that is there is used. */
export const cutExcerpt = Effect.fn("cutExcerpt")(function* (source: Source, stretches: ReadonlyArray<Interval>) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const progress = yield* Progress
  const workdir = yield* Workdir.Workdir
  const cuts = cutsOf(source, stretches)
  const inputs = { version, source: source.fingerprint, cuts }
  const name = `cut/${Workdir.hash(JSON.stringify(inputs)).slice(0, 8)}`
  const output = workdir.path(name, `${videoName(paths, source.path)}.mp4`)
  const seconds = cuts.reduce((sum, { end, start }) => sum + end - start, 0)
  return yield* progress.stage("cut", (advance) =>
    Effect.gen(function* () {
      const written = yield* workdir.artifact({
        name: `${name}.json`,
        inputs,
        format: Workdir.json(Written),
        stillHolds: (one) => isStill(fs, one),
        make: Effect.gen(function* () {
          yield* writeExcerpt(source, cuts, output, (done) => advance(done, seconds))
          return { output, ...(yield* Effect.mapError(look(fs, output), unreadable(output))) }
        })
      })
      const excerpt = yield* probe(written.value.output)
      yield* workdir.artifact({
        name: "source.json",
        inputs: excerpt,
        format: Workdir.json(Source),
        make: Effect.succeed(excerpt)
      })
      const value: Excerpt = { source: excerpt, cuts }
      return { value, reused: written.reused, summary: told(cuts) }
    })
  )
})
