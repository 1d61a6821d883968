import * as Effect from "effect/Effect"
import type * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as Language from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import { optionalString } from "../requests/Endpoint.ts"

const wrong = (what: string) => new Problem({ what, exitCode: 2 })

/** A flag, else its environment variable, else nothing. */
export const orEnvironment = (flag: Option.Option<string>, ...variables: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    if (Option.isSome(flag)) return { value: flag.value, from: undefined }
    for (const name of variables) {
      const value = yield* optionalString(name)
      if (value !== undefined) return { value, from: name }
    }
    return undefined
  })

/** One of some words, from a flag that was checked already or from the environment. */
export const choiceOf = Effect.fnUntraced(function* <const Choice extends string>(
  flag: Option.Option<Choice>,
  variable: string,
  choices: ReadonlyArray<Choice>,
  byDefault: Choice
) {
  if (Option.isSome(flag)) return flag.value
  const value = yield* optionalString(variable)
  if (value === undefined) return byDefault
  const found = choices.find((one) => one === value)
  if (found === undefined) return yield* wrong(`${variable} is "${value}": it can be ${choices.join(", ")}.`)
  return found
})

/** A number in a range, from a flag or the environment. */
export const numberOf = Effect.fnUntraced(function* (
  flag: Option.Option<number>,
  name: string,
  range: { readonly minimum: number; readonly maximum: number },
  variable?: string
) {
  const fromVariable = Option.isNone(flag) && variable !== undefined ? yield* optionalString(variable) : undefined
  const value = Option.getOrElse(flag, () => (fromVariable === undefined ? undefined : Number(fromVariable)))
  if (value === undefined) return undefined
  if (!Number.isFinite(value) || value < range.minimum || value > range.maximum) {
    const where = fromVariable === undefined ? `--${name} is ${value}` : `${variable} is "${fromVariable}"`
    return yield* wrong(`${where}: it can be from ${range.minimum} to ${range.maximum}.`)
  }
  return value
})

export const concurrencyOf = Effect.fnUntraced(function* (flag: Option.Option<string>, sync: boolean) {
  if (sync && Option.isSome(flag) && flag.value !== "1") {
    return yield* wrong(`--sync means one request at a time, but --concurrency is ${flag.value}: give one of them.`)
  }
  if (sync) return 1
  const given = yield* orEnvironment(flag, "MAX_CONCURRENT")
  if (given === undefined) return 5
  if (given.value === "auto") return "auto" as const
  const number = /^\d+$/.test(given.value) ? Number(given.value) : Number.NaN
  if (!(number >= 1 && number <= 64)) {
    return yield* wrong(
      `${given.from ?? "--concurrency"} is "${given.value}": it can be a whole number from 1 to 64, or auto.`
    )
  }
  return number
})

export const languageOf = Effect.fnUntraced(function* (name: string, value: string) {
  const language = Language.parse(value)
  if (Option.isSome(language)) return language.value
  return yield* wrong(
    `--${name} is "${value}": no language is known by that name. Give a code such as es or pt-BR, or an English name.`
  )
})

export const voicesFor = Effect.fnUntraced(function* (pairs: ReadonlyArray<string>) {
  const voices: Record<string, string> = {}
  for (const pair of pairs) {
    const at = pair.lastIndexOf("=")
    if (at <= 0 || at === pair.length - 1) {
      return yield* wrong(`--voice-for is "${pair}": it is written SPEAKER=VOICE, as in --voice-for "speaker 1=nova".`)
    }
    voices[pair.slice(0, at).trim()] = pair.slice(at + 1).trim()
  }
  return voices
})

/** A voice by a flag, else by the environment; a flag that is empty is a mistake ("$VOICE" that nobody set). */
export const voiceOf = Effect.fnUntraced(function* (flag: Option.Option<string>, name = "voice") {
  if (Option.isSome(flag) && flag.value.trim() === "") {
    return yield* new Problem({
      what: `--${name} is empty.`,
      mend: 'Name a voice: "dubber voices" lists them.',
      exitCode: 2
    })
  }
  return (yield* orEnvironment(flag, "DUBBER_VOICE"))?.value
})

const levels = {
  all: "All",
  trace: "Trace",
  debug: "Debug",
  info: "Info",
  warn: "Warn",
  warning: "Warn",
  error: "Error",
  fatal: "Fatal",
  none: "None"
} as const satisfies Record<string, LogLevel.LogLevel>

/** DUBBER_LOG_LEVEL, by the names that the flag takes, in letters of any size. */
export const logLevel = Effect.gen(function* () {
  const value = yield* optionalString("DUBBER_LOG_LEVEL")
  if (value === undefined) return Option.none<LogLevel.LogLevel>()
  const name = value.toLowerCase()
  if (Object.hasOwn(levels, name)) return Option.some<LogLevel.LogLevel>(levels[name as keyof typeof levels])
  return yield* wrong(`DUBBER_LOG_LEVEL is "${value}": it can be ${Object.keys(levels).join(", ")}.`)
})
