import * as Effect from "effect/Effect"
import { counted } from "../domain/Counted.ts"
import type { Source } from "../domain/Source.ts"
import { videoStream } from "../domain/Source.ts"
import { Utterances } from "../domain/Utterance.ts"
import { sceneCuts } from "../media/SceneCuts.ts"
import { group, type GroupOptions } from "../script/Utterances.ts"
import { groupPart } from "./PartOfScript.ts"
import { Progress } from "./Progress.ts"
import type { DubSettings } from "./Settings.ts"
import * as Workdir from "./Workdir.ts"
import type { Script } from "./WriteScript.ts"
import * as Schema from "effect/Schema"

/** Groups the lines of subs.srt into what is spoken at one go. */
export const groupUtterances = Effect.fn("groupUtterances")(function* (
  source: Source,
  script: Script,
  settings: DubSettings
) {
  const workdir = yield* Workdir.Workdir
  const progress = yield* Progress
  return yield* progress.stage("group", () =>
    Effect.gen(function* () {
      const cuts = settings.align === "block" && videoStream(source) !== undefined ? yield* readSceneCuts(source) : []
      const { align, sentenceJoinGap, sentencesPerUtterance } = settings
      const { cues, only } = script
      const inputs = { cues, align, sentenceJoinGap, sentencesPerUtterance, duration: source.duration, cuts }
      const options: GroupOptions = {
        align,
        joinGapSeconds: sentenceJoinGap,
        sentencesPerUtterance,
        language: script.language,
        duration: source.duration,
        sceneCuts: cuts
      }
      const artifact = yield* workdir.artifact({
        name: `${script.language}/utterances.json`,
        inputs: only === undefined ? inputs : { ...inputs, only: [...only] },
        format: Workdir.json(Utterances),
        make: Effect.sync(() => ({
          language: script.language,
          utterances: only === undefined ? group(cues, options) : groupPart(cues, only, options)
        }))
      })
      return {
        value: artifact.value,
        reused: artifact.reused,
        summary: `${counted(artifact.value.utterances.length, "utterance")} from ${counted(only?.size ?? cues.length, "line")}`
      }
    })
  )
})

/** Where the picture changes to another scene: scenes.json. */
export const readSceneCuts = Effect.fnUntraced(function* (source: Source) {
  const workdir = yield* Workdir.Workdir
  const artifact = yield* workdir.artifact({
    name: "scenes.json",
    inputs: source.fingerprint,
    format: Workdir.json(Schema.Array(Schema.Finite)),
    make: sceneCuts(source)
  })
  return artifact.value
})
