// Deep imports, as the program has them: its memory is measured here.
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { keepYoungGenerationSmall } from "../../src/commands/YoungGeneration.ts"
import { Language } from "../../src/domain/Language.ts"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import { RequestPolicy, type PolicySettings } from "../../src/requests/RequestPolicy.ts"
import { Clips } from "../../src/speech/Clips.ts"
import * as Dependable from "../../src/speech/Dependable.ts"
import { speakAll } from "../../src/speech/Speak.ts"
import * as OpenAi from "../../src/speech/TextToSpeech/OpenAi.ts"

/** One run of the speech stage against a server; sent to a process of its own as JSON. */
export interface Run {
  readonly baseUrl: string
  readonly folder: string
  /** Lengths of the texts, in characters. */
  readonly lengths: ReadonlyArray<number>
  readonly policy: Partial<PolicySettings> & { readonly deadlineSeconds?: number }
}

export interface RunResult {
  readonly wallMillis: number
  readonly cpuMillis: number
  readonly residentMegabytes: number
  readonly failed: ReadonlyArray<string>
  readonly waitedSeconds: number
  readonly retried: number
  readonly peak: number
  /** Megabytes before the first line. */
  readonly startMegabytes: number
}

/** A text of so many characters that names its line. */
const textOf = (id: number, length: number): string =>
  `Line ${id} ${"speaks of this and that ".repeat(Math.ceil(length / 24))}`.slice(0, Math.max(9, length))

export const speak = Effect.fnUntraced(function* ({ baseUrl, folder, lengths, policy }: Run) {
  const requests = lengths.map((length, i) => ({
    id: i + 1,
    request: {
      subject: `utterance ${i + 1}`,
      text: textOf(i + 1, length),
      voice: undefined,
      language: Language.make("en")
    }
  }))
  const { deadlineSeconds } = policy
  const provider = OpenAi.layer({ endpoint: { baseUrl, apiKey: undefined }, model: "tts-1", deadlineSeconds })
  const voice = Dependable.layer(provider).pipe(
    Layer.provide(RequestPolicy.layer({ kind: "speech", concurrency: 5, ...policy })),
    Layer.provide(Clips.layer({ folder }))
  )
  const measured = Effect.gen(function* () {
    const log = yield* RequestLog
    const cpu = process.cpuUsage()
    const startMegabytes = process.memoryUsage.rss() / 2 ** 20
    const start = performance.now()
    const spoken = yield* speakAll(requests, { concurrency: policy.concurrency ?? 5 })
    const wallMillis = performance.now() - start
    const { user, system } = process.cpuUsage(cpu)
    const { waitedSeconds, retried, peakConcurrency } = yield* log.totals("speech")
    return {
      wallMillis,
      cpuMillis: (user + system) / 1000,
      residentMegabytes: process.resourceUsage().maxRSS / 1024,
      failed: spoken.flatMap(({ status, error = "" }) => (status === "failed" ? [error] : [])),
      waitedSeconds,
      retried,
      peak: peakConcurrency,
      startMegabytes
    } satisfies RunResult
  })
  const services = Layer.provideMerge(voice, RequestLog.layer).pipe(
    Layer.provideMerge(Ffmpeg.layer),
    Layer.provideMerge(NodeServices.layer),
    // What is told of each request goes into a run's file, not to a terminal.
    Layer.provideMerge(Logger.layer([]))
  )
  return yield* Effect.provide(measured, services)
})

if (process.send !== undefined && process.argv[1]?.endsWith("SpeechRun.ts") === true) {
  process.on("disconnect", () => process.exit())
  const run = Effect.andThen(keepYoungGenerationSmall, speak(JSON.parse(process.argv[2]!)))
  void Effect.runPromise(run).then((result) => process.send!({ result }))
}
