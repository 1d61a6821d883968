import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { Problem } from "../domain/Problem.ts"
import { containerNamed, outputBase } from "../dub/Output.ts"
import { defaults, type DubSettings } from "../dub/Settings.ts"
import type { listenFlags, scriptFlags, speechFlags, speedFlags } from "./flags.ts"
import { choiceOf, concurrencyOf, languageOf, numberOf, orEnvironment, voiceOf, voicesFor } from "./flagValues.ts"
import { styleOf } from "./outputFlags.ts"
import { outputOf } from "./outputOf.ts"
import { type partFlags, partOf } from "./partFlags.ts"
import type * as Flag from "effect/cli/Flag"

type Parsed<Flags> = { readonly [K in keyof Flags]: Flags[K] extends Flag.Flag<infer A> ? A : never }

/** Every flag of prep, synth and full, as parsed; a command that lacks some fills in what stands for "not given". */
export type DubFlags = Parsed<
  typeof partFlags & typeof speedFlags & typeof listenFlags & typeof scriptFlags & typeof speechFlags
>

const none = Option.none()

/** The flags of a command that has only some of them. */
export const notGiven: DubFlags = {
  range: none,
  lines: none,
  concurrency: none,
  sync: false,
  rpm: none,
  budget: none,
  from: none,
  subs: none,
  segments: none,
  stt: none,
  sttModel: none,
  audioTrack: none,
  speakers: none,
  speakerModels: none,
  polish: false,
  script: none,
  glossary: none,
  llmModel: none,
  align: none,
  sentenceJoinGap: none,
  sentencesPerUtterance: none,
  tts: none,
  ttsModel: none,
  voice: none,
  voiceFor: [],
  voices: none,
  instructions: none,
  model: none,
  cachedOnly: false,
  noRefit: false,
  maxTempo: none,
  minTempo: none,
  noSpeedup: false,
  strict: false,
  overlapSpeakers: false,
  background: none,
  originalVolume: none,
  loudness: none,
  subtitles: none,
  youtube: false,
  keepOriginal: false,
  oneFile: false,
  bilingual: false,
  subtitleFont: none,
  subtitleSize: none,
  subtitlePosition: none,
  subtitleBox: false
}

const text = (flag: Option.Option<string>, ...variables: ReadonlyArray<string>) =>
  Effect.map(orEnvironment(flag, ...variables), (given) => given?.value)

/** Turns flags and environment into settings; what cannot be is a Problem that names the flag or variable. */
export const settingsOf = Effect.fnUntraced(function* (
  video: string,
  flags: DubFlags,
  files: { readonly output: Option.Option<string>; readonly force: boolean }
) {
  const align = yield* choiceOf(flags.align, "DUBBER_ALIGN", ["segment", "sentence", "block"], defaults.align)
  const stt = yield* choiceOf(
    flags.stt,
    "DUBBER_STT",
    ["auto", "subtitles", "openai", "elevenlabs", "whisper-cpp", "local"],
    defaults.stt
  )
  const gap = yield* numberOf(flags.sentenceJoinGap, "sentence-join-gap", { minimum: 0, maximum: 60 })
  const sentences = yield* numberOf(flags.sentencesPerUtterance, "sentences-per-utterance", { minimum: 1, maximum: 20 })
  const maxTempo = (yield* numberOf(flags.maxTempo, "max-tempo", { minimum: 1, maximum: 3 })) ?? defaults.maxTempo
  const minTempo = (yield* numberOf(flags.minTempo, "min-tempo", { minimum: 0.5, maximum: 1 })) ?? defaults.minTempo
  const audioTrack = yield* numberOf(flags.audioTrack, "audio-track", { minimum: 1, maximum: 99 })
  const speakers = yield* numberOf(flags.speakers, "speakers", { minimum: 1, maximum: 100 }, "DUBBER_SPEAKERS")
  const originalVolume = yield* numberOf(flags.originalVolume, "original-volume", { minimum: -60, maximum: 12 })
  const loudness = yield* numberOf(flags.loudness, "loudness", { minimum: -40, maximum: -5 })
  const background = Option.getOrUndefined(flags.background)
  const output = yield* outputOf(Option.getOrUndefined(files.output))
  // Before anything is made for it.
  if (output.file !== undefined) yield* containerNamed(output.file)
  if (background === "") return yield* new Problem({ what: "--background is empty.", exitCode: 2 })
  const voice = yield* voiceOf(flags.voice)

  const settings: DubSettings = {
    video,
    part: yield* partOf(flags),
    budgetUsd: yield* numberOf(flags.budget, "budget", { minimum: 0, maximum: 1e6 }, "DUBBER_BUDGET"),
    concurrency: yield* concurrencyOf(flags.concurrency, flags.sync),
    subs: Option.getOrUndefined(flags.subs),
    segments: Option.getOrUndefined(flags.segments),
    stt,
    from: Option.isSome(flags.from) ? yield* languageOf("from", flags.from.value) : undefined,
    audioTrack,
    speakers: speakers === undefined ? undefined : Math.round(speakers),
    to: undefined,
    script: Option.getOrUndefined(flags.script),
    polish: flags.polish,
    glossary: Option.getOrUndefined(flags.glossary),
    refit: !flags.noRefit,
    align,
    sentenceJoinGap: gap ?? defaults.sentenceJoinGap,
    sentencesPerUtterance: sentences ?? defaults.sentencesPerUtterance,
    voice,
    voiceFor: yield* voicesFor(flags.voiceFor),
    voices: yield* text(flags.voices, "DUBBER_VOICES"),
    instructions: yield* text(flags.instructions, "OPENAI_TTS_INSTRUCTIONS"),
    cachedOnly: flags.cachedOnly,
    maxTempo,
    minTempo,
    noSpeedup: flags.noSpeedup,
    strict: flags.strict,
    overlapSpeakers: flags.overlapSpeakers,
    background,
    originalVolume,
    loudness,
    output: output.file,
    outputBase: output.folder === undefined ? undefined : outputBase(yield* Path.Path, video, output.folder),
    force: files.force,
    subtitles: Option.getOrElse(flags.subtitles, () => defaults.subtitles),
    youtube: flags.youtube,
    bilingual: flags.bilingual,
    subtitleStyle: yield* styleOf(flags),
    keepOriginal: flags.keepOriginal,
    oneFile: flags.oneFile
  }
  return settings
})

/** The languages of `--to es,de,fr`, each once. */
export const languagesOf = Effect.fnUntraced(function* (to: Option.Option<string>, flag = "to") {
  if (Option.isNone(to)) return []
  const names = to.value.split(",").map((name) => name.trim())
  const languages = yield* Effect.forEach(names, (name) => languageOf(flag, name))
  return [...new Set(languages)]
})
