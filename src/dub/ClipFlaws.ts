import { lineNumbers, type Utterance } from "../domain/Utterance.ts"
import { toSamples } from "../domain/Sound.ts"
import { type LineGain, levelGains } from "../timeline/Level.ts"
import type { Flaw } from "./Report.ts"
import type { Voiced } from "./SpeakUtterances.ts"

/** The gain of each utterance that has a clip, by its id: lines of one speaker are evened among themselves. */
export const gainsOf = (
  utterances: ReadonlyArray<Utterance>,
  voiced: ReadonlyMap<number, Voiced>
): ReadonlyMap<number, LineGain> => {
  const clips = utterances.flatMap(({ id, speaker }) => {
    const one = voiced.get(id)
    if (one?.kind !== "clip") return []
    const seconds = (one.speechEnd - one.speechStart) / toSamples(1)
    return [{ id, voice: speaker ?? "", lufs: one.lufs, seconds }]
  })
  const gains = levelGains(clips)
  return new Map(clips.map(({ id }, i) => [id, gains[i]!]))
}

/** What is wrong with clips and cannot be mended, by the ids of their utterances. */
export const flawsOf = (
  utterances: ReadonlyArray<Utterance>,
  voiced: ReadonlyMap<number, Voiced>
): ReadonlyMap<number, ReadonlyArray<Flaw>> => {
  const gains = gainsOf(utterances, voiced)
  return new Map(
    utterances.flatMap(({ id }): ReadonlyArray<readonly [number, ReadonlyArray<Flaw>]> => {
      const one = voiced.get(id)
      if (one?.kind !== "clip") return []
      const clipped: ReadonlyArray<Flaw> = one.isClipped === true ? ["clipped"] : []
      const flaws: ReadonlyArray<Flaw> = gains.get(id)?.outlier === true ? [...clipped, "level"] : clipped
      return flaws.length === 0 ? [] : [[id, flaws]]
    })
  )
}

const said: Record<Flaw, string> = {
  clipped: "distorted by clipping",
  level: "far louder or quieter than the voice's other lines"
}

const shownLines = 8

/** What a person is told of flaws: a sentence for each kind that there is. */
export const flawWarnings = (
  utterances: ReadonlyArray<Utterance>,
  flaws: ReadonlyMap<number, ReadonlyArray<Flaw>>
): ReadonlyArray<string> =>
  (["clipped", "level"] as const).flatMap((flaw) => {
    const flawed = utterances.filter(({ id }) => flaws.get(id)?.includes(flaw) === true)
    if (flawed.length === 0) return []
    const isOne = flawed.length === 1 && flawed[0]!.lines.length === 1
    const numbers = flawed.slice(0, shownLines).map(lineNumbers).join(", ")
    const more = flawed.length > shownLines ? " and more" : ""
    return [`${isOne ? "Line" : "Lines"} ${numbers}${more} came ${said[flaw]}: listen to ${isOne ? "it" : "them"}`]
  })
