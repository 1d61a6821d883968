import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, Fiber, Layer, Option, Redacted } from "effect"
import { gzipSync } from "node:zlib"
import * as Language from "../../../src/domain/Language.ts"
import { Ffmpeg } from "../../../src/media/Ffmpeg.ts"
import { decodeWav, encodeWav } from "../../../src/media/Wav.ts"
import { RequestLog } from "../../../src/requests/RequestLog.ts"
import { HeadersListener, type ResponseHeaders } from "../../../src/requests/ResponseHeaders.ts"
import * as AudioCheck from "../../../src/speech/AudioCheck.ts"
import { TextToSpeech, type SpeechRequest } from "../../../src/speech/TextToSpeech.ts"
import * as OpenAi from "../../../src/speech/TextToSpeech/OpenAi.ts"
import { serve, type Received, type Reply } from "../../support/HttpService.ts"
import { levelOf, pcm16, sine } from "../../support/Sine.ts"

const request: SpeechRequest = {
  subject: "utterance 7",
  text: "Hola, ¿qué tal?",
  voice: undefined,
  language: Language.Language.make("es")
}

const key = Redacted.make("sk-secret-0123456789")
const pcm: Reply = { body: pcm16(sine(440, 24_000, 1)), headers: { "content-type": "audio/pcm" } }

const moved = (location: string): Reply => ({ status: 308, body: "", headers: { location } })

const wavOf = (rate: number, dataSize?: number): Uint8Array => {
  const bytes = Buffer.from(encodeWav(sine(440, rate, 1), rate))
  if (dataSize !== undefined) bytes.writeUInt32LE(dataSize, 40)
  return bytes
}
/** A provider of a server that answers with `handle`. */
const provided = Effect.fnUntraced(function* (
  handle: (received: Received) => Reply | Promise<Reply>,
  settings: Partial<OpenAi.OpenAiSettings> = {}
) {
  const service = yield* serve(handle)
  const endpoint = { baseUrl: `${service.url}/v1`, apiKey: key }
  const speech = yield* Layer.build(OpenAi.layer({ endpoint, ...settings }))
  return { service, endpoint, tts: speech }
})

const spoken = Effect.fnUntraced(function* (
  handle: (received: Received) => Reply | Promise<Reply>,
  asked: Partial<SpeechRequest> = {},
  settings: Partial<OpenAi.OpenAiSettings> = {}
) {
  const { service, tts } = yield* provided(handle, settings)
  const result = yield* TextToSpeech.use((one) => one.speak({ ...request, ...asked })).pipe(
    Effect.provideContext(tts),
    Effect.result
  )
  return { service, result }
})

const failure = Effect.fnUntraced(function* (reply: Reply, settings: Partial<OpenAi.OpenAiSettings> = {}) {
  const { service, result } = yield* spoken(() => reply, {}, settings)
  assert.strictEqual(result._tag, "Failure")
  assert.strictEqual(service.received.length, 1, "asked once")
  if (result._tag === "Success") return yield* Effect.die("spoken")
  assert.notInclude(JSON.stringify(result.failure), "sk-secret")
  assert.notInclude(result.failure.message, "Hola")
  return result.failure
})

const Live = Layer.provideMerge(Ffmpeg.layer, Layer.merge(NodeServices.layer, RequestLog.layer))

layer(Live, { excludeTestServices: true })("OpenAi", (it) => {
  it.effect("asks as the wire format says", () =>
    Effect.gen(function* () {
      const { service, result } = yield* spoken(() => pcm)
      const [received] = service.received
      assert.strictEqual(result._tag, "Success")
      assert.strictEqual(`${received!.method} ${received!.path}`, "POST /v1/audio/speech")
      assert.strictEqual(received!.headers.authorization, "Bearer sk-secret-0123456789")
      assert.deepStrictEqual(received!.json(), {
        model: "gpt-4o-mini-tts",
        voice: "onyx",
        input: "Hola, ¿qué tal?",
        response_format: "pcm"
      })
    })
  )

  it.effect("sends instructions and speed where the model takes them", () =>
    Effect.gen(function* () {
      const asked = { instructions: "Slowly.", speed: 9, voice: "nova" }
      for (const [model, sent] of [
        ["gpt-4o-mini-tts", { instructions: "Slowly.", speed: 4, voice: "nova" }],
        ["gpt-4o-mini-tts-2025-12-15", { instructions: "Slowly.", speed: 4, voice: "nova" }],
        ["tts-1", { speed: 4, voice: "nova" }],
        ["tts-1-hd", { speed: 4, voice: "nova" }],
        ["kokoro", { instructions: "Slowly.", speed: 4, voice: "nova" }]
      ] as const) {
        const { service } = yield* spoken(() => pcm, asked, { model })
        const { model: sentModel, input: _input, response_format: _format, ...rest } = service.received[0]!.json()
        assert.strictEqual(sentModel, model)
        assert.deepStrictEqual(rest, sent)
      }
    })
  )

  it.effect("gives the bytes with their type and counts what was used", () =>
    Effect.gen(function* () {
      const { result } = yield* spoken(() => ({ ...pcm, headers: { "content-type": "audio/pcm;rate=22050" } }))
      assert.strictEqual(result._tag, "Success")
      if (result._tag === "Failure") return
      assert.strictEqual(result.success.contentType, "audio/pcm;rate=22050")
      assert.strictEqual(result.success.pcmSampleRate, 24_000)
      assert.isUndefined(result.success.usd, "a compatible server has no price")
      const log = yield* RequestLog
      const totals = yield* log.totals("speech")
      assert.deepStrictEqual([totals.sent, totals.ok, totals.characters], [1, 1, 15])
      assert.deepStrictEqual(
        (yield* log.attempts).map(({ subject, outcome }) => ({ subject, outcome })),
        [{ subject: "utterance 7", outcome: "ok" }]
      )
    }).pipe(Effect.provide(RequestLog.layer, { local: true }))
  )

  it.effect("sends no key to a server that wants none", () =>
    Effect.gen(function* () {
      const service = yield* serve(() => pcm)
      const keyless = OpenAi.layer({ endpoint: { baseUrl: service.url, apiKey: undefined } })
      yield* TextToSpeech.use((tts) => tts.speak(request)).pipe(Effect.provide(keyless))
      assert.isUndefined(service.received[0]!.headers.authorization)
      assert.strictEqual(service.received[0]!.path, "/audio/speech")
    })
  )

  it.effect("goes by an address with a query, and by the user and password in it where there is no key", () =>
    Effect.gen(function* () {
      const service = yield* serve(() => pcm)
      const baseUrl = `${service.url.replace("http://", "http://ann:p%40ss@")}/v1/?api-version=2`
      const speech = OpenAi.layer({ endpoint: { baseUrl, apiKey: undefined } })
      yield* TextToSpeech.use((tts) => tts.speak(request)).pipe(Effect.provide(speech))
      const [received] = service.received
      assert.strictEqual(received!.path, "/v1/audio/speech?api-version=2")
      assert.strictEqual(received!.headers.authorization, `Basic ${Buffer.from("ann:p@ss").toString("base64")}`)
    })
  )

  it.effect("sends a user and password as they stand where they are not escaped", () =>
    Effect.gen(function* () {
      const service = yield* serve(() => pcm)
      const speech = OpenAi.layer({
        endpoint: { baseUrl: `${service.url.replace("http://", "http://ann:50%off@")}/v1`, apiKey: undefined }
      })
      yield* TextToSpeech.use((tts) => tts.speak(request)).pipe(Effect.provide(speech))
      const sent = service.received[0]!.headers
      assert.strictEqual(sent.authorization, `Basic ${Buffer.from("ann:50%off").toString("base64")}`)
    })
  )

  it.effect("asks for sound as it is, and unpacks what comes packed all the same", () =>
    Effect.gen(function* () {
      const headers = { "content-type": "audio/pcm", "content-encoding": "gzip" }
      const { result, service } = yield* spoken(() => ({ body: gzipSync(pcm16(sine(440, 24_000, 1))), headers }))
      assert.strictEqual(service.received[0]!.headers["accept-encoding"], "identity")
      if (result._tag === "Failure") return yield* Effect.die(result.failure)
      assert.deepStrictEqual(result.success.bytes, new Uint8Array(pcm16(sine(440, 24_000, 1))))
      const refused = { status: 401, body: gzipSync('{"error":{"message":"You didn\'t provide a key"}}') }
      assert.match((yield* failure({ ...refused, headers })).message, /it wants a key/)
      const broken = yield* failure({ body: Buffer.from("no gzip"), headers })
      assert.strictEqual(broken.reason._tag, "Unavailable")
    })
  )

  it.effect("follows to another place of the same kind, and takes the key to no other", () =>
    Effect.gen(function* () {
      const elsewhere = yield* serve(() => pcm)
      const { service, result } = yield* spoken(({ index }) => (index === 0 ? moved("/v2/audio/speech") : pcm))
      assert.strictEqual(result._tag, "Success")
      assert.strictEqual(service.received[1]!.path, "/v2/audio/speech")
      assert.strictEqual(service.received[1]!.headers.authorization, "Bearer sk-secret-0123456789")
      assert.strictEqual(service.received[1]!.json()["input"], "Hola, ¿qué tal?")
      yield* spoken(() => moved(`${elsewhere.url}/v1/audio/speech`))
      assert.isUndefined(elsewhere.received[0]!.headers.authorization)
    })
  )

  it.effect("says where an address points to that wants the key, which it is not given", () =>
    Effect.gen(function* () {
      const elsewhere = yield* serve(() => ({ status: 401, body: { error: { message: "no key" } } }))
      const there = `${elsewhere.url}/v1/audio/speech`
      const error = yield* failure(moved(there))
      assert.strictEqual(
        error.message,
        `openai: it is not here but at another address, to which it points (308): ${there}`
      )
      assert.strictEqual(elsewhere.received.length, 1)
      assert.isUndefined(elsewhere.received[0]!.headers.authorization)
    })
  )

  it.effect("says where an address points to that would make another request of it", () =>
    Effect.gen(function* () {
      const error = yield* failure({ status: 301, body: "", headers: { location: "https://user:pw@host/v1/x?key=1" } })
      assert.strictEqual(
        error.message,
        "openai: it is not here but at another address, to which it points (301): https://host/v1/x"
      )
    })
  )

  const outcomes: ReadonlyArray<readonly [name: string, reply: Reply, tag: string]> = [
    ["429", { status: 429, body: { error: { code: "rate_limit_exceeded" } } }, "RateLimited"],
    ["429 for money", { status: 429, body: { error: { type: "insufficient_quota" } } }, "OutOfQuota"],
    ["500", { status: 500, body: "oops" }, "Unavailable"],
    ["401", { status: 401, body: { error: { message: "Incorrect API key: sk-secret-0123456789" } } }, "Unauthorized"],
    ["404", { status: 404, body: { error: { code: "model_not_found", message: "x" } } }, "NotThere"],
    ["400", { status: 400, body: { error: { message: "too long" } } }, "Refused"],
    ["a reset", { reset: true }, "Unavailable"],
    ["a cut body", { body: new Uint8Array(9000), cutAfter: 100 }, "Unavailable"]
  ]
  for (const [name, reply, tag] of outcomes) {
    it.effect(`says ${tag} for ${name}, after one attempt`, () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* failure(reply)).reason._tag, tag)
      })
    )
  }

  it.effect("gives up on a body that stalls, and closes the connection", () =>
    Effect.gen(function* () {
      const before = performance.now()
      const error = yield* failure({ body: pcm16(sine(440, 24_000, 1)), stall: true }, { deadlineSeconds: 0.4 })
      assert.strictEqual(error.message, "openai: no whole answer within 0.4 s")
      assert.isBelow(performance.now() - before, 5000)
    })
  )

  it.effect("ends the request when it is interrupted", () =>
    Effect.gen(function* () {
      const { service, tts } = yield* provided(() => ({ ...pcm, stall: true }))
      const fiber = yield* TextToSpeech.use((one) => one.speak(request)).pipe(
        Effect.provideContext(tts),
        Effect.forkChild
      )
      while (service.received.length === 0) yield* Effect.sleep("10 millis")
      yield* Effect.sleep("50 millis")
      yield* Fiber.interrupt(fiber)
      yield* Effect.sleep("100 millis")
      const again = yield* Effect.promise(() => fetch(service.url).then((response) => response.status))
      assert.strictEqual(again, 200)
      assert.strictEqual(service.received[1]!.inFlight, 1, "the first is no longer there")
    })
  )

  it.effect("hands the headers of every answer to whoever limits", () =>
    Effect.gen(function* () {
      const seen: Array<string | null | undefined> = []
      const listen = (headers: ResponseHeaders) => void seen.push(headers.get("x-ratelimit-remaining-requests"))
      let remaining = 3
      const service = yield* serve(({ index }) => ({
        ...(index === 1 ? { status: 429, body: "later" } : pcm),
        headers: { "x-ratelimit-remaining-requests": String(--remaining) }
      }))
      const speech = OpenAi.layer({ endpoint: { baseUrl: service.url, apiKey: key } })
      const both = Effect.gen(function* () {
        const tts = yield* TextToSpeech
        yield* tts.speak(request)
        yield* Effect.flip(tts.speak(request))
      })
      yield* both.pipe(Effect.provide(speech), Effect.provideService(HeadersListener, listen))
      assert.deepStrictEqual(seen, ["2", "1"])
    })
  )

  const heard = Effect.fnUntraced(function* (reply: Reply) {
    const service = yield* serve(() => reply)
    const speech = AudioCheck.layer(OpenAi.layer({ endpoint: { baseUrl: service.url, apiKey: undefined } }))
    const audio = yield* TextToSpeech.use((tts) => tts.speak(request)).pipe(Effect.provide(speech))
    return Option.getOrThrow(decodeWav(audio.bytes)).samples
  })

  const quirks: ReadonlyArray<readonly [server: string, reply: Reply]> = [
    ["OpenAI and Kokoro: 24 kHz PCM", pcm],
    [
      "speaches: PCM at the voice's own rate",
      { body: pcm16(sine(440, 22_050, 1)), headers: { "content-type": "audio/pcm;rate=22050" } }
    ],
    ["LocalAI: WAV though PCM was asked for", { body: wavOf(22_050), headers: { "content-type": "audio/pcm" } }],
    ["vLLM-Omni: WAV at 44.1 kHz", { body: wavOf(44_100), headers: { "content-type": "audio/wav" } }],
    ["vLLM-Omni: WAV at 16 kHz", { body: wavOf(16_000), headers: { "content-type": "audio/wav" } }],
    ["OpenAI's WAV with placeholder sizes", { body: wavOf(24_000, 0xffff_ffff) }],
    ["ElevenLabs' WAV with placeholder sizes", { body: wavOf(24_000, 0x7fff_ffff) }],
    ["a wrong Content-Type", { body: pcm16(sine(440, 24_000, 1)), headers: { "content-type": "audio/mpeg" } }],
    ["no Content-Type and an odd byte", { body: Buffer.concat([pcm16(sine(440, 24_000, 1)), Buffer.of(3)]) }],
    [
      "L16, big-endian as its definition has it",
      { body: pcm16(sine(440, 16_000, 1), false), headers: { "content-type": "audio/L16; rate=16000; channels=1" } }
    ]
  ]
  for (const [server, reply] of quirks) {
    it.effect(`hears ${server}`, () =>
      Effect.gen(function* () {
        const samples = yield* heard(reply)
        assert.strictEqual(samples.length, 48_000)
        assert.closeTo(levelOf(samples, 440), 0.5, 0.001)
      })
    )
  }

  it.effect("knows what it is", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(OpenAi.voiceOf("voice_1234", true), { id: "voice_1234" })
      assert.strictEqual(OpenAi.voiceOf("voice_1234", false), "voice_1234")
      assert.strictEqual(OpenAi.voiceOf("onyx", true), "onyx")
      const endpoint = { baseUrl: "https://user:pass@tts.example/v1/?key=1", apiKey: key }
      const { provider } = yield* TextToSpeech.pipe(Effect.provide(OpenAi.layer({ endpoint, model: "tts-1" })))
      assert.strictEqual(provider.address, "https://tts.example/v1")
      assert.isUndefined(provider.usdPerThousandCharacters)
      assert.strictEqual(provider.longestInput, 4096)
      const own = { baseUrl: "https://api.openai.com/v1", apiKey: key }
      const { provider: priced } = yield* TextToSpeech.pipe(Effect.provide(OpenAi.layer({ endpoint: own })))
      assert.strictEqual(priced.usdPerMinute, 0.015)
      assert.strictEqual(priced.requestsPerMinute, 500)
      assert.strictEqual(priced.defaultVoice(request.language), "onyx")
    })
  )
})
