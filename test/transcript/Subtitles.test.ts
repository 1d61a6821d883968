import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { formatSrt, parse, type Subtitles } from "../../src/transcript/Subtitles.ts"

const bytes = (text: string) => new TextEncoder().encode(text)
const read = (text: string | Uint8Array, name = "talk.srt") =>
  parse(typeof text === "string" ? bytes(text) : text, name)
const repairing = (text: string) => parse(bytes(text), "talk.srt", { repairs: true })
const shown = ({ cues }: Subtitles) => cues.map(({ start, end, text }) => [start, end, text])
const said = ({ cues }: Subtitles) => cues.map(({ speaker, text }) => [speaker, text])
const refusal = (text: string | Uint8Array, name = "talk.srt") =>
  Effect.map(Effect.flip(read(text, name)), (problem) => problem.message)

const utf16 = (text: string, mark: boolean, bigEndian: boolean) => {
  const buffer = Buffer.from((mark ? "\ufeff" : "") + text, "utf16le")
  return Uint8Array.from(bigEndian ? buffer.swap16() : buffer)
}

const plain = "1\n00:00:01,000 --> 00:00:02,500\nHello there\n\n2\n00:00:03,000 --> 00:00:04,000\nTwo\nlines\n"
const expected = [
  [1, 2.5, "Hello there"],
  [3, 4, "Two\nlines"]
]

describe("SubRip as it is found", () => {
  const cases: Record<string, string | Uint8Array> = {
    "as it should be": plain,
    "a byte-order mark": `\ufeff${plain}`,
    CRLF: plain.replaceAll("\n", "\r\n"),
    "CR only": plain.replaceAll("\n", "\r"),
    "CR CR LF": plain.replaceAll("\n", "\r\r\n"),
    "UTF-16 LE with a mark": utf16(plain, true, false),
    "UTF-16 BE with a mark": utf16(plain, true, true),
    "UTF-16 LE without a mark": utf16(plain, false, false),
    "UTF-16 BE without a mark": utf16(plain, false, true),
    "no blank lines": plain.replaceAll("\n\n", "\n"),
    "blank lines too many": plain.replaceAll("\n\n", "\n\n\n \n").replace("Two\n", "Two\n\n"),
    "no numbers": plain.replaceAll(/^\d\n/gm, ""),
    "one number missing": plain.replace("\n2\n", "\n"),
    "numbers that start again": plain.replace("\n2\n", "\n1\n"),
    "dots for commas": plain.replaceAll(",", "."),
    "colons for commas": plain.replaceAll(",", ":"),
    "tight arrows": plain.replaceAll(" --> ", "-->"),
    "short arrows": plain.replaceAll("-->", "->"),
    "spaces in times": plain.replaceAll("00:00:0", "00: 00: 0"),
    "places on the screen": plain.replaceAll("00\nHello", "00  X1:100 X2:200 Y1:10 Y2:20\nHello"),
    "tags and entities": plain.replace(
      "Hello there",
      '<font color="#ff0">{\\an8}<i>Hello</i>&nbsp;<b>there</b></font>'
    ),
    "zeros at the end of the file": `${plain}\0\0\0`,
    "a number at the end": `${plain}\n3\n`,
    "text behind the times": plain.replace("\nHello there", " Hello there")
  }
  for (const [name, text] of Object.entries(cases)) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const found = yield* read(text)
        assert.deepStrictEqual(shown(found), expected)
        assert.strictEqual(found.format, "srt")
        assert.deepStrictEqual(found.warnings, [])
      })
    )
  }

  it.effect("times without milliseconds, hours, two digits, or within 99 hours", () =>
    Effect.gen(function* () {
      const found = yield* read(
        "1\n00:00:01 --> 00:00:02\nA\n\n2\n1:02.5 --> 1:03,75\nB\n\n3\n123:00:00,001 --> 123:00:01,002\nC\n"
      )
      assert.deepStrictEqual(shown(found), [
        [1, 2, "A"],
        [62.5, 63.75, "B"],
        [442_800.001, 442_801.002, "C"]
      ])
    })
  )

  it.effect("cues before the start, of no length, out of order, doubled and empty", () =>
    Effect.gen(function* () {
      const found = yield* read(
        [
          "1\n-00:00:02,000 --> -00:00:01,000\nToo early\n",
          "2\n-00:00:00,500 --> 00:00:01,000\nAt the start\n",
          "3\n00:00:10,000 --> 00:00:12,000\nLater\n",
          "4\n00:00:05,000 --> 00:00:05,000\nThirty characters of one text.\n",
          "5\n00:00:06,000 --> 00:00:08,000\n<i></i>\n",
          "6\n00:00:11,000 --> 00:00:13,000\nOverlapping\n",
          "7\n00:00:10,000 --> 00:00:12,000\nLater\n"
        ].join("\n")
      )
      assert.deepStrictEqual(shown(found), [
        [0, 1, "At the start"],
        [5, 7, "Thirty characters of one text."],
        [10, 12, "Later"],
        [11, 13, "Overlapping"]
      ])
      assert.deepStrictEqual(
        found.cues.map(({ id }) => id),
        [1, 2, 3, 4]
      )
      assert.deepStrictEqual(found.warnings, [
        "talk.srt:2: a cue before the start of the video was left out.",
        "talk.srt:14: cues are not in order of time; they were sorted (and 1 more).",
        "talk.srt:14: a cue ends before it starts; it was given the time its words take."
      ])
    })
  )

  it.effect("no word is lost: numbers, notes, arrows and angles in the text", () =>
    Effect.gen(function* () {
      const found = yield* read(
        [
          "1\n00:00:01,000 --> 00:00:02,000\n42\n",
          "2\n00:00:03,000 --> 00:00:04,000\nWait\nNOTE this\nline: 3\n",
          "3\n00:00:05,000 --> 00:00:06,000\na --> b, 1 < 2 > 0 <3\n",
          "4\n00:00:07,000 --> 00:00:08,000\nFrom 10:30 -> 11:00\n1984\n"
        ].join("\n")
      )
      assert.deepStrictEqual(
        found.cues.map(({ text }) => text),
        ["42", "Wait\nNOTE this\nline: 3", "a --> b, 1 < 2 > 0 <3", "From 10:30 -> 11:00\n1984"]
      )
    })
  )

  it.effect("speakers, but not sounds", () =>
    Effect.gen(function* () {
      const found = yield* read(
        [
          "1\n00:00:01,000 --> 00:00:02,000\n[speaker 1] Hello\n",
          "2\n00:00:03,000 --> 00:00:04,000\n[speaker: Anna Lee] Hi\nthere\n",
          "3\n00:00:05,000 --> 00:00:06,000\n[music] Yes\n",
          "4\n00:00:10,000 --> 00:00:14,000\n[speaker 1] Go\n[speaker 2] No!\n"
        ].join("\n")
      )
      assert.deepStrictEqual(said(found), [
        ["speaker 1", "Hello"],
        ["Anna Lee", "Hi\nthere"],
        [null, "[music] Yes"],
        ["speaker 1", "Go"],
        ["speaker 2", "No!"]
      ])
      assert.deepStrictEqual(shown(found).slice(3), [
        [10, 11.6, "Go"],
        [11.6, 14, "No!"]
      ])
    })
  )

  it.effect("speakers whatever a person made of their labels", () =>
    Effect.gen(function* () {
      const labels = [
        "[speaker 1] a",
        "[Speaker 1]b",
        "[SPEAKER_1]\nc",
        "<v Speaker-1>d",
        "[speaker: Anna] e",
        "[speaker:ANNA ] f",
        "no label",
        "[speaker: ] g",
        "[speaker: a&#93;b <i>x</i>] h",
        `[speaker: ${"x".repeat(500)}] i`,
        "[speaker: ../../etc/passwd] j"
      ]
      const found = yield* read(
        labels.map((text, i) => `${i + 1}\n00:00:0${i % 10},${i}00 --> 00:01:00,000\n${text}\n`).join("\n")
      )
      const by = new Map(said(found).map(([speaker, text]) => [text, speaker]))
      for (const text of ["a", "b", "c", "d"]) assert.strictEqual(by.get(text), "speaker 1", `${text}`)
      for (const text of ["e", "f"]) assert.strictEqual(by.get(text), "Anna", `${text}`)
      assert.isNull(by.get("no label"))
      assert.isNull(by.get("g"))
      assert.strictEqual(by.get("h"), "a]b <i>x</i>")
      assert.strictEqual(by.get("i"), "x".repeat(80))
      assert.strictEqual(by.get("j"), "../../etc/passwd")
      const again = yield* read(formatSrt(found.cues))
      assert.deepStrictEqual(again.cues, found.cues)
    })
  )
})

const file = (lines: ReadonlyArray<string>) =>
  lines.map((line, i) => `${i + 1}\n00:00:0${i},000 --> 00:00:0${i},900\n${line}\n`).join("\n")
const encode = (text: string, encoding: string) => {
  const decoder = new TextDecoder(encoding)
  const table = new Map<string, ReadonlyArray<number>>()
  for (let high = 0; high < 256; high++) {
    const one = decoder.decode(Uint8Array.of(high))
    if (one !== "\ufffd" && !table.has(one)) table.set(one, [high])
  }
  for (let high = 0x81; high < 0xff; high++) {
    for (let low = 0x40; low < 0xff; low++) {
      const two = decoder.decode(Uint8Array.of(high, low))
      if (two.length === 1 && two !== "\ufffd" && !table.has(two)) table.set(two, [high, low])
    }
  }
  return Uint8Array.from([...text].flatMap((letter) => table.get(letter) ?? [0x3f]))
}
describe("legacy encodings", () => {
  const cases: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
    ["windows-1252", ["¿Qué pasó aquí, señor?", "Mañana será otro día.", "Él dijo “no” – y después…"]],
    ["windows-1251", ["Привет, как дела?", "Сегодня мы поговорим о времени.", "Это очень важно."]],
    ["koi8-r", ["Привет, как дела?", "Сегодня мы поговорим о времени.", "Это очень важно."]],
    ["windows-1253", ["Καλημέρα σας, τι κάνετε;", "Σήμερα θα μιλήσουμε για τον χρόνο.", "Είναι πολύ σημαντικό."]],
    ["shift_jis", ["こんにちは、元気ですか。", "今日は時間について話しましょう。", "とても大切です。"]],
    ["gbk", ["你好，你今天怎么样？", "今天我们来谈谈时间的问题。", "这是非常重要的。"]],
    ["euc-kr", ["안녕하세요, 어떻게 지내세요?", "오늘은 시간에 대해 이야기하겠습니다.", "매우 중요합니다."]]
  ]
  for (const [encoding, lines] of cases) {
    it.effect(encoding, () =>
      Effect.gen(function* () {
        const found = yield* read(encode(file(lines), encoding))
        assert.deepStrictEqual(
          found.cues.map(({ text }) => text),
          lines
        )
        assert.strictEqual(found.warnings.length, 1)
      })
    )
  }

  it.effect("UTF-8 with a broken letter stays UTF-8", () =>
    Effect.gen(function* () {
      const good = bytes(file(["¿Qué pasó aquí, señor?", "Mañana será otro día."]))
      const at = good.lastIndexOf(0xc3)
      const found = yield* read(Uint8Array.from([...good.subarray(0, at + 1), ...good.subarray(at + 2)]))
      assert.deepStrictEqual(
        found.cues.map(({ text }) => text),
        ["¿Qué pasó aquí, señor?", "Mañana será otro da."]
      )
    })
  )
})

describe("WebVTT", () => {
  it.effect("blocks, settings, voices and times within the text", () =>
    Effect.gen(function* () {
      const found = yield* read(
        `\ufeffWEBVTT - a title
Kind: captions
X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000

STYLE
::cue { color: red }

REGION
id:fred width:40%

NOTE one line

NOTE
several
lines

intro
00:01.000 --> 00:02.500 align:left position:10%,line-left
<v.loud Fred Smith>Hi &lt;there&gt; <00:01.500><c.yellow>you</c>

00:00:03.000 --> 00:00:04.000
<v Ann>One</v>
<v Bob>Two &amp; three</v>

00:05.000 --> 00:06.000
line: and <ruby>漢字<rt>kanji</rt></ruby>
NOTE no block
00:07.000 --> 00:08.000
No blank line before
`,
        "talk.vtt"
      )
      assert.strictEqual(found.format, "vtt")
      assert.deepStrictEqual(said(found), [
        ["Fred Smith", "Hi <there> you"],
        ["Ann", "One"],
        ["Bob", "Two & three"],
        [null, "line: and 漢字\nNOTE no block"],
        [null, "No blank line before"]
      ])
      assert.deepStrictEqual(shown(found)[0], [1, 2.5, "Hi <there> you"])
    })
  )

  it.effect("a file without its header, by its name", () =>
    Effect.gen(function* () {
      const found = yield* read("00:01.000 --> 00:02.000\nHi\n\nloose text\n", "talk.vtt")
      assert.strictEqual(found.format, "vtt")
      assert.deepStrictEqual(shown(found), [[1, 2, "Hi"]])
    })
  )

  it.effect("rolling captions are read once", () =>
    Effect.gen(function* () {
      const found = yield* read(
        `WEBVTT
Kind: captions
Language: en

00:00:00.000 --> 00:00:02.000 align:start position:0%
 
hello<00:00:00.500><c> and</c><00:00:01.000><c> welcome</c>

00:00:02.000 --> 00:00:02.010 align:start position:0%
hello and welcome
 

00:00:02.010 --> 00:00:04.000 align:start position:0%
hello and welcome
to<00:00:02.500><c> the</c><00:00:03.000><c> show</c>

00:00:04.000 --> 00:00:04.010 align:start position:0%
to the show
 

00:00:04.010 --> 00:00:06.000 align:start position:0%
to the show
no<00:00:05.000><c> no</c>

00:00:06.000 --> 00:00:08.000 align:start position:0%
no no
 
`,
        "talk.en.vtt"
      )
      assert.deepStrictEqual(shown(found), [
        [0, 2, "hello and welcome"],
        [2.01, 4, "to the show"],
        [4.01, 6, "no no"]
      ])
    })
  )

  it.effect("lines that grow word by word", () =>
    Effect.gen(function* () {
      const words = ["So", "So this", "So this is", "So this is it."]
      const cues = words.map((text, i) => `00:0${i}.000 --> 00:0${i + 1}.000\n${text}\n`)
      const found = yield* read(`WEBVTT\n\n${cues.join("\n")}`, "live.vtt")
      assert.deepStrictEqual(shown(found), [[0, 4, "So this is it."]])
    })
  )

  it.effect("a repeated answer is no rolling caption", () =>
    Effect.gen(function* () {
      const cues = ["No.", "No.", "Why?", "Because.", "Because.", "Oh, I see it now.", "Good."].map(
        (text, i) => `00:0${i}.000 --> 00:0${i + 1}.000\n${text}\n`
      )
      const found = yield* read(`WEBVTT\n\n${cues.join("\n")}`, "talk.vtt")
      assert.strictEqual(found.cues.length, 7)
    })
  )
})

describe("ASS", () => {
  const head = `[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
`
  it.effect("overrides, line breaks, comments, drawings, layers, names and commas", () =>
    Effect.gen(function* () {
      const found = yield* read(
        `${head}Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,not shown
Dialogue: 0,0:00:03.00,0:00:04.50,Default,Anna,0,0,0,,{\\an8\\i1}Well,{\\i0} hello\\Nthere\\hyou {comment}now
Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\k20}Ka{\\k30}ra{\\kf40}oke
Dialogue: 1,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\blur3}Karaoke
Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,{\\p1}m 0 0 l 100 0 100 100{\\p0}
Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,fx,{\\pos(1,2)}ka
Dialogue: 0,10:00:00.00,10:00:01.00,Default,,0,0,0,,Late
`.replaceAll("\n", "\r\n"),
        "talk.ass"
      )
      assert.strictEqual(found.format, "ass")
      assert.deepStrictEqual(shown(found), [
        [1, 2, "Karaoke"],
        [3, 4.5, "Well, hello\nthere you now"],
        [36_000, 36_001, "Late"]
      ])
      assert.deepStrictEqual(
        found.cues.map(({ speaker }) => speaker),
        [null, "Anna", null]
      )
    })
  )

  it.effect("SSA, and dialogue without its section", () =>
    Effect.gen(function* () {
      const ssa = yield* read(
        `[Script Info]
ScriptType: v4.00

[Events]
Format: Marked, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: Marked=0,0:00:01.00,0:00:02.00,Default,,0000,0000,0000,,Hi, you
`,
        "talk.ssa"
      )
      assert.deepStrictEqual(shown(ssa), [[1, 2, "Hi, you"]])
      const bare = yield* read("Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,Hi, you\n", "talk.ass")
      assert.deepStrictEqual(shown(bare), [[1, 2, "Hi, you"]])
    })
  )

  it.effect("refuses a time that is none, by its line", () =>
    Effect.gen(function* () {
      const message = yield* refusal(`${head}Dialogue: 0,0:0x:01.00,0:00:02.00,Default,,0,0,0,,Hi\n`, "talk.ass")
      assert.match(message, /^talk\.ass:10: this time cannot be read: "Dialogue: 0,0:0x/)
    })
  )
})

describe("what no player would show", () => {
  const cases: ReadonlyArray<readonly [string, string | Uint8Array, RegExp]> = [
    ["nothing", "", /^talk\.srt is empty\./],
    ["blank lines", "\ufeff\n \r\n\n", /^talk\.srt is empty\./],
    [
      "a picture",
      Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13, 0x49, 0x48]),
      /^talk\.srt is not a text file\./
    ],
    ["a letter", "\nDear all,\nhere are the subtitles.\n", /^talk\.srt:2: this is no subtitles: "Dear all,"\./],
    ["a web page", "<!DOCTYPE html>\n<html></html>", /^talk\.srt:1: this is a web page/],
    ["JSON", '[{"start":1}]', /--segments/],
    ["TTML", '<?xml version="1.0"?>\n<tt xmlns="http://www.w3.org/ns/ttml"></tt>', /TTML/],
    ["MicroDVD", "{10}{20}Hello\n", /MicroDVD/],
    ["an empty WebVTT", "WEBVTT\n\n", /without a single word/],
    [
      "a mistyped time",
      plain.replace("00:00:03,000 -->", "00:00:o3,000 -->"),
      /^talk\.srt:6: this time cannot be read: "00:00:o3,000 --> 00:00:04,000" \("00:00:o3,000" is none\)\. Write it as/
    ],
    [
      "a mistyped time with a short arrow",
      plain.replace("00:00:03,000 -->", "00:00:0x,000 ->"),
      /^talk\.srt:6: this time cannot be read: "00:00:0x,000 -> 00:00:04,000" \("00:00:0x,000" is none\)/
    ],
    [
      "a mistyped time at the beginning",
      plain.replace("00:00:01,000 -->", "0:0o:01,000 =>"),
      /^talk\.srt:2: this time/
    ],
    [
      "a mistyped end without numbers or blank lines",
      plain.replaceAll(/^\d\n|^\n/gm, "").replace("--> 00:00:04,000", "-> 00:00:O4,0q0"),
      /^talk\.srt:3: this time/
    ],
    ["two times without an arrow", plain.replace("03,000 --> ", "03,000 "), /^talk\.srt:6: this time/],
    [
      "half a time with a short arrow",
      plain.replace("03,000 --> 00:00:04,000", "03,000 ->"),
      /^talk\.srt:6: this time/
    ],
    ["half a time", plain.replace("00:00:03,000 --> 00:00:04,000", "00:00:03,000 -->"), /^talk\.srt:6: /]
  ]
  for (const [name, text, message] of cases) {
    it.effect(name, () => Effect.map(refusal(text), (found) => assert.match(found, message)))
  }

  it.effect("is repaired or left out with a warning, where nobody is at work on the file", () =>
    Effect.gen(function* () {
      const three = `${plain}\n3\n00:00:05,000 --> 00:00:06,000\nThree\n`
      const slips: ReadonlyArray<readonly [string, ReadonlyArray<unknown>]> = [
        ["00:00:o3,000 -> 00:00:04,000", [3, 4, "Two\nlines"]],
        ["00:00:03,000 -> 00:00:x4,000", [3, 4, "Two\nlines"]],
        ["00:00:0x,000 -> 00:00:04,000", [3, 4, "Two\nlines"]]
      ]
      for (const [line, cue] of slips) {
        const mended = yield* repairing(three.replace("00:00:03,000 --> 00:00:04,000", line))
        assert.deepStrictEqual(shown(mended), [expected[0], cue, [5, 6, "Three"]])
        assert.include(
          mended.warnings[0],
          `talk.srt:6: this time cannot be read, its cue was given the time that is likely`
        )
      }
      const lost = yield* repairing(three.replace("00:00:03,000 --> 00:00:04,000", "00:00:0x,000 -> 00:00:0y,000"))
      assert.deepStrictEqual(shown(lost), [expected[0], [5, 6, "Three"]])
      assert.deepStrictEqual(lost.warnings, [
        'talk.srt:6: this time cannot be read, its cue was left out: "00:00:0x,000 -> 00:00:0y,000".'
      ])
      const none = yield* Effect.flip(repairing("1\n00:00:0x,000 -> 00:00:0y,000\nHello\n"))
      assert.include(none.message, "talk.srt:2: this time cannot be read")
    })
  )

  it.effect("times and arrows that are said stay text", () =>
    Effect.gen(function* () {
      for (const words of ["10:30 -> 11:00", "From 1:2:3 to 4:5:6", "192.168.0.1 -> 192.168.0.2", "a -> b", "12:30"]) {
        assert.deepStrictEqual(shown(yield* read(plain.replace("Hello there", words)))[0], [1, 2.5, words])
      }
    })
  )

  it.effect("hostile names and lines stay one short line", () =>
    Effect.gen(function* () {
      const message = yield* refusal(`\u202e\u001b[31m${"x".repeat(5000)}`, `a\nb\u0007${"é".repeat(300)}.srt`)
      assert.isBelow(message.length, 300)
      assert.notMatch(message, /[\p{Cc}\u202e]/u)
    })
  )
})
