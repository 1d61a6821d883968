import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import { Problem } from "../domain/Problem.ts"
import { preparedLanguages } from "../dub/PreparedLanguages.ts"
import { Progress } from "../dub/Progress.ts"
import { Workdir } from "../dub/Workdir.ts"
import { youTubeOf } from "../dub/WriteYouTube.ts"
import { runOnVideo } from "./run.ts"
import * as Services from "./Services.ts"
import { type DubFlags, languagesOf, notGiven, settingsOf } from "./settings.ts"

/** `youtube` */
export const runYouTube = Effect.fnUntraced(function* (
  given: {
    readonly video: string
    readonly workdir: Option.Option<string>
    readonly debug: boolean
    readonly to: Option.Option<string>
  } & Partial<DubFlags>
) {
  const flags: DubFlags = { ...notGiven, ...given }
  const settings = yield* settingsOf(given.video, flags, { output: notGiven.voice, force: false })
  const asked = yield* languagesOf(given.to)
  const program = Effect.gen(function* () {
    const workdir = yield* Workdir
    const progress = yield* Progress
    const languages = asked.length > 0 ? asked : yield* preparedLanguages(workdir.root)
    if (languages.length === 0) {
      return yield* new Problem({
        what: `There is nothing to describe yet in ${workdir.root}.`,
        mend: `Run "dubber full ${given.video}" first, or "dubber prep" where nothing is to be spoken.`
      })
    }
    for (const language of languages) {
      const { folder } = yield* youTubeOf(given.video, language)
      yield* progress.note(`written: ${folder}`)
    }
  })
  yield* runOnVideo({ command: "youtube", ...given }, Effect.provide(program, Services.language(flags, settings)))
})
