import * as Schema from "effect/Schema"

/** One word as a transcription heard it; seconds from the start of the video. */
export const Word = Schema.Struct({
  text: Schema.String,
  start: Schema.Finite,
  end: Schema.Finite
})
export type Word = typeof Word.Type

/**
 * A line of subtitles: what is on the screen, or said, at one time.
 * `start` and `end` are seconds from the start of the video, `end` >= `start`; `id` counts from 1 in order of time.
 */
export const Cue = Schema.Struct({
  id: Schema.Int,
  start: Schema.Finite,
  end: Schema.Finite,
  text: Schema.String,
  speaker: Schema.NullOr(Schema.String),
  words: Schema.optionalKey(Schema.Array(Word))
})
export type Cue = typeof Cue.Type

/** What two spellings of one speaker have in common: "Speaker_1" and "speaker 1", "ANNA" and "Anna". */
export const speakerKey = (name: string): string =>
  name
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\s_-]+/gu, " ")
    .trim()

/** Cues in which each speaker has one name: as it is spelled first. */
export const withOneSpelling = (cues: ReadonlyArray<Cue>): ReadonlyArray<Cue> => {
  const spellings = new Map<string, string>()
  return cues.map((cue) => {
    if (cue.speaker === null) return cue
    const key = speakerKey(cue.speaker)
    const spelling = spellings.get(key) ?? cue.speaker
    spellings.set(key, spelling)
    return spelling === cue.speaker ? cue : { ...cue, speaker: spelling }
  })
}

/** What is said in a video: its cues in order of time. This is the shape of transcript.json. */
export const Transcript = Schema.Array(Cue)
export type Transcript = typeof Transcript.Type
