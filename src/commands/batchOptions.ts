import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type * as Flag from "effect/cli/Flag"
import { Problem } from "../domain/Problem.ts"
import type { Listed } from "../dub/BatchList.ts"
import { isBackgroundFile } from "../dub/Settings.ts"
import { shown } from "../media/FileProblem.ts"
import { videoFlags } from "./batch.ts"

/** What stands beside a video in a list, as parsed. */
export type VideoFlags = {
  readonly [K in keyof typeof videoFlags]: (typeof videoFlags)[K] extends Flag.Flag<infer A> ? A : never
}

/** What is one for the whole batch, and stands in no list. */
const ofTheBatch = new Set(
  "concurrency sync rpm budget jobs fail-fast continue-on-error from-file json debug".split(" ")
)

/** A flag is named after its property: `audioTrack` is audio-track. */
const known: ReadonlyMap<string, { readonly property: keyof VideoFlags; readonly flag: Flag.Flag<unknown> }> = new Map(
  Object.entries(videoFlags).map(([property, flag]) => [
    property.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    { property: property as keyof VideoFlags, flag }
  ])
)

const unknownOption = (where: string, name: string) =>
  new Problem(
    ofTheBatch.has(name)
      ? {
          what: `${where}: ${name} is for the whole batch.`,
          mend: `Give it as --${name}, not in the list.`,
          exitCode: 2
        }
      : {
          what: `${where}: there is no option "${shown(name)}".`,
          mend: 'Options are the long names of flags, as "to" or "voice": see dubber batch --help.',
          exitCode: 2
        }
  )

/** As the parser says it, but for numbers: those are most often written with a comma. */
const expectation = (expected: string): string =>
  /finite number|integer/.test(expected) ? "it is a number, such as 1.2." : expected

const wrongValue = (where: string, name: string, value: string, why: string) =>
  new Problem({ what: `${where}: ${name} is "${shown(value)}": ${why}`.slice(0, 280), exitCode: 2 })

/** Paths of a list are seen from its folder. */
const paths = [
  "output",
  "workdir",
  "subs",
  "segments",
  "script",
  "glossary",
  "voices",
  "model",
  "speakerModels"
] as const

const fromFolder = (path: Path.Path, folder: string, flags: Partial<VideoFlags>): Partial<VideoFlags> => {
  const placed = (value: string) => {
    const joined = path.isAbsolute(value) ? value : path.join(folder, value)
    return /[/\\]$/.test(value) ? `${joined.replace(/[/\\]$/, "")}/` : joined
  }
  const given = Object.fromEntries(
    paths.flatMap((name) => {
      const value = flags[name]
      return value === undefined ? [] : [[name, Option.map(value, placed)]]
    })
  )
  const { background } = flags
  return {
    ...flags,
    ...given,
    ...(background === undefined
      ? {}
      : { background: Option.map(background, (value) => (isBackgroundFile(value) ? placed(value) : value)) })
  }
}

/** The flags that stand beside a video of a list which lies in `folder`; each as on the command line. */
export const listedFlags = Effect.fnUntraced(function* ({ options, where }: Listed, folder: string) {
  const path = yield* Path.Path
  const parsed = yield* Effect.forEach(
    Object.entries(options),
    Effect.fnUntraced(function* ([name, values]) {
      const one = known.get(name)
      if (one === undefined) return yield* unknownOption(where, name)
      const [, value] = yield* one.flag
        .parse({ flags: { [name]: values }, arguments: [] })
        .pipe(
          Effect.mapError((error) =>
            wrongValue(
              where,
              name,
              values.join(", "),
              "expected" in error ? expectation(String(error.expected)) : error.message
            )
          )
        )
      return [one.property, value] as const
    })
  )
  return fromFolder(path, folder, Object.fromEntries(parsed) as Partial<VideoFlags>)
})
