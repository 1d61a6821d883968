import * as Option from "effect/Option"
import type * as HelpDoc from "effect/cli/HelpDoc"

/** How wide help is, and whether it may be bold. */
export interface HelpLook {
  readonly columns: number
  readonly isBold: boolean
}

/** Where descriptions begin, of flags and of commands; a longer name has a line of its own. */
const indent = 26
const indentOfCommands = 12
/** Fewer flags need no headings of their own. */
const manyFlags = 20

/** Before which flag what they are about changes, where there are many. */
const headings: ReadonlyMap<string, string> = new Map([
  ["concurrency", "how fast, and for how much"],
  ["to", "of each video, or beside it in a list"],
  ["from", "what is said"],
  ["polish", "what will be said"],
  ["tts", "how it sounds"],
  ["max-tempo", "when it is heard, and over what"],
  ["subtitles", "subtitles, and what is written besides"]
])

/** In lines of so many columns at most, broken between words; a longer word stays whole. */
const wrapped = (text: string, columns: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** A name, and beside or below it what it is. */
const entry = (name: string, about: string, columns: number, at = indent): ReadonlyArray<string> => {
  const [first = "", ...rest] = wrapped(about, columns - at)
  const more = rest.map((line) => " ".repeat(at) + line)
  return name.length + 4 <= at
    ? [`  ${name.padEnd(at - 2)}${first}`, ...more]
    : [`  ${name}`, `${" ".repeat(at)}${first}`, ...more]
}

const flagLines = (flag: HelpDoc.FlagDoc, columns: number): ReadonlyArray<string> => {
  const about = Option.getOrElse(flag.description, () => "")
  const choices = / ?\(choices: ([^)]*)\)$/.exec(about)
  const value = choices?.[1] === undefined ? flag.type : choices[1].split(", ").join("|")
  const names = [`--${flag.name}`, ...flag.aliases].join(", ")
  const name = flag.type === "boolean" || flag.type === "" ? names : `${names} ${value}`
  const told = (choices === null ? about : about.slice(0, choices.index)).replace(/ \(default off\)$/, "")
  // What may be repeated need not be there at all.
  const isNeeded = flag.required && !told.includes("may be repeated")
  return entry(name, `${told}${isNeeded ? " (must be given)" : ""}`, columns)
}

const flagsLines = (flags: ReadonlyArray<HelpDoc.FlagDoc>, columns: number): ReadonlyArray<string> =>
  flags.flatMap((flag, i) => {
    const heading = i === 0 || flags.length < manyFlags ? undefined : headings.get(flag.name)
    return [...(heading === undefined ? [] : ["", `  ${heading}:`]), ...flagLines(flag, columns)]
  })

/** A page of help, no wider than the terminal: what the command does, its arguments, its flags, and examples. */
export const helpText = (doc: HelpDoc.HelpDoc, { columns, isBold }: HelpLook): string => {
  const title = (text: string) => (isBold ? `\u001b[1m${text}\u001b[0m` : text)
  const section = (name: string, lines: ReadonlyArray<string>) =>
    lines.length === 0 ? [] : ["", title(name), ...lines]
  const commands = (doc.subcommands ?? []).flatMap(({ commands: all }) =>
    all.flatMap(({ description, name, shortDescription }) =>
      entry(name, shortDescription ?? description, columns, indentOfCommands)
    )
  )
  const args = (doc.args ?? []).flatMap(({ description, name }) =>
    entry(
      name,
      Option.getOrElse(description, () => ""),
      columns
    )
  )
  const examples = (doc.examples ?? []).flatMap(({ command, description }, i) => [
    ...(i === 0 ? [] : [""]),
    ...(description === undefined ? [] : wrapped(`# ${description}`, columns - 2).map((line) => `  ${line}`)),
    `  ${command}`
  ])
  return [
    ...wrapped(doc.description, columns),
    ...section("USAGE", [`  ${doc.usage}`]),
    ...section("COMMANDS", commands),
    ...section("ARGUMENTS", args),
    ...section("FLAGS", flagsLines(doc.flags, columns)),
    ...section("EXAMPLES", examples),
    ...section("FLAGS OF EVERY COMMAND", flagsLines(doc.globalFlags ?? [], columns))
  ].join("\n")
}
