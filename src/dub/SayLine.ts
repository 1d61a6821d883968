import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Language from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import { toSeconds } from "../domain/Sound.ts"
import { isOurs } from "../media/Glance.ts"
import { soundFileOf, writeSoundFile } from "../media/SoundFile.ts"
import { removeLeftBehind } from "../media/Unfinished.ts"
import { RequestLog } from "../requests/RequestLog.ts"
import { sayAs } from "../script/Glossary.ts"
import { spokenText } from "../script/SpokenText.ts"
import { clipSamples } from "../speech/Clips.ts"
import { estimatedUsd } from "../speech/Limits.ts"
import { TextToSpeech } from "../speech/TextToSpeech.ts"
import { detectLanguage } from "./DetectLanguage.ts"
import { warnOfBudget } from "./BudgetNotice.ts"
import { warnOfShutdown } from "./ShutdownNotice.ts"
import { readGlossary } from "./PlanScript.ts"

export interface SaySettings {
  readonly text: string
  /** Undefined: that of the text, as far as it can be told; else English. */
  readonly language: Language.Language | undefined
  /** As the service names it; undefined: its default for the language. */
  readonly voice: string | undefined
  readonly instructions: string | undefined
  /** The path of a glossary. */
  readonly glossary: string | undefined
  /** Undefined: out/<words>.<voice>.wav. */
  readonly output: string | undefined
  readonly force: boolean
  /** What it may cost, in US dollars; undefined: no matter what. */
  readonly budgetUsd?: number | undefined
}

/** One text as it was spoken: the shape of `say --json`. */
export interface Said {
  readonly path: string
  readonly seconds: number
  /** What was paid for it now; null where the price is not known. */
  readonly usd: number | null
  /** Nothing was asked of the service: it was spoken before. */
  readonly cached: boolean
  readonly service: string
  readonly model: string
  readonly voice: string
  readonly language: string
}

/** The most that one text may have, in characters. */
const longestText = 100_000

const plainName = (text: string, longest: number): string => {
  const words =
    text
      .normalize("NFC")
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  const name = words.reduce(
    (all, word) => (all.length + word.length < longest ? `${all}${all === "" ? "" : "-"}${word}` : all),
    ""
  )
  return name === "" ? [...(words[0] ?? "")].slice(0, longest).join("") : name
}

/** The name of a text's file: its first words, who says them, and what else there is to say. */
export const sayName = (text: string, ...about: ReadonlyArray<string>): string => {
  const words = plainName(text.split(/\s+/).slice(0, 6).join(" "), 40)
  const parts = [words === "" ? "line" : words, ...about.map((one) => plainName(one, 30)), "wav"]
  return parts.filter((part) => part !== "").join(".")
}

/** Nothing of somebody else's is written over. */
const checkOutput = Effect.fnUntraced(function* (output: string, force: boolean) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  yield* soundFileOf(output)
  yield* removeLeftBehind(paths.dirname(output))
  if (force || !(yield* fs.exists(output).pipe(Effect.orElseSucceed(() => false)))) return
  if (yield* isOurs(output)) return
  return yield* new Problem({
    what: `${output} exists and was not made by dubber.`,
    mend: "Replace it with --force, or name another file with --output."
  })
})

/** What is sent to a voice: the text as it would be spoken in a video. */
const textToSay = Effect.fnUntraced(function* ({ glossary, text }: SaySettings) {
  if (text.length > longestText) {
    return yield* new Problem({
      what: `The text has ${text.length} characters.`,
      mend: `Give ${longestText} at most.`,
      exitCode: 2
    })
  }
  const spoken = sayAs(spokenText(text.replaceAll(/\s+/g, " ").trim()), yield* readGlossary(glossary))
  if (spoken !== "") return spoken
  return yield* new Problem({ what: "There is nothing to say.", mend: 'Give a text: dubber say "Hello".', exitCode: 2 })
})

/** Has one text spoken and writes it to a file; a clip that is kept is not spoken again. */
export const sayLine = Effect.fn("sayLine")(function* (settings: SaySettings) {
  const paths = yield* Path.Path
  const log = yield* RequestLog
  const { provider, speak } = yield* TextToSpeech
  const text = yield* textToSay(settings)
  const language = settings.language ?? (yield* detectLanguage(text)) ?? Language.Language.make("en")
  const byDefault = provider.defaultVoice(language)
  // "+f2" is a variant of the voice that eSpeak NG has for the language.
  const voice = settings.voice?.startsWith("+") === true ? `${byDefault}${settings.voice}` : settings.voice
  const output = paths.resolve(settings.output ?? paths.join("out", sayName(settings.text.trim(), voice ?? byDefault)))
  yield* checkOutput(output, settings.force)
  yield* warnOfShutdown(provider)
  yield* warnOfBudget(provider, settings)
  yield* log.expected(estimatedUsd(provider, [...text].length))
  const audio = yield* speak({ subject: "the text", text, voice, language, instructions: settings.instructions })
  yield* writeSoundFile(audio.bytes, output)
  const isFree = provider.service === "espeak" || provider.service === "local"
  const cached = audio.cached === true
  const said: Said = {
    path: output,
    seconds: Option.match(clipSamples(audio.bytes), { onNone: () => 0, onSome: toSeconds }),
    usd: cached || isFree ? 0 : (audio.usd ?? null),
    cached,
    service: provider.service,
    model: provider.model,
    voice: voice ?? byDefault,
    language
  }
  return said
})
