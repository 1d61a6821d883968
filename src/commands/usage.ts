import * as Console from "effect/Console"
import * as CliOutput from "effect/cli/CliOutput"
import type { NonShowHelpErrors } from "effect/cli/CliError"

/** Flags whose values may begin with a dash: `--range -0:30`, `--lines -20`. */
const takeDashes = new Set(["--range", "--lines"])

/** Arguments as the parser understands them: a value that begins with a dash and a digit is no flag of one letter. */
export const argumentsOf = (given: ReadonlyArray<string>): ReadonlyArray<string> => {
  const end = given.indexOf("--")
  const isValue = (at: number) =>
    at > 0 && (end === -1 || at < end) && takeDashes.has(given[at - 1]!) && /^-\d/.test(given[at]!)
  return given.flatMap((one, at) => (isValue(at) ? [] : isValue(at + 1) ? [`${one}=${given[at + 1]!}`] : [one]))
}

const alternatives = (names: ReadonlyArray<string>): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)!}`

/** What is wrong with how the program was called, in one line. */
const inOneLine = (error: NonShowHelpErrors): string => {
  const [what = "", rest = ""] = error.message.split(/\s*Did you mean this\?\s*/)
  const line = what.replaceAll(/\s*\n\s*/g, " ").replace(/[.\s]+$/, "")
  return rest === "" ? `${line}.` : `${line}. Did you mean ${alternatives(rest.trim().split(/\s*\n\s*/))}?`
}

/** Wrong usage says what is wrong, as every other error does, and where help is; help that was asked for goes to stdout. */
export const presenter = CliOutput.layerPresenter({
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? Console.error(
          event.errors
            .map((error) => `dubber: ${inOneLine(error)} See "${event.commandPath.join(" ")} --help".`)
            .join("\n")
        )
      : CliOutput.defaultPresenter.present(event)
})
