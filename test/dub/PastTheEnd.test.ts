import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Source } from "../../src/domain/Source.ts"
import type { Placement } from "../../src/domain/Timeline.ts"
import type { Utterance } from "../../src/domain/Utterance.ts"
import { warnOfTimes } from "../../src/dub/ListenWarnings.ts"
import { cutOffWarnings, untilTheEnd } from "../../src/dub/PastTheEnd.ts"
import { Progress } from "../../src/dub/Progress.ts"
import { spokenCues } from "../../src/dub/SpokenSubtitles.ts"

const heard = (id: number, spokenStart: number, spokenEnd: number): Placement => ({
  id,
  key: `clip-${id}`,
  spokenStart,
  spokenEnd,
  tempo: 1.25,
  gain: 1,
  clipSeconds: 2.5,
  status: "overflow"
})

const said = (id: number, start: number, lines = [id]): Utterance => ({
  id,
  lines,
  speaker: null,
  text: `Line ${id}`,
  start,
  end: start + 0.3,
  slotEnd: start + 0.3
})

describe("lines without room before the end of the video", () => {
  const utterances = [said(1, 11), said(2, 11.3, [2, 3]), said(3, 11.6, [4]), said(4, 11.9, [5])]
  const planned = [heard(1, 8, 10), heard(2, 10.5, 12.5), heard(3, 12, 14), heard(4, 14, 16)]
  const timeline = untilTheEnd({ duration: 12, placements: planned })

  it("are heard to the end, and have failed where they would only begin there", () => {
    assert.deepStrictEqual(
      timeline.placements.map(({ key, spokenEnd, spokenStart, status }) => [key, spokenStart, spokenEnd, status]),
      [
        ["clip-1", 8, 10, "overflow"],
        ["clip-2", 10.5, 12, "overflow"],
        [null, 12, 12, "failed"],
        [null, 12, 12, "failed"]
      ]
    )
    assert.deepStrictEqual(untilTheEnd(timeline), timeline)
  })

  it("are told where a part of them is cut off, and are not in the subtitles where nothing is heard", () => {
    assert.deepStrictEqual(cutOffWarnings(utterances, timeline), [
      "Lines 2-3 are cut off by the end of the video: 0.5 of 2.0 s are not heard"
    ])
    assert.deepStrictEqual(
      spokenCues(utterances, timeline).map(({ text }) => text),
      ["Line 1", "Line 2"]
    )
  })

  it.effect("are not taken for subtitles of another video where they were heard in this one", () =>
    Effect.gen(function* () {
      const cues = utterances.map(({ end, id, start, text }) => ({ id, start, end, text, speaker: null }))
      const told = (isHeard: boolean) =>
        Effect.gen(function* () {
          yield* warnOfTimes({ duration: 11.5 } as Source, cues, isHeard)
          return yield* (yield* Progress).warnings
        }).pipe(Effect.provide(Progress.layerSilent))
      const past = "2 of 4 lines start after the end of the video (11.5 s), the first at 11.6 s"
      assert.deepStrictEqual(yield* told(true), [`${past}. Those lines are not spoken.`])
      assert.deepStrictEqual(yield* told(false), [
        `${past}: are these subtitles of another video? Those lines are not spoken.`
      ])
    })
  )
})
