/** Markup that is safe to put into a page: made by `html` alone, which escapes all that is put into it. */
export interface Html {
  readonly markup: string
}

export type HtmlPart = string | number | Html | undefined | ReadonlyArray<Html>

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;"
}

/** Text as it stands in elements and quoted attributes; control characters, which HTML forbids, become spaces. */
export const escape = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/(?![\t\n])\p{Cc}/gu, " ")
    .replaceAll(/[&<>"'`]/g, (character) => entities[character]!)

const markupOf = (part: HtmlPart): string => {
  if (part === undefined) return ""
  if (typeof part === "string") return escape(part)
  if (typeof part === "number") return String(part)
  return "markup" in part ? part.markup : part.map((one) => one.markup).join("")
}

/** The line breaks of the source, without its indentation. */
const trimmed = new WeakMap<TemplateStringsArray, ReadonlyArray<string>>()

const fixedParts = (template: TemplateStringsArray): ReadonlyArray<string> => {
  const known = trimmed.get(template)
  if (known !== undefined) return known
  const parts = template.map((text) => text.replaceAll(/\n\s*/g, "\n"))
  trimmed.set(template, parts)
  return parts
}

/** Builds markup from a template; everything between its fixed parts is escaped unless it is markup already. */
export const html = (template: TemplateStringsArray, ...parts: ReadonlyArray<HtmlPart>): Html => ({
  markup: fixedParts(template).reduce((markup, text, i) => markup + markupOf(parts[i - 1]) + text)
})

/** Markup that nobody else had a hand in: a style sheet or script of this program. */
export const trusted = (markup: string): Html => ({ markup })
