import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, Fiber, FileSystem, Layer, Schedule, Stream } from "effect"
import { rmSync, writeFileSync } from "node:fs"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import { speakAll, speakStream, type SpokenLine } from "../../src/speech/Speak.ts"
import { lines, speechEndpoint, voice, type Fault } from "../support/SpeechEndpoint.ts"

const Live = Layer.provideMerge(Ffmpeg.layer, NodeServices.layer)

/** Speaks with services of its own, as one run of the command does. */
const run = Effect.fnUntraced(function* (
  server: { readonly baseUrl: string },
  folder: string,
  requests: ReturnType<typeof lines>,
  settings: Parameters<typeof voice>[2] = {}
) {
  return yield* Effect.gen(function* () {
    const spoken = yield* speakAll(requests, { concurrency: settings.concurrency ?? 5 })
    const log = yield* RequestLog
    return { spoken, totals: yield* log.totals("speech"), attempts: yield* log.attempts }
  }).pipe(
    Effect.provide(
      voice(server.baseUrl, folder, { firstWaitMillis: 20, ...settings }).pipe(Layer.provideMerge(RequestLog.layer))
    )
  )
})

const until = (isSo: () => boolean) =>
  Effect.suspend(() => (isSo() ? Effect.void : Effect.fail("not yet"))).pipe(
    Effect.retry(Schedule.spaced(5)),
    Effect.orDie
  )

const folder = FileSystem.FileSystem.use((fs) => fs.makeTempDirectoryScoped())
const byLength = (texts: ReadonlyArray<string>) => texts.toSorted((a, b) => b.length - a.length)
const failed = (spoken: ReadonlyArray<SpokenLine>) => spoken.filter((line) => line.status === "failed")

layer(Live, { excludeTestServices: true })("speakAll", (it) => {
  for (const concurrency of [1, 3, 5]) {
    it.effect(`keeps ${concurrency} requests under way and never more`, () =>
      Effect.gen(function* () {
        // Long enough for all of them to be under way at once on a busy machine too.
        const server = yield* speechEndpoint({ latencyMillis: () => 150 })
        const requests = lines(20)
        const { spoken, totals } = yield* run(server, yield* folder, requests, { concurrency })
        assert.deepStrictEqual(
          spoken.map(({ id, status }) => [id, status]),
          requests.map(({ id }) => [id, "ok"])
        )
        assert.strictEqual(server.peakInFlight(), concurrency)
        assert.strictEqual(server.inputs.length, 20)
        assert.deepInclude(totals, { sent: 20, ok: 20, retried: 0, failed: 0, cached: 0, peakConcurrency: concurrency })
      })
    )
  }

  it.effect("asks for the longest first and gives lengths to the sample", () =>
    Effect.gen(function* () {
      const server = yield* speechEndpoint({ secondsFor: () => 0.75, latencyMillis: () => 100 })
      const requests = lines(6, (id) => `Line ${"very ".repeat(id)}long`)
      const { spoken } = yield* run(server, yield* folder, requests, { concurrency: 1 })
      // The first to be ready goes at once; those that wait meanwhile go by length.
      assert.deepStrictEqual(server.inputs.slice(1), byLength(server.inputs.slice(1)))
      assert.deepStrictEqual(byLength(server.inputs), requests.map(({ request }) => request.text).toReversed())
      assert.isTrue(spoken.every(({ samples, attempts }) => samples === 36_000 && attempts === 1))
    })
  )

  it.effect("every kind of fault is asked again, and each line is spoken once", () =>
    Effect.gen(function* () {
      const faults: ReadonlyArray<Fault> = [
        "500",
        "reset",
        "cut",
        "empty",
        "silent",
        "json",
        "503",
        "429",
        "429-retry-after",
        "429-concurrent"
      ]
      const seen = new Map<string, number>()
      const server = yield* speechEndpoint({
        retryAfterMillis: 100,
        fault: (_, input) => {
          const before = seen.get(input) ?? 0
          seen.set(input, before + 1)
          const number = Number(/\d+/.exec(input)![0])
          if (number > 2 * faults.length) return number % 2 === 0 ? "odd" : "wav"
          return before === 0 ? faults[number % faults.length]! : "ok"
        }
      })
      const { spoken, totals } = yield* run(server, yield* folder, lines(30))
      assert.deepStrictEqual(failed(spoken), [])
      assert.strictEqual(new Set(server.spoken).size, 30)
      assert.strictEqual(server.spoken.length, 30)
      assert.strictEqual(totals.retried, 20)
      assert.isAtMost(server.peakInFlight(), 5)
      assert.strictEqual(spoken.filter(({ attempts }) => attempts === 2).length, 20)
    })
  )

  it.effect("a stalled body is cut by the deadline and asked again", () =>
    Effect.gen(function* () {
      const server = yield* speechEndpoint({ fault: ({ index }) => (index === 1 ? "stall" : "ok") })
      const { spoken, attempts } = yield* run(server, yield* folder, lines(4), { deadlineSeconds: 0.4 })
      assert.deepStrictEqual(failed(spoken), [])
      assert.strictEqual(attempts.filter(({ outcome }) => outcome === "TimedOut").length, 1)
      assert.strictEqual(server.inputs.length, 5)
    })
  )

  it.effect("what waits is not sent once a clip cannot be kept", () =>
    Effect.gen(function* () {
      const place = `${yield* folder}/clips`
      const server = yield* speechEndpoint({
        latencyMillis: () => 150,
        fault: ({ index }) => {
          if (index === 9) {
            rmSync(place, { recursive: true })
            writeFileSync(place, "no folder any more")
          }
          return "ok"
        }
      })
      const { spoken } = yield* run(server, place, lines(40))
      // Those that were under way, and what went out before that was noticed.
      assert.isAtMost(server.inputs.length, 9 + 5 + 5)
      assert.match(
        failed(spoken).at(-1)!.error!,
        /clips\/[0-9a-f]{40}\.wav cannot be written: a part of it is a file, not a folder/
      )
      assert.strictEqual(new Set(failed(spoken).map(({ error }) => error)).size, 1)
    })
  )

  it.effect("a Retry-After holds for everyone", () =>
    Effect.gen(function* () {
      const server = yield* speechEndpoint({
        latencyMillis: () => 10,
        retryAfterMillis: 1000,
        fault: ({ index }) => (index === 7 ? "429-retry-after" : "ok")
      })
      const { spoken, totals } = yield* run(server, yield* folder, lines(24))
      assert.deepStrictEqual(failed(spoken), [])
      // A loaded machine takes a moment to hear of it.
      const refusedAt = server.answered.find(({ status }) => status === 429)!.at
      const during = server.received.filter(({ at }) => at > refusedAt + 400 && at < refusedAt + 990)
      assert.deepStrictEqual(
        during.map(({ at }) => at - refusedAt),
        []
      )
      assert.isAtLeast(totals.waitedSeconds, 0.9)
    })
  )

  it.effect("one refused text fails alone, and says why", () =>
    Effect.gen(function* () {
      const server = yield* speechEndpoint({ fault: (_, input) => (input.includes(" 3 ") ? "refused" : "ok") })
      const { spoken } = yield* run(server, yield* folder, lines(8))
      const [line, ...others] = failed(spoken)
      assert.deepStrictEqual(others, [])
      assert.strictEqual(line!.id, 3)
      assert.match(line!.error!, /request was refused \(400\): This text is not allowed/)
      assert.strictEqual(line!.mend, "words")
      assert.strictEqual(server.inputs.length, 8)
    })
  )

  for (const [fault, message] of [
    ["401", /key was refused \(401\)/],
    ["quota", /no quota or credit is left/],
    ["404", /the model "tts-9" is not there/]
  ] as const) {
    it.effect(`${fault} ends the asking after few requests, and what is kept is kept`, () =>
      Effect.gen(function* () {
        const server = yield* speechEndpoint({ fault: ({ index }) => (index >= 10 ? fault : "ok") })
        const place = yield* folder
        const { spoken } = yield* run(server, place, lines(100))
        assert.isAtMost(server.inputs.length, 15)
        assert.strictEqual(failed(spoken).length, 90)
        assert.isTrue(failed(spoken).every(({ error }) => message.test(error!)))
        const again = yield* run(server, place, lines(100), { cachedOnly: true })
        assert.strictEqual(again.spoken.filter(({ cached }) => cached).length, 10)
        assert.match(failed(again.spoken)[0]!.error!, /--cached-only/)
        assert.deepStrictEqual([failed(spoken)[0]!.mend, failed(again.spoken)[0]!.mend], [undefined, "asking"])
        assert.isAtMost(server.inputs.length, 15)
      })
    )
  }

  it.effect("a service that is not there is given up soon", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* Effect.scoped(speechEndpoint())
      const { spoken, attempts } = yield* run({ baseUrl }, yield* folder, lines(50), { attempts: 3 })
      assert.strictEqual(failed(spoken).length, 50)
      assert.match(failed(spoken)[0]!.error!, /nobody answers at /)
      assert.isAtMost(attempts.length, 150)
    })
  )

  it.effect("interrupted, it keeps what is under way; run again, it asks for the rest only", () =>
    Effect.gen(function* () {
      const server = yield* speechEndpoint({ latencyMillis: () => 150 })
      const place = yield* folder
      const fiber = yield* Effect.forkChild(run(server, place, lines(30)))
      yield* until(() => server.inputs.length >= 12)
      yield* Fiber.interrupt(fiber)
      const asked = server.inputs.length
      assert.isBelow(asked, 30)
      const fs = yield* FileSystem.FileSystem
      assert.strictEqual((yield* fs.readDirectory(place)).length, asked)
      const { spoken, totals } = yield* run(server, place, lines(30))
      assert.deepStrictEqual(failed(spoken), [])
      assert.strictEqual(totals.cached, asked)
      assert.strictEqual(server.inputs.length, 30)
    })
  )

  it.effect("another order, another concurrency and an edited line ask for nothing but the edit", () =>
    Effect.gen(function* () {
      const server = yield* speechEndpoint()
      const place = yield* folder
      yield* run(server, place, lines(10))
      const edited = lines(10, (id) => (id === 4 ? "Something else is said." : `Line number ${id} of these.`))
      const { spoken } = yield* run(server, place, edited.toReversed(), { concurrency: 2 })
      assert.strictEqual(server.inputs.length, 11)
      assert.strictEqual(server.inputs.at(-1), "Something else is said.")
      assert.deepStrictEqual(
        spoken.map(({ id }) => id),
        edited.map(({ id }) => id).toReversed()
      )
    })
  )

  it.effect("lines of a stream are spoken while later ones are still being made", () =>
    Effect.gen(function* () {
      const server = yield* speechEndpoint({ latencyMillis: () => 5 })
      const requests = Stream.fromIterable(lines(6)).pipe(
        Stream.mapEffect((line) =>
          line.id < 6
            ? Effect.succeed(line)
            : Effect.as(
                until(() => server.spoken.length === 5),
                line
              )
        )
      )
      const place = yield* folder
      const spoken = yield* Stream.runCollect(speakStream(requests, { concurrency: 3 })).pipe(
        Effect.provide(voice(server.baseUrl, place, { concurrency: 3 }).pipe(Layer.provideMerge(RequestLog.layer)))
      )
      assert.deepStrictEqual(
        spoken.map(({ id }) => id).toSorted((a, b) => a - b),
        [1, 2, 3, 4, 5, 6]
      )
      assert.isAtMost(server.peakInFlight(), 3)
    })
  )

  it.effect("identical lines are asked for once, though they come at once", () =>
    Effect.gen(function* () {
      const server = yield* speechEndpoint({ latencyMillis: () => 50 })
      const { spoken, totals } = yield* run(
        server,
        yield* folder,
        lines(12, (id) => `The same ${id % 2} again`)
      )
      assert.strictEqual(server.inputs.length, 2)
      assert.strictEqual(new Set(spoken.map(({ key }) => key)).size, 2)
      assert.deepInclude(totals, { sent: 2, cached: 10 })
    })
  )
})
