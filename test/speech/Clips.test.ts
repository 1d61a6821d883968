import { NodeServices } from "@effect/platform-node"
import { assert, describe, it as test, layer } from "@effect/vitest"
import { Deferred, Effect, Fiber, FileSystem, Layer, Option, Path } from "effect"
import * as Language from "../../src/domain/Language.ts"
import { encodeWav } from "../../src/media/Wav.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import { keyOf } from "../../src/speech/ClipKey.ts"
import { Clips } from "../../src/speech/Clips.ts"
import * as KeepClips from "../../src/speech/KeepClips.ts"
import { TextToSpeech, type SpeechProvider, type SpeechRequest } from "../../src/speech/TextToSpeech.ts"

const provider: SpeechProvider = {
  service: "openai",
  model: "tts-1",
  address: "https://api.openai.com/v1",
  defaultVoice: (language) => (language === "es" ? "nova" : "onyx"),
  longestInput: 4096
}
const request: SpeechRequest = {
  subject: "utterance 1",
  text: "Hello there.",
  voice: undefined,
  language: Language.Language.make("en")
}
const es = Language.Language.make("es")

const at = (address: string) => keyOf({ ...provider, address }, request)

describe("keyOf", () => {
  const key = keyOf(provider, request)

  test("is a hash that could be a file's name", () => {
    assert.match(key, /^[0-9a-f]{40}$/)
  })

  test("changes with what makes the sound", () => {
    const others = [
      keyOf(provider, { ...request, text: "Hello there!" }),
      keyOf(provider, { ...request, voice: "nova" }),
      keyOf(provider, { ...request, instructions: "Slowly." }),
      keyOf(provider, { ...request, speed: 1.1 }),
      keyOf({ ...provider, model: "tts-1-hd" }, request),
      keyOf({ ...provider, service: "elevenlabs" }, request),
      keyOf({ ...provider, address: "http://localhost:8880/v1" }, request),
      keyOf({ ...provider, soundDependsOn: ["language"] }, request),
      keyOf({ ...provider, soundDependsOn: ["neighbours"] }, { ...request, nextText: "And then?" })
    ]
    assert.strictEqual(new Set([key, ...others]).size, others.length + 1)
  })

  test("does not change with anything else", () => {
    const same = [
      keyOf(provider, { ...request, subject: "utterance 7", slotSeconds: 3, speed: 1, voice: "onyx" }),
      keyOf(provider, { ...request, previousText: "Before.", nextText: "After." }),
      keyOf(provider, { ...request, language: es, voice: "onyx" }),
      keyOf({ ...provider, address: "https://api.openai.com/v2", requestsPerMinute: 3 }, request)
    ]
    assert.deepStrictEqual(new Set(same), new Set([key]))
  })

  test("is the same where this machine's server comes back on another port", () => {
    const loopback = ["http://localhost:8880/v1", "http://127.0.0.1:41234/v1", "http://[::1]:1/v1"].map(at)
    assert.deepStrictEqual(new Set(loopback), new Set([at("http://127.0.0.1/v1")]))
    assert.notInclude([at("http://127.evil.example/v1"), at("http://192.168.1.5/v1"), key], loopback[0])
  })

  test("does not hold instructions that are not sent", () => {
    const mute = { ...provider, takesInstructions: false }
    assert.strictEqual(keyOf(mute, { ...request, instructions: "Slowly." }), key)
  })
})

const wav = encodeWav(new Float32Array(4800).fill(0.25))

/** A voice that can be held, and counts how often it was asked. */
const makeVoice = (answer: Effect.Effect<void> = Effect.void) => {
  const asked: Array<string> = []
  const service = TextToSpeech.of({
    provider,
    speak: ({ text }) =>
      Effect.suspend(() => {
        asked.push(text)
        return Effect.as(Effect.interruptible(answer), { bytes: wav, contentType: "audio/wav" })
      })
  })
  return { asked, layer: Layer.succeed(TextToSpeech, service) }
}

const keeping = <A, E>(
  folder: string,
  tts: Layer.Layer<TextToSpeech>,
  effect: Effect.Effect<A, E, TextToSpeech | Clips | RequestLog>,
  settings?: KeepClips.KeepSettings
) =>
  effect.pipe(
    Effect.provide(
      KeepClips.layer(tts, settings).pipe(
        Layer.provideMerge(Clips.layer({ folder })),
        Layer.provideMerge(RequestLog.layer)
      )
    )
  )

const speak = TextToSpeech.use((tts) => tts.speak(request))

layer(NodeServices.layer, { excludeTestServices: true })("Clips", (it) => {
  const folder = FileSystem.FileSystem.use((fs) => fs.makeTempDirectoryScoped())

  it.effect("are kept under their key, and asked for once", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const place = path.join(yield* folder, "clips")
      const { asked, layer: tts } = makeVoice()
      const first = yield* keeping(place, tts, speak)
      const second = yield* keeping(place, tts, speak)
      assert.deepInclude(first, { cached: false, key: keyOf(provider, request) })
      assert.deepInclude(second, { cached: true, key: first.key! })
      assert.deepStrictEqual(second.bytes, first.bytes)
      assert.strictEqual(asked.length, 1)
      assert.deepStrictEqual(yield* fs.readDirectory(place), [`${first.key}.wav`])
      const samples = yield* keeping(
        place,
        tts,
        Clips.use((clips) => clips.load(first.key!))
      )
      assert.strictEqual(samples.length, 4800)
      assert.closeTo(samples[100]!, 0.25, 1e-4)
    })
  )

  for (const [name, damage] of [
    ["cut short", (bytes: Uint8Array) => bytes.subarray(0, 1000)],
    ["empty", () => new Uint8Array(0)],
    ["without sound", (bytes: Uint8Array) => bytes.subarray(0, 44)],
    ["something else", () => new TextEncoder().encode("<html>".repeat(100))],
    ["of another rate", () => encodeWav(new Float32Array(4800), 24_000)]
  ] as const) {
    it.effect(`that are ${name} are asked for again`, () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const place = yield* folder
        const { asked, layer: tts } = makeVoice()
        const { key } = yield* keeping(place, tts, speak)
        yield* fs.writeFile(`${place}/${key}.wav`, damage(wav))
        assert.isFalse(
          yield* keeping(
            place,
            tts,
            Clips.use((clips) => clips.has(key!))
          )
        )
        const again = yield* keeping(place, tts, speak)
        assert.deepInclude(again, { cached: false })
        assert.strictEqual(asked.length, 2)
        assert.deepStrictEqual(new Uint8Array(yield* fs.readFile(`${place}/${key}.wav`)), wav)
      })
    )
  }

  it.effect("fail where only what is kept may be used", () =>
    Effect.gen(function* () {
      const { asked, layer: tts } = makeVoice()
      const error = yield* Effect.flip(keeping(yield* folder, tts, speak, { cachedOnly: true }))
      assert.strictEqual(error.message, "openai: not in the cache (--cached-only)")
      assert.isFalse(error.isRetryable)
      assert.deepStrictEqual(asked, [])
    })
  )

  it.effect("that cannot be written are not asked for", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const place = `${yield* folder}/file`
      yield* fs.writeFileString(place, "not a folder")
      const { asked, layer: tts } = makeVoice()
      const twice = Effect.gen(function* () {
        const service = yield* TextToSpeech
        const first = yield* Effect.flip(service.speak(request))
        const second = yield* Effect.flip(service.speak({ ...request, text: "Another." }))
        return [first.message, second.message]
      })
      const [first, second] = yield* keeping(place, tts, twice)
      assert.strictEqual(first, second)
      assert.include(first!, place)
      assert.deepStrictEqual(asked, [])
    })
  )

  it.effect("in whose place there is a folder are not asked for, and others are", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const place = yield* folder
      const { asked, layer: tts } = makeVoice()
      const key = yield* keeping(
        place,
        tts,
        Effect.map(TextToSpeech, (voice) => keyOf(voice.provider, request))
      )
      yield* fs.makeDirectory(`${place}/${key}.wav/x`, { recursive: true })
      const error = yield* keeping(
        place,
        tts,
        TextToSpeech.use((service) =>
          Effect.tap(Effect.flip(service.speak(request)), () => service.speak({ ...request, text: "Another." }))
        )
      )
      assert.match(error.message, /\.wav is a folder, not a clip\. Remove it$/)
      assert.strictEqual(asked.length, 1)
    })
  )

  it.effect("that two ask for at once are asked for by one, and by the other when that is interrupted", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const { asked, layer: tts } = makeVoice(Deferred.await(gate))
      const program = Effect.gen(function* () {
        const first = yield* Effect.forkChild(speak)
        while (asked.length === 0) yield* Effect.sleep(1)
        const second = yield* Effect.forkChild(speak)
        yield* Effect.sleep(20)
        assert.strictEqual(asked.length, 1)
        yield* Fiber.interrupt(first)
        while (asked.length === 1) yield* Effect.sleep(1)
        yield* Deferred.succeed(gate, undefined)
        return yield* Fiber.join(second)
      })
      assert.deepInclude(yield* keeping(yield* folder, tts, program), { cached: false })
      assert.strictEqual(asked.length, 2)
    })
  )

  it.effect("that are missing say how to get them", () =>
    Effect.gen(function* () {
      const error = yield* keeping(
        yield* folder,
        makeVoice().layer,
        Effect.flip(Clips.use((clips) => clips.load("none")))
      )
      assert.match(error.message, /none\.wav is missing or damaged\. Run the same command again/)
      assert.isTrue(
        Option.isNone(
          yield* keeping(
            "/nowhere",
            makeVoice().layer,
            Clips.use((clips) => clips.read("x"))
          )
        )
      )
    })
  )
})
