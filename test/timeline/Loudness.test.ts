import { NodeServices } from "@effect/platform-node"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, FileSystem, Layer, Path } from "effect"
import { Ffmpeg, file } from "../../src/media/Ffmpeg.ts"
import { integratedLoudness, loudnessRange, makeMeter, silence as silent } from "../../src/timeline/Loudness.ts"
import { concat, decibels, interleave, noise, scale, silence, sine, voice } from "./Signals.ts"

const measure = (channels: ReadonlyArray<Float32Array>, piece = 48_000) => {
  const meter = makeMeter(channels.length)
  const length = channels[0]!.length
  for (let at = 0; at < length; at += piece) {
    meter.push(
      channels.map((samples) => samples.subarray(at, at + piece)),
      Math.min(piece, length - at)
    )
  }
  return {
    integrated: integratedLoudness(meter.levels().energies),
    range: loudnessRange(meter.levels().energies),
    truePeak: decibels(meter.truePeak())
  }
}

const measureWithFfmpeg = Effect.fnUntraced(function* (channels: ReadonlyArray<Float32Array>) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const ffmpeg = yield* Ffmpeg
  const raw = path.join(yield* fs.makeTempDirectoryScoped(), "sound.f32")
  yield* fs.writeFile(raw, interleave(channels))
  const input = ["-f", "f32le", "-ar", "48000", "-ac", `${channels.length}`, "-i", file(raw)]
  const log = yield* ffmpeg.log([...input, "-af", "ebur128=peak=true", "-f", "null", "-"])
  const summary = log.slice(log.lastIndexOf("Summary:"))
  const read = (name: string) => Number(new RegExp(`${name}:\\s+(-?[\\d.]+)`).exec(summary)?.[1])
  return { integrated: read("I"), range: read("LRA"), truePeak: read("Peak") }
}, Effect.scoped)

const speech = concat(
  voice(6, { level: 0.6 }),
  silence(1.5),
  scale(voice(5, { pitch: 200, seed: 5 }), 0.3),
  silence(3),
  voice(4)
)
const chord = [220, 277.2, 329.6].map((hertz) => sine(hertz, 20, 0.25))
const music = chord[0]!.map((x, i) => (x + chord[1]![i]! + chord[2]![i]!) * Math.exp(-(i % 24_000) / 8000))

const signals: Record<string, ReadonlyArray<Float32Array>> = {
  speech: [speech],
  "speech in stereo": [speech, scale(speech, 0.5)],
  "music that rises": [
    music.map((x, i) => (x * i) / music.length),
    music.map((x, i) => x * Math.sin((i / music.length) * 3))
  ],
  "white noise": [noise(8, 0.4)],
  "noise in 5.1": Array.from({ length: 6 }, (_, c) => noise(5, 0.1 + 0.05 * c, c + 1))
}

layer(Layer.provideMerge(Ffmpeg.layer, NodeServices.layer))("measures as ffmpeg's ebur128 does", (test) => {
  for (const [name, channels] of Object.entries(signals)) {
    test.effect(name, () =>
      Effect.gen(function* () {
        const ours = measure(channels)
        const theirs = yield* measureWithFfmpeg(channels)
        assert.closeTo(ours.integrated, theirs.integrated, 0.1)
        assert.closeTo(ours.truePeak, theirs.truePeak, 0.2)
        assert.closeTo(ours.range, theirs.range, 0.3)
      })
    )
  }
})

describe("Loudness", () => {
  it("follows EBU Tech 3341: 1 kHz at -23 dBFS in both channels is -23 LUFS", () => {
    const tone = sine(1000, 20, 10 ** (-23 / 20))
    assert.closeTo(measure([tone, tone]).integrated, -23, 0.1)
  })

  it("does not depend on the size of the pieces", () => {
    const part = speech.subarray(0, 200_000)
    const whole = measure([part], part.length)
    for (const piece of [7, 1024, 44_100]) {
      const inPieces = measure([part], piece)
      assert.closeTo(inPieces.integrated, whole.integrated, 1e-9)
      assert.closeTo(inPieces.range, whole.range, 1e-9)
      assert.strictEqual(inPieces.truePeak, whole.truePeak)
    }
  })

  it("calls silence -70 LUFS", () => {
    assert.strictEqual(measure([silence(2)]).integrated, silent)
    assert.strictEqual(measure([silence(2)]).range, 0)
    assert.strictEqual(measure([silence(0.01)]).integrated, silent)
  })

  it("hears a peak between the samples", () => {
    const tone = Float32Array.from({ length: 48_000 }, (_, i) => 0.5 * Math.sin((Math.PI / 2) * i + Math.PI / 4))
    const faded = tone.map((x, i) => x * Math.sin((Math.PI * i) / tone.length))
    assert.closeTo(measure([faded]).truePeak, decibels(0.5), 0.05)
  })
})
