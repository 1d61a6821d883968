import { assert, describe, it } from "@effect/vitest"
import { packLevels, unpackLevels } from "../../src/timeline/PackedLevels.ts"
import { clipLevels } from "../../src/timeline/Level.ts"
import { integratedLoudness } from "../../src/timeline/Loudness.ts"
import { concat, decibels, scale, silence, voice } from "./Signals.ts"

describe("PackedLevels", () => {
  it("come back within a quarter of a decibel, and are as loud together", () => {
    const levels = clipLevels(concat(voice(3), scale(voice(3, { seed: 2 }), 0.01), silence(1)))
    const packed = packLevels(levels)
    const back = unpackLevels(packed)
    assert.strictEqual(packed.peaks.length, 700)
    for (const [k, peak] of levels.peaks.entries()) {
      if (peak === 0) assert.strictEqual(back.peaks[k], 0)
      else if (peak > 1e-5) assert.closeTo(decibels(back.peaks[k]!), decibels(peak), 0.2501)
    }
    assert.closeTo(integratedLoudness(back.energies), levels.lufs, 0.05)
  })

  it("hold what is louder than full scale, and silence", () => {
    const back = unpackLevels(
      packLevels({ energies: Float32Array.of(0, 4800, 1e9), peaks: Float32Array.of(0, 2, 1e-9) })
    )
    assert.strictEqual(back.energies[0], 0)
    assert.closeTo(back.energies[1]!, 4800, 150)
    assert.isAbove(back.energies[2]!, 4800)
    assert.closeTo(back.peaks[1]!, 2, 0.06)
    assert.strictEqual(back.peaks[2], 0)
  })
})
