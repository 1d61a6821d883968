import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Flag from "effect/cli/Flag"
import * as GlobalFlag from "effect/cli/GlobalFlag"

const formats = ["pretty", "json"] as const

/** How a run is told of on stderr. */
export interface OutputModeSettings {
  /** Nothing but warnings and errors. */
  readonly quiet: boolean
  /** "json": each thing that is told is an entry of the log, as a line of JSON. */
  readonly format: (typeof formats)[number]
}

export const OutputMode = Context.Reference<OutputModeSettings>("dubber/commands/OutputMode", {
  defaultValue: () => ({ quiet: false, format: "pretty" })
})

const quietFlag = GlobalFlag.Setting("quiet")({
  flag: Flag.Boolean("quiet").pipe(
    Flag.withAlias("q"),
    Flag.withDescription("Say nothing but warnings and errors (default off)"),
    Flag.withDefault(false)
  )
})

const formatFlag = GlobalFlag.Setting("log-format")({
  flag: Flag.Literals("log-format", formats).pipe(
    Flag.withDescription(
      "What is told on stderr, for people or as lines of JSON (default pretty; env DUBBER_LOG_FORMAT)"
    ),
    Flag.optional
  )
})

/** The flags that every command takes. */
export const outputModeFlags = [quietFlag, formatFlag] as const

export const layer = Layer.effect(
  OutputMode,
  Effect.gen(function* () {
    const { choiceOf } = yield* Effect.promise(() => import("./flagValues.ts"))
    const format = yield* choiceOf(yield* formatFlag, "DUBBER_LOG_FORMAT", formats, "pretty")
    return { quiet: yield* quietFlag, format }
  })
)
