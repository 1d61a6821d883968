import * as Schema from "effect/Schema"
import type { Word } from "../../domain/Cue.ts"
import type { Transcription } from "../SpeechToText.ts"
import { languageOf } from "./Answer.ts"
import { mergeTokens } from "./WhisperCpp.ts"

const Numbers = Schema.optionalKey(Schema.Array(Schema.Finite))

/** What sherpa-onnx heard; tokens have times where the model gives them. */
export const LocalAnswer = Schema.Struct({
  text: Schema.String,
  lang: Schema.optionalKey(Schema.String),
  tokens: Schema.optionalKey(Schema.Array(Schema.String)),
  timestamps: Numbers,
  durations: Numbers
})
export type LocalAnswer = typeof LocalAnswer.Type

/** Seconds that a token lasts at most where only its start is known: what is longer is a pause. */
const longestToken = 0.4

const letters = (text: string) => text.normalize("NFKC").replaceAll(/[^\p{L}\p{N}]/gu, "")

/**
 * The words of an answer. None where the tokens have no times, or are not the text in pieces (bytes, say): then the
 * text alone counts.
 */
const wordsOf = (
  { text, tokens = [], timestamps = [], durations = [] }: LocalAnswer,
  kind: string
): ReadonlyArray<Word> => {
  if (tokens.length === 0 || tokens.length !== timestamps.length) return []
  const pieces = tokens.map((token, index) => {
    const start = timestamps[index]!
    const next = timestamps[index + 1] ?? Infinity
    const duration = durations.length === tokens.length ? durations[index]! : 0
    const end = Math.max(start, Math.min(next, start + (duration > 0 ? duration : longestToken)))
    // Paraformer's tokens are words, but for those that say that the next one goes on with them.
    const goesOn = kind !== "paraformer" || tokens[index - 1]?.endsWith("@@") === true
    const written = token.replaceAll("▁", " ")
    return { word: goesOn ? written : ` ${written}`, start, end }
  })
  const words = mergeTokens(pieces.map((piece) => ({ ...piece, word: piece.word.replace(/@@$/, "") })))
  return letters(words.map((word) => word.text).join("")) === letters(text) ? words : []
}

/** "<|en|>" and "en" as a language. */
const spoken = (lang: string | undefined) => {
  const code = /^(?:<\|)?([a-z]{2,3})(?:\|>)?$/.exec(lang ?? "")?.[1]
  return code === undefined ? undefined : languageOf(code)
}

export const toTranscription = (answer: LocalAnswer, kind: string): Transcription => ({
  text: answer.text.trim(),
  language: spoken(answer.lang),
  segments: [],
  words: wordsOf(answer, kind)
})
