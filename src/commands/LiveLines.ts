/** Where lines are drawn that change: `draw` puts lines in the place of those drawn before, `keep` one that stays. */
export interface Surface {
  readonly draw: (text: string) => void
  readonly clear: () => void
  readonly keep: (line: string) => void
}

/** Several lines that are redrawn in place, one for each stage that runs now; what is over stays above them. */
export const liveLines = (surface: Surface) => {
  const lines = new Map<string, string>()
  const redraw = () => (lines.size === 0 ? surface.clear() : surface.draw([...lines.values()].join("\n")))
  return {
    set: (name: string, line: string, now: boolean) => {
      lines.set(name, line)
      if (now) redraw()
    },
    end: (name: string) => void lines.delete(name),
    keep: (line: string) => {
      surface.clear()
      surface.keep(line)
      redraw()
    }
  }
}
