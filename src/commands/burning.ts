import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { burnSubtitles } from "../dub/BurnSubtitles.ts"
import { Progress } from "../dub/Progress.ts"
import { styleOf } from "./outputFlags.ts"
import { outputOf } from "./outputOf.ts"
import { runOnVideo } from "./run.ts"
import { languagesOf } from "./settings.ts"

/** `burn` */
export const runBurn = Effect.fnUntraced(function* (
  flags: Parameters<typeof styleOf>[0] & {
    readonly video: string
    readonly output: Option.Option<string>
    readonly workdir: Option.Option<string>
    readonly force: boolean
    readonly debug: boolean
    readonly subs: string
    readonly subtitles: "soft" | "hard"
    readonly language: Option.Option<string>
  }
) {
  const [language] = yield* languagesOf(flags.language, "language")
  const style = yield* styleOf(flags)
  const { file, folder } = yield* outputOf(Option.getOrUndefined(flags.output))
  const program = Effect.gen(function* () {
    const progress = yield* Progress
    const output = yield* burnSubtitles({ ...flags, output: file, outputFolder: folder, language, style })
    yield* progress.note(`written: ${output}`)
  })
  yield* runOnVideo({ command: "burn", ...flags }, program)
})
