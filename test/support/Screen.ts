import { Effect } from "effect"
import xterm from "@xterm/headless"
import type { Terminal } from "../../src/commands/Terminal.ts"

export interface Screen {
  /** What is written to it is shown, as a terminal would. */
  readonly terminal: Terminal
  readonly write: (bytes: string) => void
  /** Makes it wider or narrower: lines are folded anew, as most terminals do. */
  readonly resize: (columns: number, rows?: number) => void
  /** What stands on it, and above it, line by line; empty lines at the end are left out. */
  readonly lines: Effect.Effect<ReadonlyArray<string>>
  /** Every byte that came. */
  readonly bytes: () => string
  /** The row of the cursor, counted from the first line. */
  readonly cursor: () => { readonly row: number; readonly column: number }
}

/** A terminal in memory, xterm's own: what a person would see of the bytes that are written to it. */
export const makeScreen = (size: { readonly columns: number; readonly rows?: number }) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const emulator = new xterm.Terminal({
        cols: size.columns,
        rows: size.rows ?? 30,
        scrollback: 1000,
        allowProposedApi: true,
        // As the line discipline of a terminal does.
        convertEol: true
      })
      let bytes = ""
      const write = (text: string) => {
        bytes += text
        emulator.write(text)
      }
      const settled = Effect.callback<void>((resume) => emulator.write("", () => resume(Effect.void)))
      const screen: Screen = {
        terminal: {
          write,
          isLive: true,
          hasColours: false,
          hasUnicode: true,
          columns: () => emulator.cols,
          rows: () => emulator.rows
        },
        write,
        resize: (columns, rows = emulator.rows) => emulator.resize(columns, rows),
        lines: Effect.map(settled, () => {
          const { active } = emulator.buffer
          const all = Array.from({ length: active.length }, (_, i) => active.getLine(i)!.translateToString(true))
          return all.slice(0, all.findLastIndex((line) => line !== "") + 1)
        }),
        bytes: () => bytes,
        cursor: () => {
          const { baseY, cursorX, cursorY } = emulator.buffer.active
          return { row: baseY + cursorY, column: cursorX }
        }
      }
      return { emulator, screen }
    }),
    ({ emulator }) => Effect.sync(() => emulator.dispose())
  ).pipe(Effect.map(({ screen }) => screen))
