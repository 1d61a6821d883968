import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import { englishName, Language, parse, primary, same } from "../../domain/Language.ts"
import { encodeWav } from "../../media/Wav.ts"
import { withDeadline } from "../../requests/Deadline.ts"
import { RequestLog } from "../../requests/RequestLog.ts"
import { oneLine } from "../../requests/ServerMessage.ts"
import { BadAnswer, ServiceError } from "../../requests/ServiceError.ts"
import { loadSherpaOnnx, localNotThere, localService, nativeMessage } from "../../requests/SherpaOnnx.ts"
import { asVoice, languagesOf } from "../Catalogue.ts"
import { TextToSpeech, type SpeechAudio, type SpeechProvider, type SpeechRequest } from "../TextToSpeech.ts"
import { recognise } from "./LocalModel.ts"

/** The part of sherpa-onnx-node that is used here. */
export interface SherpaOnnx {
  readonly OfflineTts: { createAsync(config: object): Promise<LocalVoice> }
}
interface LocalVoice {
  readonly numSpeakers: number
  generateAsync(request: {
    readonly text: string
    readonly sid: number
    readonly speed: number
    readonly enableExternalBuffer: boolean
    readonly onProgress: () => boolean
  }): Promise<{ readonly samples: Float32Array; readonly sampleRate: number }>
}

export interface LocalSettings {
  /** The folder of a voice model: Kokoro, Kitten, Matcha or VITS (Piper) as sherpa-onnx offers them. */
  readonly folder: string | undefined
  /** The number of a speaker in the model; the first unless given. */
  readonly defaultVoice?: string | undefined
  readonly threads?: number | undefined
  readonly deadlineSeconds?: number | undefined
  /** How the library is loaded; by its name unless given. */
  readonly load?: (() => Promise<unknown>) | undefined
}

const howToGetOne =
  "Unpack one of https://github.com/k2-fsa/sherpa-onnx/releases/tag/tts-models and name its folder with --model"

/** What a Piper voice says of itself in the file beside it. */
const VoiceCard = Schema.fromJsonString(
  Schema.Struct({
    language: Schema.Struct({ code: Schema.String }),
    speaker_id_map: Schema.optionalKey(Schema.Record(Schema.String, Schema.Int))
  })
)

/**
 * Speech by a neural voice on this machine, through sherpa-onnx-node: an optional dependency, loaded when the first
 * line is spoken. One line at a time, on several threads. A speaker is chosen by number.
 */
export const layer = (settings: LocalSettings) =>
  Layer.effect(
    TextToSpeech,
    Effect.gen(function* () {
      const log = yield* RequestLog
      const fileSystem = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const folder = settings.folder
      const defaultVoice = settings.defaultVoice ?? "0"
      const deadlineSeconds = settings.deadlineSeconds ?? 300
      const voices = new Map<string, LocalVoice>()
      const oneAtATime = yield* Semaphore.make(1)

      const provider: SpeechProvider = {
        service: localService,
        model: folder === undefined ? "none" : path.basename(folder),
        address: "",
        defaultVoice: () => defaultVoice,
        catalogue: Effect.suspend(() => speakers),
        // How many there are is known once the model is loaded.
        checkVoice: (voice) =>
          /^\d+$/.test(voice)
            ? Effect.void
            : Effect.fail(
                localNotThere(
                  `the voice "${oneLine(voice)}" is not there: a model numbers its voices. "dubber voices --tts local" lists them`
                )
              ),
        longestInput: 5000,
        soundDependsOn: ["language"],
        takesInstructions: false,
        concurrentRequests: 1
      }

      const findModel = Effect.gen(function* () {
        if (folder === undefined) return yield* localNotThere(`there is no voice model. ${howToGetOne}`)
        const names = yield* Effect.orElseSucceed(fileSystem.readDirectory(folder), (): Array<string> => [])
        const model = recognise(path.basename(folder), names, (name) => path.join(folder, name))
        if (model === undefined) return yield* localNotThere(`no voice model is in ${oneLine(folder)}. ${howToGetOne}`)
        return model
      })

      const cardOf = (modelPath: string) =>
        Effect.option(
          fileSystem.readFileString(`${modelPath}.json`).pipe(Effect.flatMap(Schema.decodeEffect(VoiceCard)))
        )
      /** The language that the voice's card names, where there is a card. */
      const spokenBy = (modelPath: string) =>
        Effect.map(
          cardOf(modelPath),
          Option.flatMap(({ language }) => parse(language.code))
        )

      const voiceFor = Effect.fnUntraced(function* (language: Language) {
        const { kind, paths } = yield* findModel
        const key = kind === "kokoro" ? primary(language) : ""
        const there = voices.get(key)
        if (there !== undefined) return there
        const speaks = yield* spokenBy(paths["model"] ?? "")
        if (Option.isSome(speaks) && !same(speaks.value, language)) {
          const [own, wanted] = [englishName(speaks.value), englishName(language)]
          return yield* localNotThere(
            `the voice in ${oneLine(folder ?? "")} speaks ${own}, not ${wanted}. ${howToGetOne}`
          )
        }
        const sherpa = yield* loadSherpaOnnx<SherpaOnnx>(settings.load)
        // Kokoro's English and Chinese come from its lexicons; for others it is told the language.
        const spoken = kind === "kokoro" && !["en", "zh"].includes(key) ? { ...paths, lang: key } : paths
        const model = { [kind]: spoken, numThreads: settings.threads ?? 2, provider: "cpu", debug: false }
        const voice = yield* Effect.tryPromise({
          try: () => sherpa.OfflineTts.createAsync({ model, maxNumSentences: 1 }),
          catch: (error) => localNotThere(`the voice model cannot be used: ${nativeMessage(error)}`)
        })
        voices.set(key, voice)
        return voice
      })

      /** Those that its card names, else as many as the model has. */
      const speakers = Effect.gen(function* () {
        const { paths } = yield* findModel
        const card = Option.getOrUndefined(yield* cardOf(paths["model"] ?? ""))
        const languages = languagesOf([card?.language.code])
        const named = Object.entries(card?.speaker_id_map ?? {})
        if (named.length > 0) return named.map(([name, id]) => asVoice({ id: String(id), name, languages }))
        const { numSpeakers } = yield* voiceFor(languages[0] ?? Language.make("en"))
        return Array.from({ length: numSpeakers }, (_, id) => asVoice({ id: String(id), languages }))
      })

      const ask = Effect.fnUntraced(function* (request: SpeechRequest) {
        const voice = yield* voiceFor(request.language)
        const wanted = request.voice ?? defaultVoice
        const sid = Number(wanted)
        if (!/^\d+$/.test(wanted) || sid >= voice.numSpeakers) {
          const range = voice.numSpeakers === 1 ? "0" : `0 to ${voice.numSpeakers - 1}`
          return yield* localNotThere(`the voice "${oneLine(wanted)}" is not there. This model has ${range}`)
        }
        return yield* Effect.tryPromise({
          // Native code cannot be interrupted; it is asked to stop after the sentence it is at.
          try: (signal) =>
            voice.generateAsync({
              text: request.text,
              sid,
              speed: request.speed ?? 1,
              enableExternalBuffer: false,
              onProgress: () => !signal.aborted
            }),
          catch: (error) =>
            new ServiceError({
              service: localService,
              reason: new BadAnswer({ message: nativeMessage(error) })
            })
        })
      })

      const speak = Effect.fn("Local.speak")(function* (request: SpeechRequest) {
        const attempt = ask(request).pipe(withDeadline(localService, deadlineSeconds))
        const { samples, sampleRate } = yield* oneAtATime.withPermits(1)(
          log.attempt("speech", request.subject, attempt)
        )
        const characters = [...request.text].length
        yield* log.used("speech", { characters })
        return { bytes: encodeWav(samples, sampleRate), contentType: "audio/wav", characters } satisfies SpeechAudio
      })

      return TextToSpeech.of({ provider, speak })
    })
  )
