import type { Asked } from "./AskLines.ts"
import type { ScriptLine } from "./Batches.ts"
import { complaintsOfLanguage } from "./LanguageChecks.ts"
import { type Complaint, complaintAbout, complaintsBetween, type Languages } from "./LineChecks.ts"

export const missing: Complaint = { what: "the model gave no text for it", used: "never" }

/** By what texts are judged. */
export interface Measure {
  readonly languages: Languages
  /** A further look at a line that is otherwise good. */
  readonly check?: ((line: ScriptLine, text: string) => Complaint | undefined) | undefined
}

/** What is wrong with each of these lines as they came; `others` are texts beside them that were found good. */
export const judge = (
  lines: ReadonlyArray<ScriptLine>,
  { texts }: Asked,
  others: ReadonlyArray<string>,
  { check, languages }: Measure
): ReadonlyArray<Complaint | undefined> => {
  const sources = lines.map(({ text }) => text)
  const given = lines.map(({ id }) => texts.get(id))
  const between = complaintsBetween(sources, given, languages)
  const foreign = complaintsOfLanguage(sources, given, others, languages)
  return lines.map((line, index): Complaint | undefined => {
    const text = given[index]
    if (text === undefined) return missing
    return complaintAbout(line.text, text, languages) ?? foreign.get(index) ?? between.get(index) ?? check?.(line, text)
  })
}

/** One warning a line; neighbours that share their reason share a warning. */
export const warningsOf = (bad: ReadonlyArray<readonly [id: number, what: string]>): ReadonlyArray<string> => {
  const runs: Array<{ first: number; last: number; what: string }> = []
  for (const [id, what] of bad.toSorted(([a], [b]) => a - b)) {
    const run = runs.at(-1)
    if (run !== undefined && run.what === what && run.last === id - 1) run.last = id
    else runs.push({ first: id, last: id, what })
  }
  return runs.map(({ first, last, what }) =>
    first === last ? `Line ${first} stays as it was: ${what}.` : `Lines ${first} to ${last} stay as they were: ${what}.`
  )
}
