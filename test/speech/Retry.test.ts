import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Option, Schema } from "effect"
import { TestClock } from "effect/testing"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { decodePcm16, encodeWav } from "../../src/media/Wav.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import { RequestPolicy } from "../../src/requests/RequestPolicy.ts"
import {
  BadAnswer,
  RateLimited,
  Refused,
  ServiceError,
  TimedOut,
  Unavailable
} from "../../src/requests/ServiceError.ts"
import { Clips, clipSamples } from "../../src/speech/Clips.ts"
import * as Dependable from "../../src/speech/Dependable.ts"
import { speakAll } from "../../src/speech/Speak.ts"
import { tone } from "../../src/speech/TextToSpeech/Mock.ts"
import { TextToSpeech } from "../../src/speech/TextToSpeech.ts"
import { lines } from "../support/SpeechEndpoint.ts"

const faults = [
  "ok",
  "unavailable",
  "timeout",
  "limited",
  "limited for 3 s",
  "too many at once",
  "bad answer",
  "empty",
  "silent",
  "refused"
] as const
type Fault = (typeof faults)[number]

const reasons = {
  unavailable: new Unavailable({ message: "down" }),
  timeout: new TimedOut({ seconds: 1, message: "late" }),
  limited: new RateLimited({ message: "slow down" }),
  "limited for 3 s": new RateLimited({ retryAfterMillis: 3000, message: "slow down" }),
  "too many at once": new RateLimited({ concurrent: true, message: "too many" }),
  "bad answer": new BadAnswer({ message: "odd" }),
  refused: new Refused({ message: "no" })
} as const

/** Sound of a length that tells which line it is. */
const samplesOf = (id: number) => 24_000 + id * 10
const idOf = (text: string) => Number(/\d+/.exec(text)![0])

/** A voice in virtual time that goes wrong by a script, one entry a request, then speaks. */
const makeVoice = (script: ReadonlyArray<Fault>) => {
  const given: Array<number> = []
  let calls = 0
  let inFlight = 0
  let peak = 0
  const speak: TextToSpeech["Service"]["speak"] = ({ text }) =>
    Effect.gen(function* () {
      const fault = script[calls++] ?? "ok"
      peak = Math.max(peak, ++inFlight)
      yield* Effect.sleep(100 + 13 * (calls % 7))
      if (fault === "empty") return { bytes: new Uint8Array(0) }
      const samples = tone(220, samplesOf(idOf(text)) / 48_000)
      if (fault === "silent") return { bytes: encodeWav(samples.fill(0)) }
      if (fault !== "ok") return yield* new ServiceError({ service: "test", reason: reasons[fault] })
      given.push(idOf(text))
      return { bytes: encodeWav(samples) }
    }).pipe(Effect.ensuring(Effect.sync(() => void inFlight--)))
  const provider = { service: "test", model: "m", address: "", defaultVoice: () => "v", longestInput: 100 }
  return {
    layer: Layer.succeed(TextToSpeech, { provider, speak }),
    given,
    calls: () => calls,
    peak: () => peak
  }
}

/** Clips in memory: files would not wait for virtual time. */
const memoryClips = () => {
  const kept = new Map<string, Uint8Array>()
  const writes: Array<string> = []
  const read = (key: string) => Effect.sync(() => Option.fromUndefinedOr(kept.get(key)))
  return {
    writes,
    layer: Layer.succeed(Clips, {
      checkFolder: Effect.void,
      checkPlace: () => Effect.void,
      read,
      has: (key) => Effect.map(read(key), Option.isSome),
      write: (key, bytes) => Effect.sync(() => void (kept.set(key, bytes), writes.push(key))),
      load: (key) => Effect.map(read(key), (bytes) => decodePcm16(Option.getOrThrow(bytes).subarray(44)))
    }),
    samples: (key: string) => Option.getOrThrow(clipSamples(kept.get(key)!))
  }
}

const Live = Layer.provideMerge(Ffmpeg.layer, NodeServices.layer)

describe("no order of faults", () => {
  it.effect.prop(
    "loses, doubles or misplaces a line",
    {
      script: Schema.Array(Schema.Literals(faults)).check(Schema.isMaxLength(60)),
      count: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 25 })),
      concurrency: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 8 }))
    },
    ({ script, count, concurrency }) =>
      Effect.gen(function* () {
        const clips = memoryClips()
        const speak = Effect.fnUntraced(function* (voice: ReturnType<typeof makeVoice>) {
          const stack = Dependable.layer(voice.layer).pipe(
            Layer.provide(RequestPolicy.layer({ kind: "speech", concurrency })),
            Layer.provideMerge(clips.layer),
            Layer.provideMerge(RequestLog.layer),
            Layer.provide(Live)
          )
          const fiber = yield* Effect.forkChild(speakAll(lines(count), { concurrency }).pipe(Effect.provide(stack)))
          yield* TestClock.adjust("1 hour")
          return yield* Fiber.join(fiber)
        })

        const voice = makeVoice(script)
        const spoken = yield* speak(voice)
        assert.deepStrictEqual(
          spoken.map(({ id }) => id),
          lines(count).map(({ id }) => id)
        )
        assert.isAtMost(voice.peak(), concurrency)
        // What was answered is kept, once, under its own line.
        const ok = spoken.filter(({ status }) => status === "ok")
        assert.deepStrictEqual(
          voice.given.toSorted((a, b) => a - b),
          ok.map(({ id }) => id)
        )
        assert.strictEqual(clips.writes.length, ok.length)
        for (const { id, key } of ok) assert.strictEqual(clips.samples(key!), samplesOf(id))
        // What failed says why, and only for a reason that the script gave.
        const isFinal = script.some((fault) => fault !== "ok" && !fault.startsWith("limited"))
        if (!isFinal) assert.strictEqual(ok.length, count)
        assert.isTrue(spoken.every(({ status, error }) => status === "ok" || (error ?? "").startsWith("test: ")))

        // Run again without faults, only what is missing is asked for.
        const again = makeVoice([])
        const complete = yield* speak(again)
        assert.isTrue(complete.every(({ status }) => status === "ok"))
        assert.strictEqual(again.calls(), count - ok.length)
      }),
    { arbitrary: { runs: 40 } }
  )
})
