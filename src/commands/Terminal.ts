import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { styleText } from "node:util"
import { optionalString } from "../requests/Endpoint.ts"
import { harmless } from "./wording.ts"

/** What the place is like where lines for people are written: stderr. */
export interface Terminal {
  readonly write: (text: string) => void
  /** Somebody looks at it while it is drawn; else it is a pipe, a file, or the log of a build. */
  readonly isLive: boolean
  readonly hasColours: boolean
  readonly hasUnicode: boolean
  readonly columns: () => number
  readonly rows: () => number
}

/** The environment as far as it tells what a terminal can. */
export interface TerminalEnvironment {
  readonly TERM?: string | undefined
  readonly CI?: string | undefined
  readonly NO_COLOR?: string | undefined
  readonly FORCE_COLOR?: string | undefined
  readonly LC_ALL?: string | undefined
  readonly LC_CTYPE?: string | undefined
  readonly LANG?: string | undefined
}

const isOn = (value: string | undefined): boolean =>
  value !== undefined && value !== "" && value !== "0" && value.toLowerCase() !== "false"

/** NO_COLOR (no-color.org) wins over FORCE_COLOR; a dumb terminal and the log of a build are not drawn on. */
export const capabilitiesOf = (
  isTerminal: boolean,
  environment: TerminalEnvironment,
  platform: string
): Pick<Terminal, "isLive" | "hasColours" | "hasUnicode"> => {
  const { CI, FORCE_COLOR, LANG, LC_ALL, LC_CTYPE, NO_COLOR, TERM } = environment
  const isDumb = TERM === "dumb"
  const locale = LC_ALL || LC_CTYPE || LANG || ""
  return {
    isLive: isTerminal && !isDumb && !isOn(CI),
    hasColours: (NO_COLOR ?? "") === "" && (isOn(FORCE_COLOR) || (isTerminal && !isDumb && FORCE_COLOR === undefined)),
    hasUnicode:
      TERM !== "linux" && (/utf-?8/i.test(locale) || (locale === "" && (platform === "darwin" || platform === "win32")))
  }
}

const names = ["TERM", "CI", "NO_COLOR", "FORCE_COLOR", "LC_ALL", "LC_CTYPE", "LANG"] as const

/** The terminal that stderr is, or is not. */
export const terminalOf = Effect.fnUntraced(function* (stream: NodeJS.WriteStream) {
  const values = yield* Effect.forEach(names, (name) => optionalString(name))
  const environment: TerminalEnvironment = Object.fromEntries(names.map((name, i) => [name, values[i]]))
  const terminal: Terminal = {
    write: (text) => void stream.write(text),
    ...capabilitiesOf(stream.isTTY === true, environment, process.platform),
    // Some terminals, as those of containers and serial lines, say that they have no size.
    columns: () => stream.columns || 80,
    rows: () => stream.rows || 24
  }
  return terminal
})

/** Where a line is written that stays; lines that are drawn at that moment stay whole. */
export const KeepLine = Context.Reference<(line: string) => void>("dubber/commands/KeepLine", {
  defaultValue: () => (line) => void process.stderr.write(`${line}\n`)
})

export type Paint = "green" | "red" | "yellow" | "dim" | "bold"

/** What a line is drawn with. */
export interface Look {
  readonly paint: (how: Paint, text: string) => string
  /** Of a stage that is over, by how it ended, and of a warning. */
  readonly marks: Readonly<Record<"done" | "partial" | "failed" | "interrupted" | "warning", string>>
  readonly bar: readonly [full: string, empty: string]
  readonly ellipsis: string
  /** Between a factor and what it multiplies. */
  readonly times: string
  /** What is told, without what would move the cursor and, where they are not there, without our signs. */
  readonly plain: (text: string) => string
}

const colours = { done: "green", partial: "yellow", failed: "red", interrupted: "yellow", warning: "yellow" } as const
const signs = { done: "✓", partial: "!", failed: "✗", interrupted: "–", warning: "!" }
const letters = { done: "+", partial: "!", failed: "x", interrupted: "-", warning: "!" }

const replacements: ReadonlyArray<readonly [RegExp, string]> = [
  [/…/g, "..."],
  [/×/g, "x"],
  [/[–—]/g, "-"],
  [/[“”]/g, '"'],
  [/[‘’]/g, "'"]
]

/** How lines look on a terminal that can do so much. */
export const lookOf = ({ hasColours, hasUnicode }: Pick<Terminal, "hasColours" | "hasUnicode">): Look => {
  const paint = (how: Paint, text: string) => (hasColours ? styleText(how, text, { validateStream: false }) : text)
  const marks = hasUnicode ? signs : letters
  const painted = (name: keyof typeof marks) => paint(colours[name], marks[name])
  return {
    paint,
    marks: {
      done: painted("done"),
      partial: painted("partial"),
      failed: painted("failed"),
      interrupted: painted("interrupted"),
      warning: painted("warning")
    },
    bar: hasUnicode ? ["█", "░"] : ["#", "."],
    ellipsis: hasUnicode ? "…" : "...",
    times: hasUnicode ? "×" : "x",
    plain: (text) =>
      hasUnicode
        ? harmless(text)
        : replacements.reduce((said, [sign, word]) => said.replaceAll(sign, word), harmless(text))
  }
}
