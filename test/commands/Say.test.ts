import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { isOurs } from "../../src/media/Glance.ts"
import { probe } from "../../src/media/Probe.ts"
import { dubber, workplace } from "../support/Dubber.ts"
import { serveElevenLabs } from "../support/ElevenLabsEndpoint.ts"
import { serve } from "../support/HttpService.ts"
import { speechEndpoint } from "../support/SpeechEndpoint.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

describe("dubber say", () => {
  it.live("speaks a text once, writes it as the ending says, and never over what is somebody else's", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* workplace
      const here = yield* fs.realPath(cwd)
      const speech = yield* speechEndpoint({ secondsFor: () => 2 })
      const env = { DUBBER_TTS_BASE_URL: speech.baseUrl }
      yield* fs.writeFileString(`${cwd}/terms.csv`, "term,say-as\nSQL,sequel\n")
      const common = ["Learn SQL today!", "--voice", "nova", "--glossary", "terms.csv", "--instructions", "Calm"]

      const first = yield* dubber(["say", ...common, "--to", "en", "--json"], { cwd, env })
      assert.strictEqual(first.code, 0, first.stderr)
      const said = JSON.parse(first.stdout) as Record<string, unknown>
      assert.deepInclude(said, {
        path: `${here}/out/learn-sql-today.nova.wav`,
        cached: false,
        voice: "nova",
        language: "en"
      })
      assert.approximately(said["seconds"] as number, 2, 0.01)
      assert.deepInclude(speech.received[0]!.json() as object, {
        input: "Learn sequel today!",
        voice: "nova",
        instructions: "Calm"
      })
      assert.approximately((yield* probe(said["path"] as string)).duration, 2, 0.01)

      const again = yield* dubber(["say", ...common, "--language", "en", "-o", "say.mp3"], { cwd, env })
      assert.strictEqual(again.code, 0, again.stderr)
      assert.match(again.stdout, /^2\.0 s, English, by openai gpt-4o-mini-tts nova, kept from before\n.*\/say\.mp3\n$/)
      assert.strictEqual(speech.received.length, 1)
      assert.strictEqual((yield* probe(`${cwd}/say.mp3`)).streams[0]!.codec, "mp3")
      assert.isTrue(yield* isOurs(`${cwd}/say.mp3`))

      yield* fs.writeFileString(`${cwd}/mine.wav`, "mine")
      const refused = yield* dubber(["say", ...common, "-o", "mine.wav"], { cwd, env })
      assert.strictEqual(refused.code, 1)
      assert.match(refused.stderr, /mine\.wav exists and was not made by dubber.*--force/)
      assert.strictEqual(yield* fs.readFileString(`${cwd}/mine.wav`), "mine")
      const wrong = yield* dubber(["say", "Hello", "-o", "picture.mp4"], { cwd, env })
      assert.deepStrictEqual([wrong.code, speech.received.length], [2, 1])
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})

describe("dubber voices", () => {
  it.live("lists those of each service that is set up, asks the account, and has one speak in its own language", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* workplace
      const elevenLabs = yield* serveElevenLabs({
        voices: [
          { voice_id: "21m00Tcm4TlvDq8ikWAM", name: "Rachel", labels: { gender: "female", language: "es" } } as never,
          { voice_id: "pNInz6obpgDQGcFmaJgB", name: "Adam - deep", labels: { gender: "male", language: "en" } } as never
        ]
      })
      const env = { ELEVENLABS_API_KEY: "xi-key", ELEVENLABS_BASE_URL: elevenLabs.url }
      const all = yield* dubber(["voices", "--language", "Spanish"], { cwd, env })
      assert.strictEqual(all.code, 0, all.stderr)
      assert.match(
        all.stdout,
        /^elevenlabs eleven_multilingual_v2 \(1 voice\)\n {2}21m00Tcm4TlvDq8ikWAM {2}Rachel {2}es {2}female {2}the default\n/
      )
      assert.match(all.stdout, /espeak \(2 voices; .*\n {2}es {6}Spanish \(Spain\)/)
      assert.notInclude(all.stdout, "Adam")

      const sample = yield* dubber(["voices", "--sample", "Rachel", "--json"], { cwd, env })
      assert.strictEqual(sample.code, 0, sample.stderr)
      assert.deepInclude(JSON.parse(sample.stdout) as object, {
        path: `${yield* fs.realPath(cwd)}/out/sample.rachel.es.wav`,
        language: "es"
      })
      assert.match((elevenLabs.speech[0]!.json() as { text: string }).text, /^¡Hola!/)
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("of a compatible server are what it lists, and not known where it does not", () =>
    Effect.gen(function* () {
      const cwd = yield* workplace
      const server = yield* serve(({ path }) =>
        path === "/v1/audio/voices" ? { body: { voices: ["af_bella", "ef_dora"] } } : { status: 404, body: {} }
      )
      const run = (address: string) =>
        dubber(["voices", "--tts", "openai", "--json"], { cwd, env: { DUBBER_TTS_BASE_URL: address } })
      const told = yield* run(`${server.url}/v1`)
      assert.deepStrictEqual(
        (JSON.parse(told.stdout) as [{ voices: ReadonlyArray<{ id: string }> }])[0].voices.map(({ id }) => id),
        ["af_bella", "ef_dora"]
      )
      const untold = yield* run(`${server.url}/other`)
      assert.strictEqual(untold.code, 0)
      assert.deepInclude((JSON.parse(untold.stdout) as [object])[0], { voices: null, isUntold: true })
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
