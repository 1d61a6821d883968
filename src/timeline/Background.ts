import { fromDecibels, toSamples, type Interval } from "../domain/Sound.ts"
import { riseTable } from "./Fade.ts"

/** A gain for every sample of the video, known from the start: any stretch of it can be asked for. */
export interface GainCurve {
  /** Writes the gains from sample `from` on into `gains`. */
  fill(from: number, gains: Float32Array): void
}

export interface Ducking {
  /** Gain inside the intervals; -Infinity for silence. */
  readonly depthDecibels: number
  /** The gain has fallen when an interval starts. */
  readonly attackSeconds: number
  /** The gain has risen this long after its end. */
  readonly releaseSeconds: number
  /** Shorter gaps between intervals stay down. */
  readonly bridgeSeconds: number
}

/** −12 dB, down within 120 ms, up within 350, gaps of less than 0.6 s not pumped. */
export const ducking: Ducking = { depthDecibels: -12, attackSeconds: 0.12, releaseSeconds: 0.35, bridgeSeconds: 0.6 }

interface Span {
  start: number
  end: number
}

const merge = (intervals: ReadonlyArray<Interval>, bridge: number): ReadonlyArray<Span> => {
  const merged: Array<Span> = []
  const spans = intervals
    .map(({ start, end }) => ({ start: toSamples(start), end: toSamples(end) }))
    .filter(({ start, end }) => end > start)
    .toSorted((a, b) => a.start - b.start)
  for (const span of spans) {
    const last = merged.at(-1)
    if (last !== undefined && span.start - last.end < bridge) last.end = Math.max(last.end, span.end)
    else merged.push(span)
  }
  return merged
}

/** The index of the first span that ends after `at`. */
const firstAfter = (spans: ReadonlyArray<Span>, at: number): number => {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (spans[middle]!.end <= at) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * From `outside` to `inside` and back around each interval (seconds), on raised cosines that end where the interval
 * starts and start where it ends. Gaps too short for both are bridged.
 */
const aroundIntervals = (
  intervals: ReadonlyArray<Interval>,
  outside: number,
  inside: number,
  { attackSeconds, releaseSeconds, bridgeSeconds }: Omit<Ducking, "depthDecibels">
): GainCurve => {
  const attack = riseTable(toSamples(attackSeconds)).map((x) => outside + (inside - outside) * x)
  const release = riseTable(toSamples(releaseSeconds)).map((x) => inside + (outside - inside) * x)
  const spans = merge(intervals, Math.max(toSamples(bridgeSeconds), attack.length + release.length))
  return {
    fill(from, gains) {
      const to = from + gains.length
      gains.fill(outside)
      for (let k = firstAfter(spans, from - release.length); k < spans.length; k++) {
        const { start, end } = spans[k]!
        if (start - attack.length >= to) break
        for (let i = Math.max(from, start - attack.length); i < Math.min(to, start); i++) {
          gains[i - from] = attack[i - start + attack.length]!
        }
        gains.fill(
          inside,
          Math.min(Math.max(start - from, 0), gains.length),
          Math.min(Math.max(end - from, 0), gains.length)
        )
        for (let i = Math.max(from, end); i < Math.min(to, end + release.length); i++)
          gains[i - from] = release[i - end]!
      }
    }
  }
}

/** 1 everywhere but in and around the intervals (seconds), where it falls to the depth. */
export const duckingGain = (intervals: ReadonlyArray<Interval>, options: Ducking = ducking): GainCurve =>
  aroundIntervals(intervals, 1, fromDecibels(options.depthDecibels), options)

/** One gain everywhere. */
export const constantGain = (gain: number): GainCurve => ({
  fill: (_from, gains) => {
    gains.fill(gain)
  }
})

/** 0 everywhere, 1 in the intervals (seconds), with fades of 50 ms around them. */
export const onlyIn = (intervals: ReadonlyArray<Interval>): GainCurve =>
  aroundIntervals(intervals, 0, 1, { attackSeconds: 0.05, releaseSeconds: 0.05, bridgeSeconds: 0 })

/** `curve`, but `gain` in the intervals (seconds), with fades of 50 ms around them. */
export const exceptIn = (curve: GainCurve, intervals: ReadonlyArray<Interval>, gain = 1): GainCurve => {
  if (intervals.length === 0) return curve
  const share = onlyIn(intervals)
  return {
    fill(from, gains) {
      const shares = new Float32Array(gains.length)
      share.fill(from, shares)
      curve.fill(from, gains)
      for (let i = 0; i < gains.length; i++) gains[i]! += (gain - gains[i]!) * shares[i]!
    }
  }
}
