import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { FetchHttpClient } from "effect/http"
import * as Language from "../../../src/domain/Language.ts"
import { Ffmpeg } from "../../../src/media/Ffmpeg.ts"
import { RequestLog } from "../../../src/requests/RequestLog.ts"
import { HeadersListener } from "../../../src/requests/ResponseHeaders.ts"
import * as AudioCheck from "../../../src/speech/AudioCheck.ts"
import { TextToSpeech, type SpeechRequest } from "../../../src/speech/TextToSpeech.ts"
import * as ElevenLabs from "../../../src/speech/TextToSpeech/ElevenLabs.ts"
import { refusal, serveElevenLabs, type ElevenLabsEndpointSettings } from "../../support/ElevenLabsEndpoint.ts"
import { serve } from "../../support/HttpService.ts"
import { pcm16, sine } from "../../support/Sine.ts"

const Live = Layer.provideMerge(
  Ffmpeg.layer,
  Layer.mergeAll(NodeServices.layer, RequestLog.layer, FetchHttpClient.layer)
)

const request: SpeechRequest = {
  subject: "utterance 3",
  text: "A line to be spoken.",
  voice: undefined,
  language: Language.Language.make("en"),
  previousText: "Before.",
  nextText: "After."
}

const settingsOf = (url: string, key = "xi-key"): ElevenLabs.ElevenLabsSettings => ({
  endpoint: { baseUrl: url, apiKey: Redacted.make(key) }
})

const speak = (
  url: string,
  asked: Partial<SpeechRequest> = {},
  settings: Partial<ElevenLabs.ElevenLabsSettings> = {}
) =>
  TextToSpeech.use((tts) => tts.speak({ ...request, ...asked })).pipe(
    Effect.provide(ElevenLabs.layer({ ...settingsOf(url), ...settings }))
  )

const failure = Effect.fnUntraced(function* (
  fault: ElevenLabsEndpointSettings["fault"],
  settings: Partial<ElevenLabs.ElevenLabsSettings> = {}
) {
  const server = yield* serveElevenLabs(fault === undefined ? {} : { fault })
  const error = yield* Effect.flip(speak(server.url, {}, settings))
  assert.isAtMost(server.speech.length, 1)
  assert.notInclude(JSON.stringify(error), "xi-key")
  return error
})

layer(Live, { excludeTestServices: true })("ElevenLabs", (it) => {
  it.effect("asks for PCM with the first voice of the account", () =>
    Effect.gen(function* () {
      const server = yield* serveElevenLabs()
      const audio = yield* speak(server.url)
      const [received] = server.speech
      assert.strictEqual(received!.path, "/v1/text-to-speech/21m00Tcm4TlvDq8ikWAM?output_format=pcm_24000")
      assert.deepStrictEqual(received!.json(), {
        text: "A line to be spoken.",
        model_id: "eleven_multilingual_v2",
        previous_text: "Before.",
        next_text: "After."
      })
      assert.strictEqual(audio.pcmSampleRate, 24_000)
      assert.strictEqual(audio.characters, 20)
      assert.closeTo(audio.usd!, 0.002, 1e-9)
      assert.strictEqual(audio.bytes.length, 2 * Math.round(24_000 * (0.2 + 20 / 15)))
    })
  )

  it.effect("sends what is set, within what the service takes", () =>
    Effect.gen(function* () {
      const server = yield* serveElevenLabs()
      const voice = { stability: 0.4, similarityBoost: 0.8, style: 0.1, speakerBoost: false, seed: 42 }
      yield* speak(server.url, { speed: 3 }, { ...voice, model: "eleven_flash_v2_5" })
      const body = server.speech[0]!.json()
      assert.strictEqual(body.model_id, "eleven_flash_v2_5")
      assert.strictEqual(body.seed, 42)
      assert.deepStrictEqual(body.voice_settings, {
        stability: 0.4,
        similarity_boost: 0.8,
        style: 0.1,
        use_speaker_boost: false,
        speed: 1.2
      })
    })
  )

  it.effect("leaves the neighbours out where the model does not take them", () =>
    Effect.gen(function* () {
      const server = yield* serveElevenLabs()
      yield* speak(server.url, {}, { model: "eleven_v3" })
      assert.deepStrictEqual(Object.keys(server.speech[0]!.json()), ["text", "model_id"])
    })
  )

  it.effect("finds voices by id, name and the beginning of a name, and fetches the list once", () =>
    Effect.gen(function* () {
      const server = yield* serveElevenLabs({ maximumConcurrent: 9 })
      yield* Effect.gen(function* () {
        const tts = yield* TextToSpeech
        const voices = [
          "rachel",
          tts.provider.defaultVoice(request.language),
          "Adam - deep and calm",
          "ADAM",
          "pNInz6obpgDQGcFmaJgB",
          undefined
        ]
        yield* Effect.forEach(voices, (voice) => tts.speak({ ...request, voice }), { concurrency: "unbounded" })
      }).pipe(Effect.provide(ElevenLabs.layer(settingsOf(server.url))))
      const spoken = server.speech.map(({ path }) => path.slice(19, 39)).toSorted()
      const [rachel, adam] = ["21m00Tcm4TlvDq8ikWAM", "pNInz6obpgDQGcFmaJgB"]
      assert.deepStrictEqual(spoken, [rachel, rachel, rachel, adam, adam, adam])
      assert.strictEqual(server.received.length - server.speech.length, 1)
    })
  )

  it.effect("has the account's voices to deal out, each of which it finds again", () =>
    Effect.gen(function* () {
      const server = yield* serveElevenLabs()
      yield* Effect.gen(function* () {
        const tts = yield* TextToSpeech
        const voices = yield* tts.provider.voices!
        assert.deepStrictEqual(voices, ["Rachel", "Adam - deep and calm"])
        yield* tts.speak({ ...request, voice: voices[1] })
        assert.include(server.speech[0]!.path, "pNInz6obpgDQGcFmaJgB")
      }).pipe(Effect.provide(ElevenLabs.layer(settingsOf(server.url))))
    })
  )

  it.effect("asks for no list where the voice is an id", () =>
    Effect.gen(function* () {
      const server = yield* serveElevenLabs()
      yield* speak(server.url, {}, { defaultVoice: "pNInz6obpgDQGcFmaJgB" })
      assert.strictEqual(server.received.length, 1)
    })
  )

  it.effect("asks for the list again where it failed", () =>
    Effect.gen(function* () {
      let lists = 0
      const server = yield* serve(({ method }) =>
        method === "GET"
          ? lists++ === 0
            ? { status: 503 }
            : { body: { voices: [{ voice_id: "one", name: "One", labels: {} }] } }
          : { body: new Uint8Array(4800) }
      )
      yield* Effect.gen(function* () {
        const tts = yield* TextToSpeech
        assert.strictEqual((yield* Effect.flip(tts.speak(request))).reason._tag, "Unavailable")
        yield* tts.speak(request)
      }).pipe(Effect.provide(ElevenLabs.layer(settingsOf(server.url))))
      assert.strictEqual(server.received.at(-1)!.path, "/v1/text-to-speech/one?output_format=pcm_24000")
    })
  )

  it.effect("says which voices there are where a name is none", () =>
    Effect.gen(function* () {
      const error = yield* failure(undefined, { defaultVoice: "Zoe" })
      assert.strictEqual(error.reason._tag, "NotThere")
      assert.strictEqual(
        error.message,
        'elevenlabs: the account has no voice "Zoe". It has Rachel, Adam - deep and calm'
      )
    })
  )

  const outcomes = [
    ["too_many_concurrent_requests", 429, "RateLimited"],
    ["system_busy", 429, "RateLimited"],
    ["quota_exceeded", 401, "OutOfQuota"],
    ["invalid_api_key", 401, "Unauthorized"],
    ["voice_not_found", 404, "NotThere"],
    ["max_character_limit_exceeded", 400, "Refused"],
    ["internal_server_error", 500, "Unavailable"]
  ] as const
  for (const [code, status, tag] of outcomes) {
    it.effect(`says ${tag} for ${status} ${code}`, () =>
      Effect.gen(function* () {
        const error = yield* failure(() => refusal(status, code))
        assert.strictEqual(error.reason._tag, tag)
        if (error.reason._tag === "RateLimited") {
          assert.strictEqual(error.reason.concurrent === true, code === "too_many_concurrent_requests")
        }
      })
    )
  }

  it.effect("tells a wrong key, none, and a server that is not there", () =>
    Effect.gen(function* () {
      const server = yield* serveElevenLabs()
      const wrong = yield* Effect.flip(speak(server.url, {}, settingsOf(server.url, "other")))
      const none = yield* Effect.flip(speak("", {}, { endpoint: { baseUrl: server.url, apiKey: undefined } }))
      const gone = yield* Effect.scoped(serveElevenLabs())
      const away = yield* Effect.flip(speak(gone.url))
      assert.strictEqual(wrong.reason._tag, "Unauthorized")
      assert.include(none.message, "ELEVENLABS_API_KEY")
      assert.isTrue(away.reason._tag === "Unavailable" && away.reason.unreachable)
    })
  )

  it.effect("tells what broke on the way: reset, cut, stalled", () =>
    Effect.gen(function* () {
      const reset = yield* failure(() => ({ reset: true }))
      const cut = yield* failure(() => ({ body: new Uint8Array(9000), cutAfter: 100 }))
      const stalled = yield* failure(() => ({ body: new Uint8Array(9000), stall: true }), { deadlineSeconds: 0.4 })
      assert.deepStrictEqual(
        [reset.reason._tag, cut.reason._tag, stalled.reason._tag],
        ["Unavailable", "Unavailable", "TimedOut"]
      )
    })
  )

  it.effect("takes the key nowhere else", () =>
    Effect.gen(function* () {
      const elsewhere = yield* serveElevenLabs()
      const error = yield* failure(() => ({ status: 307, headers: { location: `${elsewhere.url}/v1/voices` } }))
      assert.strictEqual(error.reason._tag, "NotThere")
      assert.include(error.message, "at another address, to which it points (307)")
      assert.strictEqual(elsewhere.received.length, 0)
    })
  )

  it.effect("hands its headers to whoever limits, and counts what it is charged", () =>
    Effect.gen(function* () {
      const server = yield* serveElevenLabs({ maximumConcurrent: 5 })
      const seen: Array<string | null | undefined> = []
      const speech = AudioCheck.layer(ElevenLabs.layer(settingsOf(server.url)))
      yield* TextToSpeech.use((tts) => tts.speak(request)).pipe(
        Effect.provide(speech),
        Effect.provideService(HeadersListener, (headers) => void seen.push(headers.get("maximum-concurrent-requests")))
      )
      assert.deepStrictEqual(seen, [undefined, "5"])
      const totals = yield* RequestLog.use((log) => log.totals("speech"))
      assert.deepStrictEqual([totals.sent, totals.characters], [1, 20])
      assert.closeTo(totals.audioSeconds, 0.2 + 20 / 15, 1e-3)
      assert.closeTo(yield* RequestLog.use((log) => log.spentUsd), 0.002, 1e-9)
    }).pipe(Effect.provide(RequestLog.layer, { local: true }))
  )

  for (const [cost, characters, usd] of [
    ["10.5", 11, 0.00105],
    ["", 20, 0.002],
    ["-3", 20, 0.002]
  ] as const) {
    it.effect(`counts whole characters where it is charged "${cost}"`, () =>
      Effect.gen(function* () {
        const body = pcm16(sine(440, 24_000, 1))
        const server = yield* serveElevenLabs({ fault: () => ({ body, headers: { "character-cost": cost } }) })
        yield* speak(server.url)
        const totals = yield* RequestLog.use((log) => log.totals("speech"))
        assert.strictEqual(totals.characters, characters)
        assert.closeTo(totals.usd, usd, 1e-9)
      }).pipe(Effect.provide(RequestLog.layer, { local: true }))
    )
  }
})
