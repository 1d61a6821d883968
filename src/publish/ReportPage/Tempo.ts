import { scaleThreshold } from "d3-scale"
import { isHeard, type PageUtterance } from "./Data.ts"

export type Shade = "slow" | "good" | "quick" | "fast" | "failed" | "silent"

/** Tempos that listeners take as natural, and the one that nobody should have to listen to. */
export const comfortable = { lowest: 0.9, highest: 1.15 }
const quickest = 1.3

const rounding = 1e-6
const ofTempo = scaleThreshold<number, Shade>()
  .domain([comfortable.lowest - rounding, comfortable.highest + rounding, quickest + rounding])
  .range(["slow", "good", "quick", "fast"])

/** How a tempo is shown: by what listeners make of it. */
export const shadeOf = (one: PageUtterance): Shade =>
  one.status === "failed" ? "failed" : isHeard(one) ? ofTempo(one.tempo) : "silent"

export const shadeOfTempo = (tempo: number): Shade => ofTempo(tempo)

/** The shades that are seen, the calmest last, as legends have them. */
export const shades: ReadonlyArray<{ readonly shade: Shade; readonly name: string; readonly range: string }> = [
  { shade: "slow", name: "slow", range: "below 0.9×" },
  { shade: "good", name: "comfortable", range: "0.9 to 1.15×" },
  { shade: "quick", name: "quick", range: "to 1.3×" },
  { shade: "fast", name: "too fast", range: "above 1.3×" },
  { shade: "failed", name: "failed", range: "the original is heard" }
]

/** How many utterances have each shade. */
export const countShades = (utterances: ReadonlyArray<PageUtterance>): ReadonlyMap<Shade, number> => {
  const counts = new Map<Shade, number>()
  for (const one of utterances) counts.set(shadeOf(one), (counts.get(shadeOf(one)) ?? 0) + 1)
  return counts
}
