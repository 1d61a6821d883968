import type { Piece } from "./Pieces.ts"
import { normalized, type TimedSegment, type Token } from "./Tokens.ts"

/** What was heard in one piece, in order of time. */
export interface HeardPiece {
  readonly piece: Piece
  readonly segments: ReadonlyArray<TimedSegment>
}

interface Placed {
  readonly key: string
  readonly middle: number
  readonly segment: number
  readonly token: number
}

const placed = (segments: ReadonlyArray<TimedSegment>, start: number, end: number): ReadonlyArray<Placed> =>
  segments.flatMap(({ tokens }, segment) =>
    tokens.flatMap((token, index) => {
      const middle = centre(token)
      const key = normalized(token.text)
      return key !== "" && middle >= start && middle <= end ? [{ key, middle, segment, token: index }] : []
    })
  )

const centre = ({ start, end }: Token) => (start + end) / 2

/** The longest run of words that both say at about the same time: its place in both, and its length. */
const commonRun = (left: ReadonlyArray<Placed>, right: ReadonlyArray<Placed>, tolerance: number) => {
  let best = { left: 0, right: 0, length: 0, letters: 0 }
  for (let i = 0; i < left.length; i++) {
    for (let j = 0; j < right.length; j++) {
      let length = 0
      let letters = 0
      while (
        i + length < left.length &&
        j + length < right.length &&
        left[i + length]!.key === right[j + length]!.key &&
        Math.abs(left[i + length]!.middle - right[j + length]!.middle) < tolerance
      ) {
        letters += left[i + length]!.key.length
        length++
      }
      if (letters > best.letters) best = { left: i, right: j, length, letters }
    }
  }
  return best
}

const without = (
  segments: ReadonlyArray<TimedSegment>,
  keep: (segment: number, token: number, value: Token) => boolean,
  keepTime: (middle: number) => boolean
): ReadonlyArray<TimedSegment> =>
  segments.flatMap((segment, index) => {
    const tokens = segment.tokens.filter((token, at) => keep(index, at, token))
    if (tokens.length === segment.tokens.length) return [segment]
    if (tokens.every(({ text }) => normalized(text) === "")) return []
    const cutFront = tokens[0] !== segment.tokens[0]
    const cutBack = tokens.at(-1) !== segment.tokens.at(-1)
    const words = segment.words.filter(({ start, end }) => keepTime((start + end) / 2))
    return [
      {
        ...segment,
        tokens,
        words,
        start: cutFront ? tokens[0]!.start : segment.start,
        end: cutBack ? tokens.at(-1)!.end : segment.end
      }
    ]
  })

/**
 * Puts two pieces together that share some seconds: they are joined in the middle of the longest run of words that both
 * heard there, or in the middle of the shared time where they heard nothing alike.
 */
const joinAt = (before: ReadonlyArray<TimedSegment>, after: ReadonlyArray<TimedSegment>, piece: Piece, end: number) => {
  const slack = 0.75
  const left = placed(before, piece.start - slack, end + slack)
  const right = placed(after, piece.start - slack, end + slack)
  const run = commonRun(left, right, 2)
  const enough = run.length >= 2 || (run.length === 1 && run.letters >= 3)
  if (!enough) {
    const middle = (piece.start + end) / 2
    return [
      ...without(
        before,
        (_, __, token) => centre(token) < middle,
        (time) => time < middle
      ),
      ...without(
        after,
        (_, __, token) => centre(token) >= middle,
        (time) => time >= middle
      )
    ]
  }
  const half = Math.floor((run.length - 1) / 2)
  const last = left[run.left + half]!
  const same = right[run.right + half]!
  return [
    ...without(
      before,
      (segment, token) => segment < last.segment || (segment === last.segment && token <= last.token),
      (time) => time <= last.middle + 0.01
    ),
    ...without(
      after,
      (segment, token) => segment > same.segment || (segment === same.segment && token > same.token),
      (time) => time > same.middle + 0.01
    )
  ]
}

/** All pieces as one: in order of time, no word doubled where two pieces share some sound. */
export const joinPieces = (pieces: ReadonlyArray<HeardPiece>): ReadonlyArray<TimedSegment> => {
  const joined: Array<TimedSegment> = []
  for (const [index, { piece, segments }] of pieces.entries()) {
    const before = pieces[index - 1]
    if (piece.overlap === 0 || before === undefined) {
      joined.push(...segments)
      continue
    }
    const from = joined.findIndex(({ end }) => end >= piece.start - 1)
    const tail = from === -1 ? [] : joined.splice(from)
    joined.push(...joinAt(tail, segments, piece, before.piece.end))
  }
  return joined
}
