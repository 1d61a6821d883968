import { assert, it } from "@effect/vitest"
import { spokenIn } from "../../src/dub/Estimate.ts"

const lines = Array.from({ length: 20 }, () => 60)

it("speaking takes as long as the requests at once, or as the requests a minute allow", () => {
  const each = spokenIn([60], 5, undefined)
  assert.closeTo(spokenIn(lines, 5, undefined), 4 * each, 1e-9)
  assert.strictEqual(spokenIn(lines, 5, 10), 120)
  assert.closeTo(spokenIn(lines, 5, 1000), 4 * each, 1e-9)
  assert.closeTo(spokenIn([...lines, 6000], 50, undefined), spokenIn([6000], 1, undefined), 1e-9)
})
