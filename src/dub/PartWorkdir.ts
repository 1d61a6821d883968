import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import { type Part, partName } from "../domain/Part.ts"
import { Problem } from "../domain/Problem.ts"
import { shown } from "../media/FileProblem.ts"
import { Workdir } from "./Workdir.ts"

/** The folder of a part's own files in the workdir of its video. */
export const partFolder = (name: string): string => `parts/${name}`

/**
 * The workdir as somebody sees it who dubs a part of the video: what was stored for the whole and still holds is used,
 * and whatever is written goes into a folder of the part's own, so that nothing of the whole is ever replaced.
 */
export const partWorkdir = Effect.fn("partWorkdir")(function* (name: string) {
  const whole = yield* Workdir
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const root = whole.path(partFolder(name))
  // A part that was refused leaves nothing.
  yield* Effect.addFinalizer(() => removeEmpty(fs, root).pipe(Effect.andThen(removeEmpty(fs, paths.dirname(root)))))
  const own = Context.get(yield* Layer.build(Workdir.layer(root)), Workdir)
  /** Which of the two has what this run uses of a file, where that was decided. */
  const decided = new Map<string, Workdir["Service"]>()
  const holder = Effect.fnUntraced(function* (file: string) {
    const one = decided.get(file)
    if (one !== undefined) return one
    return (yield* whole.exists(file)) ? whole : own
  })
  return Workdir.of({
    root,
    home: whole.root,
    path: (...parts) => (decided.get(parts.join("/")) ?? own).path(...parts),
    temporary: own.temporary,
    holds: (file, inputs) =>
      Effect.flatMap(whole.holds(file, inputs), (has) => (has ? Effect.succeed(true) : own.holds(file, inputs))),
    artifact: Effect.fnUntraced(function* (options) {
      const one = (yield* whole.holds(options.name, options.inputs)) ? whole : own
      decided.set(options.name, one)
      return yield* one.artifact(options)
    }),
    write: (file, content) =>
      Effect.suspend(() => {
        decided.set(file, own)
        return own.write(file, content)
      }),
    exists: (file) => Effect.flatMap(holder(file), (one) => one.exists(file)),
    read: (file) => Effect.flatMap(holder(file), (one) => one.read(file)),
    list: (file) => own.list(file)
  })
})

const removeEmpty = (fs: FileSystem.FileSystem, folder: string) =>
  fs.readDirectory(folder).pipe(
    Effect.flatMap((names) => (names.length === 0 ? fs.remove(folder, { recursive: true }) : Effect.void)),
    Effect.ignore
  )

const Named = Schema.fromJsonString(Schema.Struct({ output: Schema.String }))

/** Makes sure that a part is not written over the dub of the whole video, as `names` in its workdir tell where that is. */
export const keepWhole = Effect.fnUntraced(function* (
  output: string,
  names: ReadonlyArray<string>,
  { part }: { readonly part?: Part | undefined }
) {
  if (part === undefined) return
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const { home } = yield* Workdir
  for (const name of names) {
    const read = fs.readFileString(paths.join(home, name))
    const named = yield* Effect.option(Effect.flatMap(read, Schema.decodeEffect(Named)))
    if (Option.isNone(named) || named.value.output !== output) continue
    return yield* new Problem({
      what: `${shown(output)} is the dub of the whole video.`,
      mend: "Leave --output out, or name another file for the part.",
      exitCode: 2
    })
  }
})

/** Runs what dubs a part of a video on the part's own view of the workdir; what dubs all of it as it is. */
export const inPart =
  ({ part }: { readonly part?: Part | undefined }) =>
  <A, E, R>(run: Effect.Effect<A, E, R>) =>
    Effect.gen(function* () {
      const { home, root } = yield* Workdir
      if (part === undefined || home !== root) return yield* run
      return yield* Effect.scoped(Effect.provideServiceEffect(run, Workdir, partWorkdir(partName(part))))
    })
