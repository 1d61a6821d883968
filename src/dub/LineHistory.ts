import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import { type Cue, Transcript } from "../domain/Cue.ts"
import type { Language } from "../domain/Language.ts"
import { type Utterance, Utterances } from "../domain/Utterance.ts"
import { rewritesFormat, rewritesName } from "./RefitTrials.ts"
import type { UtteranceReport } from "./Report.ts"
import { reportFormat, reportName } from "./ReportFile.ts"
import * as Workdir from "./Workdir.ts"
import { ScriptOrigin, scriptName, scriptOriginName } from "./PlanScript.ts"
import { plainText, subtitleFormat } from "./WriteScript.ts"

/** What became of one line of subs.srt, as far as it came: from what was heard to how it is heard now. */
export interface LineHistory {
  readonly language: Language
  readonly line: Cue
  /** Who wrote it, and whether a person has changed it since. */
  readonly by: string | undefined
  readonly isEdited: boolean
  /** What is said in the source at its time, and who heard it. */
  readonly heard: Cue | undefined
  readonly heardBy: string | undefined
  readonly utterance: Utterance | undefined
  /** The words that are spoken instead, because they fit. */
  readonly rewritten: string | undefined
  readonly outcome: UtteranceReport | undefined
}

const transcriptFormat = Workdir.json(Transcript)
const utterancesFormat = Workdir.json(Utterances)
const originFormat = Workdir.json(ScriptOrigin)
const heardFormat = Workdir.json(Schema.Struct({ by: Schema.String }))

const shared = (a: Cue, b: Cue): number => Math.min(a.end, b.end) - Math.max(a.start, b.start)

/** The cue that shares most time with another; none where they share nothing. */
const atTimeOf = (line: Cue, cues: ReadonlyArray<Cue>): Cue | undefined => {
  const best = cues.reduce<Cue | undefined>(
    (most, cue) => (most === undefined || shared(line, cue) > shared(line, most) ? cue : most),
    undefined
  )
  return best !== undefined && shared(line, best) > 0 ? best : undefined
}

/** The history of a line by the files of a workdir; none where there is no such line. What is not there yet is left out. */
export const lineHistory = Effect.fn("lineHistory")(function* (root: string, language: Language, number: number) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const read = <A>(name: string, format: Workdir.Format<A>) => {
    const path = paths.join(root, name)
    return fs.readFile(path).pipe(
      Effect.flatMap((bytes) => format.decode(bytes, path)),
      Effect.option,
      Effect.map(Option.getOrUndefined)
    )
  }
  const script = yield* read(scriptName(language), subtitleFormat)
  const line = script?.find(({ id }) => id === number)
  if (line === undefined) return Option.none<LineHistory>()
  const origin = yield* read(scriptOriginName(language), originFormat)
  const transcript = yield* read("transcript.json", transcriptFormat)
  const grouped = yield* read(`${language}/utterances.json`, utterancesFormat)
  const utterance = grouped?.utterances.find(({ lines }) => lines.includes(number))
  const rewrites = yield* read(rewritesName(language), rewritesFormat)
  const report = yield* read(reportName(language), reportFormat)
  return Option.some<LineHistory>({
    language,
    line,
    by: origin?.by,
    isEdited: origin?.written !== undefined && !origin.written.includes(plainText(line.text)),
    heard: atTimeOf(line, transcript ?? []),
    heardBy: (yield* read("transcription.json", heardFormat))?.by,
    utterance,
    rewritten: rewrites?.rewrites.find(({ before }) => before === utterance?.text)?.text,
    outcome: report?.utterances.find(({ id }) => id === utterance?.id)
  })
})
