import * as Effect from "effect/Effect"
import { counted } from "../domain/Counted.ts"
import type { Utterance } from "../domain/Utterance.ts"
import type { Glossary } from "../script/Glossary.ts"
import { planUtterances } from "./PlaceUtterances.ts"
import { Progress } from "./Progress.ts"
import { refitInRounds } from "./RefitRounds.ts"
import {
  type Dubbed,
  mayRewrite,
  misfitsOf,
  readRewrites,
  rewritesFormat,
  rewritesName,
  type ToRefit,
  withRewrites
} from "./RefitTrials.ts"
import type { DubSettings } from "./Settings.ts"
import * as Workdir from "./Workdir.ts"
import { plainText } from "./WriteScript.ts"

/** Raised when other lines are chosen, or they are asked for otherwise. */
const version = 1

/** Utterances all of whose lines are as a model wrote them: what a person wrote is never rewritten. */
const areWritten = ({ chosen, script, utterances }: ToRefit): ReadonlySet<number> => {
  const isChosen = ({ id }: Utterance) => chosen?.has(id) ?? true
  const written = new Set(
    script.cues.filter(({ text }) => script.written?.has(plainText(text)) === true).map(({ id }) => id)
  )
  const own = utterances.filter((one) => isChosen(one) && one.lines.every((line) => written.has(line)))
  return new Set(own.map(({ id }) => id))
}

/**
 * Has lines that are heard too fast or too slowly, or have no room, written shorter or longer, spoken again and planned
 * again, at most twice, and keeps what is better for its line and no worse for the whole. What fails leaves the line as
 * it was. Texts that were kept are in rewrites.json: a second run asks for nothing.
 *
 * Gives the run as it was where it may not be refitted, where every line fits, or where there is no language model.
 */
export const refitUtterances = Effect.fn("refitUtterances")(function* (
  run: ToRefit,
  settings: DubSettings,
  glossary: Glossary | undefined
) {
  const { source, script } = run
  const workdir = yield* Workdir.Workdir
  const progress = yield* Progress
  const mayAsk = yield* mayRewrite(settings)
  const name = rewritesName(script.language)
  const written = areWritten(run)
  const unchanged = { utterances: run.utterances, voiced: run.voiced, refit: undefined }
  if (!settings.refit || written.size === 0) return unchanged
  const base = planUtterances(source, run.utterances, run.voiced, settings)
  const first: Dubbed = { utterances: run.utterances, voiced: run.voiced, placements: base.placements }
  const misfits = misfitsOf(first, written)
  const isStored = yield* workdir.exists(name)
  if (misfits.length === 0 || (!mayAsk && !isStored)) return unchanged

  const refitted = progress.stage("refit", (advance) =>
    Effect.gen(function* () {
      const stored = yield* readRewrites(name)
      const loop = refitInRounds(run, first, written, stored, settings, glossary, advance)
      const inputs = { version, base: base.inputs, written: [...written], glossary: glossary ?? null }
      const artifact = yield* workdir.artifact({
        name,
        inputs,
        format: rewritesFormat,
        make: loop,
        stillHolds: ({ complete }) => Effect.succeed(complete || !mayAsk)
      })
      const { rewrites } = artifact.value
      const { asked, requests } = artifact.reused ? { asked: 0, requests: 0 } : artifact.value
      const after = yield* withRewrites(run, first, rewrites, settings, glossary)
      const left = misfitsOf(after, written).length
      const refit = { misfits: misfits.length, asked, requests, rewritten: rewrites.length, left }
      const value = { utterances: after.utterances, voiced: after.voiced, refit }
      const summary = `${counted(misfits.length, "line")} did not fit, ${rewrites.length} rewritten, ${left} left${requests === 0 ? "" : `; ${counted(requests, "request")}`}`
      return { value, reused: artifact.reused, summary }
    })
  )
  return yield* refitted.pipe(
    Effect.catch((error) =>
      Effect.as(progress.warning(`No line was rewritten to fit its time: ${error.message}`), unchanged)
    )
  )
})
