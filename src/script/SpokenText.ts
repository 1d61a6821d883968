import { turns } from "./Sentences.ts"

const markup = /<\/?[a-z][^<>]{0,200}>|\{\\[^{}]{0,200}\}/giu
/** "[applause]", "[speaker 1]", but neither "list[index]" nor "[1]". */
const bracketed =
  /(?<![\p{sc=Latin}\p{N}_)\]])(?:\[(?=[^\]]{0,120}\p{L})[^[\]]{0,120}\]|［[^［］]{0,120}］|【[^【】]{0,120}】)/gu

const sound =
  "laugh(?:s|ing|ter)?|chuckl(?:es|ing)|giggl(?:es|ing)|applau(?:se|ds|ding)|clap(?:s|ping)|cheer(?:s|ing)|music|singing|sigh(?:s|ing)?|gasp(?:s|ing)?|groan(?:s|ing)?|moan(?:s|ing)?|grunt(?:s|ing)?|cough(?:s|ing)?|sneez(?:es|ing)|sniff(?:s|les|ing)|sob(?:s|bing)|cries|crying|scream(?:s|ing)|shout(?:s|ing)|yell(?:s|ing)|whisper(?:s|ing)|mutter(?:s|ing)|mumbl(?:es|ing)|inaudible|indistinct|unintelligible|crosstalk|silence|pause|beep(?:s|ing)|buzz(?:es|ing)|click(?:s|ing)|ringing|rings|knock(?:s|ing)|slam(?:s|ming)|bang(?:s|ing)|thud(?:s|ding)?|explo(?:des|sions?)|gunshots?|sirens?|bark(?:s|ing)|chirp(?:s|ing)|thunder|throat|chatter(?:s|ing)?|murmur(?:s|ing)?|footsteps|static|exhales|inhales|risas|aplausos?|música|musique|rires?|applaudissements|musik|lachen|lacht|applaus|beifall|risate|applausi|suspira|suspiro|смех|смеётся|смеется|аплодисменты|музыка|вздох|кашель"
const soundOnly = new RegExp(`^(?:[\\p{L}']+\\s){0,3}(?:${sound})(?:\\s\\p{L}+){0,2}$`, "iu")
const soundUnspaced = /^[^\s]{0,6}(?:笑|拍手|音楽|音乐|掌声|박수|웃음|음악|ضحك|تصفيق|موسيقى)[^\s]{0,6}$/u

/** A sound or manner in round brackets, as subtitles for the deaf write it: "(laughs)", "(door slams)", "(RISAS)". */
const isSound = (inside: string): boolean => soundOnly.test(inside.trim()) || soundUnspaced.test(inside.trim())

const readableUrl = (url: string): string =>
  url
    .replace(/^(?:https?|ftp):\/\//iu, "")
    .replace(/^www\./iu, "")
    .replace(/[?#].*$/u, "")
    .replace(/\/+$/u, "")
    .replaceAll(/[/_]+/gu, " ")

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  "#39": "'"
}

/**
 * What is sent to a voice for a line: without markup, emoji, music notes, sound descriptions in brackets, dashes of
 * dialogue and control characters; addresses readable, repeated punctuation calmed. Words and numbers stay as they are.
 * Empty where nothing of the line is spoken.
 */
export const spokenText = (text: string): string => {
  const plain = text
    .replaceAll(/&(amp|lt|gt|quot|apos|nbsp|#39);/giu, (whole, name: string) => entities[name.toLowerCase()] ?? whole)
    .replaceAll(markup, "")
    .replaceAll(/(?![\n\r\t\u200c\u200d])[\p{Cc}\p{Cf}\ufffc\ufffd]/gu, "")
    .replaceAll(bracketed, " ")
    .replaceAll(/\(([^()]{0,120})\)|（([^（）]{0,120})）/gu, (whole, round?: string, full?: string) =>
      isSound(round ?? full ?? "") ? " " : whole
    )
    .replaceAll(/[♩♪♫♬♭♮♯🎵🎶]+/gu, " ")
    .replaceAll(
      /(?!\p{N})\p{Extended_Pictographic}(?:\ufe0f|\p{EMod}|\u200d(?!\p{N})\p{Extended_Pictographic})*|\p{RI}{2}|[\ufe0e\ufe0f\u20e3]/gu,
      (symbol) => (/[©®™]/u.test(symbol) ? symbol.replace(/[\ufe0e\ufe0f]/u, "") : " ")
    )
    .replaceAll(/\b(?:https?|ftp):\/\/[^\s<>"'”’)\]]*[^\s<>"'”’)\].,;:!?…]/giu, readableUrl)
    .replaceAll(/\bwww\.(?=[\p{L}\p{N}-]+\.)/giu, "")
  return turns(plain)
    .map((turn) => turn.trim())
    .filter((turn) => turn !== "")
    .join(" ")
    .replace(/^[-\u2010-\u2015\u2212•*>#~|][-\u2010-\u2015\u2212•*>#~|\s]*(?=[^-\d\s\u2010-\u2015\u2212•*>#~|])/u, "")
    .replaceAll(/(?<=^|\s)#+(?=\p{L})/gu, "")
    .replaceAll(/!{2,}/gu, "!")
    .replaceAll(/\?{2,}/gu, "?")
    .replaceAll(/[!?]{3,}/gu, "?!")
    .replaceAll(/\.{4,}/gu, "...")
    .replaceAll(/…{2,}/gu, "…")
    .replaceAll(/,{2,}/gu, ",")
    .replaceAll(/([-–—_=*~#])\1{2,}/gu, " ")
    .replaceAll(/(^|\s)[*_`]+(?=[\p{L}\p{N}])|(?<=[\p{L}\p{N}.,!?])[*`]+(?=\s|$)/gu, "$1")
    .replaceAll(/\s[→⇒➜•▪◦‣|]+\s/gu, ", ")
    .replaceAll(/\s+/gu, " ")
    .replaceAll(/ ([,.])(?=\s|$)/gu, "$1")
    .trim()
}

/** Whether anything of a line is spoken: a letter or a number is left of it. "[applause]" and "♪ ♪" are not. */
export const isSpoken = (text: string): boolean => /[\p{L}\p{N}]/u.test(spokenText(text))
