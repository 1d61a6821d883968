import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import type { Cue } from "../../src/domain/Cue.ts"
import { Language } from "../../src/domain/Language.ts"
import { isCased, sentences } from "../../src/script/Sentences.ts"
import { group, type GroupOptions } from "../../src/script/Utterances.ts"

const english = Language.make("en")
const defaults: GroupOptions = {
  align: "sentence",
  joinGapSeconds: 1.2,
  sentencesPerUtterance: 2,
  language: english,
  duration: 1000
}

const cuesOf = (
  ...lines: ReadonlyArray<readonly [start: number, end: number, text: string, speaker?: string]>
): ReadonlyArray<Cue> =>
  lines.map(([start, end, text, speaker], index) => ({ id: index + 1, start, end, text, speaker: speaker ?? null }))

const texts = (cues: ReadonlyArray<Cue>, options: Partial<GroupOptions> = {}) =>
  group(cues, { ...defaults, ...options }).map((utterance) => utterance.text)

const fourSentences = cuesOf([0, 1, "One here."], [1, 2, "Two here."], [2, 3, "Three here."], [3, 4, "Four here."])

describe("group by sentence", () => {
  it("keeps a sentence over several lines together", () => {
    const cues = cuesOf([0, 1, "We'll"], [1, 2, "also"], [2, 3, "cover"], [3, 4, "advanced topics."])
    expect(group(cues, defaults)).toEqual([
      {
        id: 1,
        lines: [1, 2, 3, 4],
        speaker: null,
        text: "We'll also cover advanced topics.",
        start: 0,
        end: 4,
        slotEnd: 1000
      }
    ])
  })

  it("keeps four short sentences four, and packs them two by two", () => {
    expect(texts(fourSentences, { sentencesPerUtterance: 1 })).toEqual([
      "One here.",
      "Two here.",
      "Three here.",
      "Four here."
    ])
    expect(group(fourSentences, defaults)).toMatchObject([
      { text: "One here. Two here.", lines: [1, 2], start: 0, end: 2, slotEnd: 2 },
      { text: "Three here. Four here.", lines: [3, 4], start: 2, end: 4, slotEnd: 1000 }
    ])
  })

  it("closes at a pause, whatever the punctuation, and packs over none", () => {
    const cues = cuesOf([0, 1, "no stop here"], [2.2, 3, "and on"], [3.5, 4, "it goes. Yes."], [5.3, 6, "More."])
    expect(texts(cues)).toEqual(["no stop here", "and on it goes. Yes.", "More."])
    expect(texts(cues, { joinGapSeconds: 2 })).toEqual(["no stop here and on it goes. Yes.", "More."])
    expect(texts(cues, { joinGapSeconds: 0.4 })).toEqual(["no stop here", "and on", "it goes. Yes.", "More."])
  })

  it("cuts a cue only where a sentence goes on in another, sharing its time by length", () => {
    const cues = cuesOf([0, 4, "aaaa aaaa. Bbbb bbbb"], [4, 6, "and on."], [8, 10, "Cc. Dd."])
    expect(group(cues, { ...defaults, sentencesPerUtterance: 1 })).toMatchObject([
      { text: "aaaa aaaa.", lines: [1], start: 0, end: 2 },
      { text: "Bbbb bbbb and on.", lines: [1, 2], start: 2, end: 6 },
      { text: "Cc.", lines: [3], start: 8, end: 9 },
      { text: "Dd.", lines: [3], start: 9, end: 10 }
    ])
    expect(texts(cues)).toEqual(["aaaa aaaa. Bbbb bbbb and on.", "Cc. Dd."])
  })

  it("shares a cue's time by its words where they are those of the text", () => {
    const words = [
      { text: "One", start: 0, end: 0.5 },
      { text: "two.", start: 0.5, end: 0.9 },
      { text: "Three", start: 3.2, end: 3.6 },
      { text: "four.", start: 3.6, end: 4 }
    ]
    const cue: Cue = { id: 1, start: 0, end: 4, text: "One two. Three four.", speaker: null, words }
    expect(group([cue], defaults)).toMatchObject([
      { text: "One two.", start: 0, end: 0.9, slotEnd: 3.2 },
      { text: "Three four.", start: 3.2, end: 4 }
    ])
    expect(group([{ ...cue, text: "Edited two. Three four." }], defaults)).toHaveLength(1)
  })

  it("would rather keep cues whole than fill up an utterance from the front", () => {
    expect(texts(cuesOf([0, 1, "Aa."], [1, 3, "Bb. Cc."]))).toEqual(["Aa.", "Bb. Cc."])
  })

  it("never mixes speakers, turns of a dialogue, or sounds with speech", () => {
    const cues = cuesOf(
      [0, 1, "I say", "a"],
      [1, 2, "no.", "b"],
      [2, 3, "- Hi. - Hello."],
      [3, 4, "[applause]"],
      [4, 5, "Thanks,"],
      [5, 6, "all."]
    )
    expect(group(cues, defaults).map(({ text, speaker, slotEnd }) => [text, speaker, slotEnd])).toEqual([
      ["I say", "a", 1],
      ["no.", "b", 2],
      ["Hi.", null, 2 + 2 / 7],
      ["Hello.", null, 4],
      ["[applause]", null, 4],
      ["Thanks, all.", null, 1000]
    ])
  })

  it("never spans more than half a minute", () => {
    const long = cuesOf(...Array.from({ length: 30 }, (_, i) => [i * 3, i * 3 + 3, "words and words"] as const))
    const utterances = group(long, defaults)
    expect(utterances.every((utterance) => utterance.end - utterance.start <= 30)).toBe(true)
    expect(utterances).toHaveLength(3)
    const one = group(cuesOf([0, 90, "This is one, long, sentence that goes on, and on and will never end"]), defaults)
    expect(one.every((utterance) => utterance.end - utterance.start <= 30)).toBe(true)
    expect(one.map(({ text }) => text).join(" ")).toBe(
      "This is one, long, sentence that goes on, and on and will never end"
    )
  })

  it("writes Japanese without spaces", () => {
    expect(texts(cuesOf([0, 1, "これは"], [1, 2, "ペンです。"]), { language: Language.make("ja") })).toEqual([
      "これはペンです。"
    ])
  })
})

describe("group by segment", () => {
  it("speaks every cue by itself", () => {
    expect(group(fourSentences, { ...defaults, align: "segment" })).toMatchObject([
      { lines: [1], slotEnd: 1 },
      { lines: [2], slotEnd: 2 },
      { lines: [3], slotEnd: 3 },
      { lines: [4], slotEnd: 1000 }
    ])
  })
})

describe("group by block", () => {
  const cues = cuesOf(...Array.from({ length: 12 }, (_, i) => [i * 3, i * 3 + 3, `Line ${i} here.`] as const))

  it("packs up to about 24 seconds", () => {
    expect(group(cues, { ...defaults, align: "block" }).map(({ lines }) => lines.length)).toEqual([8, 4])
  })

  it("closes at scene cuts and long pauses", () => {
    const options = { ...defaults, align: "block", sceneCuts: [6.1] } as const
    expect(group(cues.slice(0, 4), options).map(({ lines }) => lines)).toEqual([
      [1, 2],
      [3, 4]
    ])
    const paused = cuesOf([0, 1, "Aa."], [3, 4, "Bb."], [6.5, 7, "Cc."])
    expect(texts(paused, { align: "block" })).toEqual(["Aa. Bb.", "Cc."])
  })
})

describe("times", () => {
  it("past the end of the video are kept", () => {
    expect(group(cuesOf([0, 1, "Aa."], [9, 12, "Bb."], [20, 21, "Cc."]), { ...defaults, duration: 10 })).toMatchObject([
      { start: 0, slotEnd: 9 },
      { start: 9, end: 12, slotEnd: 10 },
      { start: 20, end: 21, slotEnd: 21 }
    ])
  })

  it("may be equal, zero or of one cue", () => {
    expect(group([], defaults)).toEqual([])
    expect(texts(cuesOf([0, 0, "  "]))).toEqual([])
    expect(group(cuesOf([2, 2, "Aa."]), defaults)).toMatchObject([{ start: 2, end: 2 }])
    expect(texts(cuesOf([1, 2, "Aa."], [1, 2, "Bb."]), { sentencesPerUtterance: 1 })).toEqual(["Aa.", "Bb."])
  })
})

const RandomLine = Schema.Struct({
  gap: Schema.Literals([0, 0, 0.1, 0.5, 1.2, 2, 5, -1]),
  length: Schema.Literals([0, 0.5, 2, 4, 40]),
  words: Schema.Array(
    Schema.Literals([
      "we",
      "Go",
      "stop.",
      "and",
      "Dr.",
      "e.g.",
      "why?",
      "3.5",
      "yes,",
      "U.S.",
      "so…",
      "Ok!",
      "它。",
      "-no"
    ])
  ),
  speaker: Schema.NullOr(Schema.Literals(["a", "b"]))
})
const RandomOptions = Schema.Struct({
  align: Schema.Literals(["segment", "sentence", "block"]),
  sentencesPerUtterance: Schema.Literals([1, 2, 3]),
  joinGapSeconds: Schema.Literals([0, 0.4, 1.2, 3]),
  sceneCuts: Schema.Array(Schema.Literals([0, 3, 7.5, 20]))
})

interface RandomLine {
  readonly gap: number
  readonly length: number
  readonly words: ReadonlyArray<string>
  readonly speaker: string | null
}

const randomCues = (lines: ReadonlyArray<RandomLine>): ReadonlyArray<Cue> => {
  let time = 0
  let last = 0
  return lines.map(({ gap, length, words, speaker }, index) => {
    const start = Math.max(last, time + gap)
    last = start
    time = start + length
    return { id: index + 1, start, end: time, text: words.join(" "), speaker }
  })
}

const letters = (strings: ReadonlyArray<string>) => strings.join("").replaceAll(/[\s-]/gu, "")

describe("whatever the cues", () => {
  const runs = { arbitrary: { runs: 200 } }

  it.prop(
    "every word is in one utterance, in order, and none is empty",
    [Schema.Array(RandomLine), RandomOptions],
    ([lines, options]) => {
      const cues = randomCues(lines)
      const utterances = group(cues, { ...defaults, ...options })
      expect(letters(utterances.map(({ text }) => text))).toBe(letters(cues.map(({ text }) => text)))
      expect(utterances.every(({ text, lines: from }) => text.trim() !== "" && from.length > 0)).toBe(true)
      for (const [index, utterance] of utterances.entries()) {
        expect(utterance.end).toBeGreaterThanOrEqual(utterance.start)
        expect(utterance.slotEnd).toBeGreaterThanOrEqual(utterance.start)
        expect(utterance.start).toBeGreaterThanOrEqual(utterances[index - 1]?.start ?? 0)
        expect(new Set(utterance.lines.map((id) => cues.find((cue) => cue.id === id)!.speaker)).size).toBe(1)
      }
    },
    runs
  )

  it.prop(
    "no utterance has more sentences than asked for, nor is longer than half a minute",
    [Schema.Array(RandomLine), RandomOptions],
    ([lines, options]) => {
      if (options.align !== "sentence") return
      const cues = randomCues(lines)
      const rules = { language: english, cased: isCased(cues.map(({ text }) => text)) }
      for (const { text, start, end } of group(cues, { ...defaults, ...options })) {
        expect(sentences(text, rules).length).toBeLessThanOrEqual(options.sentencesPerUtterance)
        if (text.includes(" ")) expect(end - start).toBeLessThanOrEqual(30)
      }
    },
    runs
  )

  it.prop(
    "grouping the utterances again gives the same ones",
    [Schema.Array(RandomLine), RandomOptions],
    ([lines, options]) => {
      const cues = randomCues(
        lines.map((line) => ({
          ...line,
          words: line.words.filter((word) => word !== "-no"),
          gap: Math.max(0, line.gap),
          length: Math.min(line.length, 4)
        }))
      )
      const first = group(cues, { ...defaults, ...options })
      const again = group(
        first.map(({ id, start, end, text, speaker }) => ({ id, start, end, text, speaker })),
        { ...defaults, ...options }
      )
      expect(again.map(({ text }) => text)).toEqual(first.map(({ text }) => text))
    },
    runs
  )
})
