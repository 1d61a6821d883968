import { costWithin, differentiate, isFree, makeSystem, type System } from "./FitBarrier.ts"
import { type Fit, frees, type Lines, totalCost } from "./PlanCosts.ts"

// Strength of the barriers, in cost: each round a tenth of the last. At the last one they hold lines off their limits
// by microseconds.
const lastStrength = 1e-7
const mostSteps = 40

// Newton's step: the block-tridiagonal system solved in place, by elimination of 2 × 2 blocks and back.
const newtonStep = (m: System) => {
  const size = m.ss.length
  for (let i = 0; i < size; i++) {
    let s = -m.slopeS[i]!
    let p = -m.slopeP[i]!
    if (i > 0) {
      const before = i - 1
      const nss = m.nextSS[before]!
      const nps = m.nextPS[before]!
      const npp = m.nextPP[before]!
      const det = m.ss[before]! * m.pp[before]! - m.sp[before]! * m.sp[before]!
      const iss = m.pp[before]! / det
      const isp = -m.sp[before]! / det
      const ipp = m.ss[before]! / det
      m.ss[i]! -= nss * (iss * nss + isp * nps) + nps * (isp * nss + ipp * nps)
      m.sp[i]! -= npp * (isp * nss + ipp * nps)
      m.pp[i]! -= npp * npp * ipp
      const us = iss * m.stepS[before]! + isp * m.stepP[before]!
      const up = isp * m.stepS[before]! + ipp * m.stepP[before]!
      s -= nss * us + nps * up
      p -= npp * up
    }
    m.stepS[i] = s
    m.stepP[i] = p
  }
  for (let i = size - 1; i >= 0; i--) {
    let s = m.stepS[i]!
    let p = m.stepP[i]!
    if (i + 1 < size) {
      s -= m.nextSS[i]! * m.stepS[i + 1]!
      p -= m.nextPS[i]! * m.stepS[i + 1]! + m.nextPP[i]! * m.stepP[i + 1]!
    }
    const det = m.ss[i]! * m.pp[i]! - m.sp[i]! * m.sp[i]!
    m.stepS[i] = (m.pp[i]! * s - m.sp[i]! * p) / det
    m.stepP[i] = (m.ss[i]! * p - m.sp[i]! * s) / det
  }
}

// A plan that keeps every limit: all at their own time and tempo, later where the line before is not done.
const natural = (lines: Lines): Fit => {
  const fit = { starts: new Float64Array(lines.count), paces: new Float64Array(lines.count) }
  let free = -Infinity
  for (let i = 0; i < lines.count; i++) {
    const margin = 0.01 * (lines.slowest[i]! - lines.fastest[i]!)
    fit.starts[i] = Math.max(lines.own[i]!, lines.earliest[i]! + 1e-3, free + Math.max(lines.breath, 1e-4))
    fit.paces[i] = isFree(lines, i) ? Math.min(1, lines.slowest[i]! - margin) : lines.slowest[i]!
    free = frees(lines, i, fit.starts[i]!, fit.paces[i]!)
  }
  return fit
}

/**
 * The plan of least cost, found by Newton's method inside barriers that are lowered round by round (a primal barrier
 * method). As the cost is convex there is one such plan, and it does not depend on where the search begins. A step costs
 * time linear in the number of lines, for each line knows only its neighbours; some eighty steps do, however many lines.
 */
export const solve = (lines: Lines): Fit => {
  let fit: Fit = natural(lines)
  if (lines.count === 0) return fit
  let next: Fit = { starts: fit.starts.slice(), paces: fit.paces.slice() }
  const system = makeSystem(lines.count)
  let strength = Math.max(0.1, totalCost(lines, fit) / lines.count)
  for (;;) {
    let cost = costWithin(lines, fit, strength)
    for (let step = 0; step < mostSteps; step++) {
      differentiate(lines, fit, strength, system)
      newtonStep(system)
      let fall = 0
      for (let i = 0; i < lines.count; i++) {
        fall -= system.slopeS[i]! * system.stepS[i]! + system.slopeP[i]! * system.stepP[i]!
      }
      if (!(fall > Math.max(0.01 * strength, 1e-13 * Math.abs(cost)))) break
      const after = search(lines, fit, next, system, strength, cost, fall)
      if (!(after < cost)) break
      cost = after
      ;[fit, next] = [next, fit]
    }
    if (strength <= lastStrength) return fit
    strength = Math.max(lastStrength, strength / 10)
  }
}

// Walks along the step, half as far each time, until the cost has fallen by its share; the place is left in `next`.
const search = (
  lines: Lines,
  fit: Fit,
  next: Fit,
  system: System,
  strength: number,
  cost: number,
  fall: number
): number => {
  for (let scale = 1; scale > 1e-9; scale /= 2) {
    for (let i = 0; i < lines.count; i++) {
      next.starts[i] = fit.starts[i]! + scale * system.stepS[i]!
      next.paces[i] = fit.paces[i]! + scale * system.stepP[i]!
    }
    const after = costWithin(lines, next, strength)
    if (after <= cost - 1e-4 * scale * fall) return after
  }
  return Infinity
}
