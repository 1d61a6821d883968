import { NodeServices } from "@effect/platform-node"
import { Console, Effect, FileSystem, type PlatformError } from "effect"
import { fork, type ChildProcess } from "node:child_process"
import os from "node:os"
import { fileURLToPath } from "node:url"
import { beginOrder } from "../../src/speech/Order.ts"
import { speak, type Run, type RunResult } from "./SpeechRun.ts"
import type { Scenario, Statistics } from "./SpeechServer.ts"

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** A process of one of the scripts here, ended with its scope. */
const start = (name: string, argument: object) =>
  Effect.acquireRelease(
    Effect.sync(() => fork(script(name), [JSON.stringify(argument)])),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )

/** The next message of a process, or how it ended. */
const message = (child: ChildProcess) =>
  Effect.callback<any>((resume) => {
    const said = (value: unknown) => done(value)
    const ended = () => done(undefined)
    const done = (value: unknown) => {
      child.off("message", said).off("exit", ended)
      resume(Effect.succeed(value))
    }
    child.once("message", said).once("exit", ended)
  })

const startServer = Effect.fnUntraced(function* (scenario: Scenario) {
  const child = yield* start("SpeechServer.ts", scenario)
  const { baseUrl } = yield* message(child)
  const statistics = Effect.suspend(() => {
    const answer = message(child)
    child.send({})
    return Effect.map(answer, (said): Statistics => said.statistics)
  })
  return { baseUrl: String(baseUrl), statistics }
})

/** Seconds that 37 lines take, 73 in all, uneven as speech is: the same in every run. */
const unevenSeconds = (count: number): ReadonlyArray<number> => {
  const raw = Array.from({ length: count }, (_, i) => {
    const quantile = ((((i * 17) % count) + 0.5) / count) * 2 - 1
    return Math.exp(0.5 * 1.253 * Math.sign(quantile) * Math.sqrt(-Math.log(1 - quantile ** 2)))
  })
  const total = raw.reduce((sum, seconds) => sum + seconds, 0)
  return raw.map((seconds) => (seconds / total) * 73 * (count / 37))
}

/** A character stands for so much waiting: shorter lines where time is scaled, so that their sound is scaled too. */
const millisPerCharacter = 10
const secondsOfSoundPerCharacter = 0.03
const lengthsOf = (seconds: ReadonlyArray<number>, scale: number) =>
  seconds.map((one) => Math.round((one * 1000) / scale / millisPerCharacter))
const latency: Scenario = { baseMillis: 0, millisPerCharacter, secondsPerCharacter: secondsOfSoundPerCharacter }

type Row = ReadonlyArray<string | number>

const table = (title: string, head: Row, rows: ReadonlyArray<Row>) =>
  Console.log(
    [
      "",
      `### ${title}`,
      "",
      `| ${head.join(" | ")} |`,
      `|${head.map(() => "---:").join("|")}|`,
      ...rows.map((row) => `| ${row.join(" | ")} |`)
    ].join("\n")
  )

const verdicts: Array<boolean> = []

const goal = (text: string, isReached: boolean) => {
  verdicts.push(isReached)
  return Console.log(`${isReached ? "pass" : "FAIL"}: ${text}`)
}

const withFolder = <A, E, R>(use: (folder: string) => Effect.Effect<A, E, R>) =>
  Effect.scoped(
    Effect.flatMap(
      Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped()),
      use
    )
  )

/** A scenario against a server of its own, with nothing kept. */
const scenario = (server: Scenario, lengths: ReadonlyArray<number>, policy: Run["policy"]) =>
  withFolder((folder) =>
    Effect.gen(function* () {
      const { baseUrl, statistics } = yield* startServer(server)
      const result = yield* speak({ baseUrl, folder, lengths, policy })
      return { result, statistics: yield* statistics }
    })
  )

const fixed = (number: number, digits = 2) => number.toFixed(digits)

/** The ratio to the bound that the order has by itself, with nothing lost between two requests. */
const ofOrder = (lengths: ReadonlyArray<number>, slots: number): number => {
  const busy = Array.from({ length: slots }, () => 0)
  for (const job of beginOrder(lengths, slots)) busy[busy.indexOf(Math.min(...busy))]! += lengths[job]!
  const total = lengths.reduce((sum, length) => sum + length, 0)
  return Math.max(...busy) / Math.max(...lengths, total / slots)
}

const speedUp = Effect.fnUntraced(function* (count: number, ns: ReadonlyArray<number>, scale: number, most: number) {
  const lengths = lengthsOf(unevenSeconds(count), scale)
  const rows: Array<Row> = []
  const ratios: Array<number> = []
  for (const concurrency of ns) {
    const { result, statistics } = yield* scenario(latency, lengths, { concurrency })
    // What the answers took by the server's own clock: how late a busy machine lets it answer is not the client's.
    const total = statistics.measuredBusyMillis * (scale / 1000)
    const bound = Math.max(statistics.measuredLongestMillis * (scale / 1000), total / concurrency)
    const wall = result.wallMillis * (scale / 1000)
    ratios.push(wall / bound)
    rows.push([
      concurrency,
      fixed(wall),
      `${fixed(total / wall, 1)}×`,
      fixed(bound),
      fixed(wall / bound, 3),
      fixed(ofOrder(lengths, concurrency), 3),
      `${fixed((statistics.measuredBusyMillis - statistics.busyMillis) / count, 1)} ms`,
      statistics.peak
    ])
  }
  yield* table(
    `${count} lines, seconds${scale === 1 ? "" : ` (measured at 1:${scale})`}, load of the machine ${fixed(os.loadavg()[0]!, 1)}`,
    ["at once", "wall", "speed-up", "bound", "ratio", "order alone", "server late", "peak"],
    rows
  )
  yield* goal(
    `wall ÷ bound at most ${most} (worst ${fixed(Math.max(...ratios), 3)})`,
    ratios.every((ratio) => ratio <= most)
  )
})

const faults = Effect.fnUntraced(function* (count: number, share: number, ns: ReadonlyArray<number>, scale: number) {
  const lengths = lengthsOf(unevenSeconds(count), scale)
  const rows: Array<Row> = []
  let isReached = true
  for (const concurrency of ns) {
    const server = { ...latency, faults: share }
    const policy = { concurrency, deadlineSeconds: 1, firstWaitMillis: 500 / scale, attempts: 10 }
    const { result, statistics } = yield* scenario(server, lengths, policy)
    rows.push([
      concurrency,
      fixed((result.wallMillis * scale) / 1000),
      statistics.received,
      result.retried,
      result.failed.length,
      statistics.doubled,
      result.peak
    ])
    isReached &&= result.failed.length === 0 && statistics.doubled === 0 && result.peak <= concurrency
  }
  yield* table(
    `${count} lines, ${share * 100} % of requests go wrong (1:${scale})`,
    ["at once", "wall", "requests", "retried", "failed", "spoken twice", "peak"],
    rows
  )
  yield* goal("all spoken, none twice, never more at once than asked", isReached)
})

const rates = Effect.fnUntraced(function* () {
  const minuteMillis = 3000
  const perMinute = 60
  const lengths = Array.from({ length: 200 }, () => 60)
  const quick = { baseMillis: 0, millisPerCharacter: 1, secondsPerCharacter: 0.03 }
  const rows: Array<Row> = []
  const kinds = [
    ["any minute, by --rpm", "window", { requestsPerMinute: perMinute }],
    ["a bucket, by its headers", "bucket", {}]
  ] as const
  for (const [name, kind, known] of kinds) {
    const server: Scenario = { ...quick, rate: { perMinute, minuteMillis, kind } }
    const { result, statistics } = yield* scenario(server, lengths, { concurrency: 10, minuteMillis, ...known })
    const bound =
      kind === "window"
        ? Math.floor((lengths.length - 1) / perMinute) * minuteMillis
        : ((lengths.length - perMinute) / perMinute) * minuteMillis
    const refused = statistics.refused / statistics.received
    const ratio = result.wallMillis / bound
    rows.push([
      name,
      fixed(result.wallMillis / 1000),
      fixed(bound / 1000),
      fixed(ratio, 3),
      `${fixed(100 * refused, 1)} %`
    ])
    yield* goal(`${name}: at most 1.10 × the bound, under 5 % refused`, ratio <= 1.1 && refused < 0.05)
  }
  yield* table(
    `200 lines, ${perMinute} requests a minute of ${minuteMillis / 1000} s, 10 at once`,
    ["limit", "wall", "bound", "ratio", "refused"],
    rows
  )
})

const refusals = Effect.fnUntraced(function* () {
  const most = 5
  const lengths = Array.from({ length: 300 }, () => 60)
  const rows: Array<Row> = []
  for (const isSaid of [true, false]) {
    const server = { baseMillis: 0, millisPerCharacter: 1, secondsPerCharacter: 0.03, concurrent: { most, isSaid } }
    const { result, statistics } = yield* scenario(server, lengths, { concurrency: 20, firstWaitMillis: 50 })
    const bound = statistics.busyMillis / most
    rows.push([
      isSaid ? "in its headers" : "nowhere",
      fixed(result.wallMillis / 1000),
      fixed(bound / 1000),
      fixed(result.wallMillis / bound, 3),
      `${fixed((100 * statistics.refused) / statistics.received, 1)} %`,
      result.failed.length
    ])
  }
  yield* table(
    `300 lines, 20 at once asked of a service that takes ${most}`,
    ["it says so", "wall", "bound", "ratio", "refused", "failed"],
    rows
  )
})

/** A run in a process of its own. */
const runProcess = Effect.fnUntraced(function* (run: Run) {
  const child = yield* start("SpeechRun.ts", run)
  return { child, result: Effect.map(message(child), (said): RunResult | undefined => said?.result) }
})

const many = (count: number) =>
  withFolder((folder) =>
    Effect.gen(function* () {
      const { baseUrl, statistics } = yield* startServer({
        baseMillis: 50,
        millisPerCharacter: 0,
        secondsPerCharacter: 0.025
      })
      const lengths = Array.from({ length: count }, (_, i) => 20 + ((i * 7) % 40))
      const { result } = yield* runProcess({ baseUrl, folder, lengths, policy: { concurrency: 20 } })
      const done = (yield* result)!
      const cpu = done.cpuMillis / count
      yield* table(
        `${count} lines of one second, 20 at once`,
        ["wall", "resident at first", "at most", "CPU a line", "peak"],
        [
          [
            `${fixed(done.wallMillis / 1000)} s`,
            `${fixed(done.startMegabytes, 0)} MB`,
            `${fixed(done.residentMegabytes, 0)} MB`,
            `${fixed(cpu)} ms`,
            (yield* statistics).peak
          ]
        ]
      )
      yield* goal("under 250 MB resident", done.residentMegabytes < 250)
      yield* goal("under 3 ms of CPU a line", cpu < 3)
    })
  )

const kills = (times: number) =>
  withFolder((folder) =>
    Effect.gen(function* () {
      const concurrency = 5
      const lengths = Array.from({ length: 200 }, () => 60)
      const { baseUrl, statistics } = yield* startServer({
        baseMillis: 100,
        millisPerCharacter: 0,
        secondsPerCharacter: 0.03
      })
      const run = { baseUrl, folder, lengths, policy: { concurrency } }
      for (let i = 0; i < times; i++) {
        yield* Effect.scoped(
          Effect.gen(function* () {
            const { child } = yield* runProcess(run)
            yield* Effect.sleep(400 + ((i * 137) % 300))
            child.kill("SIGKILL")
          })
        )
      }
      const result = (yield* Effect.scoped(Effect.flatten(Effect.map(runProcess(run), ({ result: end }) => end))))!
      const { received, spoken } = yield* statistics
      const most = lengths.length + times * concurrency
      yield* table(
        `${lengths.length} lines, killed ${times} times and run again, ${concurrency} at once`,
        ["requests", "lines + kills × at once", "spoken", "failed"],
        [[received, most, spoken, result.failed.length]]
      )
      yield* goal("no more requests than lines + kills × at once", received <= most && result.failed.length === 0)
    })
  )

/** `--real-time` doesn't scale the first table; `--only NAME` runs one part, `--lines N` sets the number of the many. */
export const bench = (args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const option = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined)
    const only = option("--only")
    const scale = args.includes("--real-time") ? 1 : 5
    const parts: Readonly<Record<string, Effect.Effect<void, PlatformError.PlatformError, FileSystem.FileSystem>>> = {
      "speed-up": speedUp(37, [1, 3, 5, 10, 20], scale, 1.05),
      // In real time: where it is scaled, every millisecond of ours counts five times.
      "500 lines": speedUp(500, [20], 1, 1.03),
      "10%": faults(37, 0.1, [1, 3, 5, 10, 20], 20),
      "30%": faults(500, 0.3, [20], 20),
      rate: rates(),
      refusals: refusals(),
      many: many(Number(option("--lines") ?? 2000)),
      kills: kills(20)
    }
    // The first connection and the first decoding are slower than all others.
    yield* scenario(latency, lengthsOf(unevenSeconds(20), 20), { concurrency: 20 })
    for (const [name, part] of Object.entries(parts)) {
      if (only === undefined || only === name) yield* part
    }
    yield* Console.log(`\n${verdicts.filter(Boolean).length} of ${verdicts.length} goals reached`)
    if (!verdicts.every(Boolean)) process.exitCode = 1
  }).pipe(Effect.provide(NodeServices.layer))
