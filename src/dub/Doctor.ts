import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type { Language } from "../domain/Language.ts"
import { Ffmpeg } from "../media/Ffmpeg.ts"
import { absent, broken, type Finding } from "./Doctor/Finding.ts"
import { diskFinding, fontFinding } from "./Doctor/Machine.ts"
import { eSpeakFinding, ffmpegFindings, localFinding, nodeFinding } from "./Doctor/Programs.ts"
import { serviceFindings, unusedFindings, type ServiceToCheck } from "./Doctor/Services.ts"
import type { ServiceVoices } from "./ListVoices.ts"

/** What is set up: what a dub would use. */
export interface SetUp {
  readonly nodeVersion: string
  readonly offline: boolean
  readonly workdir: string
  readonly output: string
  /** Whose letters subtitles would have, and in which font. */
  readonly languages: ReadonlyArray<Language>
  readonly font: string | undefined
  /** Whether eSpeak NG would speak, and what models on this machine would be run for. */
  readonly eSpeaks: boolean
  readonly local: ReadonlyArray<string>
  readonly services: ReadonlyArray<ServiceToCheck>
  /** Those whose key is set and that nothing would be asked of. */
  readonly unused: ReadonlyArray<ServiceToCheck>
  /** What is asked for and cannot be, for want of a key or a model. */
  readonly problems: ReadonlyArray<{ readonly subject: string; readonly detail: string; readonly mend: string }>
  /** What nobody would do, and how somebody is set up who does. */
  readonly nobody: ReadonlyArray<{ readonly subject: string; readonly mend: string }>
  /** The voices of the service that would speak, where it tells. */
  readonly voices: ServiceVoices | undefined
}

/** Looks at everything that a dub may need: programs, disk, fonts, keys, endpoints, models and voices. */
export const examine = Effect.fn("examine")(function* (setUp: SetUp) {
  const { offline } = setUp
  const [ffmpeg, eSpeak, local, work, output, services, unused] = yield* Effect.all(
    [
      ffmpegFindings,
      eSpeakFinding(setUp.eSpeaks),
      localFinding(setUp.local),
      diskFinding(setUp.workdir, "work"),
      diskFinding(setUp.output, "results"),
      Effect.forEach(
        setUp.services,
        (one) => serviceFindings(one, { offline, voices: one.subject === "speech" ? setUp.voices : undefined }),
        { concurrency: "unbounded" }
      ),
      Effect.forEach(setUp.unused, (one) => unusedFindings(one, offline), { concurrency: "unbounded" })
    ],
    { concurrency: "unbounded" }
  )
  const hasFonts = !ffmpeg.some(({ detail, status }) => status !== "ok" && /not installed|"(?:ass|color)"/.test(detail))
  const fonts = hasFonts ? [yield* fontFinding(setUp.languages, setUp.font)] : []
  const problems = setUp.problems.map(({ detail, mend, subject }) => broken(subject, detail, mend))
  const nobody = setUp.nobody.map(({ mend, subject }) => absent(subject, "no service is set up", mend))
  const findings: ReadonlyArray<Finding> = [
    nodeFinding(setUp.nodeVersion),
    ...ffmpeg,
    eSpeak,
    ...local,
    work,
    output,
    ...fonts,
    ...services.flat(),
    ...unused.flat(),
    ...problems,
    ...nobody
  ]
  return findings
})

/** What `examine` needs besides the platform. */
export const doctorLayer = Layer.mergeAll(Ffmpeg.layer, FetchHttpClient.layer)
