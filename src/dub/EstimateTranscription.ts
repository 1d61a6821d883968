import type { TranscriptionProvider } from "../transcript/SpeechToText.ts"
import { longestPiece } from "../transcript/Transcribe.ts"
import { asked, type EstimatedPart } from "./EstimatedPart.ts"

/** Seconds that are sent at once: all of them to who tells speakers apart but does not know them again. */
const atOnce = (provider: TranscriptionProvider): number => {
  const whole = provider.hasSpeakers === true && provider.knowsSpeakersAgain !== true
  return Math.max(1, Math.min(whole ? Infinity : longestPiece, provider.longestSeconds))
}

/** What writing down so many seconds would ask for. */
export const estimateTranscription = (provider: TranscriptionProvider, seconds: number): EstimatedPart => ({
  ...asked(provider),
  requests: Math.max(1, Math.ceil(seconds / atOnce(provider))),
  characters: 0,
  minutes: seconds / 60,
  usd: provider.usdPerMinute === undefined ? null : (provider.usdPerMinute * seconds) / 60
})
