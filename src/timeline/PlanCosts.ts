/**
 * What a plan of the timeline costs: the one place that says what is worse than what.
 *
 * Every term is convex in the start of a line (seconds) and in its pace (length heard divided by natural length: the
 * inverse of tempo), so that there is one best plan, and it can be found exactly.
 * A cost of 1 is a line heard one second late, before the surcharge for being later than half a second.
 */

/** Starts (seconds) and paces of all lines of a plan. */
export interface Fit {
  readonly starts: Float64Array
  readonly paces: Float64Array
}

/** From 1.15 on listeners notice tempo, as editors of dubbed speech find. It hurts more from a little before. */
const noticeableTempo = 1.14
/** Later than this, in seconds, a voice is noticeably behind the picture: it hurts more. */
const noticeableDrift = 0.5
/** Drift is given back to under 0.3 s in a pause of `longPause` seconds; this much is left to be free. */
const driftAfterPause = 0.2
const longPause = 2
/** Beyond this many seconds the surcharge on drift grows straight, so that one hopeless line does not drown the rest. */
const hopelessDrift = 6

const weights = {
  fast: 110,
  noticeablyFast: 600,
  slow: 100,
  /** A second of the source's speech that the line's length leaves bare. */
  bare: 4,
  drift: 1,
  noticeableDrift: 8,
  early: 4,
  unreturned: 300,
  jump: 80,
  /**
   * Prices, per second, each beyond what all before it could save: breath taken from between neighbours, starting before
   * the lead-in for the sake of the video's end, running past the limit, overlap of neighbours.
   */
  breath: 1_000,
  tooEarly: 10_000,
  end: 100_000,
  overlap: 1_000_000
}

/** The lines of a plan that make a sound, in order; arrays of one length. Times in seconds from the video's start. */
export interface Lines {
  readonly count: number
  /** The time the source says it at. */
  readonly own: Float64Array
  /** Natural length of the clip. */
  readonly clip: Float64Array
  /** Length of the source's own speech. */
  readonly window: Float64Array
  /** Earliest start, and the start from which on nothing is too early. */
  readonly earliest: Float64Array
  readonly leadIn: Float64Array
  /** Limits of pace: 1 / highest tempo, 1 / lowest tempo that is not dragging. */
  readonly fastest: Float64Array
  readonly slowest: Float64Array
  /** How much a second of tempo matters in this line. */
  readonly weight: Float64Array
  /** How much a change of pace from the line before is heard, 0 to 1. */
  readonly kinship: Float64Array
  /** The start from which on the line has not used the pause before it to come back. */
  readonly returned: Float64Array
  /** Where the source's own speech ends, if the clip is shorter: what is heard after it covers none. Else Infinity. */
  readonly covered: Float64Array
  /** Where its sound must end: with the video, or with its own window. */
  readonly limit: Float64Array
  /** The share of its length that the next line may sound together with: 0 but for speakers who overlap. */
  readonly shared: Float64Array
  readonly breath: number
}

/** The start after which line `i` counts as not having come back in the pause before it. */
export const returnTime = (own: number, previousEnd: number): number =>
  Math.max(own + driftAfterPause, previousEnd + longPause + driftAfterPause)

/** How much of a jump in tempo is heard over `pause` seconds of silence: all up to 0.5 s, nothing from 2 s on. */
export const kinshipOver = (pause: number): number => Math.min(1, Math.max(0, (longPause - pause) / (longPause - 0.5)))

/** A long line matters more than a short one, though not in proportion: an ear notices lines as well as seconds. */
export const weightOf = (clip: number): number => 0.5 + Math.min(clip, 12) / 6

const over = (x: number) => (x > 0 ? x : 0)
const square = (x: number) => x * x

// A straight penalty whose corner is rounded over `width`: value, slope and curvature.
const straight = (x: number, slope: number, width: number) =>
  x <= 0 ? 0 : x < width ? (slope * x * x) / (2 * width) : slope * (x - width / 2)
const straightSlope = (x: number, slope: number, width: number) =>
  x <= 0 ? 0 : x < width ? (slope * x) / width : slope
const straightCurve = (x: number, slope: number, width: number) => (x > 0 && x < width ? slope / width : 0)

const hopelessWidth = hopelessDrift - noticeableDrift
const hopelessSlope = 2 * weights.noticeableDrift * hopelessWidth

/** The cost of hearing line `i` from `start` on. */
export const startCost = (lines: Lines, i: number, start: number): number => {
  const drift = start - lines.own[i]!
  return drift < 0
    ? weights.early * drift * drift
    : weights.drift * drift * drift +
        straight(drift - noticeableDrift, hopelessSlope, hopelessWidth) +
        weights.unreturned * square(over(start - lines.returned[i]!))
}
export const startSlope = (lines: Lines, i: number, start: number): number => {
  const drift = start - lines.own[i]!
  return drift < 0
    ? 2 * weights.early * drift
    : 2 * weights.drift * drift +
        straightSlope(drift - noticeableDrift, hopelessSlope, hopelessWidth) +
        2 * weights.unreturned * over(start - lines.returned[i]!)
}
export const startCurve = (lines: Lines, i: number, start: number): number => {
  const drift = start - lines.own[i]!
  return drift < 0
    ? 2 * weights.early
    : 2 * weights.drift +
        straightCurve(drift - noticeableDrift, hopelessSlope, hopelessWidth) +
        (start > lines.returned[i]! ? 2 * weights.unreturned : 0)
}

/** The cost of the pace of line `i`: too fast, too slow, or, where its clip is short, speech of the source left bare. */
export const paceCost = (lines: Lines, i: number, pace: number): number => {
  const bare = lines.window[i]! > lines.clip[i]! ? weights.bare * (lines.window[i]! - lines.clip[i]! * pace) : 0
  const tempo = 1 / pace
  return (
    bare +
    lines.weight[i]! *
      (pace > 1
        ? weights.slow * square(pace - 1)
        : weights.fast * square(tempo - 1) + weights.noticeablyFast * square(over(tempo - noticeableTempo)))
  )
}
export const paceSlope = (lines: Lines, i: number, pace: number): number => {
  const bare = lines.window[i]! > lines.clip[i]! ? -weights.bare * lines.clip[i]! : 0
  const tempo = 1 / pace
  return (
    bare +
    2 *
      lines.weight[i]! *
      (pace > 1
        ? weights.slow * (pace - 1)
        : -tempo * tempo * (weights.fast * (tempo - 1) + weights.noticeablyFast * over(tempo - noticeableTempo)))
  )
}
export const paceCurve = (lines: Lines, i: number, pace: number): number => {
  const tempo = 1 / pace
  const second = (threshold: number) => tempo ** 4 + 2 * (tempo - threshold) * tempo ** 3
  return (
    2 *
    lines.weight[i]! *
    (pace > 1
      ? weights.slow
      : weights.fast * second(1) + (tempo > noticeableTempo ? weights.noticeablyFast * second(noticeableTempo) : 0))
  )
}

/**
 * What a second of these costs: breath taken from between two lines, sound after the speech that it is there to cover (a
 * late line leaves as much bare at its start), a start too early, running past the limit.
 */
export const breathPrice = weights.breath
export const uncoveringPrice = weights.bare
export const tooEarlyPrice = weights.tooEarly
export const endPrice = weights.end

/** The cost of `gap` seconds between one line and the next. */
export const gapCost = (lines: Lines, gap: number): number =>
  weights.breath * over(lines.breath - gap) + weights.overlap * over(-gap)

/** The cost of line `i` being heard until `end`. */
export const endCost = (lines: Lines, i: number, end: number): number =>
  weights.end * over(end - lines.limit[i]!) + weights.bare * over(end - lines.covered[i]!)

/** The cost of starting line `i` at `start` as far as that is before its lead-in. */
export const tooEarlyCost = (lines: Lines, i: number, start: number): number =>
  weights.tooEarly * over(lines.leadIn[i]! - start)

/** The weight of the square of a change of pace from line `i - 1` to line `i`. */
export const jumpWeight = (lines: Lines, i: number): number => weights.jump * lines.kinship[i]!

/** Where line `i + 1` may begin, less the breath, when line `i` starts at `start` and is heard at `pace`. */
export const frees = (lines: Lines, i: number, start: number, pace: number): number =>
  start + lines.clip[i]! * pace * (1 - lines.shared[i]!)

/** The cost of a whole plan: what `Plan` makes least. */
export const totalCost = (lines: Lines, { paces, starts }: Fit): number => {
  let total = 0
  for (let i = 0; i < lines.count; i++) {
    const start = starts[i]!
    const pace = paces[i]!
    total += startCost(lines, i, start) + tooEarlyCost(lines, i, start)
    total += paceCost(lines, i, pace) + endCost(lines, i, start + lines.clip[i]! * pace)
    if (i > 0) {
      total +=
        gapCost(lines, start - frees(lines, i - 1, starts[i - 1]!, paces[i - 1]!)) +
        jumpWeight(lines, i) * square(pace - paces[i - 1]!)
    }
  }
  return total
}
