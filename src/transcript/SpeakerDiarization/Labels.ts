import type { Cue } from "../../domain/Cue.ts"
import type { Interval } from "../../domain/Sound.ts"
import type { SpeakerTurn } from "../SpeakerDiarization.ts"
import { textOf, timedSegments, type Token } from "../Transcribe/Tokens.ts"

/** Seconds that a word may be away from a turn and still belong to it: models cut the ends of words off. */
const near = 0.7
/** A speaker who is heard for less time than this within the words of another is the model's mistake. */
const shortest = 0.4

const overlap = (a: Interval, b: Interval): number => Math.min(a.end, b.end) - Math.max(a.start, b.start)

/** Who speaks during a word: whose turn has most of it, the one who spoke before where they are even, else the nearest. */
const speakerOf = (word: Interval, turns: ReadonlyArray<SpeakerTurn>, before: string | null): string | null => {
  let best: SpeakerTurn | undefined
  for (const turn of turns) {
    const shared = overlap(turn, word)
    if (shared < -near) continue
    const most = best === undefined ? -Infinity : overlap(best, word)
    if (shared > most + 1e-3 || (shared > most - 1e-3 && turn.speaker === before)) best = turn
  }
  return best?.speaker ?? null
}

interface Run {
  readonly speaker: string | null
  readonly from: number
  readonly to: number
}

const runsOf = (speakers: ReadonlyArray<string | null>): ReadonlyArray<Run> => {
  const runs: Array<Run> = []
  for (const [at, speaker] of speakers.entries()) {
    const last = runs.at(-1)
    if (last !== undefined && (last.speaker === speaker || speaker === null)) {
      runs[runs.length - 1] = { ...last, to: at + 1 }
    } else if (last !== undefined && last.speaker === null)
      runs[runs.length - 1] = { speaker, from: last.from, to: at + 1 }
    else runs.push({ speaker, from: at, to: at + 1 })
  }
  return runs
}

/** The runs of words of one speaker each; what is too short to be anybody's goes to whoever spoke before, else after. */
const steadyRuns = (tokens: ReadonlyArray<Token>, speakers: ReadonlyArray<string | null>): ReadonlyArray<Run> => {
  const secondsOf = ({ from, to }: Run) => tokens[to - 1]!.end - tokens[from]!.start
  let runs = runsOf(speakers)
  for (;;) {
    const at = runs.length > 1 ? runs.findIndex((run) => secondsOf(run) < shortest) : -1
    if (at === -1) return runs
    const heir = runs[at === 0 ? 1 : at - 1]!.speaker
    const mended = runs.flatMap((run, i) =>
      Array.from({ length: run.to - run.from }, () => (i === at ? heir : run.speaker))
    )
    runs = runsOf(mended)
  }
}

/**
 * Cues without speakers, each with the one whose turn it is. `parted`: a cue in which another speaker takes over becomes
 * several, its words at their times; else it goes to whoever speaks most of it. Ids count from 1 again.
 */
export const withSpeakers = (
  cues: ReadonlyArray<Cue>,
  turns: ReadonlyArray<SpeakerTurn>,
  parted: boolean
): ReadonlyArray<Cue> => {
  let before: string | null = null
  const ordered = turns.toSorted((a, b) => a.start - b.start)
  const labelled = cues.flatMap((cue): ReadonlyArray<Cue> => {
    const around = ordered.filter(({ end, start }) => start < cue.end + near && end > cue.start - near)
    const answer = { text: cue.text, language: undefined, segments: [cue], words: cue.words ?? [] }
    const [timed] = timedSegments(answer, { start: 0, end: Math.max(cue.end, cue.start) })
    const tokens = timed?.tokens ?? []
    const speakers = tokens.map((token) => (before = speakerOf(token, around, before) ?? before))
    if (!parted || speakers.length === 0) {
      const seconds = new Map<string, number>()
      for (const turn of around) {
        seconds.set(turn.speaker, (seconds.get(turn.speaker) ?? 0) + Math.max(0, overlap(turn, cue)))
      }
      const [speaker = before] = [...seconds].toSorted((a, b) => b[1] - a[1])[0] ?? []
      return [{ ...cue, speaker }]
    }
    const runs = steadyRuns(tokens, speakers)
    if (runs.length === 1) return [{ ...cue, speaker: runs[0]!.speaker }]
    return runs.map(({ from, speaker, to }, i) => {
      const start = i === 0 ? cue.start : tokens[from]!.start
      const end = i === runs.length - 1 ? cue.end : tokens[to - 1]!.end
      const { words, ...rest } = cue
      const until = i === runs.length - 1 ? Infinity : tokens[to]!.start
      const own = words?.filter(
        (word) => (i === 0 || word.start >= tokens[from]!.start - 1e-6) && word.start < until - 1e-6
      )
      const part = { ...rest, start, end, text: textOf(tokens.slice(from, to)), speaker }
      return own === undefined || own.length === 0 ? part : { ...part, words: own }
    })
  })
  return labelled.map((cue, index) => ({ ...cue, id: index + 1 }))
}
