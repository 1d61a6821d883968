import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { Problem } from "../domain/Problem.ts"
import type { Finding } from "../dub/Doctor.ts"

const marks = { ok: "✓", missing: "✗", absent: "–" } as const

const line = ({ detail, mend, status, subject }: Finding): string =>
  `${marks[status]} ${subject.padEnd(18)} ${detail}${mend === undefined ? "" : `\n${" ".repeat(21)}${mend}`}`

/** `dubber doctor`: what is there, what is missing, and how to mend it. */
export const doctor = Command.make(
  "doctor",
  {
    offline: Flag.Boolean("offline").pipe(
      Flag.withDescription("Ask no service anything (default off: one cheap request each)"),
      Flag.withDefault(false)
    )
  },
  Effect.fn("doctor")(function* ({ offline }) {
    const { doctorLayer, examine } = yield* Effect.promise(() => import("../dub/Doctor.ts"))
    const findings = yield* examine({ nodeVersion: process.versions.node, offline }).pipe(Effect.provide(doctorLayer))
    for (const finding of findings) yield* Console.log(line(finding))
    const broken = findings.filter((finding) => finding.status === "missing")
    if (broken.length === 0) return yield* Console.log("Everything that is set up works.")
    return yield* new Problem({
      what: `${broken.map((finding) => finding.subject).join(", ")}: not as it should be.`,
      mend: "What to do stands above."
    })
  })
).pipe(Command.withDescription("Check ffmpeg, voices, keys and endpoints, and say how to mend what is wrong"))
