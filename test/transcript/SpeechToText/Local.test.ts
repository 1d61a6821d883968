import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { Language } from "../../../src/domain/Language.ts"
import { Ffmpeg } from "../../../src/media/Ffmpeg.ts"
import { encodeWav } from "../../../src/media/Wav.ts"
import { RequestLog } from "../../../src/requests/RequestLog.ts"
import { SpeechToText, type TranscriptionRequest } from "../../../src/transcript/SpeechToText.ts"
import * as Local from "../../../src/transcript/SpeechToText/Local.ts"
import { transcribe } from "../../../src/transcript/Transcribe.ts"
import { film } from "../../support/Media.ts"
import { levelOf, sine } from "../../support/Sine.ts"
import { speechModel } from "../../support/SpeechModel.ts"

const whisper = speechModel("whisper-tiny", ["tiny-encoder.onnx", "tiny-decoder.onnx"], "tiny-tokens.txt")
const parakeet = speechModel("EncDecRNNTBPEModel", ["encoder.int8.onnx", "decoder.int8.onnx", "joiner.int8.onnx"])

interface Waves {
  readonly samples: Float32Array
  readonly sampleRate: number
}

/** A library that answers as it is told, and remembers what it was given. */
const fakeLibrary = (answer: (waves: Waves) => unknown = () => ({ text: "Hello." })) => {
  const configs: Array<any> = []
  const heard: Array<Waves> = []
  let running = 0
  let peak = 0
  const createStream = () => {
    const stream = {
      waves: undefined as Waves | undefined,
      acceptWaveform: (waves: Waves) => void (stream.waves = waves)
    }
    return stream
  }
  const decodeAsync = async (stream: ReturnType<typeof createStream>) => {
    peak = Math.max(peak, ++running)
    await new Promise((done) => setTimeout(done, 5))
    running--
    heard.push(stream.waves!)
    return answer(stream.waves!)
  }
  const createAsync = async (config: object) => {
    configs.push(config)
    return { createStream, decodeAsync }
  }
  return { configs, heard, peak: () => peak, load: async () => ({ default: { OfflineRecognizer: { createAsync } } }) }
}

const sound = encodeWav(sine(440, 16_000, 2), 16_000)

const request: TranscriptionRequest = {
  subject: "piece 1",
  audio: sound,
  fileName: "audio.wav",
  contentType: "audio/wav",
  seconds: 2,
  language: undefined
}

const failure = (settings: Local.LocalSettings, asked: Partial<TranscriptionRequest> = {}) =>
  SpeechToText.use((stt) => Effect.flip(stt.transcribe({ ...request, ...asked }))).pipe(
    Effect.provide(Local.layer(settings))
  )

const notInstalled = () => Promise.reject(new Error("Cannot find package 'sherpa-onnx-node' imported from /a"))
const unloadable = () => Promise.reject(new Error("libonnxruntime.so: wrong ELF class"))

const services = Layer.mergeAll(RequestLog.layer, Ffmpeg.layer).pipe(Layer.provideMerge(NodeServices.layer))

layer(services, { excludeTestServices: true })("Local", (it) => {
  it.effect("transcribes with the model of the folder, loaded once, a piece at a time", () =>
    Effect.gen(function* () {
      const library = fakeLibrary(() => ({ text: " Hola a todos.", lang: "es", tokens: [" Hola"], timestamps: [] }))
      const folder = yield* whisper
      yield* Effect.gen(function* () {
        const stt = yield* SpeechToText
        assert.include(stt.provider, { service: "local", hasTimes: false, longestSeconds: 28 })
        assert.strictEqual(stt.provider.usdPerMinute, 0)
        assert.strictEqual(library.configs.length, 0, "nothing is loaded before it is used")
        const ask = stt.transcribe({ ...request, language: Language.make("es-MX") })
        const answers = yield* Effect.all([ask, ask, ask], { concurrency: 3 })
        assert.deepStrictEqual(answers[0], {
          text: "Hola a todos.",
          language: Language.make("es"),
          segments: [],
          words: []
        })
      }).pipe(Effect.provide(Local.layer({ folder, load: library.load, threads: 3 })))
      assert.deepStrictEqual(library.configs, [
        {
          featConfig: { sampleRate: 16_000, featureDim: 80 },
          modelConfig: {
            whisper: {
              encoder: `${folder}/tiny-encoder.onnx`,
              decoder: `${folder}/tiny-decoder.onnx`,
              language: "es",
              task: "transcribe"
            },
            tokens: `${folder}/tiny-tokens.txt`,
            numThreads: 3,
            provider: "cpu",
            debug: false
          }
        }
      ])
      assert.strictEqual(library.peak(), 1)
    })
  )

  it.effect("gives the samples as they came, at the models' rate, and no sound too short for them", () =>
    Effect.gen(function* () {
      const library = fakeLibrary()
      yield* Effect.gen(function* () {
        const { transcribe: ask } = yield* SpeechToText
        yield* ask(request)
        yield* ask({ ...request, audio: encodeWav(sine(440, 44_100, 2), 44_100) })
        yield* ask({ ...request, audio: encodeWav(sine(440, 16_000, 0.2), 16_000) })
      }).pipe(Effect.provide(Local.layer({ folder: yield* whisper, load: library.load })))
      const [own, other, short] = library.heard
      assert.deepStrictEqual([own!.sampleRate, own!.samples.length], [16_000, 32_000])
      const sent = sine(440, 16_000, 2)
      assert.isTrue(own!.samples.every((sample, at) => Math.abs(sample - sent[at]!) < 1e-4))
      assert.deepStrictEqual([other!.sampleRate, other!.samples.length], [48_000, 96_000])
      assert.approximately(levelOf(other!.samples, 440), 0.5, 0.01)
      assert.deepStrictEqual([short!.sampleRate, short!.samples.length], [16_000, 16_000])
      assert.isTrue(short!.samples.subarray(3200).every((sample) => sample === 0))
    })
  )

  it.effect("times of the tokens become cues of a video; where there are none the speech heard gives them", () =>
    Effect.gen(function* () {
      const fileSystem = yield* FileSystem.FileSystem
      const folder = yield* fileSystem.makeTempDirectoryScoped()
      const path = `${folder}/talk.mp4`
      yield* film(path, {
        seconds: 12,
        sounds: [
          {
            heard: [
              { at: 1, words: "Hello there, everybody." },
              { at: 8, words: "This is the second one." }
            ]
          }
        ]
      })
      const options = { path, audioStream: 1, duration: 12, language: undefined, concurrency: 2 }
      const timed = fakeLibrary(() => ({
        text: "Hello there. Second one.",
        tokens: [" Hello", " there", ".", " Second", " one", "."],
        timestamps: [1.2, 1.5, 1.8, 8.2, 8.6, 8.9]
      }))
      const { cues } = yield* transcribe(options).pipe(
        Effect.provide(Local.layer({ folder: yield* parakeet, load: timed.load }))
      )
      assert.deepStrictEqual(
        cues.map(({ text, start }) => [text, start]),
        [
          ["Hello there.", 1.2],
          ["Second one.", 8.2]
        ]
      )
      assert.strictEqual(timed.configs[0].modelConfig.modelType, "nemo_transducer")

      let asked = 0
      const bare = fakeLibrary(() => ({ text: asked++ === 0 ? "Hello there." : "Second one." }))
      const heard = yield* transcribe({ ...options, concurrency: 1 }).pipe(
        Effect.provide(Local.layer({ folder: yield* whisper, load: bare.load }))
      )
      assert.deepStrictEqual(
        heard.cues.map(({ text }) => text),
        ["Hello there.", "Second one."]
      )
      assert.approximately(heard.cues[1]!.start, 8, 0.3)
      assert.isTrue(bare.heard.every(({ sampleRate }) => sampleRate === 16_000))
    })
  )

  it.effect("says what is missing and how to get it", () =>
    Effect.gen(function* () {
      const { load } = fakeLibrary()
      const folder = yield* whisper
      const fileSystem = yield* FileSystem.FileSystem
      const empty = yield* fileSystem.makeTempDirectoryScoped()
      const missing = Effect.fnUntraced(function* (
        settings: Local.LocalSettings,
        asked?: Partial<TranscriptionRequest>
      ) {
        const error = yield* failure(settings, asked)
        assert.strictEqual(error.reason._tag, "NotThere")
        assert.isBelow(error.message.length, 300)
        return error.message
      })
      assert.match(yield* missing({ folder: undefined, load }), /no speech model.*https:.*--stt-model/)
      assert.match(yield* missing({ folder: empty, load }), /no model that transcribes is in .*https:/)
      assert.match(yield* missing({ folder: `${empty}/none`, load }), /no model that transcribes is in/)
      const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:12\n"
      const cut = yield* speechModel("paraformer", ["model.onnx"])
      yield* fileSystem.writeFileString(`${cut}/tokens.txt`, pointer)
      assert.match(yield* missing({ folder: cut, load }), /no model that transcribes is in/)
      assert.match(yield* missing({ folder, load: notInstalled }), /npm install sherpa-onnx-node/)
      assert.match(yield* missing({ folder, load: unloadable }), /cannot be loaded: libonnxruntime\.so: wrong/)
      const why =
        "Load model from a.onnx failed:/shared/onnxruntime/core/graph/model.cc:177 onnxruntime::Model::Model(onnx::ModelProto&&, const PathString&) ModelProto does not have a graph."
      const broken = { OfflineRecognizer: { createAsync: () => Promise.reject(new Error(why)) } }
      assert.match(
        yield* missing({ folder, load: async () => broken }),
        /cannot be used: Load model from a\.onnx failed:ModelProto does not have a graph\.$/
      )
      const english = yield* speechModel("whisper-tiny.en", ["tiny.en-encoder.onnx", "tiny.en-decoder.onnx"])
      const spanish = { language: Language.make("es") }
      assert.match(yield* missing({ folder: english, load }, spanish), /knows English, not Spanish/)
    })
  )

  it.effect("tells a sound that cannot be read from an answer that says nothing", () =>
    Effect.gen(function* () {
      const folder = yield* whisper
      const { load } = fakeLibrary(() => ({}))
      const words = { audio: new TextEncoder().encode("no sound at all") }
      assert.strictEqual((yield* failure({ folder, load }, words)).reason._tag, "Refused")
      assert.strictEqual((yield* failure({ folder, load })).reason._tag, "BadAnswer")
    })
  )
})
