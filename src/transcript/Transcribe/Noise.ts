import type { Cue } from "../../domain/Cue.ts"
import type { Interval } from "../../domain/Sound.ts"
import { quote } from "../Subtitles/Mending.ts"
import type { Doubt } from "../SpeechToText.ts"
import { normalized } from "./Tokens.ts"

/** Who made subtitles, in subtitles: nobody says it. */
const credits = [
  /^(?:subtitles?|captions?|subtitled|captioned|transcription|transcribed|translation|translated|sync(?:ed)?)\b.*\b(?:by|from)\b/,
  /\b(?:amara\.org|opensubtitles|zeoranger|castingwords|otter\.ai)\b/,
  /^subtítulos (?:realizados|por)/,
  /^sous-titr(?:es|age)/,
  /^untertitel (?:von|der|im auftrag)/,
  /^legendas? (?:pela|por)/,
  /^sottotitoli (?:a cura|e revisione|creati)/,
  /^(?:субтитры|редактор субтитров)/,
  /^字幕/
]

/** What models of the Whisper kind write over silence and music, from the subtitles they were trained on. */
const inventions = [
  ...credits,
  /^(?:thanks?|thank you)(?: you)?(?: so much| very much)?(?: all)? for (?:watching|listening)(?: (?:this|my|the) video)?/,
  /^(?:please |don't forget to |dont forget to )?(?:like and |like, )?subscribe\b/,
  /^(?:see you|i'll see you) (?:in the )?next (?:time|video|one)/,
  /^(?:¡?gracias por ver|suscríbete)/,
  /^merci d'avoir regardé/,
  /^vielen dank für'?s zuschauen/,
  /^(?:obrigad[oa] por assistir|inscreva-se)/,
  /^grazie per (?:la visione|aver guardato)/,
  /^(?:спасибо за просмотр|продолжение следует)/,
  /^(?:ご視聴ありがとうございました|チャンネル登録)/,
  /^(?:谢谢(?:观看|大家)|感谢(?:观看|收看)|請不吝點贊|请不吝点赞)/,
  /^(?:시청해 ?주셔서 감사합니다|구독)/
]

const annotation = /^(?:[♪♫🎵🎶\s]+|[([*♪♫][^()[\]]*[)\]*♪♫])[.\s]*$/u

const matches = (text: string, patterns: ReadonlyArray<RegExp>): boolean => {
  const plain = text.normalize("NFKC").toLowerCase().trim()
  return patterns.some((pattern) => pattern.test(plain))
}

const isInvention = (text: string): boolean => matches(text, inventions)

/** Whether a text only says who made the subtitles. */
export const isCredit = (text: string): boolean => text.length < 100 && matches(text, credits)

/** Seconds of a cue in which somebody speaks. */
const spokenUnder = (cue: Interval, speech: ReadonlyArray<Interval>): number =>
  speech.reduce((sum, { start, end }) => sum + Math.max(0, Math.min(end, cue.end) - Math.max(start, cue.start)), 0)

const clock = (seconds: number): string => {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds / 60) % 60)]
  const tail = `${String(minutes).padStart(2, "0")}:${(seconds % 60).toFixed(1).padStart(4, "0")}`
  return hours === 0 ? tail : `${hours}:${tail}`
}

/** Words that come again and again: the run of at most eight words that fills most of the text, at least six times. */
export const withoutLoop = (text: string): string | undefined => {
  const words = text.split(/\s+/)
  const keys = words.map(normalized)
  for (let length = 1; length <= 8 && length * 6 <= words.length; length++) {
    for (let from = 0; from + length * 6 <= words.length; from++) {
      let to = from + length
      while (to < words.length && keys[to] === keys[to - length]) to++
      const repeats = Math.floor((to - from) / length)
      if (repeats >= 6 && to - from > words.length * 0.6) {
        return [...words.slice(0, from + length), ...words.slice(to)].join(" ")
      }
    }
  }
  return undefined
}

/** How often the entry at `index` stands in a row there. */
const runLength = (keys: ReadonlyArray<string>, index: number): number => {
  let from = index
  let to = index
  while (from > 0 && keys[from - 1] === keys[index]) from--
  while (to < keys.length && keys[to] === keys[index]) to++
  return to - from
}

export interface Cleaned {
  readonly cues: ReadonlyArray<Cue>
  readonly warnings: ReadonlyArray<string>
}

/**
 * Takes out what nobody said: loops of one phrase, thanks and credits invented over silence or music, anything written
 * where no speech is heard, or where the service itself hears none, descriptions of sounds. Every removal is a warning
 * with its time.
 */
export const withoutNoise = (
  cues: ReadonlyArray<Cue>,
  speech: ReadonlyArray<Interval>,
  doubts: ReadonlyMap<Cue, Doubt> = new Map()
): Cleaned => {
  const warnings: Array<string> = []
  const kept: Array<Cue> = []
  const drop = (cue: Cue, why: string) =>
    void warnings.push(`${clock(cue.start)}: ${quote(cue.text)} was left out: ${why}.`)
  const keys = cues.map(({ text }) => normalized(text))
  for (const [index, cue] of cues.entries()) {
    const near = { start: cue.start - 0.3, end: cue.end + 0.3 }
    const under = spokenUnder(near, speech)
    if (annotation.test(cue.text.trim())) drop(cue, "it describes a sound")
    else if (under === 0) drop(cue, "nobody speaks there")
    else if (doubts.get(cue) === "grave") drop(cue, "the service itself does not believe that anybody speaks there")
    else if (doubts.has(cue) && isInvention(cue.text)) {
      drop(cue, "it is what models write over music, and the service doubts that anybody speaks there")
    } else if (isInvention(cue.text) && under < Math.max(0.5, (cue.end - cue.start) * 0.4)) {
      drop(cue, "it is what models write over silence, and hardly anybody speaks there")
    } else {
      const single = withoutLoop(cue.text)
      if (index > 0 && keys[index] === keys[index - 1] && runLength(keys, index) >= 5) {
        drop(cue, "it is the same again and again")
      } else if (single !== undefined) {
        warnings.push(`${clock(cue.start)}: ${quote(cue.text)} repeats itself; it was shortened to ${quote(single)}.`)
        const { words: _words, ...rest } = cue
        kept.push({ ...rest, text: single })
      } else kept.push(cue)
    }
  }
  return { cues: kept, warnings }
}
