import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { speakerKey } from "../domain/Cue.ts"
import type { Language } from "../domain/Language.ts"
import type { Utterance } from "../domain/Utterance.ts"
import { unreadable, unwritable } from "../media/FileProblem.ts"
import { replaceOutput } from "../media/ReplaceOutput.ts"
import { isSpoken } from "../script/SpokenText.ts"
import { type SpeechProvider, TextToSpeech } from "../speech/TextToSpeech.ts"
import { dealVoices, type VoicesOf } from "../speech/VoiceDeal.ts"
import { renamed } from "./Labels.ts"
import { holdLock } from "./Lock.ts"
import { Progress } from "./Progress.ts"
import { readTranscript } from "./ReadTranscript.ts"
import type { DubSettings } from "./Settings.ts"
import { addVoices, voicesIn } from "./VoicesFile.ts"
import { Workdir } from "./Workdir.ts"

/** The file that keeps who has which voice: `--voices`, else voices.yaml beside the workdir, shared by its neighbours. */
const voicesPath = Effect.fnUntraced(function* (settings: DubSettings) {
  const paths = yield* Path.Path
  const { home } = yield* Workdir
  return settings.voices === undefined ? paths.join(paths.dirname(home), "voices.yaml") : paths.resolve(settings.voices)
})

const readVoices = Effect.fnUntraced(function* (path: string, service: string) {
  const fs = yield* FileSystem.FileSystem
  const text = yield* fs.readFileString(path).pipe(
    Effect.catchReason("PlatformError", "NotFound", () => Effect.succeed("")),
    Effect.mapError(unreadable(path))
  )
  return { text, known: yield* voicesIn(text, path, service) }
})

/** Voices under the names that speakers have here, where they are only spelled otherwise ("Speaker 1", "anna"). */
const asSpelled = (voices: Iterable<readonly [string, string]>, speakers: ReadonlyArray<string>) => {
  const given = new Map(voices)
  const byKey = new Map([...given].map(([name, voice]) => [speakerKey(name), voice]))
  for (const speaker of speakers) {
    const voice = given.get(speaker) ?? byKey.get(speakerKey(speaker))
    if (voice !== undefined) given.set(speaker, voice)
  }
  return given
}

/** "+f2" is a variant of the voice that eSpeak NG has for the language: one speaker in any language. */
const inLanguage = (provider: SpeechProvider, language: Language, voice: string): string =>
  voice.startsWith("+") ? `${provider.defaultVoice(language)}${voice}` : voice

/** The voices that the service has to deal out; where it has no list or gives none, its default speaks for all. */
const voicesOfService = Effect.fnUntraced(function* (provider: SpeechProvider) {
  const progress = yield* Progress
  if (provider.voices === undefined) return []
  return yield* provider.voices.pipe(
    Effect.catch((error) =>
      Effect.as(progress.warning(`All speakers have one voice, the others are not known: ${error.message}`), [])
    )
  )
})

/** Deals voices to those who have none and writes them down, alone: two runs would give one speaker two voices. */
const deal = Effect.fnUntraced(function* (
  path: string,
  who: {
    readonly speakers: ReadonlyArray<string>
    readonly fixed: VoicesOf
    /** Who was called otherwise before. */
    readonly renames: ReadonlyMap<string, string>
  },
  taken: string
) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const progress = yield* Progress
  const { provider } = yield* TextToSpeech
  const voices = yield* voicesOfService(provider)
  yield* fs.makeDirectory(paths.dirname(path), { recursive: true }).pipe(Effect.mapError(unwritable(path)))
  yield* holdLock(`${path}.lock`, "dubber", () => Effect.void)
  const { known, text } = yield* readVoices(path, provider.service)
  const given = new Map([...known, ...who.fixed])
  const kept = [...who.renames].flatMap(([speaker, before]) => {
    const voice = given.has(speaker) || !who.speakers.includes(speaker) ? undefined : known.get(before)
    return voice === undefined ? [] : [[speaker, voice] as const]
  })
  const all = new Map([...given, ...kept])
  const others = dealVoices({ speakers: who.speakers, voices, known: all, taken: taken === "" ? [] : [taken] })
  const dealt = new Map([...kept, ...others])
  if (dealt.size > 0) {
    const content = addVoices(text, provider.service, dealt)
    yield* replaceOutput(path, (temporary) =>
      fs.writeFileString(temporary, content).pipe(Effect.mapError(unwritable(path)))
    )
    const named = [...dealt].map(([speaker, voice]) => `${speaker} ${voice}`).join(", ")
    yield* progress.note(`voices: ${named} (to change them, edit ${path})`)
  }
  return new Map([...all, ...dealt])
}, Effect.scoped)

/** The voices of speakers as far as the settings and voices.yaml know them: none is dealt, and nobody is asked. */
export const assignedVoices = Effect.fnUntraced(function* (language: Language, settings: DubSettings) {
  const { provider } = yield* TextToSpeech
  const { known } = yield* readVoices(yield* voicesPath(settings), provider.service)
  const voices: VoicesOf = new Map(
    [...known, ...Object.entries(settings.voiceFor)].map(([speaker, voice]) => [
      speaker,
      inLanguage(provider, language, voice)
    ])
  )
  return voices
})

/** A name that is misspelled gives nobody a voice. */
const warnOfStrangers = Effect.fnUntraced(function* (given: ReadonlyArray<string>, speakers: ReadonlyArray<string>) {
  const progress = yield* Progress
  const known = new Set(speakers.map(speakerKey))
  const strangers = given.filter((name) => !known.has(speakerKey(name)))
  if (strangers.length === 0) return
  const there = speakers.length === 0 ? "no line says who speaks it" : `there are ${speakers.slice(0, 8).join(", ")}`
  yield* progress.warning(`--voice-for ${strangers.join(", ")}: nobody is called that here, ${there}.`)
})

/**
 * The settings with a voice for every speaker: `--voice-for`, then `--voice` for whom is heard first, then what
 * voices.yaml says, else one dealt out and written there. With one speaker or none nothing is dealt.
 */
export const withVoices = Effect.fn("withVoices")(function* (
  utterances: ReadonlyArray<Pick<Utterance, "speaker" | "text" | "start" | "end">>,
  language: Language,
  settings: DubSettings
) {
  const { provider } = yield* TextToSpeech
  const heard = [...new Set(utterances.filter(({ text }) => isSpoken(text)).map(({ speaker }) => speaker))]
  const speakers = heard.filter((speaker) => speaker !== null)
  yield* warnOfStrangers(Object.keys(settings.voiceFor), speakers)
  if (speakers.length === 0) return settings
  const spelled = (voices: Iterable<readonly [string, string]>) => asSpelled(voices, speakers)
  const fixed = spelled(Object.entries(settings.voiceFor))
  const isAlone = heard.length === 1
  const first = speakers.find((speaker) => !fixed.has(speaker))
  if (settings.voice !== undefined && first !== undefined && !heard.includes(null)) fixed.set(first, settings.voice)
  const path = yield* voicesPath(settings)
  const known = spelled((yield* readVoices(path, provider.service)).known)
  const isMissing = speakers.some((speaker) => !fixed.has(speaker) && !known.has(speaker))
  const taken = heard.includes(null) ? (settings.voice ?? provider.defaultVoice(language)) : ""
  const renames = isMissing && !isAlone ? renamed(utterances, yield* readTranscript) : new Map<string, string>()
  const voices =
    isMissing && !isAlone
      ? spelled(yield* deal(path, { speakers, fixed: new Map([...known, ...fixed]), renames }, taken))
      : new Map([...known, ...fixed])
  const voiceFor = Object.fromEntries(
    [...voices].map(([speaker, voice]) => [speaker, inLanguage(provider, language, voice)])
  )
  return { ...settings, voiceFor } satisfies DubSettings
})
