import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Ffmpeg } from "./Ffmpeg.ts"

/** Told now and then how many seconds of the output are done. */
export type OnProgress = (seconds: number) => Effect.Effect<void>

/** Runs ffmpeg to its end; `args` must not write to stdout. */
export const runWithProgress = Effect.fnUntraced(function* (args: ReadonlyArray<string>, onProgress?: OnProgress) {
  const ffmpeg = yield* Ffmpeg
  if (onProgress === undefined) return yield* Effect.asVoid(ffmpeg.text(args))
  yield* ffmpeg.pipe(["-progress", "pipe:1", "-stats_period", "0.5", ...args]).pipe(
    Stream.decodeText(),
    Stream.splitLines,
    Stream.runForEach((line) => {
      const microseconds = /^out_time_us=(\d+)$/.exec(line)?.[1]
      return microseconds === undefined ? Effect.void : onProgress(Number(microseconds) / 1e6)
    })
  )
})
