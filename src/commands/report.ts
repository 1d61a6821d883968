import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as Command from "effect/cli/Command"
import { metricNames } from "../domain/MetricNames.ts"
import { dubbedInto, onOff, dubbedVideo, workdir } from "./flags.ts"

/** `dubber report`: what the last run did and how well it came out. */
export const report = Command.make(
  "report",
  {
    video: dubbedVideo,
    workdir,
    to: dubbedInto,
    json: onOff("json", "Print report.json as it is, of several languages a list of them (default off)"),
    gate: Flag.String("gate").pipe(
      Flag.withMetavar("CONDITIONS"),
      Flag.withDescription(
        `Exit with 1 unless all hold, as in "tempoMax<=1.3,withinComfort>=0.9"; of ${metricNames.join(", ")}`
      ),
      Flag.optional
    )
  },
  Effect.fn("report")(function* (flags) {
    const { showReport } = yield* Effect.promise(() => import("./showReport.ts"))
    yield* showReport(flags)
  })
).pipe(
  Command.withDescription("Show the report of the last run; with --gate as a check for scripts"),
  Command.withExamples([
    { command: 'dubber report talk.mp4 --gate "tempoMax<=1.3,withinComfort>=0.9"', description: "For use in CI" }
  ])
)
