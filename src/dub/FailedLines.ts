import { countLines } from "../domain/Utterance.ts"
import { inRanges } from "../requests/Ranges.ts"
import type { Report, UtteranceReport } from "./Report.ts"

type Failed = ReadonlyArray<UtteranceReport>

/** The numbers of lines, in ranges, as far as they are well read in one line. */
export const numbersOf = (utterances: Failed): string => {
  const ranges = inRanges([...new Set(utterances.flatMap(({ lines }) => lines))]).split(", ")
  return ranges.length <= 6 ? ranges.join(", ") : `${ranges.slice(0, 6).join(", ")}, …`
}

/** "line 4", "lines 4-6, 9". */
export const namesOf = (utterances: Failed): string =>
  `${countLines(utterances) === 1 ? "line" : "lines"} ${numbersOf(utterances)}`

/** Failed lines by what speaks them: the same command, it after their words were changed, it without --cached-only, or none. */
export const byMend = (failed: Failed) => ({
  again: failed.filter(({ mend }) => mend === undefined),
  words: failed.filter(({ mend }) => mend === "words"),
  asking: failed.filter(({ mend }) => mend === "asking"),
  time: failed.filter(({ mend }) => mend === "time")
})

/** Whether there are lines that the same command, without --cached-only, speaks or at least asks for anew. */
export const asksAnew = ({ utterances }: Pick<Report, "utterances">): boolean => {
  const { again, asking } = byMend(utterances.filter((one) => one.status === "failed"))
  return again.length + asking.length > 0
}

/** What speaks lines that failed, in sentences. */
export const mendingOf = (failed: Failed): string => {
  const { again, asking, words } = byMend(failed)
  const isAll = (some: Failed) => some.length === failed.length
  const all = countLines(failed) === 1 ? "this one" : "those"
  return [
    ...(again.length === 0 ? [] : [`The same command speaks only ${isAll(again) ? all : namesOf(again)}.`]),
    ...(asking.length === 0
      ? []
      : [`Without --cached-only the same command speaks ${isAll(asking) ? `only ${all}` : namesOf(asking)}.`]),
    ...(words.length === 0
      ? []
      : [`The words of ${namesOf(words)} were refused: change them in subs.srt, then run the same command.`])
  ].join(" ")
}
