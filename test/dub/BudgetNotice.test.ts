import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { warnOfBudget } from "../../src/dub/BudgetNotice.ts"
import { Progress } from "../../src/dub/Progress.ts"
import { hasNoPrice, mayCost } from "../../src/requests/KnownPrice.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import { RequestPolicy } from "../../src/requests/RequestPolicy.ts"

const gateway = { service: "openai", address: "http://192.168.1.5:8000/v1" }
const here = { service: "openai", address: "http://localhost:8880/v1" }

describe("a service whose price is not known", () => {
  it("is none of this program's own, and none with a price", () => {
    assert.isFalse(hasNoPrice({ service: "espeak" }))
    assert.isFalse(hasNoPrice({ ...gateway, usdPerMinute: 0.015 }))
    assert.isFalse(hasNoPrice({ ...gateway, usdPerMillionInput: 0.1 }))
    assert.isTrue(hasNoPrice(here))
    assert.isFalse(mayCost(here))
    assert.isTrue(mayCost(gateway))
    assert.isTrue(mayCost({ ...here, address: "http://localhost.example.com/v1" }))
  })

  it.effect("is said to be held by no budget, once in a run, where there is one", () =>
    Effect.gen(function* () {
      const notes: Array<string> = []
      const warnings: Array<string> = []
      const view = Progress.layerView({
        started: () => Effect.void,
        advanced: () => Effect.void,
        ended: () => Effect.void,
        note: (text) => Effect.sync(() => void notes.push(text)),
        warning: (text) => Effect.sync(() => void warnings.push(text))
      })
      yield* Effect.gen(function* () {
        yield* warnOfBudget(gateway, {})
        assert.deepStrictEqual([...notes, ...warnings], [])
        // Refused by whoever would send it.
        yield* warnOfBudget(gateway, { budgetUsd: 0 })
        for (const one of [gateway, here, gateway, here]) yield* warnOfBudget(one, { budgetUsd: 2 })
        assert.isTrue((yield* RequestLog).ledger.isUnpriced())
      }).pipe(Effect.provide(Layer.merge(view, RequestLog.layer)))
      assert.deepStrictEqual(warnings, ["--budget cannot hold openai at http://192.168.1.5:8000/v1: no price is known"])
      assert.deepStrictEqual(notes, ["--budget does not count openai at http://localhost:8880/v1: no price is known"])
    })
  )

  it.effect("is asked nothing where nothing may be spent, unless it is on this machine", () =>
    Effect.gen(function* () {
      const asked: Array<string> = []
      for (const one of [gateway, here]) {
        const policy = yield* RequestPolicy.make({ kind: "speech", concurrency: 1, budgetUsd: 0 })
        yield* policy.declare(one)
        const request = policy.run(
          { usd: 0 },
          Effect.sync(() => void asked.push(one.address))
        )
        const error = yield* Effect.flip(Effect.asSome(request)).pipe(Effect.option)
        if (one === gateway) {
          assert.include(JSON.stringify(error), "--budget 0 asks nothing of http://192.168.1.5:8000/v1")
          assert.isTrue((yield* policy.stopped)?.isFatal)
        }
      }
      assert.deepStrictEqual(asked, [here.address])
    }).pipe(Effect.provide(RequestLog.layer))
  )
})
