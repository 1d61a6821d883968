import { scaleThreshold } from "d3-scale"
import { isHeard, type PageUtterance } from "./Data.ts"

export type Shade = "slow" | "good" | "quick" | "fast" | "failed" | "silent"

const rounding = 1e-6
const ofTempo = scaleThreshold<number, Shade>()
  .domain([0.9 - rounding, 1.15 + rounding, 1.3 + rounding])
  .range(["slow", "good", "quick", "fast"])

/** How a tempo is shown: by what listeners make of it. */
export const shadeOf = (one: PageUtterance): Shade =>
  one.status === "failed" ? "failed" : isHeard(one) ? ofTempo(one.tempo) : "silent"

export const shadeOfTempo = (tempo: number): Shade => ofTempo(tempo)

export const shades: ReadonlyArray<{ readonly shade: Shade; readonly name: string }> = [
  { shade: "slow", name: "slower than 0.9×" },
  { shade: "good", name: "comfortable, 0.9 to 1.15×" },
  { shade: "quick", name: "quick, to 1.3×" },
  { shade: "fast", name: "faster than 1.3×" },
  { shade: "failed", name: "failed: the original is heard" }
]
