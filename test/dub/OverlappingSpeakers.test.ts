import { assert, describe, it } from "@effect/vitest"
import type { Cue } from "../../src/domain/Cue.ts"
import { Language } from "../../src/domain/Language.ts"
import { group } from "../../src/script/Utterances.ts"
import { plan } from "../../src/timeline/Plan.ts"

const said = (id: number, speaker: string, start: number, end: number, text: string): Cue => ({
  id,
  speaker,
  start,
  end,
  text
})

/** Anna goes on while Ben throws something in; then both begin at once. */
const cues = [
  said(1, "Anna", 1, 7, "What I wanted to say is that all of this takes time."),
  said(2, "Ben", 3, 4, "Yes, it does."),
  said(3, "Anna", 9, 11, "Shall we begin?"),
  said(4, "Ben", 9, 10.5, "Let us begin!")
]

const placed = (allowOverlapOfSpeakers: boolean) => {
  const utterances = group(cues, {
    align: "sentence",
    joinGapSeconds: 1.2,
    sentencesPerUtterance: 2,
    language: Language.make("en"),
    duration: 20
  })
  const planned = plan(
    utterances.map((one) => ({ ...one, clipSeconds: one.end - one.start, spoken: true })),
    { duration: 20, maxTempo: 1.3, minTempo: 0.9, allowOverlapOfSpeakers }
  )
  return { utterances, planned }
}

describe("speakers who talk at once", () => {
  it("are each an utterance, and none is given less room than it takes because of the other", () => {
    const { utterances } = placed(false)
    assert.deepStrictEqual(
      utterances.map(({ speaker, text }) => [speaker, text]),
      cues.map(({ speaker, text }) => [speaker, text])
    )
    for (const { end, slotEnd } of utterances) assert.isAtLeast(slotEnd, end)
  })

  it("are all heard, one after the other unless they may speak at once", () => {
    const { planned } = placed(false)
    for (const [i, one] of planned.entries()) {
      assert.isAbove(one.end - one.start, 0.7)
      if (i > 0) assert.isAtLeast(one.start, planned[i - 1]!.end)
    }
  })

  it("are heard together where that is allowed, each at its time", () => {
    const { planned } = placed(true)
    const [anna, ben, third, fourth] = planned
    assert.closeTo(ben!.start, 3, 0.15)
    assert.isBelow(ben!.end, anna!.end)
    assert.closeTo(third!.start, 9, 0.15)
    assert.closeTo(fourth!.start, 9, 0.15)
  })
})
