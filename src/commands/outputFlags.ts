import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Flag from "effect/cli/Flag"
import { Problem } from "../domain/Problem.ts"
import type { SubtitleStyle } from "../media/SubtitleText.ts"

const onOff = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withDefault(false))

/** What hard subtitles look like. */
export const styleFlags = {
  subtitleFont: Flag.String("subtitle-font").pipe(
    Flag.withMetavar("NAME"),
    Flag.withDescription("Font of hard subtitles, by family (default sans-serif)"),
    Flag.optional
  ),
  subtitleSize: Flag.Finite("subtitle-size").pipe(
    Flag.withMetavar("PX"),
    Flag.withDescription("Size of hard subtitles in pixels of the picture (default a twentieth of its height)"),
    Flag.optional
  ),
  subtitlePosition: Flag.Literals("subtitle-position", ["top", "bottom"]).pipe(
    Flag.withDescription("Where hard subtitles stand (default bottom)"),
    Flag.optional
  ),
  subtitleBox: onOff("subtitle-box", "A dark box behind hard subtitles instead of an outline (default off)")
}

/** What else than the dub is in the result. */
export const outputFlags = {
  bilingual: onOff("bilingual", "Subtitles with the source's words below those that are spoken (default off)"),
  ...styleFlags,
  keepOriginal: onOff("keep-original", "Keep the original sound as a track after the dub (default off)"),
  oneFile: onOff("one-file", "All languages of --to in one file, a sound and a subtitle track each (default off)")
}

/** The look of hard subtitles; what cannot be is a Problem that names the flag. */
export const styleOf = Effect.fnUntraced(function* (flags: {
  readonly subtitleFont: Option.Option<string>
  readonly subtitleSize: Option.Option<number>
  readonly subtitlePosition: Option.Option<"top" | "bottom">
  readonly subtitleBox: boolean
}) {
  const font = Option.getOrUndefined(flags.subtitleFont)
  const fontSize = Option.getOrUndefined(flags.subtitleSize)
  const position = Option.getOrUndefined(flags.subtitlePosition)
  if (font?.trim() === "") return yield* new Problem({ what: "--subtitle-font is empty.", exitCode: 2 })
  if (fontSize !== undefined && !(fontSize >= 6 && fontSize <= 500)) {
    return yield* new Problem({ what: `--subtitle-size is ${fontSize}: it can be from 6 to 500.`, exitCode: 2 })
  }
  return { font, fontSize, position, box: flags.subtitleBox } satisfies SubtitleStyle
})
