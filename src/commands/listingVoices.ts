import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import stringWidth from "string-width"
import { englishName, Language } from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import { listVoices, type ServiceVoices } from "../dub/ListVoices.ts"
import { sayName } from "../dub/SayLine.ts"
import * as Endpoints from "../requests/Endpoint.ts"
import { RequestLog } from "../requests/RequestLog.ts"
import type { Voice } from "../speech/Catalogue.ts"
import { sampleText } from "../speech/SampleText.ts"
import { speechServices } from "./flags.ts"
import { languageOf, orEnvironment, voiceOf } from "./flagValues.ts"
import { saidLine, sayWith } from "./saying.ts"
import { type DubFlags, notGiven } from "./settings.ts"
import { chooseSpeech, providerOf, type SpeechService } from "./SpeechProviders.ts"
import { terminalOf } from "./Terminal.ts"
import { cutEnd } from "./wording.ts"

/** The services that can be asked: those with a key or an address, eSpeak NG, and a model on this machine that is named. */
const setUp = Effect.fnUntraced(function* (flags: DubFlags) {
  const openAi = Option.getOrUndefined(yield* Endpoints.openAiCompatible("TTS"))
  const { apiKey } = yield* Endpoints.elevenLabs
  const folder = yield* orEnvironment(flags.model, "DUBBER_LOCAL_MODEL")
  const isThere: Record<SpeechService, boolean> = {
    openai: openAi !== undefined,
    realtime: openAi !== undefined && Endpoints.isOpenAi(openAi),
    elevenlabs: apiKey !== undefined,
    espeak: true,
    local: folder !== undefined
  }
  return speechServices.filter((service) => isThere[service])
})

const ask = Effect.fnUntraced(function* (service: SpeechService, flags: DubFlags, language: Language | undefined) {
  // A model of one service is none of another.
  const own = Option.isSome(flags.tts) ? flags : { ...flags, ttsModel: notGiven.ttsModel }
  const provider = yield* providerOf(service, own)
  return yield* listVoices(language).pipe(
    Effect.provide(provider.pipe(Layer.provide(RequestLog.layer), Layer.provide(FetchHttpClient.layer)))
  )
})

const columnsOf = ({ description, gender, id, languages, name }: Voice, isDefault: boolean) => [
  id,
  name ?? "",
  (languages ?? []).join(", "),
  gender ?? "",
  [...(isDefault ? ["the default"] : []), ...(description === undefined ? [] : [description])].join("; ")
]

const pad = (text: string, width: number): string => {
  const cut = cutEnd(text, width)
  return cut + " ".repeat(Math.max(0, width - stringWidth(cut)))
}

/** Voices of one service as people read them: a line each, columns that hold something, no wider than the terminal. */
export const voiceLines = (one: ServiceVoices, columns: number): ReadonlyArray<string> => {
  const title = `${one.service}${["", "none", "espeak-ng"].includes(one.model) ? "" : ` ${one.model}`}`
  if (one.voices === null) return [`${title}: ${one.why ?? "unknown"}`]
  const rows = one.voices.map((voice) =>
    columnsOf(voice, voice.id === one.defaultVoice || voice.name === one.defaultVoice)
  )
  const widths = [0, 1, 2, 3, 4].map((i) => Math.max(0, ...rows.map((row) => stringWidth(row[i]!))))
  // Few languages are shown of voices that have many.
  widths[2] = Math.min(widths[2] ?? 0, 20)
  const lines = rows.map((row) => {
    const cells = row.flatMap((text, i) => {
      const width = widths[i] ?? 0
      return width === 0 ? [] : [i === 4 ? text : pad(text, width)]
    })
    return `  ${cutEnd(cells.join("  ").trimEnd(), columns - 2)}`
  })
  const count = `${rows.length} ${rows.length === 1 ? "voice" : "voices"}`
  const isAny = one.voices.length > 0 && one.voices.every(({ languages }) => languages === undefined)
  const hint =
    one.service === "espeak" ? "; each with a variant too, as de+f2 or en-us+m3" : isAny ? ", any language" : ""
  return [`${title} (${count}${hint})`, ...lines]
}

const list = Effect.fnUntraced(function* (flags: DubFlags, language: Language | undefined, json: boolean) {
  const services = Option.isSome(flags.tts)
    ? speechServices.filter((service) => service === Option.getOrUndefined(flags.tts))
    : yield* setUp(flags)
  const all = yield* Effect.forEach(services, (service) => ask(service, flags, language), { concurrency: 5 })
  if (json) yield* Console.log(JSON.stringify(all, null, 2))
  else {
    const terminal = yield* terminalOf(process.stdout)
    const columns = process.stdout.isTTY ? terminal.columns() : 1000
    yield* Console.log(all.map((one) => voiceLines(one, columns).join("\n")).join("\n\n"))
  }
  const found = all.reduce((sum, { voices }) => sum + (voices?.length ?? 0), 0)
  if (found > 0 || all.some(({ isUntold }) => isUntold === true)) return
  const what =
    language === undefined ? "No voice was found." : `No voice was found that speaks ${englishName(language)}.`
  return yield* new Problem({ what, mend: 'Run "dubber doctor" to see what is set up.' })
})

/** The language of a sample: that which is asked for, else the voice's own, else English. */
const languageFor = Effect.fnUntraced(function* (voice: string, flags: DubFlags, asked: Language | undefined) {
  if (asked !== undefined) return asked
  const { service } = yield* chooseSpeech(flags)
  const { voices } = yield* ask(service, { ...flags, tts: Option.some(service) }, undefined)
  const found = voices?.find(({ id, name }) => id === voice || name === voice || voice.startsWith(`${id}+`))
  return found?.languages?.[0] ?? Language.make("en")
})

/** `voices` */
export const runVoices = Effect.fnUntraced(function* (
  given: {
    readonly language: Option.Option<string>
    readonly sample: Option.Option<string>
    readonly output: Option.Option<string>
    readonly force: boolean
    readonly workdir: Option.Option<string>
    readonly json: boolean
  } & Partial<DubFlags>
) {
  const flags: DubFlags = { ...notGiven, ...given }
  const asked = Option.isSome(given.language) ? yield* languageOf("language", given.language.value) : undefined
  if (Option.isNone(given.sample)) return yield* list(flags, asked, given.json)
  const paths = yield* Path.Path
  const voice = (yield* voiceOf(given.sample, "sample")) ?? ""
  const language = yield* languageFor(voice, flags, asked)
  const said = yield* sayWith(
    {
      text: sampleText(language),
      language,
      voice,
      instructions: (yield* orEnvironment(flags.instructions, "OPENAI_TTS_INSTRUCTIONS"))?.value,
      glossary: undefined,
      output: Option.getOrElse(given.output, () => paths.join("out", sayName("sample", voice, language))),
      force: given.force
    },
    flags,
    given.workdir
  )
  yield* Console.log(given.json ? JSON.stringify(said, null, 2) : saidLine(said))
})
