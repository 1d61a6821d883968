import { stripVTControlCharacters } from "node:util"
import stringWidth from "string-width"
import type { Surface } from "./LiveLines.ts"
import type { Terminal } from "./Terminal.ts"
import { cutEnd } from "./wording.ts"

/** Shown at once by terminals that know it, ignored by the others. */
const together = (text: string): string => `\u001b[?2026h${text}\u001b[?2026l`
const up = (rows: number): string => (rows > 0 ? `\u001b[${rows}A` : "")
const eraseLine = "\u001b[K"
const eraseBelow = "\u001b[J"

/**
 * Draws lines at the end of what a terminal shows, the cursor below them: in place, each over itself, so that nothing
 * flickers and a program that is killed leaves no cursor hidden and no line half drawn. When the terminal has become
 * narrower, the lines drawn before take as many rows as it has folded them into.
 */
export const terminalSurface = (terminal: Terminal): Surface & { readonly finish: () => void } => {
  let drawn: ReadonlyArray<string> = []
  let erased = false

  const rowsOfDrawn = () => {
    const columns = Math.max(1, terminal.columns())
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(stringWidth(line) / columns)), 0)
    return Math.min(rows, terminal.rows() - 1)
  }

  /** What is higher than the terminal scrolls and cannot be drawn over. */
  const fit = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
    const most = Math.max(1, terminal.rows() - 1)
    const shown = lines.length <= most ? lines : [...lines.slice(0, most - 1), `  and ${lines.length - most + 1} more`]
    const room = terminal.columns() - 1
    return shown.map((line) => (stringWidth(line) <= room ? line : cutEnd(stripVTControlCharacters(line), room)))
  }

  const erase = () => {
    const sequence = drawn.length === 0 ? "" : up(rowsOfDrawn()) + eraseBelow
    drawn = []
    return sequence
  }

  return {
    draw: (text) => {
      const lines = fit(text.split("\n"))
      const over = up(rowsOfDrawn())
      if (!erased && over !== "" && lines.join("\n") === drawn.join("\n")) return
      terminal.write(together(`${over}${lines.map((line) => `${line}${eraseLine}\n`).join("")}${eraseBelow}`))
      drawn = lines
      erased = false
    },
    // Written with whatever comes next, so that nothing is empty in between.
    clear: () => void (erased = true),
    keep: (line) => {
      terminal.write(together(`${erase()}${line}\n`))
      erased = false
    },
    finish: () => {
      if (erased) terminal.write(erase())
      drawn = []
    }
  }
}
