import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as HttpClient from "effect/http/HttpClient"
import { englishName, Language } from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import { type Said, sayLine, type SaySettings } from "../dub/SayLine.ts"
import { Ffmpeg } from "../media/Ffmpeg.ts"
import { RequestLog } from "../requests/RequestLog.ts"
import { languageOf, orEnvironment, voiceOf } from "./flagValues.ts"
import { sayingWhenInterrupted } from "./Interruption.ts"
import * as Services from "./Services.ts"
import { type DubFlags, notGiven } from "./settings.ts"
import * as TerminalProgress from "./TerminalProgress.ts"
import { dollars, duration } from "./wording.ts"

/** The folder whose clips are used: --workdir, DUBBER_WORKDIR, else .work/say. */
export const sayFolder = Effect.fnUntraced(function* (flag: Option.Option<string>) {
  const paths = yield* Path.Path
  const given = yield* orEnvironment(flag, "DUBBER_WORKDIR")
  return paths.resolve(given?.value ?? paths.join(".work", "say"), "clips")
})

const standardInput = Effect.gen(function* () {
  const stdio = yield* Stdio.Stdio
  return yield* stdio.stdin.pipe(
    Stream.decodeText(),
    Stream.mkString,
    Effect.mapError(() => new Problem({ what: "Standard input could not be read.", exitCode: 2 }))
  )
})

/** What was written, in one line: how long, by whom, for how much, and where. */
export const saidLine = ({ cached, language, model, path, seconds, service, usd, voice }: Said): string => {
  const cost = cached ? "kept from before" : usd === null ? "price not known" : usd === 0 ? "free" : dollars(usd)
  const by = [service, ...(model === "" || service === "espeak" ? [] : [model]), voice].join(" ")
  return `${duration(seconds)}, ${englishName(Language.make(language))}, by ${by}, ${cost}\n${path}`
}

/** Speaks one text with what is set up, and keeps the clip. */
export const sayWith = Effect.fnUntraced(function* (
  settings: SaySettings,
  flags: DubFlags,
  workdir: Option.Option<string>
) {
  const shared = Layer.mergeAll(
    Ffmpeg.layer,
    RequestLog.layer,
    Layer.succeed(HttpClient.TracerPropagationEnabled, false)
  ).pipe(Layer.provideMerge(TerminalProgress.layer))
  const voice = Services.speechIn(yield* sayFolder(workdir), flags, { concurrency: 5 })
  return yield* sayingWhenInterrupted(sayLine(settings)).pipe(Effect.provide(Layer.provideMerge(voice, shared)))
})

/** `say` */
export const runSay = Effect.fnUntraced(function* (
  given: {
    readonly text: string
    readonly to: Option.Option<string>
    readonly output: Option.Option<string>
    readonly force: boolean
    readonly workdir: Option.Option<string>
    readonly json: boolean
  } & Partial<DubFlags>
) {
  const flags: DubFlags = { ...notGiven, ...given }
  const said = yield* sayWith(
    {
      text: given.text === "-" ? yield* standardInput : given.text,
      language: Option.isSome(given.to) ? yield* languageOf("to", given.to.value) : undefined,
      voice: yield* voiceOf(flags.voice),
      instructions: (yield* orEnvironment(flags.instructions, "OPENAI_TTS_INSTRUCTIONS"))?.value,
      glossary: Option.getOrUndefined(flags.glossary),
      output: Option.getOrUndefined(given.output),
      force: given.force,
      budgetUsd: yield* Services.budgetOf(flags)
    },
    flags,
    given.workdir
  )
  yield* Console.log(given.json ? JSON.stringify(said, null, 2) : saidLine(said))
})
