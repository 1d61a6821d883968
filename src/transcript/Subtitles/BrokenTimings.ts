/** What can still be told of a timing line with a slip in it: milliseconds where a time can be read. */
export interface BrokenTiming {
  readonly start: number | undefined
  readonly end: number | undefined
  /** Its parts that are no times, as they are written. */
  readonly wrong: ReadonlyArray<string>
}

/** Between two times: "->", "-->", "=>", "- ->", or nothing but space. */
const parts = /^(?:\d+\s+)?([\da-z|][\da-z|:;.,]*)((?:\s*[-–—=~→>]{1,3}){1,2}\s*|\s+)([\da-z|][\da-z|:;.,]*)?$/i
const groups = /^[\da-z|]{1,3}(?:[:;.,][\da-z|]{1,4}){2,3}$/i

/** At least half of it digits, with a colon: "00:00:0x,635" is meant as a time, "1.2.3" is not. */
const looksLikeTime = (part: string): boolean => {
  const digits = part.replaceAll(/\D/g, "").length
  return part.includes(":") && groups.test(part) && digits * 2 >= part.replaceAll(/[:;.,]/g, "").length
}

/** Letters that are typed and scanned for figures. */
const figures = (part: string): string => part.replaceAll(/o/gi, "0").replaceAll(/[il|]/gi, "1")

const isWhole = (part: string): boolean => looksLikeTime(part) && part.split(/[:;.,]/).length === 4

/**
 * Reads a line as a timing line with a slip in it. Where one may stand (`isPlace`) two parts that are meant as times are
 * enough, or one with an arrow; elsewhere it takes an arrow between two whole ones. Undefined where it is anything else.
 */
export const readBroken = (
  line: string,
  isPlace: boolean,
  toMillis: (time: string) => number | undefined
): BrokenTiming | undefined => {
  const [, first = "", between = "", second = ""] = parts.exec(line.trim()) ?? []
  const meant = [first, second].filter((part) => looksLikeTime(part))
  if (meant.length === 0 || (meant.length === 1 && between.trim().length < 2)) return undefined
  if (!isPlace && !(between.includes(">") && isWhole(first) && isWhole(second))) return undefined
  const read = (part: string) => (looksLikeTime(part) ? toMillis(figures(part)) : undefined)
  const wrong = [first, second].filter((part) => part !== "" && toMillis(part) === undefined)
  return { start: read(first), end: read(second), wrong }
}
