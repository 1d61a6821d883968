import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { fontsLack, fontsLackIn, fontWarnings } from "../../src/media/SubtitleFonts.ts"
import { srt } from "../support/Media.ts"

const services = Layer.provideMerge(Ffmpeg.layer, NodeServices.layer)

/** What libass says, as ffmpeg 5.1 and 7.1 pass it on. */
const log = `[Parsed_ass_0 @ 0x5637] fontselect: (Nonesuch, 400, 0) -> /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf, 0, DejaVuSans
[Parsed_ass_0 @ 0x5637] Glyph 0x4ECA not found, selecting one more font for (Nonesuch, 400, 0)
[Parsed_ass_0 @ 0x5637] fontselect: failed to find any fallback with glyph 0x4ECA for font: (Nonesuch, 400, 0)
[Parsed_ass_0 @ 0x5637] fontselect: failed to find any fallback with glyph 0x1F600 for font: (Nonesuch, 400, 0)
[Parsed_ass_0 @ 0x5637] fontselect: failed to find any fallback with glyph 0x4ECA for font: (Nonesuch, 400, 0)
`

layer(services, { excludeTestServices: true })("fonts for hard subtitles", (it) => {
  it.effect("are heard of by what is missing", () =>
    Effect.sync(() => {
      assert.deepStrictEqual(fontsLackIn(log, "Nonesuch"), { letters: ["今", "😀"], insteadOfFont: "DejaVuSans" })
      assert.isUndefined(fontsLackIn(log, "DejaVu Sans").insteadOfFont)
      assert.isUndefined(fontsLackIn(log, "sans-serif").insteadOfFont)
      assert.isUndefined(fontsLackIn(log, undefined).insteadOfFont)
    })
  )

  it.effect("nothing is said of letters that every font has; what no font has is named, with what to do", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* fontsLack([{ text: "Plain {\\an8} text: ¿sí?" }]), {
        letters: [],
        insteadOfFont: undefined
      })
      // Letters for private use: no font has them all.
      const rare = "\u{f0001}\u{f0002}\u{10fffd}"
      const [letters, font] = yield* fontWarnings(srt([{ start: 0, end: 1, text: `a ${rare}` }]), {
        font: "No Such Font"
      })
      assert.match(letters!, /No font here has the letters .*empty boxes/u)
      assert.match(font!, /There is no font "No Such Font" here: .* is drawn instead/)
    })
  )
})
