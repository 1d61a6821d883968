import { Effect } from "effect"
import type { Received } from "../../test/support/HttpService.ts"
import { speechEndpoint, type Fault } from "../../test/support/SpeechEndpoint.ts"

/** What the server of a scenario does; sent to its process as JSON. */
export interface Scenario {
  /** Latency of a text: so many milliseconds and so many a character. */
  readonly baseMillis: number
  readonly millisPerCharacter: number
  /** Seconds of sound a character. */
  readonly secondsPerCharacter: number
  /** Share of requests that go wrong, in any of the ways. */
  readonly faults?: number
  /** Requests at once, beyond which they are refused; whether the headers say so. */
  readonly concurrent?: { readonly most: number; readonly isSaid: boolean }
  /** Requests a minute: in any minute, or a bucket that refills; a bucket is told in headers. */
  readonly rate?: { readonly perMinute: number; readonly minuteMillis: number; readonly kind: "window" | "bucket" }
}

export interface Statistics {
  readonly received: number
  readonly refused: number
  readonly peak: number
  /** Lines that were answered with sound more than once. */
  readonly doubled: number
  readonly spoken: number
  /** Milliseconds that the answers should take by their latency, all together, and the longest of them. */
  readonly busyMillis: number
  readonly longestMillis: number
  /** The same as this process measured it, from the whole request to its whole answer: a busy machine is late. */
  readonly measuredBusyMillis: number
  readonly measuredLongestMillis: number
}

const faultKinds: ReadonlyArray<Fault> = [
  "500",
  "503",
  "reset",
  "cut",
  "empty",
  "silent",
  "json",
  "stall",
  "429-retry-after"
]

/** The same random numbers in every run. */
const randomOf = (seed: number) => () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return seed / 2 ** 32
}

const server = Effect.fnUntraced(function* (scenario: Scenario) {
  const random = randomOf(7)
  const latency = (text: string) => scenario.baseMillis + scenario.millisPerCharacter * text.length
  const sent: Array<number> = []
  let active: ReadonlyArray<number> = []
  let tokens = scenario.rate?.perMinute ?? 0
  let filledAt = 0
  let refused = 0
  let retryAfter = 0
  let busyMillis = 0
  let longestMillis = 0

  const overRate = (now: number): boolean => {
    const { rate } = scenario
    if (rate === undefined) return false
    if (rate.kind === "window") {
      while (sent.length > 0 && sent[0]! <= now - rate.minuteMillis) sent.shift()
      if (sent.length < rate.perMinute) {
        sent.push(now)
        return false
      }
      retryAfter = sent[0]! + rate.minuteMillis - now
      return true
    }
    const perMilli = rate.perMinute / rate.minuteMillis
    tokens = Math.min(rate.perMinute, tokens + (now - filledAt) * perMilli)
    filledAt = now
    if (tokens >= 1) {
      tokens--
      return false
    }
    retryAfter = (1 - tokens) / perMilli
    return true
  }

  const fault = ({ at }: Received, input: string): Fault => {
    if (overRate(at)) {
      refused++
      return "429-retry-after"
    }
    active = active.filter((end) => end > at)
    if (scenario.concurrent !== undefined && active.length >= scenario.concurrent.most) {
      refused++
      return "429-concurrent"
    }
    if (random() < (scenario.faults ?? 0)) {
      retryAfter = 200
      return faultKinds[Math.floor(random() * faultKinds.length)]!
    }
    const millis = latency(input)
    busyMillis += millis
    longestMillis = Math.max(longestMillis, millis)
    active = [...active, at + millis]
    return "ok"
  }

  const endpoint = yield* speechEndpoint({
    fault,
    sameSound: true,
    latencyMillis: latency,
    secondsFor: (text) => text.length * scenario.secondsPerCharacter,
    retryAfterMillis: () => retryAfter,
    headers: (): Record<string, string> => {
      const { concurrent, rate } = scenario
      if (rate?.kind === "bucket") {
        const left = Math.floor(tokens)
        return {
          "x-ratelimit-limit-requests": String(rate.perMinute),
          "x-ratelimit-remaining-requests": String(left),
          "x-ratelimit-reset-requests": `${Math.ceil(((rate.perMinute - tokens) * rate.minuteMillis) / rate.perMinute)}ms`
        }
      }
      return concurrent?.isSaid === true
        ? {
            "maximum-concurrent-requests": String(concurrent.most),
            "current-concurrent-requests": String(active.length)
          }
        : {}
    }
  })

  const measured = () =>
    endpoint.answered.flatMap(({ index, status, at }) => (status === 200 ? [at - endpoint.received[index]!.at] : []))

  const statistics = (): Statistics => ({
    measuredBusyMillis: measured().reduce((sum, millis) => sum + millis, 0),
    measuredLongestMillis: measured().reduce((most, millis) => Math.max(most, millis), 0),
    received: endpoint.inputs.length,
    refused,
    peak: endpoint.peakInFlight(),
    doubled: endpoint.spoken.length - new Set(endpoint.spoken).size,
    spoken: new Set(endpoint.spoken).size,
    busyMillis,
    longestMillis
  })
  process.on("message", () => process.send!({ statistics: statistics() }))
  process.send!({ baseUrl: endpoint.baseUrl })
  return yield* Effect.never
})

Effect.runFork(Effect.scoped(server(JSON.parse(process.argv[2]!))))
