import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import { RequestPolicy } from "../../src/requests/RequestPolicy.ts"
import { ServiceError, Unavailable } from "../../src/requests/ServiceError.ts"
import * as RetriedSpeechToText from "../../src/transcript/RetriedSpeechToText.ts"
import { SpeechToText, type TranscriptionRequest } from "../../src/transcript/SpeechToText.ts"

const request: TranscriptionRequest = {
  subject: "piece 1",
  audio: new Uint8Array(1),
  fileName: "audio.ogg",
  contentType: "audio/ogg",
  seconds: 60,
  language: undefined
}

/** Fails so often, then hears nothing; each piece takes a second. */
const service = (failures: number) => {
  const state = { calls: 0, inFlight: 0, peak: 0 }
  const down = new ServiceError({ service: "test", reason: new Unavailable({ message: "down" }) })
  const provider = {
    service: "test",
    model: "m",
    address: "",
    hasTimes: true,
    longestSeconds: 60,
    largestBytes: 1,
    usdPerMinute: 0.1
  }
  const transcribe = () =>
    Effect.gen(function* () {
      const call = state.calls++
      state.peak = Math.max(state.peak, ++state.inFlight)
      yield* Effect.sleep(1000)
      if (call < failures) return yield* down
      return { text: "", language: undefined, segments: [], words: [] }
    }).pipe(Effect.ensuring(Effect.sync(() => void state.inFlight--)))
  return { state, layer: Layer.succeed(SpeechToText, { provider, transcribe }) }
}

const transcribe = Effect.fnUntraced(function* (count: number) {
  const stt = yield* SpeechToText
  const pieces = Effect.forEach(Array.from({ length: count }), () => Effect.result(stt.transcribe(request)), {
    concurrency: "unbounded"
  })
  const fiber = yield* Effect.forkChild(pieces)
  yield* TestClock.adjust("10 minutes")
  return yield* Fiber.join(fiber)
})

const layer = (inner: Layer.Layer<SpeechToText>, budgetUsd?: number) =>
  RetriedSpeechToText.layer(inner).pipe(
    Layer.provide(RequestPolicy.layer({ kind: "transcription", concurrency: 2, budgetUsd })),
    Layer.provideMerge(RequestLog.layer)
  )

describe("RetriedSpeechToText", () => {
  it.effect("asks again, and for no more pieces at once than the policy allows", () => {
    const { state, layer: inner } = service(3)
    return Effect.gen(function* () {
      const results = yield* transcribe(8)
      assert.isTrue(results.every(({ _tag }) => _tag === "Success"))
      assert.strictEqual(state.calls, 11)
      assert.strictEqual(state.peak, 2)
      const log = yield* RequestLog
      assert.deepInclude(yield* log.totals("transcription"), { retried: 3, failed: 0 })
    }).pipe(Effect.provide(layer(inner)))
  })

  it.effect("stays within the budget by the minutes of a piece", () => {
    const { state, layer: inner } = service(0)
    return Effect.gen(function* () {
      const results = yield* transcribe(8)
      assert.strictEqual(results.filter(({ _tag }) => _tag === "Failure").length, 8)
      assert.strictEqual(state.calls, 0)
    }).pipe(Effect.provide(layer(inner, 0.05)))
  })
})
