import {
  breathPrice,
  endPrice,
  type Fit,
  frees,
  jumpWeight,
  type Lines,
  paceCost,
  paceCurve,
  paceSlope,
  startCost,
  startCurve,
  startSlope,
  tooEarlyPrice,
  uncoveringPrice
} from "./PlanCosts.ts"

/**
 * A price of `price` a second on what exceeds 0, its corner rounded as a barrier of strength `mu` rounds it:
 * the least over u of price·u − mu·log(u − x) − mu·log(u), whose slope rises from 0 to the price around x = 0.
 */
const rounded = (x: number, price: number, mu: number) => {
  const scaled = price * x
  const root = Math.hypot(scaled, 2 * mu)
  // Each of the two roots in the form that cancels nothing.
  const below = scaled > 0 ? (4 * mu * mu) / (root + scaled) : root - scaled
  const above = scaled > 0 ? root + scaled : (4 * mu * mu) / (root - scaled)
  const slack = (2 * mu + below) / (2 * price)
  const excess = (2 * mu + above) / (2 * price)
  return { slack, excess, bend: below / root / 2 }
}
const roundedCost = (x: number, price: number, mu: number) => {
  const { excess, slack } = rounded(x, price, mu)
  return price * excess - mu * (Math.log(slack) + Math.log(excess))
}

// How close two lines may come, in seconds: the breath may be taken, but they may not overlap.
const closest = (lines: Lines) => Math.min(0, lines.breath - 0.001)

/** Whether the pace of a line has any play. */
export const isFree = (lines: Lines, i: number) => lines.slowest[i]! - lines.fastest[i]! > 1e-9

/** The cost of a plan with barriers of strength `mu` at every limit; Infinity outside them. */
export const costWithin = (lines: Lines, { paces, starts }: Fit, mu: number): number => {
  const least = closest(lines)
  let cost = 0
  let logs = 0
  for (let i = 0; i < lines.count; i++) {
    const start = starts[i]!
    const pace = paces[i]!
    const early = start - lines.earliest[i]!
    if (early <= 0) return Infinity
    logs += Math.log(early)
    cost += startCost(lines, i, start) + paceCost(lines, i, pace)
    if (lines.earliest[i]! < lines.leadIn[i]!) cost += roundedCost(lines.leadIn[i]! - start, tooEarlyPrice, mu)
    const end = start + lines.clip[i]! * pace
    if (lines.covered[i]! < Infinity) cost += roundedCost(end - lines.covered[i]!, uncoveringPrice, mu)
    if (lines.limit[i]! < Infinity) cost += roundedCost(end - lines.limit[i]!, endPrice, mu)
    if (isFree(lines, i)) {
      const fast = pace - lines.fastest[i]!
      const slow = lines.slowest[i]! - pace
      if (fast <= 0 || slow <= 0) return Infinity
      logs += Math.log(fast) + Math.log(slow)
    }
    if (i > 0) {
      const gap = start - frees(lines, i - 1, starts[i - 1]!, paces[i - 1]!)
      if (gap <= least) return Infinity
      logs += Math.log(gap - least)
      const jump = pace - paces[i - 1]!
      cost += roundedCost(lines.breath - gap, breathPrice, mu) + jumpWeight(lines, i) * jump * jump
    }
  }
  return cost - mu * logs
}

/** Slope and curvature by start (s) and pace (p) of each line; `next…` is what couples a line to the one after it. */
export const makeSystem = (size: number) => {
  const row = () => new Float64Array(size)
  return {
    slopeS: row(),
    slopeP: row(),
    ss: row(),
    sp: row(),
    pp: row(),
    nextSS: row(),
    nextPS: row(),
    nextPP: row(),
    stepS: row(),
    stepP: row()
  }
}
export type System = ReturnType<typeof makeSystem>

// A price on what exceeds 0 of where line `i` ends.
const differentiateEnd = (i: number, clip: number, x: number, price: number, mu: number, into: System) => {
  const { bend, slack } = rounded(x, price, mu)
  const slope = mu / slack
  const curve = (slope / slack) * bend
  into.slopeS[i]! += slope
  into.slopeP[i]! += clip * slope
  into.ss[i]! += curve
  into.sp[i]! += clip * curve
  into.pp[i]! += clip * clip * curve
}

/** Fills `into` with the derivatives of `costWithin`. */
export const differentiate = (lines: Lines, { paces, starts }: Fit, mu: number, into: System) => {
  const least = closest(lines)
  for (let i = 0; i < lines.count; i++) {
    const start = starts[i]!
    const pace = paces[i]!
    const clip = lines.clip[i]!
    const early = start - lines.earliest[i]!
    into.slopeS[i] = startSlope(lines, i, start) - mu / early
    into.ss[i] = startCurve(lines, i, start) + mu / (early * early)
    into.slopeP[i] = paceSlope(lines, i, pace)
    into.pp[i] = paceCurve(lines, i, pace)
    into.sp[i] = into.nextSS[i] = into.nextPS[i] = into.nextPP[i] = 0
    if (lines.earliest[i]! < lines.leadIn[i]!) {
      const { bend, slack } = rounded(lines.leadIn[i]! - start, tooEarlyPrice, mu)
      into.slopeS[i]! -= mu / slack
      into.ss[i]! += (mu / slack / slack) * bend
    }
    const end = start + clip * pace
    if (lines.covered[i]! < Infinity) differentiateEnd(i, clip, end - lines.covered[i]!, uncoveringPrice, mu, into)
    if (lines.limit[i]! < Infinity) differentiateEnd(i, clip, end - lines.limit[i]!, endPrice, mu, into)
    if (isFree(lines, i)) {
      const fast = pace - lines.fastest[i]!
      const slow = lines.slowest[i]! - pace
      into.slopeP[i]! += mu / slow - mu / fast
      into.pp[i]! += mu / (slow * slow) + mu / (fast * fast)
    }
    if (i > 0) {
      const length = lines.clip[i - 1]! * (1 - lines.shared[i - 1]!)
      const gap = start - frees(lines, i - 1, starts[i - 1]!, paces[i - 1]!)
      const { bend, slack } = rounded(lines.breath - gap, breathPrice, mu)
      const room = gap - least
      const slope = -mu / slack - mu / room
      const curve = (mu / slack / slack) * bend + mu / (room * room)
      const jump = 2 * jumpWeight(lines, i)
      const change = jump * (pace - paces[i - 1]!)
      into.slopeS[i]! += slope
      into.slopeP[i]! += change
      into.ss[i]! += curve
      into.pp[i]! += jump
      into.slopeS[i - 1]! -= slope
      into.slopeP[i - 1]! -= length * slope + change
      into.ss[i - 1]! += curve
      into.sp[i - 1]! += length * curve
      into.pp[i - 1]! += length * length * curve + jump
      into.nextSS[i - 1] = -curve
      into.nextPS[i - 1] = -length * curve
      into.nextPP[i - 1] = -jump
    }
  }
  for (let i = 0; i < lines.count; i++) {
    if (isFree(lines, i)) continue
    into.slopeP[i] = into.sp[i] = into.nextPS[i] = into.nextPP[i] = 0
    into.pp[i] = 1
    if (i > 0) into.nextPP[i - 1] = 0
  }
}
