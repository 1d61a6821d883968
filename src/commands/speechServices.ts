/** Who can speak, as in `--tts`. */
export const speechServices = ["openai", "realtime", "elevenlabs", "espeak", "local"] as const
export type SpeechService = (typeof speechServices)[number]
