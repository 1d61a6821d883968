import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, FileSystem, Layer } from "effect"
import { Language } from "../../src/domain/Language.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import { RequestPolicy } from "../../src/requests/RequestPolicy.ts"
import { OutOfQuota, ServiceError } from "../../src/requests/ServiceError.ts"
import * as KeptSpeechToText from "../../src/transcript/KeptSpeechToText.ts"
import * as RetriedSpeechToText from "../../src/transcript/RetriedSpeechToText.ts"
import { SpeechToText, type Transcription, type TranscriptionRequest } from "../../src/transcript/SpeechToText.ts"

const piece = (number: number): TranscriptionRequest => ({
  subject: `piece ${number}`,
  audio: Uint8Array.of(number),
  fileName: "audio.mp3",
  contentType: "audio/mpeg",
  seconds: 60,
  start: number * 60,
  language: undefined
})

const heard = (number: number): Transcription => ({
  text: `Piece ${number}.`,
  language: number === 1 ? Language.make("en") : undefined,
  segments: [{ start: 1, end: 2.5, text: `Piece ${number}.`, speaker: null, doubt: "some" }],
  words: [{ text: "Piece", start: 1, end: 1.5 }]
})

const set = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const folder = `${yield* fs.makeTempDirectoryScoped()}/transcriptions`
  const asked: Array<number> = []
  const state = { without: 0, millis: 0, folder, asked }
  const noQuota = new ServiceError({ service: "test", reason: new OutOfQuota({ message: "no quota" }) })
  const inner = Layer.succeed(SpeechToText, {
    provider: { service: "test", model: "m", address: "", hasTimes: true, longestSeconds: 60, largestBytes: 9 },
    transcribe: ({ audio }) =>
      Effect.gen(function* () {
        asked.push(audio[0]!)
        yield* Effect.sleep(state.millis)
        return audio[0] === state.without ? yield* noQuota : heard(audio[0]!)
      })
  })
  /** What a run of its own hears of some pieces, one after the other, and how many were there already. */
  const run = (pieces: ReadonlyArray<TranscriptionRequest>) =>
    Effect.gen(function* () {
      asked.length = 0
      const stt = yield* SpeechToText
      const answers = yield* Effect.exit(Effect.forEach(pieces, (one) => stt.transcribe(one)))
      return { answers, cached: (yield* (yield* RequestLog).totals("transcription")).cached }
    }).pipe(
      Effect.provide(
        KeptSpeechToText.layer(RetriedSpeechToText.layer(inner), { folder }).pipe(
          Layer.provide(RequestPolicy.layer({ kind: "transcription", concurrency: 2 })),
          Layer.provideMerge(RequestLog.layer)
        )
      )
    )
  return Object.assign(state, { run })
})

describe("KeptSpeechToText", () => {
  it.live("asks for no piece twice, also after a run that failed, and gives what it was given", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const state = yield* set
      const pieces = [piece(1), piece(2), piece(3)]
      state.without = 3
      assert.strictEqual((yield* state.run(pieces)).answers._tag, "Failure")
      assert.deepStrictEqual(state.asked, [1, 2, 3])
      state.without = 0
      const second = yield* state.run(pieces)
      assert.deepStrictEqual(state.asked, [3])
      assert.strictEqual(second.cached, 2)
      assert.deepStrictEqual(second.answers, Effect.runSyncExit(Effect.succeed([heard(1), heard(2), heard(3)])))

      // What was asked differently is something else, and so is a half of a file.
      yield* state.run([
        { ...piece(1), language: Language.make("en") },
        { ...piece(2), speakers: 2 }
      ])
      assert.deepStrictEqual(state.asked, [1, 2])
      const names = yield* fs.readDirectory(state.folder)
      assert.isTrue(names.every((name) => /^[0-9a-f]{40}\.json$/.test(name)))
      yield* Effect.forEach(names, (name) => fs.truncate(`${state.folder}/${name}`, 20))
      yield* state.run(pieces)
      assert.deepStrictEqual(state.asked, [1, 2, 3])
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("keeps what comes in after the run was interrupted", () =>
    Effect.gen(function* () {
      const state = yield* set
      state.millis = 500
      const fiber = yield* Effect.forkChild(state.run([piece(1), piece(2)]))
      while (state.asked.length === 0) yield* Effect.sleep(5)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(state.asked, [1])
      yield* state.run([piece(1), piece(2)])
      assert.deepStrictEqual(state.asked, [2])
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})
