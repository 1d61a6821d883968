import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Schema } from "effect"
import type { Cue } from "../../src/domain/Cue.ts"
import { Language } from "../../src/domain/Language.ts"
import type { Source } from "../../src/domain/Source.ts"
import { prepareLanguage } from "../../src/dub/Prepare.ts"
import { Progress } from "../../src/dub/Progress.ts"
import { defaults, type DubSettings } from "../../src/dub/Settings.ts"
import { prepareSpeaking } from "../../src/dub/SpeakAhead.ts"
import { speakUtterances } from "../../src/dub/SpeakUtterances.ts"
import type { Prepared } from "../../src/dub/Synthesize.ts"
import { withVoices } from "../../src/dub/Voices.ts"
import * as Workdir from "../../src/dub/Workdir.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import { Refused, ServiceError } from "../../src/requests/ServiceError.ts"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { LanguageModel, type LinesRequest } from "../../src/script/LanguageModel.ts"
import { Clips } from "../../src/speech/Clips.ts"
import { decorate } from "../../src/speech/Decorator.ts"
import * as KeepClips from "../../src/speech/KeepClips.ts"
import type { SpeechRequest } from "../../src/speech/TextToSpeech.ts"
import { layerMock } from "../../src/speech/TextToSpeech/Mock.ts"

const [en, es] = [Language.make("en"), Language.make("es")]

interface Run {
  readonly cues: ReadonlyArray<Cue>
  readonly ahead: boolean
  readonly rewrite: (text: string) => string
  /** Turns of the event loop until the batch of this first line is answered. */
  readonly turns: (firstId: number) => number
  readonly settings?: Partial<DubSettings>
  readonly hearsNeighbours?: boolean
  readonly refuses?: (text: string) => boolean
  /** A subs.srt that is there already. */
  readonly script?: string
}

/** Translates and speaks in this process, with or without speaking ahead, in a workdir of its own. */
const translateAndSpeak = (run: Run) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.makeTempDirectoryScoped({ prefix: "dubber ahead " })
    if (run.script !== undefined) {
      yield* fs.makeDirectory(`${folder}/es`)
      yield* fs.writeFileString(`${folder}/es/subs.srt`, run.script)
    }
    const events: Array<"asked" | "translated" | "spoken"> = []
    const asked: Array<SpeechRequest> = []
    const model = Layer.succeed(LanguageModel, {
      provider: { service: "in process", model: "fast", address: "" },
      lines: Effect.fnUntraced(function* ({ lines }: LinesRequest) {
        events.push("asked")
        for (let turn = 0; turn < run.turns(lines[0]!.id); turn++) yield* Effect.yieldNow
        events.push("translated")
        return lines.map(({ id, text }) => ({ id, text: run.rewrite(text) }))
      })
    })
    const voice = decorate(layerMock({ secondsFor: () => 0.2 }), (tts) =>
      Effect.succeed({
        provider: run.hearsNeighbours === true ? { ...tts.provider, soundDependsOn: ["neighbours"] } : tts.provider,
        speak: (request) => {
          events.push("spoken")
          asked.push(request)
          return run.refuses?.(request.text) === true
            ? Effect.fail(new ServiceError({ service: "mock", reason: new Refused({ message: "not this" }) }))
            : tts.speak(request)
        }
      })
    )
    const source = {
      path: `${folder}/talk.mp4`,
      duration: run.cues.at(-1)!.end + 5,
      fingerprint: "",
      streams: [] as Source["streams"]
    } as Source
    const settings: DubSettings = { ...defaults, video: source.path, concurrency: 4, to: es, ...run.settings }
    const spoken = { by: "talk.srt", language: en, cues: run.cues, path: "", reused: false }
    const program = Effect.gen(function* () {
      const prepare = run.ahead ? prepareSpeaking : prepareLanguage
      const { ahead, script, utterances }: Prepared = yield* prepare({ source, spoken }, settings)
      const before = asked.length
      const voices = yield* withVoices(utterances, es, settings)
      const voiced = yield* speakUtterances(source, script, utterances, voices, undefined, ahead)
      const log = yield* RequestLog
      const { seconds: _s, waitedSeconds: _w, peakConcurrency: _p, ...totals } = yield* log.totals("speech")
      return { utterances, voiced, totals, before, expectedUsd: yield* log.expectedUsd }
    })
    const result = yield* program.pipe(
      Effect.provide(
        Layer.mergeAll(
          KeepClips.layer(voice).pipe(Layer.provideMerge(Clips.layer({ folder: `${folder}/clips` }))),
          model,
          Workdir.Workdir.layer(`${folder}`)
        ).pipe(Layer.provideMerge(Layer.mergeAll(RequestLog.layer, Progress.layerSilent, Ffmpeg.layer)))
      )
    )
    return { ...result, events, asked }
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))

/** All of a request that its sound depends on, in alphabetical order. */
const inputs = ({ asked }: { readonly asked: ReadonlyArray<SpeechRequest> }, hearsNeighbours = false) =>
  asked
    .map(({ nextText = "", previousText = "", text, voice }) =>
      JSON.stringify([text, voice, ...(hearsNeighbours ? [previousText, nextText] : [])])
    )
    .toSorted()

/** Lines, the pauses between which are long after every third. */
const talk = Array.from({ length: 120 }, (_, i): Cue => ({
  id: i + 1,
  start: i * 2 + Math.floor(i / 3) * 2,
  end: i * 2 + Math.floor(i / 3) * 2 + 1.9,
  text: `This is line number ${i + 1}.`,
  speaker: null
}))
const slowEnd = (firstId: number) => (firstId > 80 ? 3000 : 1)
const spanish = (text: string) => text.replace("This is line number", "Esta es la línea número")

describe("speaking ahead", () => {
  it.live("speaks what is translated while the last lines are not, and counts it as asked in this run", () =>
    Effect.gen(function* () {
      const run = { cues: talk, rewrite: spanish, turns: slowEnd }
      const ahead = yield* translateAndSpeak({ ...run, ahead: true })
      const after = yield* translateAndSpeak({ ...run, ahead: false })
      assert.isBelow(ahead.events.indexOf("spoken"), ahead.events.lastIndexOf("translated"))
      assert.isAbove(after.events.indexOf("spoken"), after.events.lastIndexOf("translated"))
      assert.isAbove(ahead.before, 0)
      assert.strictEqual(after.before, 0)
      assert.deepStrictEqual(inputs(ahead), inputs(after))
      assert.deepStrictEqual(ahead.voiced, after.voiced)
      assert.isTrue([...ahead.voiced.values()].every((one) => one.kind === "clip" && !one.cached))
      assert.deepStrictEqual(ahead.totals, after.totals)
      assert.strictEqual(ahead.totals.cached, 0)
    })
  )

  it.live("what is refused ahead is not asked for again, and told once", () =>
    Effect.gen(function* () {
      const run = { cues: talk, rewrite: spanish, turns: slowEnd, refuses: (text: string) => /número 7\b/u.test(text) }
      const ahead = yield* translateAndSpeak({ ...run, ahead: true })
      const after = yield* translateAndSpeak({ ...run, ahead: false })
      assert.strictEqual(ahead.asked.filter(({ text }) => run.refuses(text)).length, 1)
      assert.deepStrictEqual(ahead.voiced, after.voiced)
      assert.deepStrictEqual(inputs(ahead), inputs(after))
    })
  )

  it.live("leaves alone what may still change: dealt voices, blocks, a subs.srt that is there", () =>
    Effect.gen(function* () {
      const run = { cues: talk, ahead: true, rewrite: spanish, turns: slowEnd }
      const speakers = talk.map((cue) => ({ ...cue, speaker: cue.id % 2 === 0 ? "Ada" : "Bob" }))
      assert.strictEqual((yield* translateAndSpeak({ ...run, cues: speakers })).before, 0)
      assert.strictEqual((yield* translateAndSpeak({ ...run, settings: { align: "block" } })).before, 0)
      const script = "1\n00:00:01,000 --> 00:00:02,000\nMía.\n"
      assert.strictEqual((yield* translateAndSpeak({ ...run, script })).before, 0)
    })
  )

  const Line = Schema.Struct({
    words: Schema.Array(
      Schema.Literals(["uno", "dos", "Tres", "y", "No. 4,", "EE. UU.", "fin.", "¿qué?", "[música]"])
    ).check(Schema.isMinLength(1), Schema.isMaxLength(6)),
    seconds: Schema.Finite.check(Schema.isBetween({ minimum: 0.001, maximum: 15 })),
    pause: Schema.Literals([-1.5, 0, 0.4, 1.19, 1.2, 1.3, 3])
  })
  it.effect.prop(
    "asks for the same as without, each once, whatever the lines, the pauses and the order of the answers",
    {
      lines: Schema.Array(Line).check(Schema.isMinLength(50), Schema.isMaxLength(110)),
      turns: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 400 }))).check(
        Schema.isMinLength(5),
        Schema.isMaxLength(5)
      ),
      align: Schema.Literals(["segment", "sentence"]),
      speaker: Schema.NullOr(Schema.Literal("Ada")),
      hearsNeighbours: Schema.Boolean
    },
    ({ align, hearsNeighbours, lines, speaker, turns }) =>
      Effect.gen(function* () {
        let at = 0
        const cues = lines.map(({ pause, seconds }, i): Cue => {
          const start = Math.max(0, at)
          at = start + seconds + pause
          return { id: i + 1, start, end: start + seconds, text: `Line ${i + 1} of the talk.`, speaker }
        })
        const run = {
          cues,
          rewrite: (text: string) => lines[Number(/\d+/u.exec(text)![0]) - 1]!.words.join(" "),
          turns: (firstId: number) => turns[firstId % turns.length]!,
          settings: { align },
          hearsNeighbours
        }
        const ahead = yield* translateAndSpeak({ ...run, ahead: true })
        const after = yield* translateAndSpeak({ ...run, ahead: false })
        assert.deepStrictEqual(inputs(ahead, hearsNeighbours), inputs(after, hearsNeighbours))
        assert.strictEqual(new Set(inputs(ahead, hearsNeighbours)).size, ahead.asked.length)
        assert.deepStrictEqual(ahead.utterances, after.utterances)
        assert.deepStrictEqual(ahead.totals, after.totals)
        for (const [id, one] of ahead.voiced) {
          const { attempts: _a, cached: _c, ...left } = { attempts: 0, cached: false, ...one }
          const { attempts: _b, cached: _d, ...right } = { attempts: 0, cached: false, ...after.voiced.get(id)! }
          assert.deepStrictEqual(left, right)
        }
      }),
    { arbitrary: { runs: 12 } }
  )
})
