import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Semaphore from "effect/Semaphore"
import { englishName, Language } from "../domain/Language.ts"
import { unwritable } from "../media/FileProblem.ts"
import { replaceOutput } from "../media/ReplaceOutput.ts"
import { shellLine, type TypedCommand } from "./CommandLine.ts"
import { videoName } from "./Output.ts"
import type { Report } from "./Report.ts"
import { reportedLanguages, reportFormat, reportName, reportPageName } from "./ReportFile.ts"
import { type RunRecord, runRecordFormat, runRecordName } from "./RunRecord.ts"
import { dubPeaksName, peaksFormat, sourcePeaksName } from "./Waveforms.ts"
import type * as Workdir from "./Workdir.ts"
import { scriptName } from "./PlanScript.ts"

/** Where a file lies as seen from a folder, as a URL that a browser follows from a page there. */
export const urlFrom = (paths: Path.Path, folder: string, path: string): string => {
  const relative = paths.relative(folder, path)
  const encoded = relative.toWellFormed().split(paths.sep).map(encodeURIComponent).join("/")
  // On another drive of Windows there is no way from here to there.
  return paths.isAbsolute(relative) ? `file:///${encoded.replace("%3A", ":").replace(/^\/+/, "")}` : encoded
}

/** The verbs of the command line that dub, and those of them that, typed again, speak what failed or was changed. */
const dubbing = new Set(["full", "prep", "synth", "batch"])
const mending = new Set(["full", "synth"])

/**
 * What speaks again the lines that failed or were changed: the command that was typed, in its folder; where that was
 * another one, as of a batch, `synth` for this language.
 */
export const mendCommand = (
  root: string,
  { language, video }: Pick<Report, "video" | "language">,
  typed: TypedCommand | null
): string => {
  const there = typed === null ? "" : `${shellLine(["cd", typed.folder])} && `
  const verb = typed?.words.find((word) => dubbing.has(word))
  if (typed !== null && verb !== undefined && mending.has(verb)) {
    // What is kept only will not mend a line.
    return `${there}${shellLine(typed.words.filter((word) => word !== "--cached-only"))}`
  }
  return `${there}${shellLine(["dubber", "synth", video, "--to", language, "--workdir", root])}`
}

/** What a workdir holds of one language, read as it stands: nothing is locked, made or removed. */
const readParts = Effect.fnUntraced(function* (root: string, language: string) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const optional = <A>(name: string, format: Workdir.Format<A>) =>
    fs.readFile(paths.join(root, name)).pipe(
      Effect.flatMap((bytes) => format.decode(bytes, name)),
      Effect.orElseSucceed(() => undefined)
    )
  return {
    report: yield* optional(reportName(language), reportFormat),
    record: yield* optional(runRecordName(language), runRecordFormat),
    waves: {
      original: yield* optional(sourcePeaksName, peaksFormat),
      dub: yield* optional(dubPeaksName(language), peaksFormat)
    }
  }
})

/**
 * Where a file of the run is now, seen from the folder of the run: where it was, or in its old place beside a workdir
 * that was moved or copied together with it.
 */
const placeIn = Effect.fnUntraced(function* (root: string, record: RunRecord | undefined) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const old = record?.workdir
  return Effect.fnUntraced(function* (path: string) {
    const was = paths.resolve(record?.command?.folder ?? "", path)
    if (old === undefined || old === root) return was
    const moved = paths.resolve(root, paths.relative(old, was))
    return (yield* fs.exists(moved).pipe(Effect.orElseSucceed(() => false))) ? moved : was
  })
})

const tagged = (language: string) => ({ tag: language, name: englishName(Language.make(language)) })

/** Pages name one another: two that are written at once would each leave out the other. */
const onePage = Semaphore.makeUnsafe(1)

const write = Effect.fnUntraced(function* (root: string, language: string) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const { record, report, waves } = yield* readParts(root, language)
  if (report === undefined) return undefined
  const { reportPage } = yield* Effect.promise(() => import("../publish/ReportPage.ts"))
  const path = paths.join(root, reportPageName(language))
  const urlOf = (to: string) => urlFrom(paths, paths.dirname(path), to)
  const others = yield* reportedLanguages(root)
  const placed = yield* placeIn(root, record)
  const output = report.output === null ? null : yield* placed(report.output)
  const original = yield* placed(report.part?.excerpt ?? report.video)
  const typed = record?.command ?? null
  const page = reportPage({
    ...report,
    output,
    title: `${videoName(paths, report.video)}${report.part === undefined ? "" : `, ${report.part.name}`}`,
    spoken: tagged(language),
    source: typeof record?.sourceLanguage === "string" ? tagged(record.sourceLanguage) : undefined,
    languages: others.map((other) => ({
      ...tagged(other),
      url: urlOf(paths.join(root, reportPageName(other))),
      isThis: other === language
    })),
    endedAt: record?.endedAt,
    duration: report.seconds ?? report.utterances.reduce((end, one) => Math.max(end, one.spokenEnd, one.end), 0),
    media:
      output === null
        ? undefined
        : {
            kind: record?.hasPicture === false ? "audio" : "video",
            dub: { path: output, url: urlOf(output) },
            original: { path: original, url: urlOf(original) }
          },
    utterances: report.utterances.map((one) => ({ ...one, slotEnd: one.slotEnd ?? one.end })),
    attempts: record?.attempts ?? [],
    waits: record?.waits ?? [],
    concurrency: record?.concurrency ?? undefined,
    waves,
    mend: {
      command: mendCommand(root, report, typed === null ? null : { ...typed, folder: yield* placed(typed.folder) }),
      file: yield* placed(record?.script ?? paths.join(root, scriptName(Language.make(language))))
    }
  })
  yield* replaceOutput(path, (unfinished) =>
    fs.writeFileString(unfinished, page).pipe(Effect.mapError(unwritable(path)))
  )
  return path
})

/** Where the output of a report is now, as `placeIn` finds it. */
export const outputNow = Effect.fnUntraced(function* (root: string, { language, output }: Report) {
  const { record } = yield* readParts(root, language)
  return output === null ? null : yield* (yield* placeIn(root, record))(output)
})

/**
 * Writes report.html beside report.json: the same for the eye, in one file that opens offline. It is made from what lies
 * in the workdir, so that it can be made again at any time. A page that is new is named on those of the other languages.
 * Gives its path; undefined where there is no report.
 */
export const writeReportPage = Effect.fn("writeReportPage")(function* (root: string, language: string) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const isThere = (name: string) =>
    fs.exists(paths.join(root, reportPageName(name))).pipe(Effect.orElseSucceed(() => false))
  const all = Effect.gen(function* () {
    const isNew = !(yield* isThere(language))
    const path = yield* write(root, language)
    if (path === undefined || !isNew) return path
    for (const other of yield* reportedLanguages(root)) {
      if (other !== language && (yield* isThere(other))) yield* write(root, other)
    }
    return path
  })
  return yield* onePage.withPermits(1)(all)
})
