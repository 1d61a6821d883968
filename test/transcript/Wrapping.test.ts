import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import type { Cue } from "../../src/domain/Cue.ts"
import { columns, parseSegments, readable, readableDefaults, wrapLines } from "../../src/transcript/Subtitles.ts"

const limits = { maxColumns: 42, maxLines: 2 }
const squeezed = (text: string) => text.replaceAll(/\s/g, "")

describe("lines", () => {
  const cases: ReadonlyArray<readonly [string, string, ReadonlyArray<string>]> = [
    ["short ones stay", "Hello there", ["Hello there"]],
    ["given ones that fit stay", "- Hello.\n- Who is it?", ["- Hello.", "- Who is it?"]],
    [
      "at the end of a sentence",
      "That is all I can say. Come back when you know more about it.",
      ["That is all I can say.", "Come back when you know more about it."]
    ],
    [
      "at a comma",
      "When the sun goes down behind the hill, we walk back to the house.",
      ["When the sun goes down behind the hill,", "we walk back to the house."]
    ],
    [
      "not after an article",
      "We looked for a long time at the house with the green door.",
      ["We looked for a long time", "at the house with the green door."]
    ],
    [
      "Chinese, by width",
      "今天我们来谈谈时间的问题，这是非常重要的事情，请大家认真听讲。",
      ["今天我们来谈谈时间的问题，", "这是非常重要的事情，请大家认真听讲。"]
    ],
    ["a word wider than a line", "x".repeat(50), ["x".repeat(42), "x".repeat(8)]]
  ]
  for (const [name, text, expected] of cases) {
    it(name, () => assert.deepStrictEqual(wrapLines(text, limits), expected))
  }

  it("columns of letters", () => {
    assert.strictEqual(columns("abc é"), 5)
    assert.strictEqual(columns("漢字"), 4)
    assert.strictEqual(columns("e\u0301👍🏽"), 3)
    assert.strictEqual(columns("שלום"), 4)
  })

  it.prop(
    "lose no letter and are never too wide",
    [
      Schema.Array(
        Schema.Literals([
          "word",
          "a",
          "the",
          "end.",
          "了",
          "日本語",
          "ไทยแลนด์",
          "👍🏽",
          ",",
          "(",
          "x".repeat(60),
          "\n",
          "מילה"
        ])
      )
    ],
    ([words]) => {
      const text = words.join(" ")
      const lines = wrapLines(text, limits)
      assert.strictEqual(squeezed(lines.join("")), squeezed(text))
      for (const line of lines) assert.isAtMost(columns(line), 42)
    },
    { arbitrary: { runs: 300 } }
  )
})

const cue = (start: number, end: number, text: string): Cue => ({ id: 1, start, end, text, speaker: "speaker 1" })

describe("cues that people can read", () => {
  it("a long one becomes several that share its time by length", () => {
    const text =
      "This is the first sentence of a long speech. It goes on with a second one that is somewhat longer than the first. And then, to make it complete, there is a third."
    const shown = readable([cue(10, 20, text)])
    assert.isAtLeast(shown.length, 2)
    assert.strictEqual(shown.map((part) => part.text.replaceAll("\n", " ")).join(" "), text)
    assert.strictEqual(shown[0]!.start, 10)
    assert.strictEqual(shown.at(-1)!.end, 20)
    assert.isTrue(shown.every((part) => /[.,]$/.test(part.text)))
    for (const [index, part] of shown.entries()) {
      assert.strictEqual(part.id, index + 1)
      assert.strictEqual(part.speaker, "speaker 1")
      assert.isAtMost(part.text.split("\n").length, 2)
      assert.isAtMost(part.end - part.start, 7)
      if (index > 0) assert.closeTo(part.start - shown[index - 1]!.end, 2 / 24, 0.001)
    }
  })

  it("is held until it is read, but not into the next", () => {
    const [first, second, third] = readable([
      cue(0, 0.2, "Yes."),
      cue(5, 6, "Thirty-four characters of a text."),
      cue(6.5, 20, "Short")
    ])
    assert.closeTo(first!.end, 5 / 6, 0.001)
    assert.closeTo(second!.end, 6.5 - 2 / 24, 0.001)
    assert.strictEqual(third!.end, 13.5)
  })

  it.prop(
    "always within two lines of 42, in order, not overlapping what did not",
    [
      Schema.Array(
        Schema.Struct({
          words: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 60 })),
          tenths: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 300 })),
          gap: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 50 }))
        })
      )
    ],
    ([list]) => {
      let clock = 0
      const cues = list.map(({ words, tenths, gap }) => {
        const start = clock + gap / 10
        clock = start + tenths / 10
        return cue(
          start,
          clock,
          Array.from({ length: words }, (_, at) => `word${at}${at % 9 === 8 ? "." : ""}`).join(" ")
        )
      })
      const shown = readable(cues)
      assert.strictEqual(
        squeezed(shown.map(({ text }) => text).join("")),
        squeezed(cues.map(({ text }) => text).join(""))
      )
      for (const [index, { text, start, end }] of shown.entries()) {
        const lines = text.split("\n")
        assert.isAtMost(lines.length, 2)
        for (const line of lines) assert.isAtMost(columns(line), 42)
        assert.isAtLeast(end, start)
        if (index > 0) assert.isAtLeast(start + 1e-9, shown[index - 1]!.end - readableDefaults.gapSeconds)
      }
    },
    { arbitrary: { runs: 150 } }
  )
})

/** Words of scripts that are broken in their own ways, and what there is between two of them. */
const scripts: Record<string, { readonly words: ReadonlyArray<string>; readonly space: string }> = {
  es: {
    words: ["el", "reloj", "que", "mañana,", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk", "fin."],
    space: " "
  },
  ar: { words: ["سنتحدث", "اليوم", "عن", "الوقت،", "وكيف", "نقيسه."], space: " " },
  he: { words: ["היום", "נדבר", "על", "זמן,", "ואיך", "מודדים."], space: " " },
  ja: { words: ["今日は", "、", "時間", "について", "お話し", "します。", "クロック"], space: "" },
  zh: { words: ["今天", "我们", "来谈谈", "时间，", "非常", "重要。"], space: "" },
  ko: { words: ["오늘은", "시간에", "대해", "이야기", "하겠습니다."], space: " " },
  th: { words: ["วันนี้", "เรา", "จะพูด", "เรื่อง", "เวลา"], space: "" },
  mixed: { words: ["API", "の", "時間", "and", "日本語", "part.", "👍🏽"], space: " " }
}

const letters = (text: string) => squeezed(text).replaceAll("-", "")

const said = (start: number, end: number, text: string, speaker: string): Cue => ({ id: 1, start, end, text, speaker })

const Line = Schema.Struct({
  words: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 6 }))),
  /** Hundredths of a second. */
  gap: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 120 })),
  length: Schema.Int.check(Schema.isBetween({ minimum: 10, maximum: 900 })),
  speaker: Schema.Literals(["Anna", "Ben"])
})

describe("in every script", () => {
  for (const [name, { space, words }] of Object.entries(scripts)) {
    it.prop(
      `cues are readable: ${name}`,
      [Schema.Array(Line)],
      ([list]) => {
        let clock = 0
        const cues = list.flatMap((line): ReadonlyArray<Cue> => {
          const start = clock + line.gap / 100
          clock = start + line.length / 100
          const text = line.words.map((at) => words[at % words.length]!).join(space)
          return text === "" ? [] : [{ id: 1, start, end: clock, text, speaker: line.speaker }]
        })
        const shown = readable(cues)
        assert.strictEqual(
          letters(shown.map(({ text }) => text).join("")),
          letters(cues.map(({ text }) => text).join(""))
        )
        for (const [i, { end, start, text }] of shown.entries()) {
          const next = shown[i + 1]
          const lines = text.split("\n")
          assert.isAtMost(lines.length, 2, text)
          for (const line of lines) assert.isAtMost(columns(line), 42, line)
          if (name === "ja" || name === "zh") for (const line of lines) assert.isAtMost(columns(line), 36, line)
          assert.isAtMost(end - start, readableDefaults.maxSeconds + 1e-9)
          const room = (next?.start ?? Infinity) - start
          // A tenth of a second of speech is none.
          if (room <= 2 * readableDefaults.gapSeconds) continue
          // Two frames before the next; long enough to be read, unless the next leaves no room for that.
          assert.isAtMost(end, start + room - readableDefaults.gapSeconds + 1e-9)
          const wanted = Math.min(room - readableDefaults.gapSeconds, 5 / 6, readableDefaults.maxSeconds)
          assert.isAtLeast(end - start + 1e-9, wanted)
          const unhurried = Math.min(
            room - readableDefaults.gapSeconds,
            columns(text) / 17,
            readableDefaults.maxSeconds
          )
          assert.isAtLeast(end - start + 1e-9, unhurried)
        }
        // Nothing is shown before it is said, but for what goes together with a cue that would be gone too soon.
        for (const { start } of shown) {
          assert.isTrue(cues.some((one) => start >= one.start - 1e-9 && start <= one.end + 1e-9))
        }
      },
      { arbitrary: { runs: 120 } }
    )
  }

  it("what would flash by is shown together with its neighbour, two speakers with a dash each", () => {
    const [first, second] = readable([
      said(1, 1.3, "Yes.", "Anna"),
      said(1.4, 2.6, "Are you sure?", "Ben"),
      said(4, 5, "I am.", "Anna")
    ])
    assert.strictEqual(first!.text, "- Yes.\n- Are you sure?")
    assert.strictEqual(first!.start, 1)
    assert.strictEqual(second!.text, "I am.")
    // With the next one, which is then a little early; where that is full, with the one before.
    const full = "There was nobody there at all, as far as one could see from the garden or the road."
    const [one, other] = readable([
      said(1, 2.5, "So I went home.", "Anna"),
      said(2.6, 2.9, "Alone.", "Anna"),
      said(3, 8, full, "Anna")
    ])
    assert.strictEqual(one!.text, "So I went home.\nAlone.")
    assert.strictEqual(one!.end, 2.9)
    assert.strictEqual(other!.start, 3)
    // Where there is room each stays by itself.
    const apart = readable([said(1, 1.3, "Yes.", "Anna"), said(2, 3, "Sure?", "Ben")])
    assert.deepStrictEqual(
      apart.map(({ text }) => text),
      ["Yes.", "Sure?"]
    )
  })
})

describe("segments", () => {
  it.effect("are read, put in order and counted", () =>
    Effect.gen(function* () {
      const cues = yield* parseSegments(
        '\ufeff[{"start":2,"end":3.5,"text":" Two "},{"start":0.1,"end":1,"text":"One","speaker":"Ann","x":1},{"start":5,"end":6,"text":""}]',
        "talk.json"
      )
      assert.deepStrictEqual(cues, [
        { id: 1, start: 0.1, end: 1, text: "One", speaker: "Ann" },
        { id: 2, start: 2, end: 3.5, text: "Two", speaker: null }
      ])
    })
  )
  const wrong: ReadonlyArray<readonly [string, RegExp]> = [
    ["{}", /^talk\.json holds no JSON array/],
    ["[1", /^talk\.json holds no JSON array/],
    ['[{"start":0,"end":1,"text":"a"},{"start":"0","end":1,"text":"b"}]', /^talk\.json: entry \[1\] is wrong: .*start/],
    ['[{"start":1,"end":0.5,"text":"a"}]', /^talk\.json: entry \[0\] ends \(0\.5\) before it starts \(1\)/],
    ["[]", /^talk\.json holds no text/]
  ]
  for (const [json, message] of wrong) {
    it.effect(json, () =>
      Effect.map(Effect.flip(parseSegments(json, "talk.json")), (problem) => {
        assert.match(problem.message, message)
        assert.isBelow(problem.message.length, 300)
      })
    )
  }
})
