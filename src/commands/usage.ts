import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as CliOutput from "effect/cli/CliOutput"
import type { NonShowHelpErrors } from "effect/cli/CliError"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import { helpText } from "./helpText.ts"

/** Flags whose values may begin with a dash: `--range -0:30`, `--lines -20`. */
const takeDashes = new Set(["--range", "--lines"])

/** `help`, `help full` and `version`, as other programs take them. */
const inWords = ([first, ...rest]: ReadonlyArray<string>): ReadonlyArray<string> =>
  first === "help"
    ? [...rest, "--help"]
    : first === "version" && rest.length === 0
      ? ["--version"]
      : first === undefined
        ? []
        : [first, ...rest]

/** Arguments as the parser understands them: a value that begins with a dash and a digit is no flag of one letter. */
export const argumentsOf = (typed: ReadonlyArray<string>): ReadonlyArray<string> => {
  const given = inWords(typed)
  const end = given.indexOf("--")
  const isValue = (at: number) =>
    at > 0 && (end === -1 || at < end) && takeDashes.has(given[at - 1]!) && /^-\d/.test(given[at]!)
  return given.flatMap((one, at) => (isValue(at) ? [] : isValue(at + 1) ? [`${one}=${given[at + 1]!}`] : [one]))
}

const beforeTheEnd = (given: ReadonlyArray<string>): ReadonlyArray<string> => {
  const end = given.indexOf("--")
  return given.slice(0, end === -1 ? given.length : end)
}

/** An argument that is a file whose name begins with a dash, as far as its ending tells: it would be read as flags. */
export const fileReadAsFlags = (given: ReadonlyArray<string>): string | undefined =>
  beforeTheEnd(given).find((one) => /^-[^-=\p{Cc}][^=\p{Cc}]{0,200}\.[a-z][a-z\d]{1,4}$/iu.test(one))

/** The text of `say` where it begins with a dash ("- Hello", "-5 degrees"): each of its letters would be a flag. */
export const textReadAsFlags = (given: ReadonlyArray<string>): string | undefined =>
  given[0] === "say" ? beforeTheEnd(given).find((one) => /^-[^-=]*\s/u.test(one)) : undefined

const alternatives = (names: ReadonlyArray<string>): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)!}`

/** What is of full and prep alone: synth begins with the script that they made. */
const writing = new Set(
  "script polish subs segments stt stt-model from audio-track speakers speaker-models"
    .split(" ")
    .map((name) => `--${name}`)
)

/** What somebody who typed it may have meant. */
const hint = (option: string, command: string): string | undefined => {
  if (command === "dubber synth" && writing.has(option)) {
    return `${option} is a flag of full and prep: synth speaks subs.srt of the workdir as it stands.`
  }
  return /--lang(uage)?$/.test(option) && /^dubber (full|prep|synth|batch|estimate)$/.test(command)
    ? `There is no ${option}: --to is the language to dub into, --from that of the video.`
    : undefined
}

/** What is wrong with a number. */
const wrongNumber = (option: string, value: string): string =>
  option === "budget"
    ? `--budget is "${value}": it is a sum in US dollars, as in --budget 2.50. What costs nothing is --tts espeak.`
    : `--${option} is "${value}": it is a number.`

/** What is wrong with how the program was called, in one line. */
const inOneLine = (error: NonShowHelpErrors): string => {
  if (error._tag === "UnrecognizedOption") {
    const told = hint(error.option, error.command?.join(" ") ?? "")
    if (told !== undefined) return told
  }
  if (error._tag === "InvalidValue" && /finite number|integer/.test(error.expected)) {
    return wrongNumber(error.option, error.value.slice(0, 40))
  }
  const [what = "", rest = ""] = error.message.split(/\s*Did you mean this\?\s*/)
  const line = what.replaceAll(/\s*\n\s*/g, " ").replace(/[.\s]+$/, "")
  return rest === "" ? `${line}.` : `${line}. Did you mean ${alternatives(rest.trim().split(/\s*\n\s*/))}?`
}

/** As wide as the terminal, but no wider than is well read; 80 where it is none. */
const columnsOf = ({ columns, isTTY }: NodeJS.WriteStream): number =>
  isTTY ? Math.min(100, Math.max(50, columns)) : 80

/**
 * Wrong usage says what is wrong, as every other error does and told as they are, and where help is; help that was asked
 * for goes to stdout.
 */
export const presenter = (tell: (message: string) => Effect.Effect<void>) =>
  CliOutput.layerPresenter({
    present: (event) =>
      event._tag === "InvalidInvocation"
        ? Effect.forEach(
            event.errors,
            (error) => tell(`${inOneLine(error)} See "${event.commandPath.join(" ")} --help".`),
            { discard: true }
          )
        : event._tag === "Help"
          ? Effect.flatMap(TerminalCapabilities.TerminalCapabilities, ({ canColor }) =>
              Console.log(helpText(event.helpDoc, { columns: columnsOf(process.stdout), isBold: canColor }))
            )
          : CliOutput.defaultPresenter.present(event)
  })
