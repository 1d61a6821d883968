/** A fenced block: the language behind its fence, what is in it, and the headings that it stands under. */
export interface CodeBlock {
  readonly language: string
  readonly code: string
  readonly heading: string
}

/** The fenced blocks of a page, also those in lists. */
export const codeBlocks = (page: string): ReadonlyArray<CodeBlock> =>
  [...page.matchAll(/^([ ]*)```(\w*)\n([^]*?)^[ ]*```[ ]*$/gm)].map((found) => {
    const [, indent = "", language = "", code = ""] = found
    const heading = [...page.slice(0, found.index).matchAll(/^#+ (.*)$/gm)].at(-1)?.[1] ?? ""
    const lines = code.split("\n").map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
    return { language, code: lines.join("\n"), heading }
  })

/** A page without its fenced blocks. */
export const prose = (page: string): string => page.replaceAll(/^[ ]*```\w*\n[^]*?^[ ]*```[ ]*$/gm, "")

/** Where links and pictures of a page point. */
export const linksOf = (page: string): ReadonlyArray<string> =>
  [...prose(page).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target]) => target!)

/** What headings are called in links, as GitHub makes them. */
export const anchorsOf = (page: string): ReadonlyArray<string> => {
  const seen = new Map<string, number>()
  return [...prose(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => {
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-")
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    return count === 0 ? slug : `${slug}-${count}`
  })
}

/** The part of a page under one heading, subheadings included. */
export const section = (page: string, heading: string): string => {
  const found = [...page.matchAll(/^(#+) (.*)$/gm)].find(([, , name]) => name === heading)
  if (found === undefined) return ""
  const rest = page.slice(found.index + found[0].length)
  const next = new RegExp(`^#{1,${found[1]!.length}} `, "m").exec(rest)
  return next === null ? rest : rest.slice(0, next.index)
}

const isRule = (line: string | undefined) => line !== undefined && /^\s*\|[\s|:-]+\|\s*$/.test(line)

/** The rows of all tables of a text, heads and rules left out; a cell's `\|` is a bar. */
export const tableRows = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
  const lines = prose(text).split("\n")
  return lines.flatMap((line, i) => {
    if (!/^\s*\|.*\|\s*$/.test(line) || isRule(line) || isRule(lines[i + 1])) return []
    const cells = line
      .trim()
      .slice(1, -1)
      .split(/(?<!\\)\|/)
    return [cells.map((cell) => cell.trim().replaceAll("\\|", "|"))]
  })
}

/** What stands in backticks. */
export const literals = (cell: string): ReadonlyArray<string> =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!)

/**
 * The commands of a shell block, each as its words: lines that are continued joined, remarks and what is piped on left
 * out. Quotes are taken off as a shell does; variables stay as they are.
 */
export const shellCommands = (code: string): ReadonlyArray<ReadonlyArray<string>> =>
  code
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n")
    .flatMap((line) => {
      const words: Array<string> = []
      for (const [, double, single, bare, remark, end] of line.matchAll(
        /"((?:[^"\\]|\\.)*)"|'([^']*)'|((?:[^\s"'#;&|<>]|(?<=\S)#)+)|(#.*)$|([;&|<>]+)/g
      )) {
        if (remark !== undefined) break
        words.push(double ?? single ?? bare ?? `\0${end!}`)
      }
      const commands: Array<Array<string>> = [[]]
      for (const word of words) {
        if (/^\0[;&|]/.test(word)) commands.push([])
        else commands.at(-1)!.push(word)
      }
      return commands.map((command) => {
        const redirection = command.findIndex((word) => word.startsWith("\0"))
        return redirection === -1 ? command : command.slice(0, redirection)
      })
    })
    .filter((command) => command.length > 0)
