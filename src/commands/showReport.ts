import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { Problem } from "../domain/Problem.ts"
import { reportedLanguages, reportFormat, reportName } from "../dub/ReportFile.ts"
import { outputNow, writeReportPage } from "../dub/WriteReportPage.ts"
import { unreadable } from "../media/FileProblem.ts"
import { checkGate, parseGate } from "../timeline/Gate.ts"
import { workdirOf } from "./run.ts"
import { languagesOf } from "./settings.ts"
import { summary, summaryOptions, summaryTitle } from "./summary.ts"

/** Prints the reports of a video's languages, makes their pages anew, and fails where a gate is not met. */
export const showReport = Effect.fnUntraced(function* (flags: {
  readonly video: string
  readonly workdir: Option.Option<string>
  readonly to: Option.Option<string>
  readonly json: boolean
  readonly gate: Option.Option<string>
}) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const root = paths.resolve(yield* workdirOf(flags.video, flags.workdir))
  const asked = yield* languagesOf(flags.to)
  const reported = yield* reportedLanguages(root)
  const missing = asked.find((language) => !reported.includes(language))
  if (missing !== undefined || reported.length === 0) {
    const of = missing === undefined ? "" : ` of ${missing}`
    return yield* new Problem({ what: `There is no report${of} in ${root}.`, mend: "Run full or synth first." })
  }
  const languages = asked.length > 0 ? asked : reported
  const gate = Option.isNone(flags.gate)
    ? []
    : yield* Effect.fromResult(parseGate(flags.gate.value)).pipe(
        Effect.mapError((problem) => new Problem({ what: `--gate: ${problem.message}`, exitCode: 2 }))
      )
  const reports = yield* Effect.forEach(languages, (language) => {
    const path = paths.join(root, reportName(language))
    return fs.readFile(path).pipe(
      Effect.mapError(unreadable(path)),
      Effect.flatMap((bytes) => reportFormat.decode(bytes, path))
    )
  })
  if (flags.json) yield* Console.log(JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 2))
  else {
    const options = yield* summaryOptions(process.stdout)
    for (const report of reports) {
      const lines = summary({ ...report, output: yield* outputNow(root, report) }, options).map((line) => `  ${line}`)
      yield* Console.log([summaryTitle(report, options), ...lines].join("\n"))
      const page = yield* writeReportPage(root, report.language)
      if (page !== undefined) yield* Console.log(`  look      ${page}`)
    }
  }
  // Lines that are missing fit everywhere.
  const missed = reports.flatMap((report) => [
    ...(gate.length > 0 && report.status !== "complete" ? [`${report.language}: the dub is ${report.status}`] : []),
    ...checkGate({ ...report.fit, ...report.sound }, gate).map((line) => `${report.language}: ${line}`)
  ])
  if (missed.length > 0) return yield* new Problem({ what: `The gate is not met: ${missed.join("; ")}.` })
})
