import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { type Cue, Transcript } from "../domain/Cue.ts"
import { englishName, Language } from "../domain/Language.ts"
import { type Source, videoStream } from "../domain/Source.ts"
import type { Utterance } from "../domain/Utterance.ts"
import { RequestLog } from "../requests/RequestLog.ts"
import { videoName } from "./Output.ts"
import type { Report } from "./Report.ts"
import * as Workdir from "./Workdir.ts"
import type { Script } from "./WriteScript.ts"

export const reportPageName = (language: string): string => `${language}/report.html`

/** A word as a shell reads it back. */
const quoted = (word: string): string => (/^[\w./+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/** A name that begins with a dash is no flag. */
const asFile = (path: string): string => quoted(path.startsWith("-") ? `./${path}` : path)

/** What the source says while each utterance is said: each cue goes to the one that it overlaps most. */
export const sourceTexts = (
  utterances: ReadonlyArray<Utterance>,
  cues: ReadonlyArray<Cue>
): ReadonlyMap<number, string> => {
  const texts = new Map<number, string>()
  let first = 0
  for (const cue of cues) {
    while (first < utterances.length - 1 && utterances[first]!.slotEnd <= cue.start) first++
    let best: Utterance | undefined
    let most = 0
    for (let i = first; i < utterances.length && utterances[i]!.start < cue.end; i++) {
      const shared = Math.min(cue.end, utterances[i]!.end) - Math.max(cue.start, utterances[i]!.start)
      if (shared > most) {
        most = shared
        best = utterances[i]
      }
    }
    if (best !== undefined) texts.set(best.id, `${texts.get(best.id) ?? ""} ${cue.text}`.trim())
  }
  return texts
}

/** Where a file lies as seen from a folder, as a URL that a browser follows from a page there. */
const urlFrom = (paths: Path.Path, folder: string, path: string): string =>
  paths.relative(folder, path).split(paths.sep).map(encodeURIComponent).join("/")

export interface ReportPageOptions {
  readonly source: Source
  readonly script: Script
  readonly utterances: ReadonlyArray<Utterance>
  /** Requests at once, at most, where it is a number. */
  readonly concurrency?: number | "auto" | undefined
}

/** Writes report.html beside report.json: the same for the eye, in one file that opens offline. Gives its path. */
export const writeReportPage = Effect.fn("writeReportPage")(function* (run: ReportPageOptions, report: Report) {
  const workdir = yield* Workdir.Workdir
  const paths = yield* Path.Path
  const log = yield* RequestLog
  const { reportPage } = yield* Effect.promise(() => import("../publish/ReportPage.ts"))
  const { script, source } = run
  const name = reportPageName(report.language)
  const transcript = script.translated
    ? yield* workdir.read("transcript.json").pipe(
        Effect.flatMap((bytes) => Workdir.json(Transcript).decode(bytes, "transcript.json")),
        Effect.option
      )
    : Option.none()
  const originals = Option.match(transcript, {
    onNone: () => new Map<number, string>(),
    onSome: (cues) => sourceTexts(run.utterances, cues)
  })
  const isUsual = workdir.root === paths.resolve(".work", videoName(paths, source.path))
  const language = Language.make(report.language)
  const page = reportPage({
    ...report,
    title: videoName(paths, source.path),
    languageName: englishName(language),
    duration: source.duration,
    media:
      report.output === null
        ? undefined
        : {
            url: urlFrom(paths, paths.dirname(workdir.path(name)), report.output),
            kind: videoStream(source) === undefined ? "audio" : "video"
          },
    utterances: report.utterances.map((one, i) => ({
      ...one,
      slotEnd: run.utterances[i]!.slotEnd,
      sourceText: originals.get(one.id)
    })),
    attempts: yield* log.attempts,
    concurrency: run.concurrency === "auto" ? undefined : run.concurrency,
    mend: {
      command: [
        "dubber synth",
        asFile(source.path),
        `--to ${quoted(report.language)}`,
        ...(isUsual ? [] : [`--workdir ${quoted(workdir.root)}`])
      ].join(" "),
      file: script.path
    }
  })
  return yield* workdir.write(name, page)
})
