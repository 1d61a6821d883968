import { NodeServices } from "@effect/platform-node"
import { assert, describe, it as test, layer } from "@effect/vitest"
import { Effect, FileSystem, Layer, Option, Path } from "effect"
import * as Language from "../../../src/domain/Language.ts"
import { decodeWav } from "../../../src/media/Wav.ts"
import { RequestLog } from "../../../src/requests/RequestLog.ts"
import { TextToSpeech, type SpeechRequest } from "../../../src/speech/TextToSpeech.ts"
import * as Local from "../../../src/speech/TextToSpeech/Local.ts"
import { recognise } from "../../../src/speech/TextToSpeech/LocalModel.ts"
import { sine } from "../../support/Sine.ts"

const at = (name: string) => `/m/${name}`

describe("recognise", () => {
  test("knows the kinds by their files", () => {
    assert.deepStrictEqual(
      recognise(
        "kokoro-multi-lang-v1_0",
        ["espeak-ng-data", "lexicon-us-en.txt", "lexicon-zh.txt", "model.onnx", "tokens.txt", "voices.bin"],
        at
      ),
      {
        kind: "kokoro",
        paths: {
          tokens: "/m/tokens.txt",
          dataDir: "/m/espeak-ng-data",
          lexicon: "/m/lexicon-us-en.txt,/m/lexicon-zh.txt",
          model: "/m/model.onnx",
          voices: "/m/voices.bin"
        }
      }
    )
    assert.strictEqual(recognise("kitten-nano-en", ["model.fp16.onnx", "tokens.txt", "voices.bin"], at)!.kind, "kitten")
    assert.deepStrictEqual(
      recognise("matcha", ["model-steps-3.onnx", "tokens.txt", "vocos-22khz-univ.onnx", "espeak-ng-data"], at)!.paths,
      {
        tokens: "/m/tokens.txt",
        dataDir: "/m/espeak-ng-data",
        acousticModel: "/m/model-steps-3.onnx",
        vocoder: "/m/vocos-22khz-univ.onnx"
      }
    )
    const piper = recognise("vits-piper-es", ["es_ES-x.onnx", "es_ES-x.onnx.json", "tokens.txt", "espeak-ng-data"], at)
    assert.strictEqual(piper!.kind, "vits")
    assert.strictEqual(piper!.paths["model"], "/m/es_ES-x.onnx")
    assert.strictEqual(recognise("a", ["a.int8.onnx", "a.onnx", "tokens.txt"], at)!.paths["model"], "/m/a.onnx")
    assert.isUndefined(recognise("a", ["tokens.txt"], at))
    assert.isUndefined(recognise("a", ["a.onnx"], at))
    assert.isUndefined(recognise("a", [], at))
  })
})

const request: SpeechRequest = {
  subject: "utterance 1",
  text: "Hola a todos.",
  voice: undefined,
  language: Language.Language.make("es")
}

/** A folder that looks like a Piper voice. */
const voiceFolder = Effect.fnUntraced(function* (language = "es_ES") {
  const fileSystem = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = yield* fileSystem.makeTempDirectoryScoped()
  yield* fileSystem.writeFileString(path.join(folder, "voice.onnx"), "")
  yield* fileSystem.writeFileString(path.join(folder, "tokens.txt"), "")
  yield* fileSystem.writeFileString(
    path.join(folder, "voice.onnx.json"),
    JSON.stringify({ language: { code: language } })
  )
  return folder
})

/** A library that speaks tones, and remembers what it was asked. */
const fakeLibrary = () => {
  const asked: Array<{ text: string; sid: number; speed: number }> = []
  const configs: Array<any> = []
  let running = 0
  let peak = 0
  const generateAsync = async ({ text, sid, speed }: { text: string; sid: number; speed: number }) => {
    peak = Math.max(peak, ++running)
    await new Promise((done) => setTimeout(done, 5))
    running--
    asked.push({ text, sid, speed })
    return { samples: sine(220, 22_050, 1), sampleRate: 22_050 }
  }
  const createAsync = async (config: object) => {
    configs.push(config)
    return { numSpeakers: 3, generateAsync }
  }
  return { asked, configs, peak: () => peak, load: async () => ({ default: { OfflineTts: { createAsync } } }) }
}

const failure = (settings: Local.LocalSettings, asked: Partial<SpeechRequest> = {}) =>
  TextToSpeech.use((tts) => Effect.flip(tts.speak({ ...request, ...asked }))).pipe(
    Effect.provide(Local.layer(settings)),
    Effect.map((error) => {
      assert.strictEqual(error.reason._tag, "NotThere")
      return error.message
    })
  )

layer(Layer.merge(NodeServices.layer, RequestLog.layer), { excludeTestServices: true })("Local", (it) => {
  it.effect("speaks with the model of the folder, loaded once, a line at a time", () =>
    Effect.gen(function* () {
      const library = fakeLibrary()
      const folder = yield* voiceFolder()
      yield* Effect.gen(function* () {
        const tts = yield* TextToSpeech
        assert.strictEqual(library.configs.length, 0, "nothing is loaded before it is used")
        const speak = (voice: string | undefined) => tts.speak({ ...request, voice, speed: 1.1 })
        const [audio] = yield* Effect.forEach(["0", "1", "2", undefined], speak, { concurrency: 4 })
        const { samples, sampleRate } = Option.getOrThrow(decodeWav(audio!.bytes))
        assert.deepStrictEqual([samples.length, sampleRate], [22_050, 22_050])
      }).pipe(Effect.provide(Local.layer({ folder, load: library.load })))
      assert.strictEqual(library.configs.length, 1)
      assert.strictEqual(library.configs[0].model.vits.model, `${folder}/voice.onnx`)
      assert.strictEqual(library.peak(), 1)
      assert.deepStrictEqual(
        library.asked.map(({ sid }) => sid),
        [0, 1, 2, 0]
      )
      assert.deepStrictEqual(library.asked[0], { text: "Hola a todos.", sid: 0, speed: 1.1 })
    })
  )

  it.effect("says what is missing and how to get it", () =>
    Effect.gen(function* () {
      const library = fakeLibrary()
      const folder = yield* voiceFolder()
      const fileSystem = yield* FileSystem.FileSystem
      const empty = yield* fileSystem.makeTempDirectoryScoped()
      const { load } = library
      assert.match(yield* failure({ folder: undefined, load }), /no voice model.*https:.*--model/)
      assert.match(yield* failure({ folder: empty, load }), /no voice model is in .*https:/)
      assert.match(yield* failure({ folder: `${empty}/none`, load }), /no voice model is in/)
      assert.match(
        yield* failure({ folder, load: () => Promise.reject(new Error("Cannot find package")) }),
        /npm install sherpa-onnx-node/
      )
      assert.match(yield* failure({ folder, load }, { voice: "3" }), /"3" is not there\. This model has 0 to 2/)
      assert.match(yield* failure({ folder, load }, { voice: "onyx" }), /"onyx" is not there/)
      const broken = { OfflineTts: { createAsync: () => Promise.reject(new Error("Protobuf parsing failed.")) } }
      assert.match(yield* failure({ folder, load: async () => broken }), /cannot be used: Protobuf parsing failed/)
    })
  )

  it.effect("does not let a voice speak another language than its own", () =>
    Effect.gen(function* () {
      const { load } = fakeLibrary()
      const folder = yield* voiceFolder("en_US")
      assert.match(yield* failure({ folder, load }), /speaks .*English.*, not Spanish/)
    })
  )
})
