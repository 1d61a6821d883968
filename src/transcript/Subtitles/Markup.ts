/** A stretch of a cue's text that one speaker says, without markup. */
export interface Said {
  readonly speaker: string | null
  readonly text: string
}

// The named entities of ISO 8859-1 from 160 on, in order, then those that typography uses.
const latin1 =
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml"
const common = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  lrm: "\u200e",
  rlm: "\u200f",
  zwnj: "\u200c",
  zwj: "\u200d",
  ndash: "–",
  mdash: "—",
  hellip: "…",
  lsquo: "‘",
  rsquo: "’",
  sbquo: "‚",
  ldquo: "“",
  rdquo: "”",
  bdquo: "„",
  euro: "€",
  trade: "™",
  bull: "•",
  OElig: "Œ",
  oelig: "œ",
  Scaron: "Š",
  scaron: "š"
}
const entities = new Map<string, string>([
  ...latin1.split(" ").map((name, index) => [name, String.fromCodePoint(160 + index)] as const),
  ...Object.entries(common)
])
const entity = /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([A-Za-z]\w{1,7}));/g

const fromCode = (code: number): string | undefined =>
  code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : undefined

export const decodeEntities = (text: string): string =>
  text.replaceAll(
    entity,
    (whole, decimal?: string, hex?: string, name?: string) =>
      (name !== undefined
        ? entities.get(name)
        : fromCode(decimal !== undefined ? Number(decimal) : Number.parseInt(hex!, 16))) ?? whole
  )

const rubyReading = /<r[tp]\b[^<>]*>[^<]*(?:<\/r[tp]>)?/gi
const lineBreak = /<br\s*\/?>/gi
const srtTag =
  /<\/?(?:[abcisuv]|font|lang|ruby|r[bt]|span|div|p|em|strong|strike|small|big|tt|center|su[bp])(?:[\s.=][^<>]*)?\/?>|<\d[\d:.]*>/gi
const vttTag = /<\/?[a-z][^<>]*>|<\/>|<\d[\d:.]*>/gi
const assOverride = /\{\\[^{}]*\}/g
const voice = /<v(?:\.[^\s<>]*)?\s([^<>]*)>/gi

/** Controls of text that nobody sees; marks of direction and joiners are part of the writing. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const unseen = /[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffc\ufffd]/g

/** Text as it is kept in a cue: lines trimmed, none empty, single spaces, "\n" between lines. */
export const tidyText = (text: string): string =>
  text
    .toWellFormed()
    .split(/\r\n|[\n\r\u2028\u2029\u0085\v\f]/)
    .map((line) =>
      line
        .replaceAll(unseen, "")
        .replaceAll(/[\t\p{Zs}]+/gu, " ")
        .trim()
    )
    .filter((line) => line !== "")
    .join("\n")

/** "[speaker 1] " and "[speaker: Anna] ", as formatSrt writes them; other brackets are sounds, such as "[music]". */
const label = /^\[(?:(speaker[ _-]?[^\]:\s]{1,30})|speaker:\s*([^\]]{1,600}))\]\s*/i

/** In characters: what is longer is no name. */
const longestName = 80

/** A speaker's name as it is kept: one line, without controls, of 80 characters at most. */
export const tidyName = (text: string): string =>
  [...tidyText(text).replaceAll("\n", " ")].slice(0, longestName).join("").trim()

const labelled = (text: string): ReadonlyArray<Said> => {
  const parts: Array<{ speaker: string | null; lines: Array<string> }> = []
  for (const line of text.split("\n")) {
    const match = label.exec(line)
    const name = tidyName(decodeEntities(match?.[1] ?? match?.[2] ?? ""))
    if (match !== null) parts.push({ speaker: name || null, lines: [line.slice(match[0].length)] })
    else if (parts.length === 0) parts.push({ speaker: null, lines: [line] })
    else parts.at(-1)!.lines.push(line)
  }
  return parts.map(({ speaker, lines }) => ({ speaker, text: lines.join("\n") }))
}

const plain = (text: string, tag: RegExp): string => tidyText(decodeEntities(text.replaceAll(tag, "")))

/** The words of an SRT or WebVTT cue, by speaker: tags and entities are gone, as a player shows it. */
export const readMarkup = (source: string, format: "srt" | "vtt"): ReadonlyArray<Said> => {
  const text = source.replaceAll("\u2028", "\n").replaceAll(rubyReading, "").replaceAll(lineBreak, "\n")
  const tag = format === "vtt" ? vttTag : srtTag
  const said: Array<Said> = []
  let speaker: string | null = null
  let from = 0
  const take = (to: number) => {
    for (const part of labelled(text.slice(from, to).replaceAll(assOverride, ""))) {
      const words = plain(part.text, tag)
      const by = part.speaker ?? speaker
      const last = said.at(-1)
      if (words === "") continue
      if (last !== undefined && last.speaker === by)
        said[said.length - 1] = { speaker: by, text: `${last.text}\n${words}` }
      else said.push({ speaker: by, text: words })
    }
  }
  for (const match of text.matchAll(voice)) {
    take(match.index)
    speaker = tidyName(decodeEntities(match[1]!)) || null
    from = match.index + match[0].length
  }
  take(text.length)
  return said
}
