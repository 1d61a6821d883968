import { assert, describe, it } from "@effect/vitest"
import type { Cue } from "../../src/domain/Cue.ts"
import { relabelled, renamed } from "../../src/dub/Labels.ts"

const cue = (id: number, speaker: string | null, text: string): Cue => ({
  id,
  speaker,
  text,
  start: id * 2,
  end: id * 2 + 1.5
})

const heard = [
  cue(1, "speaker 1", "Hello everybody."),
  cue(2, "speaker 2", "[laughs] Hello."),
  cue(3, "speaker 1", "Let us begin."),
  cue(4, null, "[music] Yes.")
]

const names = (...speakers: ReadonlyArray<string | null>) =>
  renamed(
    speakers.map((speaker, i) => cue(i + 1, speaker, "x")),
    heard
  )

describe("labels that a person mended", () => {
  it("may be a name in brackets where a speaker's label stood; sounds that were heard there stay sounds", () => {
    const script = [
      cue(1, null, "[Anna] Hello everybody."),
      cue(2, null, "[laughs] Hello."),
      cue(3, null, "[ANNA] Let us begin."),
      cue(4, null, "[music] Yes.")
    ]
    assert.deepStrictEqual(
      relabelled(script, heard).map(({ speaker, text }) => [speaker, text]),
      [
        ["Anna", "Hello everybody."],
        [null, "[laughs] Hello."],
        ["Anna", "Let us begin."],
        [null, "[music] Yes."]
      ]
    )
    const unlabelled = heard.map((one) => ({ ...one, speaker: null }))
    assert.deepStrictEqual(relabelled(script, unlabelled), script)
  })

  it("are another name for the same speaker only where nobody has the old one any more", () => {
    assert.deepStrictEqual(
      [...names("Anna", "Ben", "Anna", null)],
      [
        ["Anna", "speaker 1"],
        ["Ben", "speaker 2"]
      ]
    )
    // One of two lines: somebody else.
    assert.deepStrictEqual([...names("Anna", "speaker 2", "speaker 1", null)], [])
    // Two for one: the first has it.
    assert.deepStrictEqual([...names("Anna", "speaker 2", "Ben", null)], [["Anna", "speaker 1"]])
    assert.deepStrictEqual([...names("speaker 1", "speaker 2", "speaker 1", null)], [])
  })
})
