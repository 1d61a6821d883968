import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import { RequestPolicy } from "../../src/requests/RequestPolicy.ts"
import { BadAnswer, RateLimited, ServiceError, Unauthorized } from "../../src/requests/ServiceError.ts"
import { LanguageModel } from "../../src/script/LanguageModel.ts"
import * as RetriedLanguageModel from "../../src/script/RetriedLanguageModel.ts"

const request = { subject: "batch 1", instructions: "Translate.", lines: [{ id: 1, text: "Hello." }] }

const layer = (lines: LanguageModel["Service"]["lines"]) =>
  RetriedLanguageModel.layer(
    Layer.succeed(LanguageModel, { provider: { service: "test", model: "m", address: "" }, lines })
  ).pipe(Layer.provide(RequestPolicy.layer({ kind: "language", concurrency: 5 })), Layer.provideMerge(RequestLog.layer))

describe("RetriedLanguageModel", () => {
  it.effect("waits as long as the service says, then asks again", () => {
    let calls = 0
    const busy = new ServiceError({
      service: "test",
      reason: new RateLimited({ retryAfterMillis: 20_000, message: "slow down" })
    })
    const answer = Effect.suspend(() =>
      calls++ === 0 ? Effect.fail(busy) : Effect.succeed([{ id: 1, text: "Hola." }])
    )
    return Effect.gen(function* () {
      const model = yield* LanguageModel
      const fiber = yield* Effect.forkChild(model.lines(request))
      yield* TestClock.adjust(19_999)
      assert.strictEqual(calls, 1)
      yield* TestClock.adjust(300)
      assert.deepStrictEqual(yield* Fiber.join(fiber), [{ id: 1, text: "Hola." }])
      assert.strictEqual(calls, 2)
    }).pipe(Effect.provide(layer(() => answer)))
  })

  it.effect("asks once only for what is beside the lines", () => {
    let calls = 0
    const trouble = new ServiceError({ service: "test", reason: new BadAnswer({ message: "no lines" }) })
    const answer = Effect.suspend(() => {
      calls++
      return Effect.fail(trouble)
    })
    return Effect.gen(function* () {
      const model = yield* LanguageModel
      assert.strictEqual(yield* Effect.flip(model.lines({ ...request, aside: true })), trouble)
      assert.strictEqual(calls, 1)
    }).pipe(Effect.provide(layer(() => answer)))
  })

  it.effect("asks nothing more after a wrong key", () => {
    let calls = 0
    const wrong = new ServiceError({ service: "test", reason: new Unauthorized({ message: "the key was refused" }) })
    const answer = Effect.suspend(() => {
      calls++
      return Effect.fail(wrong)
    })
    return Effect.gen(function* () {
      const model = yield* LanguageModel
      const first = yield* Effect.flip(model.lines(request))
      const second = yield* Effect.flip(model.lines(request))
      assert.strictEqual(first, second)
      assert.strictEqual(calls, 1)
    }).pipe(Effect.provide(layer(() => answer)))
  })
})
