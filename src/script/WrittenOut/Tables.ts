/** A table of one line, "key what it stands for; key …", in its order; "_" in a key is a space. */
export const entries = (table: string): ReadonlyArray<readonly [key: string, value: string]> =>
  table
    .split(/;\s+/u)
    .filter((entry) => entry !== "")
    .map((entry) => {
      const space = entry.indexOf(" ")
      return [entry.slice(0, space).replaceAll("_", " "), entry.slice(space + 1)] as const
    })

/** A text to be found as it is within a pattern. */
export const escaped = (text: string): string => text.replaceAll(/[\\/^$.*+?()[\]{}|]/gu, String.raw`\$&`)
