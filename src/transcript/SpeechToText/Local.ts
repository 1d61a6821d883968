import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as Ref from "effect/Ref"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import { englishName, primary, type Language } from "../../domain/Language.ts"
import { sampleRate } from "../../domain/Sound.ts"
import { decodeSound, type DecodedSound } from "../../media/Decode.ts"
import { Ffmpeg } from "../../media/Ffmpeg.ts"
import { shown } from "../../media/FileProblem.ts"
import { withDeadline } from "../../requests/Deadline.ts"
import { RequestLog } from "../../requests/RequestLog.ts"
import { Refused, ServiceError } from "../../requests/ServiceError.ts"
import { oneLine } from "../../requests/ServerMessage.ts"
import { loadSherpaOnnx, localNotThere, localService, nativeMessage } from "../../requests/SherpaOnnx.ts"
import { SpeechToText, type TranscriptionProvider, type TranscriptionRequest } from "../SpeechToText.ts"
import { badAnswer } from "./Answer.ts"
import { LocalAnswer, toTranscription } from "./LocalAnswer.ts"
import { languageSetting } from "./LocalLanguages.ts"
import { areTokens, metadataBytes, modelFiles, modelTypeOf, recognise, type LocalModel } from "./LocalModel.ts"

/** The part of sherpa-onnx-node that is used here. */
export interface SherpaOnnx {
  readonly OfflineRecognizer: { createAsync(config: object): Promise<Recognizer> }
}
interface Waves {
  acceptWaveform(waves: { readonly samples: Float32Array; readonly sampleRate: number }): void
}
interface Recognizer {
  createStream(): Waves
  decodeAsync(stream: Waves): Promise<unknown>
}

export interface LocalSettings {
  /** The folder of a speech model: Whisper, SenseVoice, Paraformer, transducer or NeMo as sherpa-onnx offers them. */
  readonly folder: string | undefined
  readonly threads?: number | undefined
  /** Seconds an attempt may take; by default as the length of the sound asks for. */
  readonly deadlineSeconds?: number | undefined
  /** How the library is loaded; by its name unless given. */
  readonly load?: (() => Promise<unknown>) | undefined
}

const howToGetOne =
  "Unpack one of https://github.com/k2-fsa/sherpa-onnx/releases/tag/asr-models and name its folder with --stt-model"

/** Whisper hears nothing beyond its thirty seconds, and the others were trained on sounds of about that length. */
const longestSeconds = 28

const modelRate = 16_000

/**
 * The sound at the models' rate: every third sample, where it came at that rate and those between were put in; another
 * is left to the library. Some models fail on sounds of less than half a second: silence makes them longer.
 */
const wavesOf = ({ samples, sourceRate }: DecodedSound) => {
  const waves =
    sourceRate === modelRate
      ? Float32Array.from({ length: Math.floor(samples.length / 3) }, (_, index) => samples[index * 3]!)
      : samples
  const rate = sourceRate === modelRate ? modelRate : sampleRate
  const padded = new Float32Array(Math.max(waves.length, rate))
  padded.set(waves)
  return { samples: padded, sampleRate: rate }
}

const findModel = Effect.fnUntraced(function* (folder: string | undefined) {
  const fileSystem = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  if (folder === undefined) return yield* localNotThere(`there is no speech model. ${howToGetOne}`)
  const names = yield* Effect.orElseSucceed(fileSystem.readDirectory(folder), (): Array<string> => [])
  const pathOf = (name: string) => path.join(folder, name)
  const unusable = localNotThere(
    `no model that transcribes is in ${shown(folder)}${names.length === 0 ? "" : " (streaming ones do not)"}. ${howToGetOne}`
  )
  const files = modelFiles(names)
  if (files === undefined) return yield* unusable
  const read = Effect.gen(function* () {
    const main = pathOf(files.main)
    const { size } = yield* fileSystem.stat(main)
    const offset = Math.max(0, Number(size) - metadataBytes)
    const end = yield* Stream.mkUint8Array(fileSystem.stream(main, { offset }))
    return { type: modelTypeOf(end), tokens: yield* fileSystem.readFileString(pathOf(files.tokens)) }
  })
  const { type, tokens } = yield* Effect.mapError(read, () => unusable)
  const model = type === undefined ? undefined : recognise(files, type, pathOf)
  if (model === undefined || !areTokens(tokens)) return yield* unusable
  return model
})

const configOf = (model: LocalModel, language: string, threads: number) => {
  const { kind, paths, tokens, modelType } = model
  const more =
    kind === "whisper"
      ? { language, task: "transcribe" }
      : kind === "senseVoice"
        ? { language, useInverseTextNormalization: 1 }
        : {}
  return {
    featConfig: { sampleRate: modelRate, featureDim: 80 },
    modelConfig: {
      [kind]: { ...paths, ...more },
      tokens,
      ...(modelType === undefined ? {} : { modelType }),
      numThreads: threads,
      provider: "cpu",
      debug: false
    }
  }
}

/**
 * Transcription by a model on this machine, through sherpa-onnx-node: an optional dependency, loaded when the first
 * piece is transcribed. One piece at a time, on several threads. Fails with NotThere where library or model are missing.
 */
export const layer = (settings: LocalSettings) =>
  Layer.effect(
    SpeechToText,
    Effect.gen(function* () {
      const log = yield* RequestLog
      const ffmpeg = yield* Ffmpeg
      const fileSystem = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const { folder } = settings
      const oneAtATime = yield* Semaphore.make(1)
      const found = yield* Effect.result(findModel(folder))
      const loaded = yield* Ref.make<{ readonly language: string; readonly recognizer: Recognizer } | undefined>(
        undefined
      )

      const provider: TranscriptionProvider = {
        service: localService,
        model: folder === undefined ? "none" : path.basename(path.resolve(folder)),
        address: "",
        hasTimes: Result.isSuccess(found) && found.success.hasTimes,
        longestSeconds,
        largestBytes: Infinity,
        usdPerMinute: 0
      }

      const recognizerFor = Effect.fnUntraced(function* (model: LocalModel, language: Language | undefined) {
        if (model.englishOnly && language !== undefined && primary(language) !== "en") {
          const wanted = englishName(language)
          return yield* localNotThere(
            `the model in ${shown(folder ?? "")} knows English, not ${wanted}. ${howToGetOne}`
          )
        }
        const setting = languageSetting(model.kind, language)
        const there = yield* Ref.get(loaded)
        if (there?.language === setting) return there.recognizer
        const sherpa = yield* loadSherpaOnnx<SherpaOnnx>(settings.load)
        const recognizer = yield* Effect.tryPromise({
          try: () => sherpa.OfflineRecognizer.createAsync(configOf(model, setting, settings.threads ?? 2)),
          catch: (error) => localNotThere(`the speech model cannot be used: ${nativeMessage(error)}`)
        })
        yield* Ref.set(loaded, { language: setting, recognizer })
        return recognizer
      })

      const hear = Effect.fnUntraced(function* (request: TranscriptionRequest) {
        const model = yield* Effect.fromResult(found)
        const recognizer = yield* recognizerFor(model, request.language)
        const sound = yield* decodeSound(request.audio, { contentType: request.contentType }).pipe(
          Effect.provideService(Ffmpeg, ffmpeg),
          Effect.provideService(FileSystem.FileSystem, fileSystem),
          Effect.mapError(({ message }) => {
            const reason = new Refused({ message: `the sound cannot be read: ${oneLine(message)}` })
            return new ServiceError({ service: localService, reason })
          })
        )
        const answer = yield* Effect.tryPromise({
          try: () => {
            const stream = recognizer.createStream()
            stream.acceptWaveform(wavesOf(sound))
            return recognizer.decodeAsync(stream)
          },
          catch: (error) => badAnswer(localService, nativeMessage(error))
        })
        const heard = yield* Effect.mapError(Schema.decodeUnknownEffect(LocalAnswer)(answer), () =>
          badAnswer(localService, "the answer holds no text")
        )
        return toTranscription(heard, model.kind)
      })

      const transcribe = Effect.fn("Local.transcribe")(function* (request: TranscriptionRequest) {
        // On a slow processor a large model takes several times the length of the sound.
        const deadline = settings.deadlineSeconds ?? Math.ceil(300 + request.seconds * 6)
        const attempt = hear(request).pipe(withDeadline(localService, deadline))
        const heard = yield* oneAtATime.withPermits(1)(log.attempt("transcription", request.subject, attempt))
        yield* log.used("transcription", { audioSeconds: request.seconds, usd: 0 })
        return heard
      })

      return SpeechToText.of({ provider, transcribe })
    })
  )
