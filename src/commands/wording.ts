import stringWidth from "string-width"

/** Seconds as people say them: "0.4 s", "42 s", "3 min 5 s", "1 h 20 min". */
export const duration = (seconds: number): string => {
  if (seconds < 9.95) return `${Math.max(0, seconds).toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 90) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`
  const rounded = Math.round(whole / 60)
  return rounded % 60 === 0 ? `${rounded / 60} h` : `${Math.floor(rounded / 60)} h ${rounded % 60} min`
}

/** The same where it is told again every moment: a fraction would only flicker. */
export const wholeSeconds = (seconds: number): string => {
  const whole = Math.max(0, Math.ceil(seconds))
  return whole < 10 ? `${whole} s` : duration(whole)
}

/** Seconds as a clock shows them: "3:05", "1:02:03". */
export const clock = (seconds: number): string => {
  const whole = Math.floor(seconds)
  const hours = Math.floor(whole / 3600)
  const minutes = String(Math.floor((whole % 3600) / 60)).padStart(hours > 0 ? 2 : 1, "0")
  return `${hours > 0 ? `${hours}:` : ""}${minutes}:${String(whole % 60).padStart(2, "0")}`
}

/** US dollars: small sums to a hundredth of a cent. */
export const dollars = (usd: number): string => `$${usd.toFixed(usd < 0.1 ? 4 : 2)}`

/** A share in whole percent: all of it only where nothing is left. */
export const percent = (share: number): string => `${Math.floor(share * 100 + 1e-9)} %`

const graphemes = (text: string): ReadonlyArray<string> =>
  Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment)

/** As many of these, one after another, as fit into so many columns. */
const fitting = (parts: ReadonlyArray<string>, columns: number): number => {
  let width = 0
  const over = parts.findIndex((part) => (width += stringWidth(part)) > columns)
  return over === -1 ? parts.length : over
}

/** What a terminal shows in so many columns at most: the middle is left out, for names differ at their ends. */
export const cutMiddle = (text: string, columns: number, ellipsis = "…"): string => {
  if (stringWidth(text) <= columns) return text
  const parts = graphemes(text)
  const room = columns - stringWidth(ellipsis)
  if (room <= 0) return parts.slice(0, fitting(parts, columns)).join("")
  const left = parts.slice(0, fitting(parts, Math.ceil(room / 2)))
  const right = parts.slice(left.length).toReversed()
  const kept = right.slice(0, fitting(right, room - stringWidth(left.join(""))))
  return left.join("") + ellipsis + kept.toReversed().join("")
}

/** The same, the end left out: for what is read from its start. */
export const cutEnd = (text: string, columns: number, ellipsis = "…"): string => {
  if (stringWidth(text) <= columns) return text
  const parts = graphemes(text)
  return parts.slice(0, fitting(parts, Math.max(0, columns - stringWidth(ellipsis)))).join("") + ellipsis
}

/** Filled up with spaces to so many columns. */
export const padEnd = (text: string, columns: number): string =>
  text + " ".repeat(Math.max(0, columns - stringWidth(text)))

/** What comes from files and servers must not move the cursor of the terminal it is shown on. */
export const harmless = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")

/** A text in lines of so many columns at most, broken between words; a longer word stays whole. */
export const wrapped = (text: string, columns: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const word of text.split(/ +/)) {
    const longer = `${lines.at(-1) ?? ""} ${word}`
    if (lines.length > 0 && stringWidth(longer) <= columns) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}
