import { NodeServices } from "@effect/platform-node"
import { assert, describe, it as test, layer } from "@effect/vitest"
import { Effect, Layer, Option } from "effect"
import * as Language from "../../src/domain/Language.ts"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { decodeWav, encodeWav } from "../../src/media/Wav.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import * as AudioCheck from "../../src/speech/AudioCheck.ts"
import { TextToSpeech, type SpeechAudio, type SpeechRequest } from "../../src/speech/TextToSpeech.ts"
import { levelOf, pcm16, sine } from "../support/Sine.ts"

const Live = Layer.provideMerge(Ffmpeg.layer, Layer.merge(NodeServices.layer, RequestLog.layer))

const request: SpeechRequest = {
  subject: "utterance 1",
  text: "A sentence of forty letters, more or less.",
  voice: undefined,
  language: Language.Language.make("en")
}

/** What comes through the check of what a service answers. */
const checked = (audio: SpeechAudio, changes: Partial<SpeechRequest> = {}) => {
  const service = Layer.succeed(TextToSpeech, {
    provider: { service: "fake", model: "m", address: "", defaultVoice: () => "v", longestInput: 100 },
    speak: () => Effect.succeed(audio)
  })
  const speak = TextToSpeech.use((tts) => tts.speak({ ...request, ...changes }))
  return speak.pipe(Effect.provide(AudioCheck.layer(service)))
}

const refusal = (audio: SpeechAudio, changes?: Partial<SpeechRequest>) =>
  Effect.flip(checked(audio, changes)).pipe(
    Effect.map((error) => {
      assert.strictEqual(error.reason._tag, "BadAnswer")
      assert.isTrue(error.isRetryable)
      return error.message
    })
  )

const decoded = (audio: SpeechAudio) => Option.getOrThrow(decodeWav(audio.bytes))

const words = (text: string) => ({ bytes: new TextEncoder().encode(text) })
const seconds = (length: number) => ({ bytes: pcm16(sine(440, 24_000, length)) })
const floatWav = (samples: Float32Array) => {
  const bytes = Buffer.concat([encodeWav(new Float32Array(0)), new Uint8Array(samples.buffer)])
  bytes.writeUInt16LE(3, 20)
  bytes.writeUInt16LE(32, 34)
  bytes.writeUInt32LE(samples.byteLength, 40)
  return bytes
}

layer(Live, { excludeTestServices: true })("AudioCheck", (it) => {
  it.effect("gives canonical WAV, mono at 48 kHz, and passes on what was said of it", () =>
    Effect.gen(function* () {
      const audio = yield* checked({
        bytes: pcm16(sine(440, 24_000, 2)),
        pcmSampleRate: 24_000,
        usd: 0.1,
        characters: 9
      })
      assert.deepStrictEqual(
        { ...audio, bytes: undefined },
        { bytes: undefined, contentType: "audio/wav", pcmSampleRate: undefined, usd: 0.1, characters: 9 }
      )
      const { samples, sampleRate, channels } = decoded(audio)
      assert.deepStrictEqual([samples.length, sampleRate, channels], [96_000, 48_000, 1])
      assert.closeTo(levelOf(samples, 440), 0.5, 0.001)
    })
  )

  it.effect("leaves what is canonical already as it is, to the byte", () =>
    Effect.gen(function* () {
      const bytes = encodeWav(sine(440, 48_000, 2))
      assert.deepStrictEqual((yield* checked({ bytes })).bytes, bytes)
    })
  )

  it.effect("drops an odd last byte of raw sound", () =>
    Effect.gen(function* () {
      const bytes = new Uint8Array([...pcm16(sine(440, 24_000, 2)), 1])
      assert.strictEqual(decoded(yield* checked({ bytes })).samples.length, 96_000)
    })
  )

  it.effect("removes a constant offset and leaves the rest", () =>
    Effect.gen(function* () {
      const bytes = encodeWav(sine(440, 48_000, 2).map((x) => x / 2 + 0.2))
      const { samples } = decoded(yield* checked({ bytes }))
      assert.closeTo(samples.reduce((a, b) => a + b, 0) / samples.length, 0, 1e-4)
      assert.closeTo(levelOf(samples, 440), 0.25, 0.001)
    })
  )

  it.effect("leaves clipped sound as it is", () =>
    Effect.gen(function* () {
      const clipped = sine(440, 48_000, 2, 3)
      const { samples } = decoded(yield* checked({ bytes: encodeWav(clipped) }))
      assert.isAbove(samples.filter((x) => Math.abs(x) > 0.999).length, 40_000)
    })
  )

  it.effect("refuses what is empty, words, cut, silent, no number or noise", () =>
    Effect.gen(function* () {
      const nan = new Float32Array(48_000).fill(NaN)
      assert.strictEqual(yield* refusal({ bytes: new Uint8Array(0) }), "fake: an empty answer")
      assert.strictEqual(yield* refusal(words("<html>Bad gateway</html>")), "fake: words instead of sound")
      assert.strictEqual(
        yield* refusal(words('{"error":{"message":"the voice is loading"}}')),
        "fake: words instead of sound: the voice is loading"
      )
      assert.include(yield* refusal({ bytes: encodeWav(sine(440, 48_000, 2)).subarray(0, 99_999) }), "cut")
      assert.include(yield* refusal({ bytes: encodeWav(new Float32Array(96_000)) }), "silence")
      assert.include(yield* refusal({ bytes: encodeWav(sine(440, 48_000, 2, 0.0009)) }), "silence")
      assert.include(yield* refusal({ bytes: encodeWav(new Float32Array(96_000).fill(0.5)) }), "silence")
      assert.include(yield* refusal({ bytes: floatWav(nan) }), "no numbers")
      assert.include(yield* refusal({ bytes: new Uint8Array(sine(440, 24_000, 1).buffer) }), "noise")
      assert.include(yield* refusal({ bytes: encodeWav(new Float32Array(0)) }), "without samples")
      assert.include(yield* refusal({ bytes: Buffer.from("fLaC\0\0\0\0\0\0\0\0\0") }), "decoded")
    })
  )

  it.effect("believes placeholder sizes", () =>
    Effect.gen(function* () {
      for (const size of [0, 0x7fff_ffff, 0xffff_ffff]) {
        const bytes = Buffer.from(encodeWav(sine(440, 48_000, 2)))
        bytes.writeUInt32LE(size, 40)
        assert.strictEqual(decoded(yield* checked({ bytes })).samples.length, 96_000)
      }
    })
  )

  it.effect("refuses what is much too short or too long for its text", () =>
    Effect.gen(function* () {
      assert.include(yield* refusal(seconds(0.25)), "too short")
      assert.include(yield* refusal(seconds(40)), "too long")
      yield* checked(seconds(0.4))
      yield* checked(seconds(26))
      yield* checked(seconds(0.3), { speed: 4 })
      yield* checked(seconds(40), { speed: 0.5 })
      assert.include(yield* refusal(seconds(0.03), { text: "A" }), "too short")
      yield* checked(seconds(0.05), { text: "A" })
    })
  )

  it.effect("accepts silence for what nobody can speak", () =>
    checked({ bytes: encodeWav(new Float32Array(9600)) }, { text: "…" })
  )

  it.effect("says so when ffmpeg is needed and not there", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(checked({ bytes: Buffer.from("ID3\x04\0\0\0\0\0\0") }))
      assert.strictEqual(error.reason._tag, "NotThere")
      assert.include(error.message, "Install")
    }).pipe(Effect.provide(Ffmpeg.layerWith({ ffmpeg: "no-such-ffmpeg", ffprobe: "no-such-ffprobe" })))
  )

  it.effect("counts the seconds of sound", () =>
    Effect.gen(function* () {
      yield* checked({ bytes: encodeWav(sine(440, 48_000, 2)) })
      const log = yield* RequestLog
      assert.strictEqual((yield* log.totals("speech")).audioSeconds, 2)
    }).pipe(Effect.provide(RequestLog.layer, { local: true }))
  )
})

describe("plausibleSeconds", () => {
  // Seconds are those of real voices: slow and fast readings of each.
  const readings: ReadonlyArray<readonly [text: string, fastest: number, slowest: number]> = [
    ["Yes.", 0.15, 4],
    ["1.234.567.890", 2, 14],
    ["€ 4.99", 0.8, 6],
    ["Die Donaudampfschifffahrtsgesellschaft fährt.", 1.8, 12],
    ["我们今天学习如何使用这个工具。", 1.5, 8],
    ["今日は、このツールの使い方を学びます。", 1.5, 8],
    ["WWW.BBC.CO.UK", 1.5, 9],
    ["Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaah!", 0.4, 5],
    ["E = mc² + ∑ x²", 1.5, 9],
    ["👍👍", 0.3, 6],
    ["--------------------", 0.05, 5]
  ]
  for (const [text, fastest, slowest] of readings) {
    test(`lets ${text} pass`, () => {
      const { shortest, longest } = AudioCheck.plausibleSeconds(text)
      assert.isAtMost(shortest, fastest)
      assert.isAtLeast(longest, slowest)
    })
  }
})
