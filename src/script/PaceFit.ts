import type { Language } from "../domain/Language.ts"
import { estimateSeconds, type Pace, spokenParts, tablePace } from "./Pace.ts"

/** A text as it was sent to a voice, and the seconds that its speech took, outer silence trimmed. */
export interface TimedText {
  readonly text: string
  readonly seconds: number
}

/** What is known of how a voice speaks. */
export interface FittedPace {
  readonly pace: Pace
  readonly charactersASecond: number
  /** Mean of |estimated − measured| / measured, over clips that the fit had not seen. */
  readonly error: number
  readonly clips: number
}

/** Fewer clips say too little of a voice. */
export const clipsToFit = 20
const folds = 5
const passes = 4

/** By how much clips vary for no reason that the model knows, as a share of their length. */
const noise = 0.06
/** Beyond so many times the noise a clip is taken for an outlier, and counts less. */
const outlying = 2

const prior = [tablePace.fixed, tablePace.words, tablePace.digit, tablePace.symbol, tablePace.mark]
/** How far a voice may well be from the tables. */
const spread = [0.2, 0.3, 0.12, 0.15, 0.08]
const least = [-0.5, 0.3, 0, 0, 0]

/** Solves a small symmetric system by elimination; what can't be told keeps its prior through the diagonal. */
const solve = (matrix: ReadonlyArray<ReadonlyArray<number>>, right: ReadonlyArray<number>): ReadonlyArray<number> => {
  const rows = matrix.map((row, i) => [...row, right[i]!])
  const size = rows.length
  for (let pivot = 0; pivot < size; pivot++) {
    for (let row = pivot + 1; row < size; row++) {
      const factor = rows[row]![pivot]! / rows[pivot]![pivot]!
      for (let column = pivot; column <= size; column++) rows[row]![column]! -= factor * rows[pivot]![column]!
    }
  }
  const found: Array<number> = Array.from({ length: size }, () => 0)
  for (let row = size - 1; row >= 0; row--) {
    let rest = rows[row]![size]!
    for (let column = row + 1; column < size; column++) rest -= rows[row]![column]! * found[column]!
    found[row] = rest / rows[row]![row]!
  }
  return found
}

const isUsable = ({ seconds, text }: TimedText): boolean =>
  Number.isFinite(seconds) && seconds > 0.1 && /[\p{L}\p{N}]/u.test(text)

const asPace = ([fixed, words, digit, symbol, mark]: ReadonlyArray<number>): Pace => ({
  fixed: fixed!,
  words: words!,
  digit: digit!,
  symbol: symbol!,
  mark: mark!
})

/**
 * The pace that explains the clips best: least squares of relative errors, with the tables as the prior and outliers
 * counted less (Huber). Few clips change the tables little.
 */
export const fitPace = (clips: ReadonlyArray<TimedText>, language: Language): Pace => {
  const rows = clips.filter(isUsable).map(({ seconds, text }) => {
    const { digits, marks, symbols, words } = spokenParts(text, language)
    return { seconds, parts: [1, words, digits, symbols, marks] }
  })
  let found: ReadonlyArray<number> = prior
  for (let pass = 0; pass < passes; pass++) {
    const matrix = prior.map((_, i) => prior.map((__, j) => (i === j ? spread[i]! ** -2 : 0)))
    const right = prior.map((value, i) => value * spread[i]! ** -2)
    for (const { parts, seconds } of rows) {
      const estimated = parts.reduce((sum, part, i) => sum + part * found[i]!, 0)
      const misses = Math.abs(estimated - seconds) / (noise * seconds)
      const weight = (pass === 0 ? 1 : Math.min(1, outlying / misses)) / (noise * seconds) ** 2
      for (const [i, part] of parts.entries()) {
        right[i]! += weight * part * seconds
        for (const [j, other] of parts.entries()) matrix[i]![j]! += weight * part * other
      }
    }
    found = solve(matrix, right).map((value, i) => Math.max(least[i]!, value))
  }
  return asPace(found)
}

/** Mean of |estimated − measured| / measured; 0 without clips. */
export const paceError = (clips: ReadonlyArray<TimedText>, language: Language, pace: Pace = tablePace): number => {
  const usable = clips.filter(isUsable)
  if (usable.length === 0) return 0
  return (
    usable.reduce(
      (sum, { seconds, text }) => sum + Math.abs(estimateSeconds(text, language, pace) - seconds) / seconds,
      0
    ) / usable.length
  )
}

/**
 * Fits a pace to the clips of one voice once there are twenty; undefined before. Its error is measured on clips left
 * out of the fit, a fifth at a time.
 */
export const refitPace = (clips: ReadonlyArray<TimedText>, language: Language): FittedPace | undefined => {
  const usable = clips.filter(isUsable)
  if (usable.length < clipsToFit) return undefined
  let error = 0
  for (let fold = 0; fold < folds; fold++) {
    const left = usable.filter((_, i) => i % folds === fold)
    const pace = fitPace(
      usable.filter((_, i) => i % folds !== fold),
      language
    )
    error += paceError(left, language, pace) * left.length
  }
  const seconds = usable.reduce((sum, clip) => sum + clip.seconds, 0)
  return {
    pace: fitPace(usable, language),
    charactersASecond: usable.reduce((sum, clip) => sum + [...clip.text].length, 0) / seconds,
    error: error / usable.length,
    clips: usable.length
  }
}
