import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import type { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"
import * as ChildProcess from "effect/process/ChildProcess"
import * as ChildProcessSpawner from "effect/process/ChildProcessSpawner"
import { englishName, Language } from "../../domain/Language.ts"
import { withDeadline } from "../../requests/Deadline.ts"
import { dealtVoices, ownerOfVoice } from "../../requests/Models.ts"
import { RequestLog } from "../../requests/RequestLog.ts"
import { oneLine } from "../../requests/ServerMessage.ts"
import { NotThere, ServiceError, Unavailable } from "../../requests/ServiceError.ts"
import { asVoice, genderOf, languagesOf, type Voice } from "../Catalogue.ts"
import { TextToSpeech, type SpeechAudio, type SpeechProvider, type SpeechRequest } from "../TextToSpeech.ts"

export interface ESpeakSettings {
  /** The program; "espeak-ng" as the path finds it unless given. */
  readonly program?: string | undefined
  /** A voice for every language, instead of the one that the language has: "en-us", "de+f3", "mb-de5". */
  readonly defaultVoice?: string | undefined
  readonly deadlineSeconds?: number | undefined
}

/** A row of `espeak-ng --voices`: a voice, and what it can be asked for; the lowest number is the best fit. */
export interface ESpeakVoice {
  readonly id: string
  readonly fits: ReadonlyArray<{ readonly language: string; readonly priority: number }>
}

const service = "espeak"
const wordsPerMinute = 175

/** Reads the table that `espeak-ng --voices` prints. Voices that need MBROLA's own data are left out. */
export const parseVoices = (table: string): ReadonlyArray<ESpeakVoice> =>
  table.split("\n").flatMap((line) => {
    const [, priority, id, rest = ""] = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
    if (priority === undefined || id === undefined || /\s(mb\/|!v\/)/.test(rest)) return []
    const others = [...rest.matchAll(/\(([a-z][\w-]*) (\d+)\)/gi)].map(([, language = "", number = ""]) => ({
      language: language.toLowerCase(),
      priority: Number(number)
    }))
    return [{ id, fits: [{ language: id.toLowerCase(), priority: Number(priority) }, ...others] }]
  })

/** The same table for people: names, and what is known of each. */
export const describeVoices = (table: string): ReadonlyArray<Voice> =>
  table.split("\n").flatMap((line) => {
    const [, id, gender, name = "", file = ""] = /^\s*\d+\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)/.exec(line) ?? []
    if (id === undefined || gender === undefined || /^(?:mb\/|!v\/)/.test(file)) return []
    // Some of its languages have no code but this one.
    const languages = [languagesOf([id, id.split("-")[0]])[0] ?? Language.make(id)]
    return [asVoice({ id, name: name.replaceAll("_", " "), languages, gender: genderOf(gender.split("/")[1]) })]
  })

/** Regions whose speech a voice of another tag is nearest to. */
const nearest: Readonly<Record<string, string>> = {
  "zh-hk": "yue",
  "zh-hant-hk": "yue",
  "zh-mo": "yue",
  nn: "nb",
  no: "nb",
  en: "en-us",
  "en-ca": "en-us",
  "en-au": "en-gb",
  "en-nz": "en-gb",
  "en-ie": "en-gb",
  "en-in": "en-gb",
  "en-za": "en-gb",
  "es-es": "es",
  fr: "fr-fr",
  "fr-ca": "fr-fr",
  "pt-ao": "pt",
  "pt-mz": "pt"
}

const latinAmerica = "ar bo cl co cr cu do ec gt hn mx ni pa pe pr py sv us uy ve 419".split(" ")

const candidates = (language: Language): ReadonlyArray<string> => {
  const tag = language.toLowerCase()
  const parts = tag.split("-")
  const shorter = parts.map((_, i) => parts.slice(0, parts.length - i).join("-"))
  const region = parts[0] === "es" && latinAmerica.includes(parts.at(-1) ?? "") ? ["es-419"] : []
  return region.concat(shorter.flatMap((part) => [nearest[part] ?? part, part]))
}

/** The voice that speaks a language: its region's own, else the language's; undefined where there is none. */
export const voiceFor = (voices: ReadonlyArray<ESpeakVoice>, language: Language): string | undefined => {
  for (const wanted of candidates(language)) {
    const fitting = voices.flatMap(({ id, fits }) =>
      fits.filter((fit) => fit.language === wanted).map(({ priority }) => ({ id, priority }))
    )
    const own = fitting.find(({ id }) => id.toLowerCase() === wanted)
    const best = own ?? fitting.toSorted((a, b) => a.priority - b.priority)[0]
    if (best !== undefined) return best.id
  }
  return undefined
}

/** Plain words: no control characters, which are commands, and no double brackets, which enclose phonemes. */
const plain = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, " ")
    .replace(/\[{2,}/g, "[")
    .trim()

const notThere = (message: string) => new ServiceError({ service, reason: new NotThere({ message }) })

const noSuchVoice = (voice: string) => {
  const other = ownerOfVoice(voice)
  return notThere(
    other === undefined
      ? `the voice "${oneLine(voice)}" is not there. "dubber voices --tts espeak" lists those that are`
      : `"${voice}" is a voice of ${other.owner}, which needs a key: set ${other.keyName} and use --tts ${other.service}, ` +
          `or choose one of "dubber voices --tts espeak"`
  )
}

const notStarted = (program: string) => (error: PlatformError) =>
  error.reason._tag === "NotFound"
    ? notThere(
        `${program} is not installed. Install it with "apt-get install espeak-ng", "dnf install espeak-ng" or ` +
          `"brew install espeak-ng", or choose another service with --tts`
      )
    : new ServiceError({ service, reason: new Unavailable({ message: `${program}: ${oneLine(error.message)}` }) })

/** Speech by eSpeak NG on this machine: no key, no network, no price, and the same sound for the same request. */
export const layer = (settings: ESpeakSettings = {}) =>
  Layer.effect(
    TextToSpeech,
    Effect.gen(function* () {
      const log = yield* RequestLog
      const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
      const program = settings.program ?? "espeak-ng"
      const deadlineSeconds = settings.deadlineSeconds ?? 60

      const run = Effect.fnUntraced(function* (args: ReadonlyArray<string>, text: string) {
        const child = yield* spawner.spawn(
          ChildProcess.make(program, args, {
            stdin: Stream.make(new TextEncoder().encode(text)),
            killSignal: "SIGTERM",
            forceKillAfter: "1 second"
          })
        )
        const complaint = yield* child.stderr.pipe(Stream.decodeText(), Stream.mkString, Effect.forkScoped)
        const bytes = yield* Stream.mkUint8Array(child.stdout)
        const exitCode = yield* child.exitCode
        return { bytes, exitCode, complaint: yield* Fiber.join(complaint) }
      }, Effect.scoped)

      // Not there is said when it is asked to speak, not when it is wired.
      const voices = yield* run(["--voices"], "").pipe(
        Effect.map(({ bytes }) => new TextDecoder().decode(bytes)),
        Effect.mapError(notStarted(program)),
        Effect.result
      )
      const known = voices._tag === "Success" ? parseVoices(voices.success) : []

      const provider: SpeechProvider = {
        service,
        model: "espeak-ng",
        address: "",
        defaultVoice: (language) => settings.defaultVoice ?? voiceFor(known, language) ?? language.toLowerCase(),
        voices: Effect.succeed(dealtVoices.espeak),
        catalogue:
          voices._tag === "Success" ? Effect.succeed(describeVoices(voices.success)) : Effect.fail(voices.failure),
        // Its list does not name all that it understands: "en-us+f3", "English_(America)".
        checkVoice: (voice) =>
          run(["-q", "--stdin", "--stdout", "-v", voice], "").pipe(
            withDeadline(service, deadlineSeconds),
            Effect.catchTag("PlatformError", (error) => Effect.fail(notStarted(program)(error))),
            Effect.flatMap(({ complaint, exitCode }) =>
              exitCode !== 0 && /voice/i.test(complaint) ? Effect.fail(noSuchVoice(voice)) : Effect.void
            )
          ),
        longestInput: 100_000,
        takesInstructions: false
      }

      const ask = Effect.fnUntraced(function* (request: SpeechRequest) {
        if (voices._tag === "Failure") return yield* voices.failure
        const voice = request.voice ?? settings.defaultVoice ?? voiceFor(known, request.language)
        if (voice === undefined) {
          const name = `${englishName(request.language)} (${request.language})`
          return yield* notThere(
            `eSpeak NG has no voice for ${name}. Choose one of "espeak-ng --voices" with --voice, or another service with --tts`
          )
        }
        const rate = Math.round(Math.max(80, Math.min(450, wordsPerMinute * (request.speed ?? 1))))
        const args = ["-b", "1", "-v", voice, "-s", String(rate), "--stdin", "--stdout"]
        const { bytes, exitCode, complaint } = yield* run(args, plain(request.text)).pipe(
          Effect.mapError(notStarted(program))
        )
        if (exitCode === 0) return bytes
        if (/voice/i.test(complaint)) return yield* noSuchVoice(voice)
        const message = `${program} ended with exit code ${exitCode}: ${oneLine(complaint)}`
        return yield* new ServiceError({ service, reason: new Unavailable({ message }) })
      })

      const speak = Effect.fn("ESpeak.speak")(function* (request: SpeechRequest) {
        const attempt = ask(request).pipe(withDeadline(service, deadlineSeconds))
        const bytes = yield* log.attempt("speech", request.subject, attempt)
        const characters = [...request.text].length
        yield* log.used("speech", { characters })
        return { bytes, contentType: "audio/wav", characters } satisfies SpeechAudio
      })

      return TextToSpeech.of({ provider, speak })
    })
  )
