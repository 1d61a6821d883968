import { assert, describe, it } from "@effect/vitest"
import { levelGains, speechLufs, voiceLufs } from "../../src/timeline/Level.ts"
import { concat, decibels, scale, silence, sine, voice } from "./Signals.ts"

const line = (lufs: number, seconds = 3, speaker = "a") => ({ voice: speaker, lufs, seconds })
const moved = (gains: ReturnType<typeof levelGains>) => gains.map(({ gain }) => decibels(gain))

describe("speechLufs", () => {
  it("is the loudness of a steady tone", () => {
    assert.closeTo(speechLufs(sine(1000, 3, 0.1)), -23, 0.2)
    assert.closeTo(speechLufs(sine(1000, 0.23, 0.1)), -23, 0.6)
  })

  it("does not count pauses", () => {
    const spoken = voice(2)
    assert.closeTo(speechLufs(concat(spoken, silence(3), spoken)), speechLufs(spoken), 0.3)
  })

  it("is -70 for silence and for nothing", () => {
    assert.strictEqual(speechLufs(silence(1)), -70)
    assert.strictEqual(speechLufs(new Float32Array(0)), -70)
  })
})

describe("levelGains", () => {
  it("brings voices of different levels to one", () => {
    const gains = moved(levelGains([line(-30, 3, "a"), line(-14, 3, "b"), line(-30, 3, "a"), line(-14, 3, "b")]))
    assert.deepStrictEqual(
      gains.map((gain) => Math.round(gain * 10) / 10),
      [10, -6, 10, -6]
    )
  })

  it("leaves natural differences and evens the others", () => {
    const levels = [-20, -21, -19.2, -20, -24, -20.4, -20]
    const gains = moved(levelGains(levels.map((lufs) => line(lufs))))
    const after = levels.map((lufs, k) => lufs + gains[k]!)
    assert.closeTo(gains[1]!, 0, 0.5)
    assert.isAbove(after[4]!, voiceLufs - 2)
  })

  it("follows a voice that slowly fades, without steps between neighbours", () => {
    const levels = Array.from({ length: 40 }, (_, k) => -18 - k * 0.1)
    const gains = moved(levelGains(levels.map((lufs) => line(lufs))))
    const after = levels.map((lufs, k) => lufs + gains[k]!)
    assert.isBelow(Math.max(...after) - Math.min(...after), 0.6)
    for (let k = 1; k < gains.length; k++) assert.isBelow(Math.abs(gains[k]! - gains[k - 1]!), 0.3)
  })

  it("looks as far ahead as back", () => {
    const lines = [-20, -21, -23, -24, -24.5, -22, -19, -18, -20].map((lufs) => line(lufs))
    const backwards = levelGains(lines.toReversed()).toReversed()
    for (const [k, gain] of moved(levelGains(lines)).entries()) assert.closeTo(gain, moved(backwards)[k]!, 1e-9)
  })

  it("moves no line by more than 6 dB against its voice, and marks what is far off", () => {
    const levels = [-20, -20, -20, -38, -20, -20, -20]
    const gains = levelGains(levels.map((lufs) => line(lufs)))
    assert.closeTo(decibels(gains[3]!.gain), 6, 0.01)
    assert.deepStrictEqual(
      gains.map((gain) => gain.outlier),
      levels.map((lufs) => lufs === -38)
    )
    const marks = (...lines: ReadonlyArray<ReturnType<typeof line>>) => levelGains(lines).some(({ outlier }) => outlier)
    assert.isFalse(marks(line(-20), line(-38)), "which of two is wrong, nobody knows")
    assert.isFalse(marks(line(-20), line(-20), line(-34, 0.4)), "a short word may be a whisper")
  })

  it("leaves silent lines alone, and takes none", () => {
    assert.deepStrictEqual(levelGains([line(-70)]), [{ gain: 1, outlier: false }])
    assert.deepStrictEqual(levelGains([]), [])
  })

  it("makes measured clips equally loud", () => {
    const clips = [voice(2, { seed: 1 }), scale(voice(2, { seed: 2 }), 0.4), scale(voice(2, { pitch: 220 }), 0.1)]
    const gains = levelGains(clips.map((clip, k) => line(speechLufs(clip), 2, `speaker ${k}`)))
    for (const [k, clip] of clips.entries()) {
      assert.closeTo(speechLufs(scale(clip, gains[k]!.gain)), voiceLufs, 0.1)
    }
  })
})
