import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import { Language } from "../../src/domain/Language.ts"
import { estimateSeconds, tablePace } from "../../src/script/Pace.ts"
import { clipsToFit, fitPace, paceError, refitPace, type TimedText } from "../../src/script/PaceFit.ts"

const es = Language.make("es")
const words = "la casa blanca de mi abuela está cerca del río donde siempre jugábamos en verano".split(" ")

/** Texts of many lengths, some with figures and commas. */
const texts = Array.from({ length: 40 }, (_, i) => {
  const some = Array.from({ length: 3 + (i % 11) }, (__, at) => words[(i * 5 + at * 3) % words.length]!)
  return `${some.join(i % 4 === 0 ? ", " : " ")}${i % 5 === 0 ? ` ${1900 + i}` : ""}.`
})

const slow = { fixed: 0.15, words: 1.25, digit: 0.4, symbol: 0.3, mark: 0.18 }
const spoken = (noise: (i: number) => number): ReadonlyArray<TimedText> =>
  texts.map((text, i) => ({ text, seconds: estimateSeconds(text, es, slow) * noise(i) }))

describe("refitPace", () => {
  it("finds the pace of a voice that is slower than the tables, and knows how far off it is", () => {
    const clips = spoken((i) => 1 + 0.04 * Math.sin(i * 1.7))
    const fitted = refitPace(clips, es)!
    expect(paceError(clips, es)).toBeGreaterThan(0.2)
    expect(fitted.error).toBeLessThan(0.05)
    expect(fitted.clips).toBe(40)
    expect(fitted.pace.words).toBeCloseTo(slow.words, 1)
    const characters = clips.reduce((sum, { text }) => sum + [...text].length, 0)
    expect(fitted.charactersASecond).toBeCloseTo(characters / clips.reduce((sum, { seconds }) => sum + seconds, 0), 6)
  })

  it("is not led astray by clips that are three times too long", () => {
    const clips = spoken((i) => (i % 13 === 0 ? 3 : 1))
    const usual = clips.filter((_, i) => i % 13 !== 0)
    expect(paceError(usual, es, fitPace(clips, es))).toBeLessThan(0.1)
  })

  it("waits for twenty clips", () => {
    expect(refitPace(spoken(() => 1).slice(0, clipsToFit - 1), es)).toBeUndefined()
    expect(refitPace(spoken(() => 1).slice(0, clipsToFit), es)).toBeDefined()
  })

  it("keeps the tables where there is nothing to learn from", () => {
    expect(fitPace([], es)).toEqual(tablePace)
    expect(fitPace([{ text: "…", seconds: 3 }], es)).toEqual(tablePace)
  })

  it.prop(
    "gives finite times that are never negative, whatever the clips",
    [Schema.Array(Schema.Struct({ text: Schema.String, seconds: Schema.Finite })), Schema.String],
    ([clips, text]) => {
      const seconds = estimateSeconds(text, es, fitPace(clips, es))
      expect(seconds).toBeGreaterThanOrEqual(0)
      expect(Number.isFinite(seconds)).toBe(true)
    }
  )
})
