import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { videoFlags } from "../../src/commands/batch.ts"
import { listedFlags } from "../../src/commands/batchOptions.ts"

const flagsOf = (options: Readonly<Record<string, ReadonlyArray<string>>>, folder = "lists") =>
  listedFlags({ path: "a.mp4", options, where: "lessons.csv, video 3" }, folder).pipe(
    Effect.provide(NodeServices.layer)
  )

const refusal = (options: Readonly<Record<string, ReadonlyArray<string>>>) => Effect.flip(flagsOf(options))

describe("options beside a video in a list", () => {
  it.effect("are read as on the command line", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(
        yield* flagsOf({
          to: ["es,de"],
          "voice-for": ["Anna=nova", "Bob=onyx"],
          polish: ["yes"],
          "no-speedup": ["false"],
          "max-tempo": ["1.2"],
          "audio-track": ["2"],
          background: ["duck"]
        }),
        {
          to: Option.some("es,de"),
          voiceFor: ["Anna=nova", "Bob=onyx"],
          polish: true,
          noSpeedup: false,
          maxTempo: Option.some(1.2),
          audioTrack: Option.some(2),
          background: Option.some("duck")
        }
      )
      assert.deepStrictEqual(yield* flagsOf({}), {})
    })
  )

  it.effect("name files as they are seen from the list", () =>
    Effect.gen(function* () {
      const given = yield* flagsOf({
        subs: ["talk.srt"],
        glossary: ["/terms.csv"],
        background: ["rain.wav"],
        output: ["done/"],
        workdir: ["../w"]
      })
      assert.deepStrictEqual(given, {
        subs: Option.some("lists/talk.srt"),
        glossary: Option.some("/terms.csv"),
        background: Option.some("lists/rain.wav"),
        output: Option.some("lists/done/"),
        workdir: Option.some("w")
      })
    })
  )

  it.effect("are named after every flag that a video may have", () =>
    Effect.gen(function* () {
      const names = Object.keys(videoFlags).map((name) =>
        name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
      )
      for (const name of names) {
        // What it is not given it cannot be parsed from: a flag of another name would be its default here.
        const parsed = yield* Effect.result(flagsOf({ [name]: ["\u0000"] }))
        const value = parsed._tag === "Success" ? JSON.stringify(parsed.success) : parsed.failure.message
        assert.include(value, parsed._tag === "Success" ? String.raw`\u0000` : name, name)
      }
    })
  )

  it.effect("say where they stand when they cannot be", () =>
    Effect.gen(function* () {
      for (const [options, what] of [
        [{ vocie: ["nova"] }, 'there is no option "vocie"'],
        [{ budget: ["3"] }, "budget is for the whole batch. Give it as --budget"],
        [{ "max-tempo": ["1,2"] }, 'max-tempo is "1,2": it is a number, such as 1.2.'],
        [{ stt: ["ears"] }, 'stt is "ears"'],
        [{ to: ["es", "de"] }, 'to is "es, de"'],
        [{ polish: ["maybe"] }, 'polish is "maybe"']
      ] as const) {
        const problem = yield* refusal(options)
        assert.include(problem.message, `lessons.csv, video 3: ${what}`)
        assert.strictEqual(problem.exitCode, 2)
        assert.isBelow(problem.message.length, 300)
      }
    })
  )
})
