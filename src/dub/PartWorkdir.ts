import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Workdir } from "./Workdir.ts"

/** The folder of a part's own files in the workdir of its video. */
export const partFolder = (name: string): string => `parts/${name}`

/**
 * The workdir as somebody sees it who dubs a part of the video: what was stored for the whole and still holds is used,
 * and whatever is written goes into a folder of the part's own, so that nothing of the whole is ever replaced.
 */
export const partWorkdir = Effect.fn("partWorkdir")(function* (name: string) {
  const whole = yield* Workdir
  const own = Context.get(yield* Layer.build(Workdir.layer(whole.path(partFolder(name)))), Workdir)
  /** Which of the two has what this run uses, where that was decided. */
  const decided = new Map<string, Workdir["Service"]>()
  const decide = (file: string, one: Workdir["Service"]) => Effect.sync(() => void decided.set(file, one))
  const holder = Effect.fnUntraced(function* (file: string) {
    const one = decided.get(file)
    if (one !== undefined) return one
    return (yield* whole.exists(file)) ? whole : own
  })
  return Workdir.of({
    root: whole.root,
    path: (...parts) => (decided.get(parts.join("/")) ?? own).path(...parts),
    temporary: own.temporary,
    holds: (file, inputs) =>
      Effect.flatMap(whole.holds(file, inputs), (has) => (has ? Effect.succeed(true) : own.holds(file, inputs))),
    artifact: Effect.fnUntraced(function* (options) {
      const one = (yield* whole.holds(options.name, options.inputs)) ? whole : own
      yield* decide(options.name, one)
      return yield* one.artifact(options)
    }),
    write: (file, content) => Effect.andThen(decide(file, own), own.write(file, content)),
    exists: (file) => Effect.flatMap(holder(file), (one) => one.exists(file)),
    read: (file) => Effect.flatMap(holder(file), (one) => one.read(file)),
    list: (file) => own.list(file)
  })
})
