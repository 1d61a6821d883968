import * as Effect from "effect/Effect"
import type { Language } from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import { eachLanguage } from "./Languages.ts"
import { checkOutput, outputPath } from "./Output.ts"
import { hear, prepareLanguage } from "./Prepare.ts"
import type { DubSettings } from "./Settings.ts"
import { synthesizeScript } from "./Synthesize.ts"

/**
 * `full`: from a video to the same video in other voices, once for each language. Probing and listening are done once,
 * the languages side by side; no languages: the video is re-voiced in its own.
 */
export const dub = Effect.fn("dub")(function* (settings: DubSettings, languages: ReadonlyArray<Language>) {
  if (languages.length > 1 && settings.output !== undefined) {
    return yield* new Problem({
      what: `--output names one file, but there are ${languages.length} languages.`,
      mend: "Leave --output out: each language gets a file of its own.",
      exitCode: 2
    })
  }
  if (languages.length > 1 && settings.script !== undefined) {
    return yield* new Problem({
      what: `--script names one file, but there are ${languages.length} languages.`,
      mend: "Put a file for each language beside the video instead, as talk.es.srt.",
      exitCode: 2
    })
  }
  const heard = yield* hear({ ...settings, to: languages[0] })
  const targets = languages.length === 0 ? [heard.spoken.language] : languages
  for (const to of targets) {
    const output = yield* outputPath(heard.source, to, settings)
    yield* checkOutput(heard.source, output, settings.force)
  }
  return yield* eachLanguage(
    targets,
    Effect.fnUntraced(function* (to: Language) {
      const prepared = yield* prepareLanguage(heard, { ...settings, to })
      return yield* synthesizeScript(prepared, { ...settings, to })
    })
  )
})
