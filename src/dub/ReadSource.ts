import * as Effect from "effect/Effect"
import * as Path from "effect/Path"
import { Source } from "../domain/Source.ts"
import { shown } from "../media/FileProblem.ts"
import { probe } from "../media/Probe.ts"
import { Progress } from "./Progress.ts"
import * as Workdir from "./Workdir.ts"
import { otherOwner } from "./WorkdirOwner.ts"

/** Probes the video: its streams, length and fingerprint. What was stored of another video is made again, and told. */
export const readSource = Effect.fn("readSource")(function* (video: string) {
  const workdir = yield* Workdir.Workdir
  const progress = yield* Progress
  const paths = yield* Path.Path
  return yield* progress.stage("probe", () =>
    Effect.gen(function* () {
      const source = yield* probe(video)
      // A part keeps what its excerpt holds under this name.
      if (workdir.home !== workdir.root) return { value: source, reused: false, summary: describe(source) }
      const owner = yield* otherOwner(video, workdir.root)
      if (owner !== undefined) {
        yield* progress.warning(
          `${shown(workdir.root)} was made for ${shown(owner)} and is used for ${shown(video)} from now on, clips apart: give each a --workdir and an output (-o) of its own`
        )
      }
      // Found again from wherever the next run is started.
      const kept = { ...source, path: paths.resolve(video) }
      const { reused } = yield* workdir.artifact({
        name: "source.json",
        inputs: kept,
        format: Workdir.json(Source),
        make: Effect.succeed(kept)
      })
      return { value: source, reused, summary: describe(source) }
    })
  )
})

const describe = (source: Source): string => {
  const minutes = Math.floor(source.duration / 60)
  const seconds = (source.duration - minutes * 60).toFixed(1)
  const kinds = source.streams.map((stream) => `${stream.kind} ${stream.codec}`).join(", ")
  return `${minutes > 0 ? `${minutes} min ` : ""}${seconds} s, ${kinds}`
}
