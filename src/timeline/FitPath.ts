import type { Lines } from "./PlanCosts.ts"
import { corner, endCost, frees, jumpWeight, paceCost, startCost } from "./PlanCosts.ts"

/** Starts (seconds) and paces of all lines of a plan. */
export interface Fit {
  readonly starts: Float64Array
  readonly paces: Float64Array
}

const fastPaces = 7
const slowPaces = 2
const paces = fastPaces + slowPaces
const cell = 0.04
const cells = 100

// The paces a line may take on the coarse grid: even steps of tempo down to natural, then half and all of the slowing.
const paceGrid = (lines: Lines, i: number): Float64Array => {
  const highest = 1 / lines.fastest[i]!
  const grid: Array<number> = []
  const add = (pace: number) => {
    if (grid.length === 0 || pace > grid.at(-1)! + 1e-6) grid.push(pace)
  }
  for (let k = 0; k < fastPaces; k++) add(1 / (1 + ((highest - 1) * (fastPaces - 1 - k)) / (fastPaces - 1)))
  for (let k = 1; k <= slowPaces; k++) add(1 + ((lines.slowest[i]! - 1) * k) / slowPaces)
  return Float64Array.from(grid)
}

// The start chosen by `option` when nothing may be heard before `clear`: in time, at the lead-in, as early as allowed.
const options = 3
const startAt = (lines: Lines, i: number, clear: number, option: number): number =>
  Math.max(clear, option === 0 ? lines.own[i]! : option === 1 ? lines.leadIn[i]! : lines.earliest[i]!)

/**
 * The cheapest way through all lines on a coarse grid, by dynamic programming: a state after a line is its pace and
 * when it frees the timeline, in cells of 40 ms over the 4 s after the earliest time that is possible. A state keeps the
 * exact time of the best way into its cell, so that no time is rounded; later and dearer states than another of the same
 * pace are dropped. Time and memory are linear in the number of lines (at most 2.7 kB each).
 */
export const coarse = (lines: Lines): Fit => {
  const { count } = lines
  const quiet = lines.breath + corner
  const cameFrom: Array<Uint16Array> = []
  const choice: Array<Uint8Array> = []

  let free = Float64Array.of(-Infinity)
  let cost = Float64Array.of(0)
  let pace = Float64Array.of(1)
  let earliestFree = -Infinity
  const best = new Float64Array(paces * cells)
  const bestFree = new Float64Array(paces * cells)
  const bestFrom = new Uint16Array(paces * cells)
  const bestChoice = new Uint8Array(paces * cells)

  for (let i = 0; i < count; i++) {
    const grid = paceGrid(lines, i)
    const own = grid.map((value) => paceCost(lines, i, value))
    const jump = jumpWeight(lines, i)
    earliestFree = frees(lines, i, Math.max(lines.earliest[i]!, earliestFree + quiet), lines.fastest[i]!)
    // Whatever is free before the next line can begin is as good as free just then.
    const noMatter = i + 1 < count ? lines.earliest[i + 1]! - quiet : Infinity
    const origin = Math.max(earliestFree, noMatter)
    best.fill(Infinity)

    for (let from = 0; from < free.length; from++) {
      const clear = free[from]! + quiet
      let previousStart = NaN
      for (let option = 0; option < options; option++) {
        const start = startAt(lines, i, clear, option)
        if (start === previousStart) continue
        previousStart = start
        const upToHere = cost[from]! + startCost(lines, i, start)
        for (let k = 0; k < grid.length; k++) {
          const freed = frees(lines, i, start, grid[k]!)
          const later = freed <= origin ? 0 : Math.floor((freed - origin) / cell)
          if (later >= cells && k > 0) break
          const at = Math.min(later, cells - 1)
          const step = grid[k]! - pace[from]!
          const total = upToHere + own[k]! + jump * step * step + endCost(lines, i, start + lines.clip[i]! * grid[k]!)
          const state = k * cells + at
          if (total < best[state]!) {
            best[state] = total
            bestFree[state] = freed
            bestFrom[state] = from
            bestChoice[state] = k * options + option
          }
        }
      }
    }

    const kept: Array<number> = []
    for (let k = 0; k < grid.length; k++) {
      let least = Infinity
      for (let state = k * cells; state < (k + 1) * cells; state++) {
        if (best[state]! < least) {
          least = best[state]!
          kept.push(state)
        }
      }
    }
    free = Float64Array.from(kept, (state) => bestFree[state]!)
    cost = Float64Array.from(kept, (state) => best[state]!)
    pace = Float64Array.from(kept, (state) => grid[Math.floor(state / cells)]!)
    cameFrom.push(Uint16Array.from(kept, (state) => bestFrom[state]!))
    choice.push(Uint8Array.from(kept, (state) => bestChoice[state]!))
  }

  let state = cost.indexOf(cost.reduce((a, b) => Math.min(a, b), Infinity))
  const chosen = new Uint8Array(count)
  for (let i = count - 1; i >= 0; i--) {
    chosen[i] = choice[i]![state]!
    state = cameFrom[i]![state]!
  }
  const fit = { starts: new Float64Array(count), paces: new Float64Array(count) }
  let clear = -Infinity
  for (let i = 0; i < count; i++) {
    const start = startAt(lines, i, clear, chosen[i]! % options)
    const chosenPace = paceGrid(lines, i)[Math.floor(chosen[i]! / options)]!
    fit.starts[i] = start
    fit.paces[i] = chosenPace
    clear = frees(lines, i, start, chosenPace) + quiet
  }
  return fit
}
