import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { spawn } from "node:child_process"
import type { ServiceError } from "../../requests/ServiceError.ts"
import { localNotThere, nativeMessage } from "../../requests/SherpaOnnx.ts"

/**
 * What runs in a process of its own: the library keeps the thread that it is called from busy for minutes, and ends its
 * process over a model that it cannot read. It is asked one thing at a time.
 */
const program = `
const clustering = (speakers) => ({ numClusters: speakers ?? -1, threshold: 0.5 })
let diarizer, extractor
const load = ({ library, segmentation, embedding, threads }) =>
  import(library).then((loaded) => {
    const sherpa = loaded.default ?? loaded
    const common = { numThreads: threads, debug: false, provider: "cpu" }
    extractor = new sherpa.SpeakerEmbeddingExtractor({ model: embedding, ...common })
    diarizer = new sherpa.OfflineSpeakerDiarization({
      segmentation: { pyannote: { model: segmentation }, ...common },
      embedding: { model: embedding, ...common },
      clustering: clustering(),
      minDurationOn: 0.2,
      minDurationOff: 0.5
    })
    return { rate: diarizer.sampleRate }
  })
const turns = ({ samples, speakers }) => {
  diarizer.setConfig({ clustering: clustering(speakers) })
  return { turns: diarizer.process(samples) }
}
const voice = ({ samples, rate }) => {
  const stream = extractor.createStream()
  stream.acceptWaveform({ samples, sampleRate: rate })
  stream.inputFinished()
  return { voice: Float32Array.from(extractor.compute(stream, false)) }
}
process.on("message", ({ what, ...question }) =>
  Promise.resolve(question)
    .then({ load, turns, voice }[what])
    .then((answer) => process.send(answer), (error) => process.send({ failed: String(error?.message ?? error) }))
)
`

const Ready = Schema.Struct({ rate: Schema.Int })
const Turns = Schema.Struct({
  turns: Schema.Array(Schema.Struct({ start: Schema.Finite, end: Schema.Finite, speaker: Schema.Int }))
})
const Voice = Schema.Struct({ voice: Schema.instanceOf(Float32Array) })
const Failed = Schema.Struct({ failed: Schema.String })
const isFailed = Schema.is(Failed)

export interface DiarizationModels {
  /** The URL of the library. */
  readonly library: string
  readonly segmentation: string
  readonly embedding: string
  readonly threads: number
}

const cannot = (why: string) => localNotThere(`speakers cannot be told apart: ${nativeMessage(why)}`)

/** The library in a process of its own, with models that are loaded once; it ends with the scope. */
export const openDiarizer = Effect.fnUntraced(function* (models: DiarizationModels) {
  const child = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, ["--input-type=commonjs", "-e", program], {
        stdio: ["ignore", "ignore", "ignore", "ipc"],
        serialization: "advanced"
      })
    ),
    (open) => Effect.sync(() => open.kill("SIGKILL"))
  )
  const ask = <A, I>(schema: Schema.Codec<A, I>, question: object) =>
    Effect.callback<unknown, ServiceError>((resume) => {
      const stop = () => child.off("message", onMessage).off("error", onError).off("exit", onExit)
      const done = (effect: Effect.Effect<unknown, ServiceError>) => {
        stop()
        resume(effect)
      }
      const onMessage = (message: unknown) =>
        done(isFailed(message) ? Effect.fail(cannot(message.failed)) : Effect.succeed(message))
      const onError = (error: Error) => done(Effect.fail(cannot(error.message)))
      const onExit = () => done(Effect.fail(cannot("sherpa-onnx could not read its models, and ended")))
      child.on("message", onMessage).on("error", onError).on("exit", onExit)
      if (child.exitCode !== null || child.signalCode !== null) onExit()
      else child.send(question, (error) => (error === null ? undefined : onError(error)))
      return Effect.sync(stop)
    }).pipe(
      Effect.flatMap((message) =>
        Effect.mapError(Schema.decodeUnknownEffect(schema)(message), () => cannot("its answer is not known here"))
      )
    )
  const { rate } = yield* ask(Ready, { what: "load", ...models })
  return {
    /** Hertz of the sound that it takes. */
    rate,
    /** Who speaks when in a sound of one channel; seconds from its start. */
    turns: (samples: Float32Array, speakers: number | undefined) =>
      Effect.map(ask(Turns, { what: "turns", samples, speakers }), (answer) => answer.turns),
    /** What the model says of the one voice in a sound. */
    voice: (samples: Float32Array) => Effect.map(ask(Voice, { what: "voice", samples, rate }), (answer) => answer.voice)
  }
})
