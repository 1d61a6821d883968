import { assert, it } from "@effect/vitest"
import { makeRateLimit } from "../../src/requests/RateLimit.ts"

it("the pause grows from one refusal to the next, whatever was answered within it that was sent before", () => {
  const limit = makeRateLimit({})
  limit.refused(0, undefined)
  assert.strictEqual(limit.waitMillis(0, 1), 500)
  limit.succeeded(100)
  limit.refused(600, undefined)
  assert.strictEqual(limit.waitMillis(600, 1), 1000)
  limit.succeeded(2000)
  limit.refused(2100, undefined)
  assert.strictEqual(limit.waitMillis(2100, 1), 500)
})
