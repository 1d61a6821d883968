import { NodeServices } from "@effect/platform-node"
import { Effect, Layer } from "effect"
import { Language } from "../../src/domain/Language.ts"
import type { Source } from "../../src/domain/Source.ts"
import { planUtterances } from "../../src/dub/PlaceUtterances.ts"
import { Progress } from "../../src/dub/Progress.ts"
import { refitUtterances } from "../../src/dub/RefitUtterances.ts"
import { defaults, type DubSettings } from "../../src/dub/Settings.ts"
import { speakUtterances, speechRequests } from "../../src/dub/SpeakUtterances.ts"
import { measurePace } from "../../src/dub/VoicePace.ts"
import * as Workdir from "../../src/dub/Workdir.ts"
import { plainText } from "../../src/dub/WriteScript.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import { LanguageModel } from "../../src/script/LanguageModel.ts"
import { group } from "../../src/script/Utterances.ts"
import { Clips } from "../../src/speech/Clips.ts"
import * as KeepClips from "../../src/speech/KeepClips.ts"
import { layerMock } from "../../src/speech/TextToSpeech/Mock.ts"

/** A line of subs.srt, in seconds. */
export interface TimedLine {
  readonly start: number
  readonly end: number
  readonly text: string
  readonly speaker?: string
}

export interface RefitRun {
  readonly folder: string
  readonly lines: ReadonlyArray<TimedLine>
  readonly language?: Language
  readonly duration?: number
  /** The texts that a model wrote; all of them where not given. */
  readonly written?: ReadonlyArray<string>
  /** Seconds that the voice takes for a text; a fifteenth of a second a character where not given. */
  readonly secondsFor?: (text: string, voice: string) => number
  readonly settings?: Partial<DubSettings>
}

/** A model in this process: what it answers for a line, or nothing. Counts the requests it answers, and characters. */
export const modelInProcess = (
  rewrite: (line: { readonly id: number; readonly text: string; readonly [field: string]: any }) => string | undefined
) => {
  const counted = { requests: 0, lines: 0, characters: 0 }
  const layer = Layer.succeed(LanguageModel, {
    provider: { service: "in process", model: "obedient", address: "" },
    lines: (request) =>
      Effect.sync(() => {
        const answers = request.lines.flatMap((line) => {
          const text = rewrite(line)
          return text === undefined ? [] : [{ id: line.id, text }]
        })
        if (answers.length === 0) return answers
        counted.requests++
        counted.lines += request.lines.length
        counted.characters += JSON.stringify([request.instructions, request.context, request.lines, answers]).length
        return answers
      })
  })
  return { counted, layer }
}

/** No language model is set up. */
export const noModel = Layer.succeed(LanguageModel, {
  provider: { service: "none", model: "", address: "" },
  lines: () => Effect.die("nobody rewrites")
})

/** A text of about so many characters from the words of another. */
export const toLength = (text: string, characters: number): string => {
  const words = text.replace(/[.!?]+$/u, "").split(" ")
  let made = words[0]!
  for (let i = 1; made.length < characters - 1; i++) made += ` ${words[i % words.length]!}`
  return `${made.slice(0, Math.max(1, characters - 1)).trimEnd()}.`
}

/** Speaks lines in tones and refits them, in a workdir of its own: what a run does between its script and its sound. */
export const speakAndRefit = <E>(run: RefitRun, model: Layer.Layer<LanguageModel, E, RequestLog>) => {
  const language = run.language ?? Language.make("es")
  const duration = run.duration ?? run.lines.at(-1)!.end + 2
  const cues = run.lines.map(({ end, speaker, start, text }, i) => ({
    id: i + 1,
    start,
    end,
    text,
    speaker: speaker ?? null
  }))
  const source = { path: "talk.mp4", duration, fingerprint: "" } as Source
  const settings: DubSettings = { ...defaults, video: "talk.mp4", concurrency: 4, ...run.settings }
  const spoken: Array<string> = []
  const secondsFor = (text: string, voice: string) => {
    spoken.push(text)
    return run.secondsFor?.(text, voice) ?? text.length / 15
  }
  const program = Effect.gen(function* () {
    const progress = yield* Progress
    const written = new Set((run.written ?? run.lines.map(({ text }) => text)).map(plainText))
    const script = { language, cues, path: "", translated: true, written }
    const options = { align: "segment", joinGapSeconds: 1.2, sentencesPerUtterance: 2, language, duration } as const
    const utterances = group(cues, options)
    const voiced = yield* speakUtterances(source, script, utterances, settings, undefined)
    const pace = yield* measurePace(language, speechRequests(source, script, utterances, settings, undefined), voiced)
    const { refit, ...after } = yield* refitUtterances(
      { source, script, utterances, voiced, pace },
      settings,
      undefined
    )
    const plan = (one: typeof after) => planUtterances(source, one.utterances, one.voiced, settings).placements
    const totals = yield* (yield* RequestLog).totals("language")
    return {
      before: plan({ utterances, voiced }),
      after: plan(after),
      utterances: after.utterances,
      original: utterances,
      refit,
      pace,
      spoken,
      totals,
      stages: yield* progress.stages,
      warnings: yield* progress.warnings
    }
  })
  const clips = Clips.layer({ folder: `${run.folder}/clips` })
  const speech = KeepClips.layer(layerMock({ secondsFor })).pipe(Layer.provideMerge(clips))
  return program.pipe(
    Effect.provide(
      Layer.mergeAll(speech, model, Workdir.Workdir.layer(run.folder)).pipe(
        Layer.provideMerge(Layer.mergeAll(RequestLog.layer, Progress.layerSilent)),
        Layer.provideMerge(NodeServices.layer)
      )
    ),
    Effect.scoped
  )
}
