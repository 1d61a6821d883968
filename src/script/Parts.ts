import type { Cue } from "../domain/Cue.ts"
import type { Language } from "../domain/Language.ts"
import { share } from "./CueTimes.ts"
import { endsSentence, isCased, oneLine, sentences, turns, type SentenceRules, withoutDash } from "./Sentences.ts"
import { isSpoken } from "./SpokenText.ts"

export interface GroupOptions {
  /**
   * `segment`: one utterance a cue. `sentence`: whole sentences, up to `sentencesPerUtterance` of them. `block`: all
   * up to a long pause (twice the gap), a scene cut or about 24 seconds.
   */
  readonly align: "segment" | "sentence" | "block"
  /** A pause this long closes a sentence; seconds. */
  readonly joinGapSeconds: number
  readonly sentencesPerUtterance: number
  /** What the cues are written in. */
  readonly language: Language
  /** The length of the video; seconds. */
  readonly duration: number
  /** Whether sentences begin with capitals; where not given, the cues tell. */
  readonly cased?: boolean | undefined
  /** Where the picture changes; seconds. */
  readonly sceneCuts?: ReadonlyArray<number> | undefined
}

/** A cue, or the part of it that belongs to one sentence; seconds. */
export interface Part {
  readonly cue: Cue
  readonly text: string
  readonly start: number
  readonly end: number
  /** Its sentence ends with it. */
  readonly closes: boolean
  /** Its utterance ends with it whatever comes next: another voice, or a sound. */
  readonly parted: boolean
}

/** Parts that belong together. */
export type Parts = ReadonlyArray<Part>

const slack = 1e-6

/** Whether a pause of `seconds` lies between two parts. */
export const isPause = (before: Part, after: Part, seconds: number): boolean =>
  after.start - before.end >= (before.cue === after.cue ? Math.max(seconds, 0.01) : seconds) - slack

/** The sentences, or parts of sentences, of each cue. Turns of a dialogue within one cue are parted. */
export const cutIntoParts = (cues: ReadonlyArray<Cue>, options: GroupOptions): Parts => {
  const { language } = options
  const rules: SentenceRules = { language, cased: options.cased ?? isCased(cues.map((cue) => cue.text)) }
  return cues.flatMap((cue, index): Parts => {
    const next = cues[index + 1]
    const alone = !isSpoken(cue.text)
    const perTurn = alone
      ? [[oneLine(cue.text, language)]]
      : turns(cue.text).map((turn) => sentences(oneLine(turn, language), rules).map(withoutDash))
    const texts = perTurn.flat()
    const times = share(cue, texts, next?.start)
    const turnEnds = new Set<number>()
    let count = 0
    for (const turn of perTurn) turnEnds.add((count += turn.length) - 1)
    return texts.map((text, at): Part => {
      const { start, end } = times[at]!
      if (at < texts.length - 1) return { cue, text, start, end, closes: true, parted: turnEnds.has(at) }
      if (next === undefined || alone || next.speaker !== cue.speaker || !isSpoken(next.text)) {
        return { cue, text, start, end, closes: true, parted: true }
      }
      const isLongPause = next.start - cue.end >= options.joinGapSeconds - slack
      const following = turns(next.text)
      const closes = isLongPause || endsSentence(text, oneLine(following[0] ?? "", language), rules)
      return { cue, text, start, end, closes, parted: closes && following.length > 1 }
    })
  })
}
