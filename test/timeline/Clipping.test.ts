import { assert, describe, it } from "@effect/vitest"
import { clippedShare, isClipped } from "../../src/timeline/Clipping.ts"
import { clipLevels } from "../../src/timeline/Level.ts"
import { scale, silence, sine, voice } from "./Signals.ts"

const cut = (samples: Float32Array) => samples.map((sample) => Math.max(-1, Math.min(1, sample)))
const tells = (samples: Float32Array) => isClipped(samples, clipLevels(samples))

describe("a clip", () => {
  it("whose tops were cut off is told from a whole one", () => {
    assert.strictEqual(clippedShare(voice(1, { level: 0.95 })), 0)
    assert.isAbove(clippedShare(cut(scale(voice(1), 4))), 0.001)
    assert.strictEqual(clippedShare(silence(0.1)), 0)
  })

  it("is clipped where it is heard: not by a single peak, and not for being loud or steady", () => {
    assert.isTrue(tells(cut(scale(voice(1), 4))))
    for (const whole of [voice(1, { level: 1 }), cut(voice(1, { level: 1.02 })), sine(300, 1, 0.97), silence(0.001)]) {
      assert.isFalse(tells(whole))
    }
  })
})
