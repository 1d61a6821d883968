import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Schema, type Scope } from "effect"
import { Language } from "../../src/domain/Language.ts"
import { isMisfit, isNoWorse } from "../../src/dub/Misfits.ts"
import { Rewrites } from "../../src/dub/RefitTrials.ts"
import { Progress } from "../../src/dub/Progress.ts"
import { defaults } from "../../src/dub/Settings.ts"
import { knownPace } from "../../src/dub/VoicePace.ts"
import * as Workdir from "../../src/dub/Workdir.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import * as OpenAi from "../../src/script/LanguageModel/OpenAi.ts"
import { layerMock } from "../../src/speech/TextToSpeech/Mock.ts"
import { chatEndpoint, type ChatOptions } from "../support/ChatEndpoint.ts"
import { modelInProcess, noModel, speakAndRefit, type TimedLine, toLength } from "../support/Refit.ts"

const words = "la vieja casa de piedra junto al río tiene cuatro ventanas hacia el valle donde pasan los trenes".split(
  " "
)

/** Texts of so many characters, every one with other words, each with `room` seconds until the next. */
const linesOf = (lengths: ReadonlyArray<number>, room = 4): ReadonlyArray<TimedLine> =>
  lengths.map((length, i) => ({
    start: 1 + i * room,
    end: 1 + i * room + room - 0.4,
    text: toLength([...words.slice(i % 7), ...words.slice(0, i % 7)].join(" "), length)
  }))

/** 60 characters take the voice the 4 seconds there are: 100 and 90 do not fit. */
const talk = linesOf([50, 100, 45, 40, 90, 45, 50])
const obedient = (line: { readonly text: string; readonly [field: string]: any }) =>
  toLength(line.text, line["characters"])

const inFolder = <A, E>(use: (folder: string) => Effect.Effect<A, E, FileSystem.FileSystem | Scope.Scope>) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) =>
    Effect.flatMap(fs.makeTempDirectoryScoped({ prefix: "dubber refit " }), use)
  ).pipe(Effect.scoped, Effect.provide(NodeServices.layer))

/** Of the voices, "slow" is very slow at digits, and "fast" hardly says them. */
const unlike = (text: string, voice: string) => {
  const digits = text.match(/\d/gu)?.length ?? 0
  return (text.length - digits) / 15 + digits * (voice === "slow" ? 0.5 : 0.02)
}
const withDigits = (i: number) =>
  `${words[i % 9]} ${"1234567".slice(0, 1 + (i % 7))} ${words.slice(0, 4 + (i % 5)).join(" ")}.`

const misfits = (placed: Parameters<typeof isMisfit>[0]) =>
  placed.utterances.filter((_, i) => isMisfit(placed, i)).map(({ id }) => id)

const served = (chat: ChatOptions) =>
  Effect.map(chatEndpoint(chat), (endpoint) => ({
    endpoint,
    model: OpenAi.layer({ endpoint: { baseUrl: endpoint.baseUrl, apiKey: undefined }, model: "served" })
  }))

describe("refitUtterances", () => {
  it.live("asks once for the lines that don't fit, says what they measured, and speaks what fits", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const { endpoint, model } = yield* served({ rewrite: obedient })
        const run = yield* speakAndRefit({ folder, lines: talk }, model)
        const before = { utterances: run.original, placements: run.before }
        assert.deepStrictEqual(misfits(before), [2, 5])
        assert.deepStrictEqual(misfits({ utterances: run.utterances, placements: run.after }), [])
        assert.isTrue(isNoWorse(before, { utterances: run.utterances, placements: run.after }))
        assert.strictEqual(endpoint.requests.length, 1)
        const [first, second] = endpoint.requests[0]!.asked.lines
        assert.deepStrictEqual([first!.id, second!.id], [2, 5])
        assert.strictEqual(first!.text, talk[1]!.text)
        assert.closeTo(first!["spokenSeconds"] as number, 100 / 15, 0.05)
        assert.closeTo(first!["seconds"] as number, 3.9, 0.1)
        assert.closeTo(first!["characters"] as number, 59, 2)
        assert.strictEqual(first!["before"], talk[0]!.text)
        assert.strictEqual(first!["after"], talk[2]!.text)
        assert.deepStrictEqual(run.refit, { misfits: 2, asked: 2, requests: 1, rewritten: 2, left: 0 })
        assert.strictEqual(run.spoken.length, 9)
        assert.deepStrictEqual(
          run.utterances.filter(({ text }, i) => text !== talk[i]!.text).map(({ id }) => id),
          [2, 5]
        )
        assert.deepStrictEqual(run.warnings, [])
      })
    )
  )

  it.live("a second run asks and speaks nothing, and says the same; one line changed asks for nothing known", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const { endpoint, model } = yield* served({ rewrite: obedient })
        const first = yield* speakAndRefit({ folder, lines: talk }, model)
        const second = yield* speakAndRefit({ folder, lines: talk }, model)
        assert.deepStrictEqual(second.utterances, first.utterances)
        assert.deepStrictEqual(second.after, first.after)
        assert.deepStrictEqual(second.spoken, [])
        assert.strictEqual(endpoint.requests.length, 1)
        assert.isTrue(second.stages.find(({ name }) => name === "refit")!.reused)
        assert.deepStrictEqual(second.refit, { misfits: 2, asked: 0, requests: 0, rewritten: 2, left: 0 })

        const stored = yield* Schema.decodeEffect(Schema.fromJsonString(Rewrites))(
          yield* fs.readFileString(`${folder}/es/rewrites.json`)
        )
        assert.deepStrictEqual(
          stored.rewrites.map(({ before, id }) => [id, before]),
          [
            [2, talk[1]!.text],
            [5, talk[4]!.text]
          ]
        )
        assert.isTrue(
          stored.rewrites.every(({ tempoAfter, tempoBefore }) => tempoAfter < tempoBefore && tempoAfter <= 1.15)
        )

        const mended = talk.map((line, i) => (i === 3 ? { ...line, text: "Ahora dice otra cosa." } : line))
        const third = yield* speakAndRefit({ folder, lines: mended }, model)
        assert.deepStrictEqual(third.spoken, ["Ahora dice otra cosa."])
        assert.strictEqual(endpoint.requests.length, 1)
        assert.strictEqual(third.utterances[1]!.text, first.utterances[1]!.text)

        const without = yield* speakAndRefit({ folder, lines: talk }, noModel)
        assert.deepStrictEqual(without.utterances, first.utterances)
        assert.deepStrictEqual(without.spoken, [])
      })
    )
  )

  it.live("changes nothing where it is turned off, or no model is set up, and says nothing of it", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const { counted, layer } = modelInProcess(obedient)
        const off = yield* speakAndRefit({ folder, lines: talk, settings: { refit: false } }, layer)
        const none = yield* speakAndRefit({ folder: `${folder}/none`, lines: talk }, noModel)
        for (const run of [off, none]) {
          assert.deepStrictEqual(run.utterances, run.original)
          assert.deepStrictEqual(run.after, run.before)
          assert.strictEqual(run.refit, undefined)
          assert.isFalse(run.stages.some(({ name }) => name === "refit"))
          assert.deepStrictEqual(run.warnings, [])
        }
        assert.strictEqual(counted.requests, 0)
      })
    )
  )

  it.live("never rewrites a line that a person wrote", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const written = talk.filter((_, i) => i !== 1).map(({ text }) => text)
        const asked = new Set<number>()
        const { counted, layer } = modelInProcess((line) => {
          asked.add(line.id)
          return obedient(line)
        })
        const run = yield* speakAndRefit({ folder, lines: talk, written }, layer)
        assert.isTrue(asked.has(5))
        assert.isFalse(asked.has(2))
        assert.strictEqual(run.utterances[1]!.text, talk[1]!.text)
        assert.notStrictEqual(run.utterances[4]!.text, talk[4]!.text)
        const before = counted.requests
        const own = yield* speakAndRefit({ folder: `${folder}/own`, lines: talk, written: [] }, layer)
        assert.deepStrictEqual(own.utterances, own.original)
        assert.strictEqual(counted.requests, before)
      })
    )
  )

  it.live("asks twice at most, and tells the second time what was tried", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        // A little shorter each time, and never enough.
        const { endpoint, model } = yield* served({ rewrite: ({ text }) => toLength(text, text.length - 3) })
        const run = yield* speakAndRefit({ folder, lines: linesOf([50, 140, 140, 140, 50], 3) }, model)
        assert.strictEqual(endpoint.requests.length, 2)
        const again = yield* speakAndRefit({ folder, lines: linesOf([50, 140, 140, 140, 50], 3) }, model)
        assert.strictEqual(endpoint.requests.length, 2)
        assert.deepStrictEqual(again.after, run.after)
      })
    )
  )

  const bad: Readonly<Record<string, (line: { readonly text: string }) => string>> = {
    "gives nothing": () => "",
    "gives the same": ({ text }) => text,
    "gives it longer": ({ text }) => `${text} ${text}`,
    refuses: () => "I'm sorry, but I can't help with that.",
    "gives one word": () => "Casa.",
    "writes Russian": () => "Это совсем не тот язык, который просили здесь",
    "writes English": () => "This is about something else that nobody here ever said today."
  }
  for (const [how, rewrite] of Object.entries(bad)) {
    it.live(`a model that ${how} changes nothing, and is not asked a third time`, () =>
      inFolder((folder) =>
        Effect.gen(function* () {
          const { counted, layer } = modelInProcess(rewrite)
          const run = yield* speakAndRefit({ folder, lines: talk }, layer)
          assert.deepStrictEqual(run.utterances, run.original)
          assert.deepStrictEqual(run.after, run.before)
          assert.strictEqual(run.spoken.length, talk.length)
          assert.strictEqual(counted.requests, 2)
        })
      )
    )
  }

  it.live("each voice has its own pace, which says whether a new text is worth speaking", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const lines = Array.from({ length: 48 }, (_, i) => ({
          start: 1 + i * 6,
          end: 6.6 + i * 6,
          speaker: i % 2 === 0 ? "Ana" : "Ben",
          text: i < 46 ? withDigits(i) : toLength(words.join(" "), 130)
        }))
        const { layer } = modelInProcess((line) => toLength(line.text, line["characters"]))
        const settings = { voiceFor: { Ana: "slow", Ben: "fast" } }
        const run = yield* speakAndRefit({ folder, lines, secondsFor: unlike, settings }, layer)
        assert.deepStrictEqual(
          run.pace.voices.map(({ clips, voice }) => [voice, clips]),
          [
            ["slow", 24],
            ["fast", 24]
          ]
        )
        assert.isTrue(
          run.pace.voices.every(({ error }) => error < 0.08),
          JSON.stringify(run.pace.voices)
        )
        const [slow, fast] = [run.pace.paces.get("slow")!, run.pace.paces.get("fast")!]
        assert.isAbove(slow.digit, 0.35)
        assert.isBelow(fast.digit, 0.15)
        assert.strictEqual(run.refit?.left, 0)

        const here = Workdir.Workdir.layer(folder).pipe(
          Layer.provideMerge(Layer.mergeAll(RequestLog.layer, Progress.layerSilent)),
          Layer.provideMerge(NodeServices.layer)
        )
        const known = yield* knownPace(Language.make("es"), { ...defaults, ...settings, video: "talk.mp4" }).pipe(
          Effect.provide(layerMock().pipe(Layer.provideMerge(here))),
          Effect.scoped
        )
        assert.isAbove(known("Ben")!, known("Ana")! * 1.2)
        assert.isUndefined(known("somebody else"))
      })
    )
  )

  it.live("asks for nothing where nothing new may be spoken, and keeps what was rewritten before", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const { counted, layer } = modelInProcess(obedient)
        const cachedOnly = { settings: { cachedOnly: true } }
        const first = yield* speakAndRefit({ folder, lines: talk, ...cachedOnly }, layer)
        assert.strictEqual(counted.requests, 0)
        assert.strictEqual(first.refit, undefined)
        const second = yield* speakAndRefit({ folder, lines: talk }, layer)
        assert.strictEqual(second.refit?.rewritten, 2)
        const third = yield* speakAndRefit({ folder, lines: talk, ...cachedOnly }, layer)
        assert.deepStrictEqual(third.utterances, second.utterances)
        assert.strictEqual(counted.requests, 1)
      })
    )
  )

  it.live("a request that fails leaves the lines as they are, with a warning, and the next run asks again", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        let key = "wrong"
        const { endpoint, model } = yield* served({
          rewrite: obedient,
          reply: () =>
            key === "wrong" ? { status: 401, body: { error: { message: "Incorrect API key" } } } : undefined
        })
        const run = yield* speakAndRefit({ folder, lines: talk }, model)
        assert.deepStrictEqual(run.utterances, run.original)
        assert.deepStrictEqual(run.after, run.before)
        assert.strictEqual(run.warnings.length, 1)
        assert.include(run.warnings[0], "2 lines could not be rewritten")
        const asked = endpoint.requests.length
        assert.isAtMost(asked, 2)
        key = "right"
        const next = yield* speakAndRefit({ folder, lines: talk }, model)
        assert.strictEqual(endpoint.requests.length, asked + 1)
        assert.strictEqual(next.refit!.rewritten, 2)
      })
    )
  )

  const Talk = Schema.Array(
    Schema.Struct({
      length: Schema.Int.check(Schema.isBetween({ minimum: 5, maximum: 120 })),
      answer: Schema.Finite.check(Schema.isBetween({ minimum: 0.2, maximum: 2 }))
    })
  ).check(Schema.isMinLength(2), Schema.isMaxLength(12))
  it.effect.prop(
    "whatever a model answers and a voice makes of it, nothing is ever worse, and requests are bounded",
    [Talk],
    ([lines]) =>
      inFolder((folder) =>
        Effect.gen(function* () {
          const { counted, layer } = modelInProcess((line) =>
            toLength(line.text, Math.max(2, Math.round(line["characters"] * lines[line.id - 1]!.answer)))
          )
          const run = yield* speakAndRefit(
            {
              folder,
              lines: linesOf(
                lines.map(({ length }) => length),
                2
              ),
              // A voice that does as it likes: what is shorter to read may be longer to hear.
              secondsFor: (text) => 0.1 + ((text.length * 37) % 60) / 20
            },
            layer
          )
          const before = { utterances: run.original, placements: run.before }
          const after = { utterances: run.utterances, placements: run.after }
          assert.isTrue(isNoWorse(before, after))
          assert.isAtMost(misfits(after).length, misfits(before).length)
          assert.isAtMost(counted.requests, 2)
          assert.isAtMost(counted.lines, 2 * misfits(before).length)
        })
      ),
    { arbitrary: { runs: 25 } }
  )
})
