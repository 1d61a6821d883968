import { assert, describe, it } from "@effect/vitest"
import { flawsOf, flawWarnings } from "../../src/dub/ClipFlaws.ts"
import type { Voiced } from "../../src/dub/SpeakUtterances.ts"

const utterance = (id: number) => ({
  id,
  lines: [id + 10],
  speaker: null,
  text: "Words.",
  start: id * 5,
  end: id * 5 + 3,
  slotEnd: id * 5 + 5
})

const clip = (lufs: number, isClipped = false): Voiced => ({
  kind: "clip",
  key: "k",
  attempts: 1,
  cached: false,
  speechStart: 0,
  speechEnd: 144_000,
  lufs,
  levels: { energies: new Float32Array(0), peaks: new Float32Array(0) },
  isClipped
})

describe("what is wrong with clips", () => {
  it("is marked and told, by the lines of subs.srt", () => {
    const utterances = [1, 2, 3, 4, 5].map(utterance)
    const voiced = new Map<number, Voiced>([
      [1, clip(-20)],
      [2, clip(-20, true)],
      [3, clip(-40)],
      [4, clip(-20)],
      [5, { kind: "failed", error: "no", attempts: 2 }]
    ])
    const flaws = flawsOf(utterances, voiced)
    assert.deepStrictEqual(
      [...flaws],
      [
        [2, ["clipped"]],
        [3, ["level"]]
      ]
    )
    assert.deepStrictEqual(flawWarnings(utterances, flaws), [
      "Line 12 came distorted by clipping: listen to it",
      "Line 13 came far louder or quieter than the voice's other lines: listen to it"
    ])
    assert.deepStrictEqual(flawWarnings(utterances, new Map()), [])
    const all = new Map(utterances.map(({ id }) => [id, ["clipped"] as const]))
    assert.deepStrictEqual(flawWarnings(utterances, all), [
      "Lines 11, 12, 13, 14, 15 came distorted by clipping: listen to them"
    ])
  })
})
