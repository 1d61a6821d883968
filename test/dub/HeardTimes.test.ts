import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import type { Cue } from "../../src/domain/Cue.ts"
import { lasting, withHeardTimes } from "../../src/dub/HeardTimes.ts"
import { Progress } from "../../src/dub/Progress.ts"
import { readTranscript } from "../../src/dub/ReadTranscript.ts"
import { Workdir } from "../../src/dub/Workdir.ts"
import { subtitleFormat } from "../../src/dub/WriteScript.ts"

const cue = (id: number, text: string, more: Partial<Cue> = {}): Cue => ({
  id,
  start: id * 2 + 1 / 3,
  end: id * 2 + 1.9000000000000001 + 1 / 7,
  text,
  speaker: null,
  ...more
})

const at = (id: number, start: number, end: number, text: string): Cue => ({ ...cue(id, text), start, end })

const read = (cues: ReadonlyArray<Cue>) =>
  subtitleFormat.decode(new TextEncoder().encode(subtitleFormat.encode(cues)), "subs.srt")

describe("readTranscript", () => {
  it.live("gives nothing where there is none, and names one that cannot be read", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const root = yield* fs.makeTempDirectoryScoped()
      yield* Effect.gen(function* () {
        assert.deepStrictEqual(yield* readTranscript, [])
        yield* fs.writeFileString(`${root}/transcript.json`, '[{"id": 1, "start"')
        const { message } = yield* Effect.flip(readTranscript)
        assert.include(message, `${root}/transcript.json cannot be read`)
        assert.match(message, /Mend the file, or remove it and run prep or full, which make it again\.$/)
      }).pipe(Effect.provide(Workdir.layer(root).pipe(Layer.provideMerge(Progress.layerSilent))))
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})

describe("lines that were read from subs.srt", () => {
  it("have the times of the cue that says the same, where two lie within the same milliseconds", () => {
    const words = [{ text: "No.", start: 2.0001, end: 2.9001 }]
    const heard = [at(1, 2, 2.9, "Yes."), { ...at(2, 2.0001, 2.9001, "No."), words }]
    const lines = [at(1, 2, 2.9, "No."), at(2, 2, 2.9, "Yes.")]
    assert.deepStrictEqual(withHeardTimes(lines, heard), [
      { ...lines[0]!, start: 2.0001, end: 2.9001, words },
      lines[1]!
    ])
  })

  it.effect("are those that were written to it, times of words and parts of milliseconds too", () =>
    Effect.gen(function* () {
      const words = [{ text: "Hello", start: 2.4, end: 2.5123456 }]
      const heard = [cue(1, "Hello there.", { words }), cue(2, "One.", { speaker: "Anna" }), cue(3, "Two.", { words })]
      assert.deepStrictEqual(withHeardTimes(yield* read(heard), heard), heard)

      // A text of its own has no words of the source's; a time of its own is its own.
      const edited = [cue(1, "Hola.", { words }), cue(2, "One."), { ...cue(3, "Two."), start: 6.5, words }]
      const found = withHeardTimes(yield* read(edited), heard)
      assert.deepStrictEqual(found[0], cue(1, "Hola."))
      assert.deepStrictEqual(found[2], { ...cue(3, "Two."), start: 6.5, end: 8.043 })
    })
  )

  it.effect("are as many, also where words are said again and where a cue has no length", () =>
    Effect.gen(function* () {
      const heard = lasting([
        at(1, 1, 1, "Yes."),
        at(2, 1, 3, "Yes."),
        at(3, 2.5, 4, "Yes."),
        at(4, 4, 6, "Yes. No."),
        at(5, 6, 6.0000001, "No."),
        at(6, 6, 8, "No. Maybe.")
      ])
      assert.deepStrictEqual(withHeardTimes(yield* read(heard), heard), heard)
      assert.deepStrictEqual([heard[0]!.end, heard[4]!.end], [1.001, 6.001])
    })
  )
})
