import type { SignWords } from "./SignWords.ts"

const email = /(?<![\p{L}\p{N}@._+-])([\p{L}\p{N}_+-]+(?:\.[\p{L}\p{N}_+-]+)*)@([\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)/gu
const url = /\b(?:https?|ftp):\/\/[^\s<>"'”’)\]]*[^\s<>"'”’)\].,;:!?…]|\bwww\.[^\s<>"'”’)\]]*[^\s<>"'”’)\].,;:!?…]/giu

/** Ends of names of sites and files, none of them a word that could follow a missing space. */
const endings =
  "com|org|net|io|dev|edu|gov|ai|app|info|js|ts|tsx|jsx|mjs|py|rs|rb|php|html|css|json|yaml|yml|toml|csv|xml|txt|pdf|md|exe|zip|mp3|mp4|srt|vtt|sh|sql"
const dotted = new RegExp(
  String.raw`(?<![\p{L}\p{N}.@_-])[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*\.(?:${endings})(?![\p{L}\p{N}@]|\.[\p{L}\p{N}])`,
  "giu"
)

const spelled = (name: string, dot: string): string => name.replaceAll(".", ` ${dot} `)

/** Where a site is, without how it is fetched: what a person would say of a link. */
const readable = (address: string): string =>
  address
    .replace(/^(?:https?|ftp):\/\//iu, "")
    .replace(/^www\./iu, "")
    .replace(/[?#].*$/u, "")
    .replace(/\/+$/u, "")

/**
 * Addresses of mail, sites and files as they are read aloud. In English voices say "dot" themselves; elsewhere many
 * leave it out.
 */
export const addressesWritten = (text: string, words: SignWords, isEnglish: boolean): string => {
  if (!/[@/]|\p{L}\.\p{L}/u.test(text)) return text
  const site = (name: string) => (isEnglish ? name : spelled(name, words.dot))
  return text
    .replaceAll(email, (_, who: string, where: string) =>
      [spelled(who, words.dot), words.at, spelled(where, words.dot)].join(" ").replaceAll("_", " ")
    )
    .replaceAll(url, (address) => {
      const [host = "", ...path] = readable(address).split("/")
      return [site(host), ...path].join(" ").replaceAll("_", " ")
    })
    .replaceAll(dotted, site)
}

const snake = /(?<![\p{L}\p{N}_@./])_*[\p{L}\p{N}]+(?:_+[\p{L}\p{N}]+)*_*(?![\p{L}\p{N}_@/])/gu
const camel =
  /(?<![\p{L}\p{N}_@./])(?:\p{Ll}[\p{Ll}\p{N}]*(?:\p{Lu}[\p{Ll}\p{N}]+){2,}|(?:\p{Lu}[\p{Ll}\p{N}]+){3,})(?:\(\))?(?![\p{L}\p{N}_])/gu
const call = /(?<=[\p{L}\p{N}])\(\)/gu

/** Names in code as words: "user_id", "getUserById()", "C#". Names of two parts, as of products, stay as they are. */
export const identifiersWritten = (text: string): string =>
  text
    .replaceAll(snake, (name) => name.replaceAll(/_+/gu, " ").trim())
    .replaceAll(camel, (name) => name.replaceAll(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})/gu, " "))
    .replaceAll(call, "")
    .replaceAll(/(?<![\p{L}\p{N}])([CFcf])#(?![\p{L}\p{N}#])/gu, "$1 sharp")
