import { assert, describe, it } from "@effect/vitest"
import type { Placement } from "../../src/domain/Timeline.ts"
import type { Utterance } from "../../src/domain/Utterance.ts"
import { cutTimeline, cutTranscript, type Heard, stretchesOf, wordsBetween } from "../../src/dub/CutTimeline.ts"
import type { Voiced } from "../../src/dub/SpeakUtterances.ts"
import type { Cut } from "../../src/media/Excerpt.ts"

const utterance = (id: number, start: number, end: number): Utterance => ({
  id,
  lines: [id],
  speaker: null,
  text: `one two three four ${id}`,
  start,
  end,
  slotEnd: end + 1
})
const placement = (id: number, spokenStart: number, spokenEnd: number, tempo = 1): Placement => ({
  id,
  key: `key${id}`,
  spokenStart,
  spokenEnd,
  tempo,
  gain: 1,
  clipSeconds: (spokenEnd - spokenStart) * tempo,
  status: "ok"
})
const clip = (id: number, seconds: number): Voiced => ({
  kind: "clip",
  key: `key${id}`,
  attempts: 1,
  cached: false,
  speechStart: 1000,
  speechEnd: 1000 + seconds * 48_000,
  lufs: -20,
  levels: { energies: new Float32Array(0), peaks: new Float32Array(0) }
})

/** Four lines of two seconds, at 0, 10, 20 and 30; the second is spoken a quarter faster, the third goes on too long. */
const heard: Heard = {
  utterances: [utterance(1, 0, 2), utterance(2, 10, 12), utterance(3, 20, 22), utterance(4, 30, 32)],
  voiced: new Map([
    [1, clip(1, 2)],
    [2, clip(2, 2.5)],
    [3, clip(3, 4)],
    [4, clip(4, 2)]
  ]),
  timeline: {
    duration: 40,
    placements: [placement(1, 0, 2), placement(2, 10, 12, 1.25), placement(3, 20, 24), placement(4, 30, 32)]
  }
}

const cut = (start: number, end: number, at = 0): Cut => ({
  start,
  end,
  at,
  frames: 0,
  samples: Math.round((end - start) * 48_000)
})

const stretches = (...chosen: ReadonlyArray<number>) => stretchesOf(heard, new Set(chosen))

describe("the timeline of a part", () => {
  it("has lines at their times in it; of a line that the cut goes through the rest, at the same tempo", () => {
    const part = cutTimeline(heard, [cut(11, 21)])
    assert.deepStrictEqual(
      part.utterances.map(({ end, id, start }) => [id, start, end]),
      [
        [2, 0, 1],
        [3, 9, 10]
      ]
    )
    assert.deepStrictEqual(
      part.timeline.placements.map(({ spokenEnd, spokenStart, tempo }) => [spokenStart, spokenEnd, tempo]),
      [
        [0, 1, 1.25],
        [9, 10, 1]
      ]
    )
    assert.strictEqual(part.timeline.duration, 10)
    // One second of it was heard before the cut, which is one and a quarter of the clip.
    const [second, third] = [part.voiced.get(2)!, part.voiced.get(3)!]
    assert.deepInclude(second, { speechStart: 1000 + 60_000, speechEnd: 1000 + 120_000 })
    assert.deepInclude(third, { speechStart: 1000, speechEnd: 1000 + 48_000 })
    assert.deepStrictEqual(
      part.utterances.map(({ text }) => text),
      ["… three four 2", "one …"]
    )
  })

  it("has several stretches one after the other", () => {
    const part = cutTimeline(heard, [cut(9.5, 12.5), cut(29, 33, 3)])
    assert.deepStrictEqual(
      part.timeline.placements.map(({ id, spokenStart }) => [id, spokenStart]),
      [
        [2, 0.5],
        [4, 4]
      ]
    )
    assert.strictEqual(part.timeline.duration, 7)
    const source = [{ id: 1, start: 30, end: 31, text: "Hello.", speaker: null }]
    assert.deepStrictEqual(cutTranscript(source, [cut(9.5, 12.5), cut(29, 33, 3)]), [
      { id: 1, start: 4, end: 5, text: "Hello.", speaker: null }
    ])
  })

  it("has of a line that goes on from one stretch into the next what is heard in each", () => {
    const part = cutTimeline(
      {
        utterances: [utterance(1, 0, 10), utterance(2, 8, 20), utterance(3, 18, 30)],
        voiced: new Map([
          [1, clip(1, 10)],
          [2, clip(2, 12)],
          [3, clip(3, 12)]
        ]),
        timeline: { duration: 40, placements: [placement(1, 0, 10), placement(2, 8, 20), placement(3, 18, 30)] }
      },
      [cut(0, 10), cut(18, 30, 10)]
    )
    assert.deepStrictEqual(
      part.timeline.placements.map(({ id, key, spokenEnd, spokenStart }) => {
        const one = part.voiced.get(id)
        return [key, spokenStart, spokenEnd, one?.kind === "clip" ? (one.speechStart - 1000) / 48_000 : undefined]
      }),
      [
        ["key1", 0, 10, 0],
        ["key2", 8, 10, 0],
        ["key2", 10, 12, 10],
        ["key3", 10, 22, 0]
      ]
    )
    assert.deepStrictEqual(
      part.utterances.map(({ id }) => id),
      part.timeline.placements.map(({ id }) => id)
    )
  })

  it("takes lines with a little before and after, to the end of what is spoken; those that follow each other in one", () => {
    assert.deepStrictEqual(stretches(3), [{ start: 19.75, end: 24.25 }])
    assert.deepStrictEqual(stretches(1, 3), [
      { start: 0, end: 2.25 },
      { start: 19.75, end: 24.25 }
    ])
    assert.deepStrictEqual(stretches(2, 3), [{ start: 9.75, end: 24.25 }])
  })

  it("shows of a text what is heard of it", () => {
    assert.strictEqual(wordsBetween("one two three four", 0, 1), "one two three four")
    assert.strictEqual(wordsBetween("one two three four", 0.5, 1), "… three four")
    assert.strictEqual(wordsBetween("one two three four", 0.3, 0.7), "… two three …")
    assert.strictEqual(wordsBetween("空はなぜ青いのでしょう", 0, 0.5), "空はなぜ青い …")
  })
})
