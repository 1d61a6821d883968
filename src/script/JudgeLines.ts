import { same } from "../domain/Language.ts"
import { inRanges } from "../requests/Ranges.ts"
import type { Asked } from "./AskLines.ts"
import type { ScriptLine } from "./Batches.ts"
import { complaintsOfLanguage } from "./LanguageChecks.ts"
import { type Complaint, complaintAbout, complaintsBetween, type Languages } from "./LineChecks.ts"

export const missing: Complaint = { what: "the model gave no text", used: "never" }

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

/** Which lines they are, as far as a person reads on. */
const numbered = (ids: ReadonlyArray<number>): string => {
  const ranges = inRanges(ids).split(", ")
  return ranges.length <= 12 ? ranges.join(", ") : `${ranges.slice(0, 12).join(", ")}, …`
}

/** A warning for each reason why lines stay as they were: how many, which, and why. */
export const warningsOf = (
  bad: ReadonlyArray<readonly [id: number, what: string]>,
  { from, to }: Languages
): ReadonlyArray<string> => {
  const isTranslating = from === undefined || !same(from, to)
  const byReason = Map.groupBy(
    bad.toSorted(([a], [b]) => a - b),
    ([, what]) => what
  )
  return Array.from(byReason, ([what, lines]) => {
    const ids = lines.map(([id]) => id)
    return ids.length === 1
      ? `Line ${ids[0]!} was left ${isTranslating ? "untranslated" : "as it was"}: ${what}.`
      : `${ids.length} lines were left ${isTranslating ? "untranslated" : "as they were"} (${numbered(ids)}): ${what}.`
  })
}
