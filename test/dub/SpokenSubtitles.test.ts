import { assert, describe, it } from "@effect/vitest"
import type { Cue } from "../../src/domain/Cue.ts"
import type { Source } from "../../src/domain/Source.ts"
import type { Timeline } from "../../src/domain/Timeline.ts"
import type { Utterance } from "../../src/domain/Utterance.ts"
import { sourceTexts } from "../../src/dub/BilingualSubtitles.ts"
import { bilingualCues, readableFor, spokenCues } from "../../src/dub/SpokenSubtitles.ts"
import { columns, formatSrt } from "../../src/transcript/Subtitles.ts"

interface Said {
  readonly text: string
  readonly at: number
  readonly to: number
  /** When the dub says it; where the source does unless given. */
  readonly spoken?: readonly [start: number, end: number]
  readonly failed?: boolean
}

const dub = (said: ReadonlyArray<Said>, duration = 60) => {
  const utterances = said.map(({ at, text, to }, i): Utterance => ({
    id: i + 1,
    lines: [i + 1],
    speaker: i % 2 === 0 ? "Anna" : null,
    text,
    start: at,
    end: to,
    slotEnd: said[i + 1]?.at ?? duration
  }))
  const placements = said.map(({ at, failed = false, spoken, to }, i) => ({
    id: i + 1,
    key: failed ? null : "k",
    spokenStart: spoken?.[0] ?? at,
    spokenEnd: failed ? at : (spoken?.[1] ?? to),
    tempo: 1,
    gain: 1,
    clipSeconds: to - at,
    status: failed ? ("failed" as const) : ("ok" as const)
  }))
  return { utterances, timeline: { duration, placements } satisfies Timeline }
}

const cue = (start: number, end: number, text: string): Cue => ({ id: 1, start, end, text, speaker: null })

const filmed = (frameRate?: number): Source => ({
  path: "f.mp4",
  size: 1,
  format: "mp4",
  startTime: 0,
  duration: 60,
  chapters: 0,
  fingerprint: "",
  streams: [
    {
      index: 0,
      kind: "video",
      codec: "h264",
      language: null,
      title: null,
      startTime: 0,
      duration: 60,
      isDefault: true,
      ...(frameRate === undefined ? {} : { frameRate })
    }
  ]
})

const millis = (a: number, b: number, c: number, d: number) => ((a * 60 + b) * 60 + c) * 1000 + d

const plain = (text: string) => text.replaceAll(/\s/g, "")

const words = (text: string) => text.split(/\s+/).toSorted()

const stamps = (srt: string) =>
  [...srt.matchAll(/(\d+):(\d+):(\d+),(\d+) --> (\d+):(\d+):(\d+),(\d+)/g)].map((found) => {
    const [h = 0, m = 0, s = 0, ms = 0, ...end] = found.slice(1).map(Number)
    return [millis(h, m, s, ms), millis(end[0]!, end[1]!, end[2]!, end[3]!)] as const
  })

describe("subtitles of what is spoken", () => {
  it("are at the times of the dub, without the speaker's name; failed lines at their own", () => {
    const { timeline, utterances } = dub([
      { text: "The first of them.", at: 1, to: 3, spoken: [1.25, 3.5] },
      { text: "This one failed.", at: 5, to: 7, failed: true }
    ])
    const cues = spokenCues(utterances, timeline)
    assert.deepStrictEqual(
      cues.map(({ end, speaker, start }) => [start, end, speaker]),
      [
        [1.25, 3.5, null],
        [5, 7, null]
      ]
    )
  })

  it("keep two frames of the video's own between them, in the file as well", () => {
    const said = Array.from({ length: 8 }, (_, i) => ({
      text: `Line ${i + 1} follows closely.`,
      at: i * 2.0003,
      to: (i + 1) * 2.0003
    }))
    const { timeline, utterances } = dub(said)
    for (const rate of [24_000 / 1001, 25, 30_000 / 1001, 50, 60]) {
      const times = stamps(formatSrt(spokenCues(utterances, timeline, readableFor(filmed(rate)))))
      assert.strictEqual(times.length, 8)
      const gaps = times.slice(1).map(([start], i) => start - times[i]![1])
      for (const gap of gaps) {
        assert.isAtLeast(gap, 2000 / rate)
        assert.isAtMost(gap, 2000 / rate + 1)
      }
    }
    // A rate that is none does not tear holes into the text.
    assert.strictEqual(readableFor(filmed()).gapSeconds, 0.084)
    assert.strictEqual(readableFor(filmed(1)).gapSeconds, 0.167)
  })

  it("are held for 17 characters a second where the next line leaves room", () => {
    const text = "Thirty-four characters, quickly said"
    const { timeline, utterances } = dub([
      { text, at: 1, to: 1.6 },
      { text: "Later.", at: 10, to: 10.2 }
    ])
    const [first, second] = spokenCues(utterances, timeline)
    assert.closeTo(first!.end - first!.start, text.length / 17, 1e-9)
    assert.closeTo(second!.end - second!.start, 5 / 6, 1e-9)
  })

  it("of wide and of right-to-left letters keep to 42 columns and lose nothing", () => {
    const texts = [
      "我们今天要讨论的是如何在不改变画面的情况下，让每一句话都准确地落在它应该出现的位置上，并且听起来自然。",
      "今日は、映像をまったく変えずに、すべての言葉を正しい場所に、そして自然に聞こえるように置く方法についてお話しします。",
      "سنتحدث اليوم عن كيفية وضع كل جملة في مكانها الصحيح دون تغيير الصورة، وبحيث تبدو طبيعية تماما لمن يسمعها.",
      "היום נדבר על איך לשים כל משפט במקום הנכון בלי לשנות את התמונה, כך שיישמע טבעי לגמרי למי שמקשיב לו."
    ]
    const { timeline, utterances } = dub(texts.map((text, i) => ({ text, at: i * 12, to: i * 12 + 9 })))
    const cues = spokenCues(utterances, timeline)
    for (const { text } of cues) {
      const lines = text.split("\n")
      assert.isAtMost(lines.length, 2)
      for (const line of lines) assert.isAtMost(columns(line), 42, line)
    }
    assert.strictEqual(plain(cues.map(({ text }) => text).join("")), plain(texts.join("")))
  })
})

describe("bilingual subtitles", () => {
  it("have the spoken line above and the source's below", () => {
    const { timeline, utterances } = dub([
      { text: "Hola a todos.", at: 1, to: 3 },
      { text: "أهلا بكم.", at: 4, to: 6 }
    ])
    const cues = bilingualCues(utterances, timeline, [cue(1, 3, "Hello everybody."), cue(4, 6, "Welcome.")])
    assert.deepStrictEqual(
      cues.map(({ text }) => text),
      ["Hola a todos.\nHello everybody.", "أهلا بكم.\nWelcome."]
    )
  })

  it("show a line of each at a time where the time allows, and never more than two", () => {
    const spoken = "Una frase bastante larga que no cabe en una sola línea, y que por eso se reparte en varias partes."
    const source =
      "A rather long sentence that does not fit on a single line, and which is therefore shared by several parts."
    for (const seconds of [9, 2]) {
      const { timeline, utterances } = dub([{ text: spoken, at: 1, to: 1 + seconds }])
      const cues = bilingualCues(utterances, timeline, [cue(1, 1 + seconds, source)])
      for (const { text } of cues) {
        const lines = text.split("\n")
        assert.isAtMost(lines.length, seconds === 9 ? 2 : 4)
        for (const line of lines) assert.isAtMost(columns(line), 42, line)
      }
      assert.deepStrictEqual(words(cues.map(({ text }) => text).join(" ")), words(`${spoken} ${source}`))
      if (seconds === 9) assert.isAtLeast(cues.length, 3)
    }
  })

  it("every word of the source is shown once, with the line that is said meanwhile", () => {
    const { utterances } = dub([
      { text: "a", at: 0, to: 4 },
      { text: "b", at: 4, to: 8 },
      { text: "c", at: 20, to: 22 }
    ])
    const texts = sourceTexts(utterances, [
      cue(0, 8, "one two three four"),
      cue(8.5, 9, "stray"),
      cue(19, 22, "all of it")
    ])
    assert.deepStrictEqual(texts, ["one two", "three four stray", "all of it"])
    assert.deepStrictEqual(sourceTexts([], [cue(0, 1, "x")]), [])
  })
})
