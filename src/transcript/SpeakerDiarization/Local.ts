import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { Interval } from "../../domain/Sound.ts"
import { Ffmpeg, file } from "../../media/Ffmpeg.ts"
import { findSherpaOnnx } from "../../requests/SherpaOnnx.ts"
import { type DiarizationRequest, SpeakerDiarization, type SpeakerTurn } from "../SpeakerDiarization.ts"
import { listenForSpeech } from "../SpeechRegions.ts"
import { temporaryProblem } from "../Transcribe/Encode.ts"
import { greatestNumber } from "../Transcribe/Speakers.ts"
import { findSpeakerModels } from "./Models.ts"
import { openDiarizer } from "./Process.ts"
import { type NamedVoice, voiceSpans, whose } from "./Voices.ts"

export interface LocalDiarizationSettings {
  /** A folder with a segmentation model and one of speaker embeddings, as sherpa-onnx offers them. */
  readonly folder: string
  readonly threads?: number | undefined
  /** Seconds of sound that are looked at in one go. */
  readonly partSeconds?: number | undefined
  /** The URL of the library; found by its name unless given. */
  readonly library?: string | undefined
}

/** Twenty minutes are 77 MB of samples, and enough to tell voices apart. */
const defaultPart = 20 * 60

const concatenated = (samples: Float32Array, rate: number, spans: ReadonlyArray<Interval>): Float32Array => {
  const parts = spans.map(({ end, start }) => samples.subarray(Math.floor(start * rate), Math.floor(end * rate)))
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/**
 * Speakers told apart on this machine, by sherpa-onnx-node: an optional dependency, in a process of its own. Long sound is
 * looked at in parts, and voices are known again in the next part, and from other videos, by their embeddings.
 */
export const layer = (settings: LocalDiarizationSettings) =>
  Layer.effect(
    SpeakerDiarization,
    Effect.gen(function* () {
      const ffmpeg = yield* Ffmpeg
      const fs = yield* FileSystem.FileSystem
      const paths = yield* Path.Path
      const found = yield* Effect.result(findSpeakerModels(settings.folder))
      const partSeconds = settings.partSeconds ?? defaultPart

      const samplesOf = (sound: string, rate: number, { end, start }: Interval) => {
        const span = ["-ss", start.toFixed(6), "-t", (end - start).toFixed(6), "-i", file(sound)]
        return Stream.mkUint8Array(ffmpeg.pipe([...span, "-ar", `${rate}`, "-ac", "1", "-f", "f32le", "pipe:1"])).pipe(
          Effect.map((bytes) => new Float32Array(bytes.slice().buffer, 0, Math.floor(bytes.length / 4)))
        )
      }

      const turns = Effect.fn("LocalDiarization.turns")(
        function* (request: DiarizationRequest) {
          const models = yield* Effect.fromResult(found)
          const library = settings.library ?? (yield* findSherpaOnnx)
          const diarizer = yield* openDiarizer({ library, ...models, threads: settings.threads ?? 2 })
          const sound = yield* fs.makeTempFileScoped({ prefix: "dubber-", suffix: ".flac" })
          const { seconds } = yield* listenForSpeech(request.path, request.audioStream, sound, request.clock)
          const parts = Math.max(1, Math.ceil(seconds / partSeconds))
          const known: Array<NamedVoice> = []
          for (const { name, sample } of request.voices) {
            const path = yield* fs.makeTempFileScoped({ prefix: "dubber-", suffix: ".wav" })
            yield* fs.writeFile(path, sample)
            const samples = yield* samplesOf(path, diarizer.rate, { start: 0, end: 10 })
            known.push({ name, embedding: yield* diarizer.voice(samples) })
          }
          let count = greatestNumber([...request.voices.map(({ name }) => name), ...(request.takenNames ?? [])])
          const all: Array<SpeakerTurn> = []
          for (let part = 0; part < parts; part++) {
            if (request.onProgress !== undefined) yield* request.onProgress(part, parts)
            const start = part * partSeconds
            const end = Math.min(seconds, start + partSeconds)
            const samples = yield* samplesOf(sound, diarizer.rate, { start, end })
            // Not all who speak are heard in each of several parts.
            const raw = yield* diarizer.turns(samples, parts === 1 ? request.speakers : undefined)
            const inPart = raw
              .map((turn) => ({ ...turn, speaker: `${turn.speaker}` }))
              .toSorted((a, b) => a.start - b.start)
            const names = new Map<string, string>()
            for (const [speaker, spans] of voiceSpans(inPart)) {
              const embedding = yield* diarizer.voice(concatenated(samples, diarizer.rate, spans))
              const name = whose(embedding, known) ?? `speaker ${++count}`
              names.set(speaker, name)
              if (!known.some((one) => one.name === name)) known.push({ name, embedding })
            }
            for (const turn of inPart) {
              const name = names.get(turn.speaker)
              if (name === undefined) continue
              all.push({ start: start + turn.start, end: Math.min(end, start + turn.end), speaker: name })
            }
          }
          return all
        },
        Effect.scoped,
        Effect.catchTag("PlatformError", (error) => Effect.fail(temporaryProblem(error.message)))
      )

      return SpeakerDiarization.of({
        model: Option.match(Result.getSuccess(found), {
          onNone: () => "none",
          onSome: ({ embedding, segmentation }) =>
            [segmentation, embedding].map((path) => paths.relative(settings.folder, path)).join(" + ")
        }),
        turns: (request) =>
          turns(request).pipe(Effect.provideService(Ffmpeg, ffmpeg), Effect.provideService(FileSystem.FileSystem, fs))
      })
    })
  )
