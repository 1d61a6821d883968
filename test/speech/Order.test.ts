import { assert, describe, it, test } from "@effect/vitest"
import { Clock, Effect, Fiber, Layer, Schema } from "effect"
import { TestClock } from "effect/testing"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import { RequestPolicy } from "../../src/requests/RequestPolicy.ts"
import * as Limits from "../../src/speech/Limits.ts"
import { beginOrder } from "../../src/speech/Order.ts"
import { speakAll } from "../../src/speech/Speak.ts"
import { layerMock } from "../../src/speech/TextToSpeech/Mock.ts"
import { lines } from "../support/SpeechEndpoint.ts"

/** When the last is done, if each is begun by whichever slot is free first. */
const wall = (lengths: ReadonlyArray<number>, order: ReadonlyArray<number>, slots: number): number => {
  const busy = Array.from({ length: slots }, () => 0)
  for (const job of order) busy[busy.indexOf(Math.min(...busy))]! += lengths[job]!
  return Math.max(...busy)
}

const longestFirst = (lengths: ReadonlyArray<number>) =>
  [...lengths.keys()].toSorted((a, b) => lengths[b]! - lengths[a]!)

const bound = (lengths: ReadonlyArray<number>, slots: number): number =>
  Math.max(...lengths, lengths.reduce((sum, length) => sum + length, 0) / slots)

describe("the order in which requests are begun", () => {
  const Lengths = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 400 }))).check(
    Schema.isMaxLength(60)
  )
  const Slots = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 24 }))

  it.prop("is each once", [Lengths, Slots], ([lengths, slots]) => {
    const order = beginOrder(lengths, slots)
    assert.deepStrictEqual(
      order.toSorted((a, b) => a - b),
      [...lengths.keys()]
    )
  })

  it.prop("is done no later than the longest first", [Lengths, Slots], ([lengths, slots]) => {
    const ours = wall(lengths, beginOrder(lengths, slots), slots)
    assert.isAtMost(ours, wall(lengths, longestFirst(lengths), slots))
  })

  test("evens out the end, where the longest first leaves slots idle", () => {
    // Two slots: 3+3 and 2+2+2 are done at 6, where the longest first needs 7.
    const lengths = [3, 3, 2, 2, 2]
    assert.strictEqual(wall(lengths, longestFirst(lengths), 2), 7)
    assert.strictEqual(wall(lengths, beginOrder(lengths, 2), 2), 6)
  })

  test("comes within two percent of the bound for the lines of a lecture", () => {
    const lengths = Array.from({ length: 80 }, (_, i) => 20 + ((i * 7919) % 173))
    for (const slots of [3, 5, 10, 20]) {
      assert.isAtMost(wall(lengths, beginOrder(lengths, slots), slots) / bound(lengths, slots), 1.02)
    }
  })

  for (const slots of [3, 5, 10]) {
    it.effect(`is the one in which requests are sent, ${slots} at once`, () => {
      const lengths = Array.from({ length: 37 }, (_, i) => 12 + ((i * 7919) % 173))
      const voice = Limits.layer(layerMock({ latencyMillis: (text) => text.length * 10, secondsFor: () => 0.01 })).pipe(
        Layer.provide(RequestPolicy.layer({ kind: "speech", concurrency: slots })),
        Layer.provide(RequestLog.layer)
      )
      return Effect.gen(function* () {
        const requests = lines(lengths.length, (id) => "x".repeat(lengths[id - 1]!))
        let end = 0
        const onDone = () => Effect.map(Clock.currentTimeMillis, (now) => void (end = Math.max(end, now)))
        const speaking = yield* Effect.forkChild(speakAll(requests, { concurrency: slots, onDone }))
        yield* TestClock.adjust("1 hour")
        yield* Fiber.join(speaking)
        assert.strictEqual(end, 10 * wall(lengths, beginOrder(lengths, slots), slots))
      }).pipe(Effect.provide(voice))
    })
  }

  test("is the longest first where the number of slots is not known", () => {
    assert.deepStrictEqual(beginOrder([5, 9, 1, 7], "auto"), [1, 3, 0, 2])
  })
})
