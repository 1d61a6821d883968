import type { Cue } from "../../domain/Cue.ts"

/** A cue before it has its place: `line` is where it stands in the file. Times are in seconds. */
export interface Line {
  readonly line: number
  readonly start: number
  readonly end: number
  readonly text: string
  readonly speaker: string | null
}

export interface Tidied {
  readonly cues: ReadonlyArray<Cue>
  readonly warnings: ReadonlyArray<string>
}

const ordered = (lines: ReadonlyArray<Line>) =>
  lines.every((line, index) => index === 0 || line.start >= lines[index - 1]!.start)
    ? lines
    : lines.toSorted((a, b) => a.start - b.start || a.line - b.line)

/** Layers of one title and segments that repeat it: the same words at the same time are heard once. */
const withoutDoubles = (lines: ReadonlyArray<Line>): ReadonlyArray<Line> => {
  const kept: Array<Line> = []
  for (const line of lines) {
    const recent = kept.slice(-64)
    const other = recent.findLast(
      ({ text, speaker, end }) => text === line.text && speaker === line.speaker && end > line.start
    )
    if (other === undefined) kept.push(line)
    else kept[kept.lastIndexOf(other)] = { ...other, end: Math.max(other.end, line.end) }
  }
  return kept
}

/** How many of the last lines of `before` are the first of `after`. */
const carriedLines = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): number => {
  for (let count = Math.min(before.length, after.length); count > 0; count--) {
    if (before.slice(-count).every((line, index) => line === after[index])) return count
  }
  return 0
}

/**
 * Captions that roll (YouTube's own): each cue shows again what the one before showed. Gives every line once, at the time at
 * which it first appears; files in which only here and there a line is repeated are left as they are.
 */
const unrolled = (lines: ReadonlyArray<Line>): ReadonlyArray<Line> => {
  const follows = (index: number) => index > 0 && lines[index]!.start <= lines[index - 1]!.end + 0.12
  const shown = lines.map(({ text }) => text.split("\n"))
  const grows = (index: number) => lines[index]!.text.startsWith(`${lines[index - 1]!.text} `)
  const carried = lines.map((_, index) => (follows(index) ? carriedLines(shown[index - 1]!, shown[index]!) : 0))
  const rolling = lines.filter((_, index) => carried[index]! > 0 || (follows(index) && grows(index))).length
  if (rolling < 3 || rolling < lines.length * 0.3) return lines
  const kept: Array<Line> = []
  for (const [index, line] of lines.entries()) {
    const last = kept.at(-1)
    const fresh = shown[index]!.slice(carried[index]).join("\n")
    if (last !== undefined && follows(index) && grows(index)) {
      const start = shown[index - 1]!.join("\n") === last.text ? last.start : line.start
      const text = start === last.start ? line.text : line.text.slice(lines[index - 1]!.text.length + 1)
      if (start === last.start) kept.pop()
      kept.push({ ...line, start, text })
    } else if (fresh !== "") kept.push({ ...line, text: fresh })
  }
  return kept
}

const withEnd = (line: Line, end: number): Line => ({ ...line, end })

/** A title that is on the screen for no time is still meant to be read: 15 characters a second, up to the next one. */
const withTime = (lines: ReadonlyArray<Line>): ReadonlyArray<Line> => {
  let next = Infinity
  let start = Infinity
  return lines
    .toReversed()
    .map((line) => {
      if (line.start < start) next = start
      start = line.start
      if (line.end > line.start) return line
      const wanted = line.start + Math.max(1, line.text.length / 15)
      return withEnd(line, Math.max(line.start + 0.001, Math.min(wanted, next)))
    })
    .toReversed()
}

const exact = (seconds: number) => Math.round(seconds * 1000) / 1000

/**
 * Puts cues in order of time and takes out what nobody sees or sees twice: cues without words, doubles, the repeats of
 * rolling captions, cues that end before the video starts. Cues that overlap stay: both are on the screen. Where
 * `keepsRepeats` all repeats stay: they are meant in lines that were tidied before.
 */
export const tidy = (read: ReadonlyArray<Line>, fileName: string, keepsRepeats = false): Tidied => {
  const warnings: Array<string> = []
  const warn = (found: ReadonlyArray<Line>, what: string) => {
    const [first] = found
    if (first !== undefined) {
      warnings.push(`${fileName}:${first.line}: ${what}${found.length > 1 ? ` (and ${found.length - 1} more)` : ""}.`)
    }
  }
  const early = read.filter(({ start, end }) => start < 0 && end <= 0)
  warn(early, "a cue before the start of the video was left out")
  const spoken = read.filter((line) => line.text !== "" && !(line.start < 0 && line.end <= 0))
  const inTime = spoken.map((line) => ({ ...line, start: Math.max(0, line.start) }))
  warn(
    spoken.filter((line, index) => index > 0 && line.start < spoken[index - 1]!.start),
    "cues are not in order of time; they were sorted"
  )
  warn(
    spoken.filter(({ start, end }) => end <= start),
    "a cue ends before it starts; it was given the time its words take"
  )
  const sorted = ordered(inTime)
  const lines = withTime(keepsRepeats ? sorted : unrolled(withoutDoubles(sorted)))
  return {
    warnings,
    cues: lines.map(({ start, end, text, speaker }, index) => ({
      id: index + 1,
      start: exact(start),
      end: exact(end),
      text,
      speaker
    }))
  }
}
