import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { parseBatchList } from "../../src/dub/BatchList.ts"

const bytes = (text: string) => new TextEncoder().encode(text)
const parse = (text: string, name: string) => parseBatchList(bytes(text), name)
const refusal = (text: string, name: string) => Effect.flip(parse(text, name))

describe("parseBatchList", () => {
  it.effect("reads a name a line, without remarks, blank lines and what editors put around them", () =>
    Effect.gen(function* () {
      const list = yield* parse(
        "\ufeff# lessons of this week\r\n  a b.mp4 \r\n\r\n-dash.mp4\n'quoted'.mp4\n100 %.mp4\n\"x\", y; z.mp4\n#no.mp4\n./#yes.mp4\n",
        "list.txt"
      )
      assert.deepStrictEqual(
        list.map(({ path }) => path),
        ["a b.mp4", "-dash.mp4", "'quoted'.mp4", "100 %.mp4", '"x", y; z.mp4', "./#yes.mp4"]
      )
      assert.strictEqual(list[1]!.where, "list.txt, line 4")
      assert.deepStrictEqual(list[0]!.options, {})
    })
  )

  it.effect("reads names divided by zero bytes as they are, line breaks and all", () =>
    Effect.gen(function* () {
      const list = yield* parse("two\nlines.mp4\0 # no remark .mp4\0", "stdin")
      assert.deepStrictEqual(
        list.map(({ path }) => path),
        ["two\nlines.mp4", " # no remark .mp4"]
      )
    })
  )

  it.effect("reads UTF-16 and old encodings, and refuses what is no text", () =>
    Effect.gen(function* () {
      const wide = new Uint8Array(Buffer.from("\ufeffgrün.mp4\r\nrot.mp4\r\n", "utf16le"))
      assert.deepStrictEqual(
        (yield* parseBatchList(wide, "list.txt")).map(({ path }) => path),
        ["grün.mp4", "rot.mp4"]
      )
      assert.deepStrictEqual(yield* parseBatchList(new Uint8Array(0), "list.yaml"), [])
    })
  )

  for (const [delimiter, name] of [
    [",", "commas"],
    [";", "semicolons"],
    ["\t", "tabs"]
  ] as const) {
    it.effect(`reads csv with ${name}, options by column`, () =>
      Effect.gen(function* () {
        const rows = [
          ["Video", "to", "Voice For", "polish", ""],
          ['"week 1/intro"".mp4"', '"es,de"', '"Anna=nova; Bob=onyx"', "yes", ""],
          ["# a remark", "", "", "", ""],
          ['"two\nlines.mp4"', "", "", "", "not read"]
        ]
        const list = yield* parse(rows.map((row) => row.join(delimiter)).join("\r\n"), "lessons.csv")
        assert.deepStrictEqual(list, [
          {
            path: 'week 1/intro".mp4',
            options: { to: ["es,de"], "voice-for": ["Anna=nova", "Bob=onyx"], polish: ["yes"] },
            where: "lessons.csv, video 1"
          },
          { path: "two\nlines.mp4", options: {}, where: "lessons.csv, video 2" }
        ])
      })
    )
  }

  it.effect("reads yaml: names, or mappings with options", () =>
    Effect.gen(function* () {
      const text = [
        "- plain.mp4",
        "- 2024",
        "- video: 'a: b.mp4'",
        "  to: [es, de]",
        "  voice-for: { Anna: nova, speaker 2: onyx }",
        "  max_tempo: 1.2",
        "  polish: false",
        "  subs:"
      ].join("\n")
      const list = yield* parse(text, "lessons.yaml")
      assert.deepStrictEqual(
        list.map(({ options, path }) => ({ path, options })),
        [
          { path: "plain.mp4", options: {} },
          { path: "2024", options: {} },
          {
            path: "a: b.mp4",
            options: {
              to: ["es,de"],
              "voice-for": ["Anna=nova", "speaker 2=onyx"],
              "max-tempo": ["1.2"],
              polish: ["false"]
            }
          }
        ]
      )
      assert.deepStrictEqual(yield* parse('[{"video": "a.mp4", "to": "es"}]', "l.json"), [
        { path: "a.mp4", options: { to: ["es"] }, where: "l.json, video 1" }
      ])
    })
  )

  it.effect("says what is wrong with a list, and how it is written", () =>
    Effect.gen(function* () {
      for (const [text, name, what] of [
        ["to,voice\nes,nova\n", "l.csv", 'has no column "video"'],
        ['video\n"a.mp4\n', "l.csv", "can't be read at line"],
        ["video,to\n,es\n", "l.csv", "l.csv, video 1: no file is named"],
        ["video,to\na.mp4,es,\nb.mp4,es,de\n", "l.csv", "l.csv, video 2: it has more values than"],
        ["videos: [a.mp4]", "l.yaml", "no list of videos"],
        ["- video: [", "l.yml", "is no YAML"],
        ["[", "l.json", "is no JSON"],
        ['{"video": "a.mp4"}', "l.json", "is JSON, but no list of videos"],
        ["- to: es", "l.yaml", "no file is named"]
      ] as const) {
        const problem = yield* refusal(text, name)
        assert.include(problem.message, what)
        assert.strictEqual(problem.exitCode, 2)
        assert.isBelow(problem.message.length, 300)
      }
      const picture = Uint8Array.from({ length: 400 }, (_, i) => [0, 1, 2, 3, 200][i % 5]!)
      assert.isAbove((yield* Effect.flip(parseBatchList(picture, "l.csv"))).message.length, 0)
    })
  )
})
