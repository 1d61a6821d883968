import * as Effect from "effect/Effect"
import { Source } from "../domain/Source.ts"
import { probe } from "../media/Probe.ts"
import { Progress } from "./Progress.ts"
import * as Workdir from "./Workdir.ts"

/** Probes the video: its streams, length and fingerprint. What was stored of another video is made again. */
export const readSource = Effect.fn("readSource")(function* (video: string) {
  const workdir = yield* Workdir.Workdir
  const progress = yield* Progress
  return yield* progress.stage("probe", () =>
    Effect.gen(function* () {
      const source = yield* probe(video)
      // A part keeps what its excerpt holds under this name.
      if (workdir.home !== workdir.root) return { value: source, reused: false, summary: describe(source) }
      const artifact = yield* workdir.artifact({
        name: "source.json",
        inputs: source,
        format: Workdir.json(Source),
        make: Effect.succeed(source)
      })
      return { value: source, reused: artifact.reused, summary: describe(source) }
    })
  )
})

const describe = (source: Source): string => {
  const minutes = Math.floor(source.duration / 60)
  const seconds = (source.duration - minutes * 60).toFixed(1)
  const kinds = source.streams.map((stream) => `${stream.kind} ${stream.codec}`).join(", ")
  return `${minutes > 0 ? `${minutes} min ` : ""}${seconds} s, ${kinds}`
}
