/** One line of the dub: where the source says it and where the output does; seconds from the start of the video. */
export interface TalkLine {
  readonly text: string
  readonly speaker: string | null
  readonly start: number
  readonly end: number
  readonly spokenStart: number
}

/** What is said from one topic to the next. `at` is in whole seconds, as YouTube counts. */
export interface Section {
  readonly at: number
  readonly lines: ReadonlyArray<TalkLine>
}

/** YouTube's rules: three chapters at least, ten seconds each, the first at 0. */
export const rules = { fewest: 3, shortestSeconds: 10 }

/** Seconds of a chapter that suits a video: about 5 chapters in 10 minutes, 12 in an hour, 21 in three. */
const idealSeconds = (duration: number): number => duration / Math.max(rules.fewest, 1.6 * Math.sqrt(duration / 60))

/** About how many sections a talk of so many seconds is parted into. */
export const likelySections = (duration: number): number =>
  duration < rules.fewest * rules.shortestSeconds ? 1 : Math.round(duration / idealSeconds(duration))

/** The first second in which the line is heard. */
const secondOf = (line: TalkLine): number => Math.max(0, Math.floor(line.spokenStart))

const endsSentence = (text: string): boolean => /[.!?…。!?؟।][\p{Pf}\p{Pe}"']*\s*$/u.test(text)

/** A line that reads like a heading: "3. The roof", "Part 2: …", or a few words without a full stop before a pause. */
export const isHeading = (line: TalkLine, next: TalkLine | undefined): boolean => {
  const text = line.text.trim()
  if (/^(#{1,6}\s|\d{1,3}[.):]\s|\p{L}{2,12}\s(?:\d{1,3}|[IVX]{1,5})(?:\s*[.:–—-]\s|$))/u.test(text)) return true
  const pauseAfter = next === undefined ? 0 : next.start - line.end
  return text.length <= 60 && /^[\p{Lu}\p{Lo}\p{N}]/u.test(text) && !/[\p{Po}]\s*$/u.test(text) && pauseAfter >= 1
}

/** How much speaks for a new topic at this line: the pause before it, a heading, a new scene or speaker. */
const weights = (lines: ReadonlyArray<TalkLine>, sceneCuts: ReadonlyArray<number>): ReadonlyArray<number> =>
  lines.map((line, i) => {
    const before = lines[i - 1]
    if (before === undefined) return 0
    const pause = Math.min(3, Math.max(0, line.start - before.end))
    const isCut = sceneCuts.some((cut) => cut >= before.end - 0.5 && cut <= line.start + 0.5)
    return (
      pause / 1.5 +
      (isHeading(line, lines[i + 1]) ? 2 : 0) +
      (isCut ? 0.7 : 0) +
      (line.speaker === before.speaker ? 0 : 0.3) -
      (endsSentence(before.text) || isHeading(before, line) ? 0 : 1)
    )
  })

interface Chosen {
  readonly value: number
  readonly from: number
}

/** The first lines of the sections with the most to speak for them and lengths near the ideal; none where none fit. */
const chooseStarts = (
  seconds: ReadonlyArray<number>,
  weight: ReadonlyArray<number>,
  duration: number,
  shortest: number
): ReadonlyArray<number> => {
  const ideal = idealSeconds(duration)
  const lengthCost = (length: number) => Math.log(length / ideal) ** 2
  // best[n][i]: sections up to line i, which begins the n-th (the last n: that one or a later one).
  const best = Array.from({ length: rules.fewest }, () => Array.from(seconds, (): Chosen | undefined => undefined))
  const last = rules.fewest - 1
  best[0]![0] = { value: 0, from: -1 }
  for (let i = 1; i < seconds.length; i++) {
    for (let j = i - 1; j >= 0; j--) {
      const length = seconds[i]! - (j === 0 ? 0 : seconds[j]!)
      if (length < shortest) continue
      if (length > 6 * ideal && best[last]![i] !== undefined) break
      for (let n = 1; n <= last; n++) {
        for (const m of n === last ? [n - 1, n] : [n - 1]) {
          const before = best[m]![j]
          if (before === undefined) continue
          const value = before.value + weight[i]! - lengthCost(length)
          if (value > (best[n]![i]?.value ?? -Infinity)) best[n]![i] = { value, from: m * seconds.length + j }
        }
      }
    }
  }
  let end = -1
  let highest = -Infinity
  for (let i = 1; i < seconds.length; i++) {
    const length = duration - seconds[i]!
    const value = (best[last]![i]?.value ?? -Infinity) - lengthCost(Math.max(1, length))
    if (length >= shortest && value > highest) {
      highest = value
      end = i
    }
  }
  if (end < 0) return []
  const starts: Array<number> = []
  for (let at = last * seconds.length + end; at >= 0;) {
    const i = at % seconds.length
    starts.unshift(i)
    at = best[Math.floor(at / seconds.length)]![i]!.from
  }
  return starts
}

/**
 * Parts a talk into sections by topic, as far as pauses, headings, scenes and speakers tell, at the times of the dub.
 * They obey YouTube's rules for chapters; empty where the video is too short for them, or nothing can be parted.
 */
export const sections = (
  lines: ReadonlyArray<TalkLine>,
  options: { readonly duration: number; readonly sceneCuts: ReadonlyArray<number> }
): ReadonlyArray<Section> => {
  const { duration, sceneCuts } = options
  const spoken = lines.filter((line) => line.text.trim() !== "").toSorted((a, b) => a.spokenStart - b.spokenStart)
  if (duration < rules.fewest * rules.shortestSeconds || spoken.length < rules.fewest) return []
  const seconds = spoken.map(secondOf)
  const weight = weights(spoken, sceneCuts)
  const choose = (shortest: number) => chooseStarts(seconds, weight, duration, shortest)
  const comfortable = choose(Math.max(rules.shortestSeconds, 0.35 * idealSeconds(duration)))
  const starts = comfortable.length > 0 ? comfortable : choose(rules.shortestSeconds)
  return starts.map((start, n) => ({ at: n === 0 ? 0 : seconds[start]!, lines: spoken.slice(start, starts[n + 1]) }))
}
