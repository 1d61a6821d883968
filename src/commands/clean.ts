import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import { counted } from "../domain/Counted.ts"
import { onOff, dubbedVideo, workdir } from "./flags.ts"

/** `dubber clean`: frees the space that a dub takes. */
export const clean = Command.make(
  "clean",
  {
    video: dubbedVideo,
    workdir,
    all: onOff("all", "Remove the whole workdir, clips that were paid for included (default off)")
  },
  Effect.fn("clean")(function* (flags) {
    const { checkThere, removeTemporary } = yield* Effect.promise(() => import("../dub/Clean.ts"))
    const { checkOwner } = yield* Effect.promise(() => import("../dub/WorkdirOwner.ts"))
    const { workdirOf } = yield* Effect.promise(() => import("./run.ts"))
    const root = yield* workdirOf(flags.video, flags.workdir)
    yield* checkThere(flags.video, root)
    yield* checkOwner(flags.video, root)
    const removed = yield* removeTemporary(root, flags)
    const megabytes = (removed.bytes / 1e6).toFixed(1)
    yield* Console.log(
      removed.files === 0
        ? `Nothing to remove in ${root}.`
        : `${counted(removed.files, "file")}, ${megabytes} MB removed from ${root}${removed.besideOutputs > 0 ? " and beside its outputs" : ""}.`
    )
  })
).pipe(Command.withDescription("Remove the workdir's temporary files; with --all the workdir"))
