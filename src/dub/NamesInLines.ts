import type { Cue } from "../domain/Cue.ts"

/** "Anna: ", "- DR. MILLER: ", "Speaker 2: " */
const named =
  /^(?:[-–—]\s*)?([\p{Lu}\p{Lo}][\p{L}\p{M}'’.-]{0,30}(?: [\p{Lu}\p{Lo}\d][\p{L}\p{M}\d'’.-]{0,30}){0,2})\s*[:：]\s*(?=[^\s\d])/u

/** Fewer lines, or a smaller share of all, may begin so by chance. */
const fewest = 4
const share = 0.6
/** Where more names than this take part, they are hardly names. */
const most = 20

export interface NamesInLines {
  /** How many lines begin with a name. */
  readonly count: number
  /** The names, the one with most lines first. */
  readonly names: ReadonlyArray<string>
}

const sum = (ones: ReadonlyArray<number>): number => ones.reduce((all, one) => all + one, 0)

/** Names with a colon that most lines begin with: as subtitles tell who speaks, and a voice reads them out. */
export const namesInLines = (cues: ReadonlyArray<Pick<Cue, "speaker" | "text">>): NamesInLines | undefined => {
  const counts = new Map<string, number>()
  for (const { speaker, text } of cues) {
    const name = speaker === null ? named.exec(text)?.[1] : undefined
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const numbers = [...counts.values()]
  const recurring = sum(numbers.filter((one) => one > 1))
  if (recurring < fewest || recurring < share * cues.length || counts.size > most) return undefined
  const names = [...counts].toSorted(([, a], [, b]) => b - a).map(([name]) => name)
  return { count: sum(numbers), names }
}

/** What is said of them to a person who may write them as labels in `file`. */
export const noteOfNames = ({ count, names }: NamesInLines, lines: number, file: string): string => {
  const [first = ""] = names
  const listed = `${names.slice(0, 3).join(", ")}${names.length > 3 ? ", …" : ""}`
  return (
    `${count} of ${lines} lines begin with a name (${listed}), which is spoken: ` +
    `write [speaker: ${first}] instead of "${first}:" in ${file} for a voice of each one's own`
  )
}
