import { assert, describe, it } from "@effect/vitest"
import type { Cue } from "../../src/domain/Cue.ts"
import { suspicionsOf } from "../../src/transcript/SubtitleNoise.ts"

const cuesOf = (texts: ReadonlyArray<string>): ReadonlyArray<Cue> =>
  texts.map((text, i) => ({ id: i + 1, start: i * 2, end: i * 2 + 1.5, text, speaker: null }))

describe("what is noticed in given subtitles before anything is spent", () => {
  it("is a loop over lines, or within one", () => {
    const loop = Array.from({ length: 7 }, (_, i) => (i % 2 === 0 ? "I'm going home." : "I'm going home"))
    assert.deepStrictEqual(suspicionsOf(cuesOf(["Hello.", ...loop, "Bye."])), [
      'Lines 2 to 8 all say "I\'m going home.": a transcription that ran into a loop? It is spoken as it stands, unless you take it out.'
    ])
    const [found, ...others] = suspicionsOf(cuesOf([`Well, ${"and so on ".repeat(20)}`]))
    assert.match(found!, /^Line 1 says one thing over and over, "Well, and so on/)
    assert.deepStrictEqual(others, [])
  })

  it("is who made them", () => {
    for (const credit of [
      "Subtitles by the Amara.org community",
      "Untertitel von Stephanie Geiges",
      "字幕志愿者 李宗盛"
    ]) {
      assert.match(suspicionsOf(cuesOf(["Hello.", credit]))[0] ?? "", /^Line 2 says who made the subtitles/)
    }
  })

  it("is not what people say", () => {
    const texts = [
      "No!",
      "No!",
      "No!",
      "No!",
      "No!",
      "No!",
      "Thanks for watching!",
      "Go, go, go!",
      "♪",
      "♪",
      "♪",
      "♪",
      "♪",
      "Yes."
    ]
    assert.deepStrictEqual(suspicionsOf(cuesOf(texts)), [])
  })
})
