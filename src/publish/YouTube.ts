import type { TalkLine } from "./Chapters.ts"

/** Whole seconds from the start of the video, and what the chapter is called. */
export interface Chapter {
  readonly at: number
  readonly title: string
}

/** What goes with a video on YouTube, as it is to be pasted there. */
export interface YouTubeTexts {
  readonly description: string
  readonly chapters: string
  readonly tags: string
}

/** YouTube's limits; of the description in UTF-8 bytes (its interface) and in characters (its form). */
export const limits = { title: 100, description: 4999, tags: 499, tag: 30, chapterTitle: 80 }

const bytes = (text: string): number => new TextEncoder().encode(text).length

/** Text that YouTube takes: one line, no angle brackets, no characters that only steer. */
export const plain = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll("<", "‹")
    .replaceAll(">", "›")
    .replaceAll(/[\p{Zl}\p{Zp}\s]+/gu, " ")
    .replaceAll(/(?![\u200c\u200d])[\p{Cc}\p{Cf}]/gu, "")
    .trim()

/** At most so many characters, ended at a word where there is one. */
export const shorten = (text: string, most: number): string => {
  if (text.length <= most) return text
  let cut = ""
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: "word" }).segment(text.slice(0, most))) {
    if (cut.length + segment.length >= most) break
    cut += segment
  }
  const kept = cut.trim() === "" ? text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "") : cut
  return `${kept.replace(/[\s\p{Pd},;:]+$/u, "")}…`
}

const two = (value: number): string => String(value).padStart(2, "0")

/** "00:00", "12:34", "1:02:03". */
export const stamp = (seconds: number): string => {
  const hours = Math.floor(seconds / 3600)
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest
}

/** How long YouTube takes a list of tags to be: commas between them, quotes around those with spaces. */
export const tagsLength = (tags: ReadonlyArray<string>): number =>
  tags.reduce((sum, tag) => sum + tag.length + (/\s/u.test(tag) ? 2 : 0), Math.max(0, tags.length - 1))

/** Those of some tags that YouTube takes, in order, each once, as many as there is room for. */
export const fitTags = (candidates: ReadonlyArray<string>): ReadonlyArray<string> => {
  const tags: Array<string> = []
  const known = new Set<string>()
  for (const candidate of candidates) {
    const tag = plain(candidate.replaceAll(/[,"#“”‹›<>]/gu, " "))
    const name = tag.toLowerCase()
    if (tag === "" || tag.length > limits.tag || !/[\p{L}\p{N}]/u.test(tag) || known.has(name)) continue
    if (tagsLength([...tags, tag]) > limits.tags) continue
    known.add(name)
    tags.push(tag)
  }
  return tags
}

const chapterList = (chapters: ReadonlyArray<Chapter>, longest: number): string =>
  chapters.map(({ at, title }) => `${stamp(at)} ${shorten(plain(title), longest) || stamp(at)}`).join("\n")

/** The list of chapters, their titles short enough for it to have room in a description. */
const fittingList = (chapters: ReadonlyArray<Chapter>): string => {
  const room = limits.description - bytes("…\n\n") - limits.title * 4
  for (let longest = limits.chapterTitle; longest > 4; longest = Math.floor(longest * 0.8)) {
    const list = chapterList(chapters, longest)
    if (bytes(list) <= room) return list
  }
  return chapterList(chapters, 4)
}

/** As much of a text as has room, at a word's end; paragraphs kept. */
const withinBytes = (text: string, most: number): string => {
  if (bytes(text) <= most) return text
  let length = Math.min(text.length, most)
  while (length > 1 && bytes(shorten(text, length)) > most) length = Math.floor(length * 0.95)
  return length > 1 ? shorten(text, length) : ""
}

/**
 * The texts for YouTube, by its rules: the description under 5,000 characters with its title and chapters, tags under 500
 * as it counts them, no angle brackets. `chapters` come from `sections`, which knows the rules of their times.
 */
export const youTubeTexts = (talk: {
  readonly title: string
  readonly summary: string
  readonly tags: ReadonlyArray<string>
  readonly chapters: ReadonlyArray<Chapter>
}): YouTubeTexts => {
  const list = fittingList(talk.chapters)
  const title = shorten(plain(talk.title), limits.title)
  const head = title === "" ? "" : `# ${title}`
  const paragraphs = talk.summary.split(/\r\n|[\n\r]/u).map(plain)
  const around = [head, list].filter((part) => part !== "").join("\n\n")
  const summary = withinBytes(
    paragraphs.filter((paragraph) => paragraph !== "").join("\n\n"),
    limits.description - bytes(around) - 8
  )
  return {
    description: `${[head, summary, list].filter((part) => part !== "").join("\n\n")}\n`,
    chapters: list === "" ? "" : `${list}\n`,
    tags: `${fitTags(talk.tags).join(", ")}\n`
  }
}

/** The first words of what is said, as a title: to the first pause in the sentence that leaves enough of it. */
export const firstWords = (lines: ReadonlyArray<TalkLine>): string => {
  const text = plain(lines.map((line) => line.text).join(" ")).replace(/^[\s\p{Pd}#>›‹[\]()¿¡"'“”«»]+/u, "")
  const sentence = /^.{4,}?[.!?…。!?؟।](?=\s|$|[^\x20-\x7e])/u.exec(text)?.[0] ?? text
  const clause = /^.{12,}?(?=[,;:–—、,]\s?)/u.exec(sentence)?.[0] ?? sentence
  const title = sentence.length <= 60 ? sentence : clause
  return shorten(title, 60).replace(/[.。,;:\s]+$/u, "")
}

/** The talk's first sentences, as a description where nobody wrote one. */
export const opening = (lines: ReadonlyArray<TalkLine>): string => {
  const text = plain(
    lines
      .slice(0, 40)
      .map((line) => line.text)
      .join(" ")
  )
  let kept = ""
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: "sentence" }).segment(text)) {
    if (kept.length + segment.length > 400) break
    kept += segment
  }
  return kept.trim() === "" ? shorten(text, 400) : kept.trim()
}
