import * as Effect from "effect/Effect"
import { type Source, videoStream } from "../domain/Source.ts"
import { Ffmpeg, file } from "./Ffmpeg.ts"
import { holdStart } from "./HoldStart.ts"

/** Share of change between two key frames, in percent, from which they count as two scenes (ffmpeg's scdet). */
const threshold = 10

/**
 * Where the picture changes to another scene: seconds from the start of the video, in order. Only key frames are looked
 * at, small: encoders put one at a cut, and decoding the rest would take minutes. Empty where there is no picture.
 */
export const sceneCuts = Effect.fn("sceneCuts")(function* (source: Source) {
  const ffmpeg = yield* Ffmpeg
  const video = videoStream(source)
  if (video === undefined) return []
  const filter = `scale=160:90,scdet=threshold=${threshold}:sc_pass=1,metadata=mode=print:file=pipe\\\\:1`
  const input = ["-skip_frame", "nokey", "-i", file(source.path), "-map", `0:${video.index}`]
  const text = yield* ffmpeg.text([...input, "-vf", filter, "-f", "null", "-", ...holdStart(source, [video])])
  const cuts: Array<number> = []
  let at = 0
  for (const line of text.split("\n")) {
    at = Number(/pts_time:(-?[\d.]+)/.exec(line)?.[1] ?? at)
    const cut = /lavfi\.scd\.time=([\d.]+)/.exec(line)?.[1]
    if (cut !== undefined && at > 0) cuts.push(at)
  }
  return cuts
})
