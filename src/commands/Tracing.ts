import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Problem } from "../domain/Problem.ts"
import { addressOf, optionalString } from "../requests/Endpoint.ts"
import { version } from "../version.ts"
import { OutputMode } from "./OutputMode.ts"
import { KeepLine, lookOf, terminalOf } from "./Terminal.ts"

const endpoints = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"]

/** What the environment need not say. A collector that is not there delays the end of a run by the timeout at most. */
const defaults = { OTEL_SERVICE_NAME: "dubber", OTEL_TRACES_EXPORTER: "otlp", OTEL_BSP_EXPORT_TIMEOUT: "1500" }

/** Addresses of which that was told in this process: a batch has a tracer for each video. */
const LostAddresses = Context.Reference<Set<string>>("dubber/commands/Tracing/LostAddresses", {
  defaultValue: () => new Set()
})

/** What is told where a run's traces were taken by nobody; the run is none the worse. */
const lostAt = Effect.fnUntraced(function* (address: string) {
  const keep = yield* KeepLine
  const { format } = yield* OutputMode
  const lost = yield* LostAddresses
  const message = `No traces could be sent to ${addressOf({ baseUrl: address, apiKey: undefined })}`
  const look = lookOf(yield* terminalOf(process.stderr))
  return Effect.map(DateTime.now, (now) => {
    if (lost.has(address)) return
    lost.add(address)
    keep(
      format === "json"
        ? JSON.stringify({ message, level: "WARN", timestamp: DateTime.formatIso(now) })
        : `${look.marks.warning} ${look.plain(message)}`
    )
  })
})

/**
 * Sends the spans of a run to where OTEL_EXPORTER_OTLP_ENDPOINT says, by the variables of OpenTelemetry; without it
 * nothing is loaded and nothing is sent. Spans hold names, numbers and outcomes: no key, no header, nothing that is said.
 */
export const layer = Layer.unwrap(
  Effect.gen(function* () {
    const named = yield* Effect.forEach(endpoints, (name) =>
      Effect.map(optionalString(name), (value) => ({ name, value }))
    )
    const given = named.find(({ value }) => value !== undefined)
    if (given?.value === undefined) return Layer.empty
    if (!URL.canParse(given.value)) {
      return yield* new Problem({
        what: `${given.name} is "${given.value}", which is no address.`,
        mend: "Write it as http://127.0.0.1:4318.",
        exitCode: 2
      })
    }
    const { otlp } = yield* Effect.promise(() => import("./TracingOtlp.ts"))
    return otlp(defaults, version, yield* lostAt(given.value))
  })
)
