import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Path from "effect/Path"
import { Language } from "../domain/Language.ts"
import { type Part, partFlag, partName } from "../domain/Part.ts"
import { failWithWorst, named, type Outcomes } from "../dub/Languages.ts"
import { byMend, namesOf } from "../dub/FailedLines.ts"
import { partFolder } from "../dub/PartWorkdir.ts"
import { countLines } from "../domain/Utterance.ts"
import type { Report, UtteranceReport } from "../dub/Report.ts"
import { reportName, reportPageName } from "../dub/ReportFile.ts"
import { IsShown } from "../dub/Progress.ts"
import { partialProblem } from "../dub/Synthesize.ts"
import { Workdir } from "../dub/Workdir.ts"
import { scriptName } from "../dub/PlanScript.ts"
import { OutputMode } from "./OutputMode.ts"
import { summary, summaryOptions, summaryTitle } from "./summary.ts"

/** What was asked for, as far as the end of a run depends on it. */
export interface Ran {
  readonly part?: Part | undefined
  readonly json: boolean
}

/** A path as it is shorter: from here, or from the root. */
const fromHere = Effect.fnUntraced(function* (path: string) {
  const paths = yield* Path.Path
  const relative = paths.relative(paths.resolve("."), path)
  return relative.startsWith("..") ? path : relative
})

/** What one may want to do next, a line each. */
const nextSteps = Effect.fnUntraced(function* (report: Report, ran: Ran) {
  const workdir = yield* Workdir
  const language = Language.make(report.language)
  const failed = byMend(report.utterances.filter((one) => one.status === "failed"))
  const { part } = ran
  const own = (name: string) => workdir.path(...(part === undefined ? [] : [partFolder(partName(part))]), name)
  // The script of the whole is used where there is one.
  const script = yield* workdir.exists(scriptName(language))
  const file = yield* fromHere(script ? workdir.path(scriptName(language)) : own(scriptName(language)))
  return [
    ...(failed.again.length > 0 ? ["again     the same command asks only for what failed"] : []),
    ...(failed.asking.length > 0
      ? ["again     the same command without --cached-only asks only for what is missing"]
      : []),
    ...(failed.words.length > 0
      ? [`mend      ${namesOf(failed.words)} of ${file}, then the same command: the words were refused`]
      : []),
    `look      ${yield* fromHere(own(reportPageName(language)))}`,
    // Voices, services and the output are as they were only where all flags are the same.
    `change    ${file}${part === undefined || script ? "" : " (of this part alone)"}, then the same command: only what changed is spoken again`,
    ...(part === undefined
      ? []
      : [
          `all       the same command without ${partFlag(part).split(" ")[0]!}: what was paid for is not paid for again`
        ])
  ]
})

/** The same for machines, without what is said. */
export const logged = Effect.fnUntraced(function* (report: Report) {
  const workdir = yield* Workdir
  const { cost, fit, language, output, sound, status, utterances, wallSeconds } = report
  const linesOf = (is: (one: UtteranceReport) => boolean) => countLines(utterances.filter(is))
  yield* Effect.logInfo("the run is over").pipe(
    Effect.annotateLogs({
      language,
      status,
      output,
      report: workdir.path(reportName(language)),
      spoken: linesOf(({ key }) => key !== null),
      kept: linesOf(({ cached, key }) => key !== null && cached),
      failed: linesOf((one) => one.status === "failed"),
      overflow: linesOf((one) => one.status === "overflow"),
      withinComfort: fit.withinComfort,
      ...sound,
      ...cost,
      wallSeconds
    }),
    Effect.provideService(IsShown, true)
  )
})

/** What came out, on stderr for people, or as JSON on stdout; then the exit code of the worst. */
export const finish = Effect.fnUntraced(function* ({ done, failures }: Outcomes<Report>, ran: Ran) {
  const isOne = done.length + failures.length === 1
  const { format, quiet } = yield* OutputMode
  yield* Effect.forEach(done, logged, { discard: true })
  if (ran.json) yield* Console.log(JSON.stringify(isOne ? done[0] : done, null, 2))
  else if (!quiet && format === "pretty") {
    const options = yield* summaryOptions(process.stderr)
    for (const report of done) {
      const next = (yield* nextSteps(report, ran)).map((line) => options.look.plain(line))
      const lines = [...summary(report, options), ...next].map((line) => `  ${line}`)
      yield* Console.error(["", summaryTitle(report, options), ...lines].join("\n"))
    }
  }
  const partial = done.flatMap((report) => {
    const problem = partialProblem(report)
    return problem === undefined ? [] : [isOne ? problem : named(Language.make(report.language), problem)]
  })
  yield* failWithWorst([...failures, ...partial])
})
