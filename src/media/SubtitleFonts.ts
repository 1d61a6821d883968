import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { Ffmpeg } from "./Ffmpeg.ts"
import { assScript, cuesOf, filterPath, type ShownCue, type SubtitleStyle } from "./SubtitleText.ts"

/** What the fonts of this machine lack for some text. */
export interface FontsLack {
  /** Letters that no font has: they would be drawn as empty boxes. */
  readonly letters: ReadonlyArray<string>
  /** The font that is drawn instead of one that was asked for and is not there. */
  readonly insteadOfFont: string | undefined
}

/** Letters that are looked up; what a text has more of is of the same scripts. */
const mostLetters = 600

/** Each letter of a text that a plain font might lack, once. */
const unusualLetters = (texts: ReadonlyArray<string>): string =>
  [...new Set(texts.join("").replaceAll(/[\s\p{ASCII}\p{Cf}\p{Cc}]/gu, ""))].slice(0, mostLetters).join("")

const bare = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "")

/** Fonts that every machine has under some name. */
const generic = new Set(["sansserif", "serif", "monospace"])

/** What libass says of the fonts that it looked for. */
export const fontsLackIn = (log: string, asked: string | undefined): FontsLack => {
  const missing = [...log.matchAll(/failed to find any fallback with glyph 0x([0-9A-F]+)/gi)].map(([, code]) =>
    String.fromCodePoint(Number.parseInt(code!, 16))
  )
  const [, found] = /fontselect: \(.*, \d+, \d+\) -> .*, -?\d+, (.+)$/m.exec(log) ?? []
  const isOther =
    asked !== undefined && found !== undefined && !generic.has(bare(asked)) && !bare(found).startsWith(bare(asked))
  return { letters: [...new Set(missing)], insteadOfFont: isOther ? found : undefined }
}

/** Draws the letters of some subtitles on a small picture, and hears what libass has to say about fonts. */
export const fontsLack = Effect.fn("fontsLack")(function* (
  cues: ReadonlyArray<Pick<ShownCue, "text">>,
  style: SubtitleStyle = {}
) {
  const ffmpeg = yield* Ffmpeg
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const letters = unusualLetters(cues.map(({ text }) => text))
  const nothing: FontsLack = { letters: [], insteadOfFont: undefined }
  if (letters === "" && style.font === undefined) return nothing
  const look = Effect.gen(function* () {
    const folder = yield* fs.makeTempDirectoryScoped({ prefix: "dubber-" })
    const script = paths.join(folder, "letters.ass")
    const size = { width: 64, height: 64 }
    yield* fs.writeFileString(script, assScript([{ start: 0, end: 1, text: `a ${letters}` }], size, style))
    const picture = ["-f", "lavfi", "-i", `color=size=64x64:duration=0.04`]
    const draw = ["-vf", `ass=filename=${filterPath(script)}:shaping=complex`, "-frames:v", "1", "-f", "null", "-"]
    return fontsLackIn(yield* ffmpeg.log([...picture, ...draw]), style.font)
  })
  return yield* look.pipe(
    Effect.scoped,
    Effect.orElseSucceed(() => nothing)
  )
})

/** The same in a line each, as a person mends it. */
export const fontWarnings = Effect.fnUntraced(function* (subtitles: string, style: SubtitleStyle = {}) {
  const { insteadOfFont, letters } = yield* fontsLack(cuesOf(subtitles), style)
  const shown = letters.slice(0, 12).join(" ")
  const more = letters.length > 12 ? ` and ${letters.length - 12} more` : ""
  const isCjk = letters.some((letter) => /\p{sc=Han}|\p{sc=Hiragana}|\p{sc=Katakana}|\p{sc=Hangul}/u.test(letter))
  return [
    ...(letters.length === 0
      ? []
      : [
          `No font here has the letters ${shown}${more}: they are drawn as empty boxes. Install one that has them, as the package ${isCjk ? "fonts-noto-cjk" : "fonts-noto"}.`
        ]),
    ...(insteadOfFont === undefined
      ? []
      : [
          `There is no font "${style.font}" here: ${insteadOfFont} is drawn instead. "fc-list : family" lists those there are.`
        ])
  ]
})
