import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Path } from "effect"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { listenForSpeech, makeListener, silences } from "../../src/transcript/SpeechRegions.ts"
import { film, noise, say } from "../support/Media.ts"

const platform = Layer.provideMerge(Ffmpeg.layer, NodeServices.layer)
const rate = 16_000

/** 48 kHz to 16 kHz: eSpeak's voice has nothing above 8 kHz that would matter here. */
const third = (samples: Float32Array) =>
  Float32Array.from(
    { length: Math.floor(samples.length / 3) },
    (_, at) => (samples[3 * at]! + samples[3 * at + 1]! + samples[3 * at + 2]!) / 3
  )
const loud = (sample: number) => Math.abs(sample) > 0.01
const trimmed = (samples: Float32Array) => {
  return samples.subarray(samples.findIndex(loud), samples.findLastIndex(loud) + 1)
}
const add = (sound: Float32Array, at: number, part: Float32Array, gain = 1) => {
  const start = Math.round(at * rate)
  for (let i = 0; i < part.length && start + i < sound.length; i++) sound[start + i]! += part[i]! * gain
}
const tone = (hertz: number, seconds: number) =>
  Float32Array.from({ length: Math.round(seconds * rate) }, (_, at) => Math.sin((2 * Math.PI * hertz * at) / rate))

/** A chord of three voices whose notes swell and change every half second, as a music bed does. */
const music = (seconds: number) => {
  const sound = new Float32Array(Math.round(seconds * rate))
  for (let beat = 0; beat * 0.5 < seconds; beat++) {
    const root = 220 * 2 ** ([0, 5, 7, 3][beat % 4]! / 12)
    for (const interval of [1, 1.26, 1.5]) {
      const note = tone(root * interval, 0.5)
      add(
        sound,
        beat * 0.5,
        note.map((sample, at) => (sample * Math.exp(-at / 6000)) / 3)
      )
    }
  }
  return sound
}

const listen = (sound: Float32Array, chunk = 4096) => {
  const listener = makeListener()
  for (let at = 0; at < sound.length; at += chunk) listener.push(sound.subarray(at, at + chunk))
  return listener.heard()
}

const sentence = "The quick brown fox jumps over the lazy dog near the river bank"
const starts = [1.5, 8, 15.2, 24]

/** Speech at known times: the sound, and where the words are. */
const spoken = Effect.gen(function* () {
  const words = trimmed(third(yield* say(sentence)))
  const seconds = words.length / rate
  const sound = new Float32Array(30 * rate)
  for (const at of starts) add(sound, at, words, 0.5)
  return { sound, truth: starts.map((start) => ({ start, end: start + seconds })) }
})

const assertClose = (
  found: ReadonlyArray<{ start: number; end: number }>,
  truth: ReadonlyArray<{ start: number; end: number }>,
  within: number
) => {
  assert.strictEqual(found.length, truth.length, JSON.stringify(found))
  for (const [index, { start, end }] of truth.entries()) {
    assert.closeTo(found[index]!.start, start, within, `start of ${index}`)
    assert.closeTo(found[index]!.end, end, within, `end of ${index}`)
  }
}

describe("speech is found", () => {
  const beds: Record<string, () => Float32Array> = {
    "in silence": () => new Float32Array(30 * rate),
    "over noise 20 dB below": () => noise(30 * rate, 1).map((sample) => sample * 0.02),
    "over a hum": () => tone(100, 30).map((sample) => sample * 0.1),
    "over a steady tone": () => tone(700, 30).map((sample) => sample * 0.02),
    "over music": () => music(30).map((sample) => sample * 0.06)
  }
  for (const [name, bed] of Object.entries(beds)) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const { sound, truth } = yield* spoken
        add(sound, 0, bed())
        assertClose(listen(sound).regions(), truth, 0.2)
      }).pipe(Effect.provide(platform))
    )
  }

  it.effect("between beeps, which are not speech", () =>
    Effect.gen(function* () {
      const { sound, truth } = yield* spoken
      add(sound, 0.2, tone(1000, 0.5), 0.5)
      add(sound, 13.5, tone(440, 1), 0.3)
      add(sound, 29, tone(1000, 0.4), 0.5)
      assertClose(listen(sound).regions(), truth, 0.2)
    }).pipe(Effect.provide(platform))
  )

  it.effect("whatever the chunks", () =>
    Effect.gen(function* () {
      const { sound } = yield* spoken
      const whole = listen(sound, sound.length).regions()
      assert.deepStrictEqual(listen(sound, 333).regions(), whole)
      assert.deepStrictEqual(listen(sound, 320).regions(), whole)
    }).pipe(Effect.provide(platform))
  )

  it.effect("in one piece where gaps are short, in several where they are asked for", () =>
    Effect.gen(function* () {
      const words = trimmed(third(yield* say("seventeen")))
      const sound = new Float32Array(6 * rate)
      const next = words.length / rate + 0.25
      add(sound, 1, words)
      add(sound, 1 + next, words)
      add(sound, 1 + 2 * next, words)
      const heard = listen(sound)
      assert.strictEqual(heard.regions().length, 1)
      assert.isAtLeast(heard.regions({ minGap: 0.05 }).length, 3)
    }).pipe(Effect.provide(platform))
  )

  it.effect("with no gap that is shorter than the shortest asked for", () =>
    Effect.gen(function* () {
      const words = trimmed(third(yield* say("seventeen")))
      const sound = new Float32Array(12 * rate)
      let at = 1
      for (const gap of [0.3, 0.35, 0.4, 0.45, 0.6, 0.8]) {
        add(sound, at, words)
        at += words.length / rate + gap
      }
      const regions = listen(sound).regions()
      assert.isAtLeast(regions.length, 2)
      for (const { end, start } of silences(regions, 12)) assert.isAtLeast(end - start, 0.3 - 1e-9)
    }).pipe(Effect.provide(platform))
  )
})

describe("no speech is found", () => {
  const sounds: Record<string, Float32Array> = {
    "in nothing": new Float32Array(0),
    "in silence": new Float32Array(10 * rate),
    "in noise": noise(20 * rate, 2).map((sample) => sample * 0.3),
    "in a tone": tone(440, 20).map((sample) => sample * 0.5),
    "in a click": Float32Array.from({ length: 5 * rate }, (_, at) => (at === rate ? 1 : 0))
  }
  for (const [name, sound] of Object.entries(sounds)) {
    it(name, () => assert.deepStrictEqual(listen(sound).regions(), []))
  }
})

describe("of a file", () => {
  it.effect("times are those of the video when the sound starts late", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const folder = yield* fs.makeTempDirectoryScoped()
      const late = yield* film(path.join(folder, "-late: 100%.mkv"), {
        seconds: 6,
        sounds: [{ startsAt: 2, seconds: 4, heard: [{ at: 1, words: "Good morning everybody", level: 0.8 }] }]
      })
      const heard = yield* listenForSpeech(late, 1)
      assert.closeTo(heard.seconds, 6, 0.1)
      const [region, ...others] = heard.regions()
      assert.deepStrictEqual(others, [])
      assert.closeTo(region!.start, 3.05, 0.15)
    }).pipe(Effect.scoped, Effect.provide(platform))
  )
})

it("silences are what is left", () => {
  assert.deepStrictEqual(
    silences(
      [
        { start: 1, end: 2 },
        { start: 3, end: 5 }
      ],
      5
    ),
    [
      { start: 0, end: 1 },
      { start: 2, end: 3 }
    ]
  )
  assert.deepStrictEqual(silences([], 5), [{ start: 0, end: 5 }])
})
