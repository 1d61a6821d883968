import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { Progress } from "../../src/dub/Progress.ts"
import { sourceLevels } from "../../src/dub/SourceSound.ts"
import { peaksFormat, sourcePeaks, sourcePeaksName } from "../../src/dub/Waveforms.ts"
import { Workdir } from "../../src/dub/Workdir.ts"
import { Ffmpeg, file } from "../../src/media/Ffmpeg.ts"
import { amplitudes } from "../../src/media/Peaks.ts"
import { probe } from "../../src/media/Probe.ts"
import { integratedLoudness } from "../../src/timeline/Loudness.ts"
import { type Film, film } from "../support/Media.ts"

/** Calls of ffmpeg that decode sound. */
const counted = (calls: Array<string>) =>
  Layer.effect(
    Ffmpeg,
    Effect.map(Ffmpeg, (ffmpeg) =>
      Ffmpeg.of({
        ...ffmpeg,
        pipe: (args, input) => {
          calls.push(args.join(" "))
          return ffmpeg.pipe(args, input)
        }
      })
    )
  ).pipe(Layer.provideMerge(Ffmpeg.layer))

const inWorkdir = <A, E>(
  made: Film,
  program: (
    path: string,
    calls: ReadonlyArray<string>
  ) => Effect.Effect<A, E, Workdir | Progress | Ffmpeg | NodeServices.NodeServices>
) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.makeTempDirectoryScoped()
    const path = `${folder}/a: late.ts`
    yield* film(path, made)
    const calls: Array<string> = []
    const own = Layer.mergeAll(
      counted(calls),
      Workdir.layer(`${folder}/work`).pipe(Layer.provideMerge(Progress.layerSilent))
    )
    return yield* Effect.provide(program(path, calls), own)
  }).pipe(Effect.scoped, Effect.provide(Layer.provideMerge(Ffmpeg.layer, NodeServices.layer)))

const late = { startsAt: 1, heard: [{ at: 1, seconds: 1, tone: 440, level: 0.5 }] }

describe("the original sound", () => {
  it.live("is decoded once, however many come for its levels and its waveform", () =>
    inWorkdir({ seconds: 5, sounds: [late] }, (path, calls) =>
      Effect.gen(function* () {
        const source = yield* probe(path)
        const settings = { audioTrack: undefined }
        const seconds: Array<number> = []
        const told = (done: number) => Effect.sync(() => void seconds.push(done))
        const [levels] = yield* Effect.all(
          [sourceLevels(source, settings), sourceLevels(source, settings, told), sourcePeaks(source, settings)],
          { concurrency: "unbounded" }
        )
        yield* sourceLevels(source, settings, told)
        // Who waits while another measures sees how far it is, second by second; who comes when it is over is told nothing.
        assert.deepStrictEqual(
          seconds,
          seconds.toSorted((a, b) => a - b)
        )
        assert.strictEqual(new Set(seconds).size, Math.ceil(seconds.at(-1)!))
        assert.closeTo(seconds.at(-1)!, source.duration, 0.5)
        assert.strictEqual(calls.filter((args) => args.includes("f32le")).length, 1)
        const heard = yield* (yield* Ffmpeg).log(["-i", file(path), "-af", "ebur128", "-f", "null", "-"])
        const theirs = Number(/I:\s+(-?[\d.]+) LUFS/.exec(heard.slice(heard.lastIndexOf("Summary")))?.[1])
        assert.closeTo(levels!.lufs, theirs, 0.3)
        // Kept in half decibels.
        assert.closeTo(integratedLoudness(levels!.energies), levels!.lufs, 0.3)
        assert.closeTo(levels!.peaks[250]!, 0.5, 0.04)
      })
    )
  )

  it.live("shows when something is heard, on the clock of the video", () =>
    inWorkdir({ seconds: 5, sounds: [late] }, (path) =>
      Effect.gen(function* () {
        const source = yield* probe(path)
        yield* sourcePeaks(source, { audioTrack: undefined })
        const workdir = yield* Workdir
        const peaks = yield* peaksFormat.decode(yield* workdir.read(sourcePeaksName), "")
        const loud = [...amplitudes(peaks)].map((one) => one > 0.1)
        assert.closeTo(peaks.values.length / peaks.perSecond, source.duration, 0.05)
        assert.closeTo(loud.indexOf(true) / peaks.perSecond, 2, 0.1)
        assert.closeTo((loud.lastIndexOf(true) + 1) / peaks.perSecond, 3, 0.1)
      })
    )
  )

  it.live("need not be there", () =>
    inWorkdir({ seconds: 2, sounds: [] }, (path, calls) =>
      Effect.gen(function* () {
        const source = yield* probe(path)
        assert.isUndefined(yield* sourceLevels(source, { audioTrack: undefined }))
        assert.deepStrictEqual(calls, [])
      })
    )
  )
})
