import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import type { Language } from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import { type Source, videoStream } from "../domain/Source.ts"
import { Utterances } from "../domain/Utterance.ts"
import { rules, type Section, sections, type TalkLine } from "../publish/Chapters.ts"
import { frequentWords } from "../publish/FrequentWords.ts"
import { stopWords } from "../publish/StopWords.ts"
import { type Chapter, firstWords, opening, youTubeTexts } from "../publish/YouTube.ts"
import { LanguageModel } from "../script/LanguageModel.ts"
import { describeTopics, type Topics } from "../script/Topics.ts"
import { readSceneCuts } from "./GroupUtterances.ts"
import { videoName } from "./Output.ts"
import { Progress } from "./Progress.ts"
import { readSource } from "./ReadSource.ts"
import * as Workdir from "./Workdir.ts"
import { reportFormat, reportName } from "./ReportFile.ts"

/** What a model said of a talk: the shape of <language>/topics.json. */
const TopicsJson = Schema.Struct({
  title: Schema.NullOr(Schema.String),
  description: Schema.NullOr(Schema.String),
  tags: Schema.Array(Schema.String),
  chapters: Schema.Array(Schema.NullOr(Schema.String)),
  warnings: Schema.Array(Schema.String)
})

const text: Workdir.Format<string> = {
  encode: (content) => content,
  decode: (bytes) => Effect.succeed(new TextDecoder().decode(bytes))
}

const whatIsSaid = (lines: ReadonlyArray<TalkLine>): string => lines.map((line) => line.text).join(" ")

const nothing: Topics = { title: null, description: null, tags: [], chapters: [], warnings: [] }

/** What the language model says of the talk, where there is one; where it fails, the talk speaks for itself. */
const askForTopics = Effect.fnUntraced(function* (
  language: Language,
  name: string,
  lines: ReadonlyArray<TalkLine>,
  parts: ReadonlyArray<Section>
) {
  const workdir = yield* Workdir.Workdir
  const progress = yield* Progress
  const model = Option.filter(yield* Effect.serviceOption(LanguageModel), ({ provider }) => provider.service !== "none")
  if (Option.isNone(model)) return nothing
  const said = parts.length > 0 ? parts.map((part) => whatIsSaid(part.lines)) : [whatIsSaid(lines)]
  const { provider } = model.value
  return yield* workdir
    .artifact({
      name: `${language}/topics.json`,
      inputs: { said, name, model: [provider.address, provider.model] },
      format: Workdir.json(TopicsJson),
      make: describeTopics({ language, name, sections: said }).pipe(Effect.provideService(LanguageModel, model.value))
    })
    .pipe(
      Effect.map((artifact): Topics => artifact.value),
      Effect.catchTag("ServiceError", (error) =>
        Effect.as(progress.warning(`The texts for YouTube are taken from the talk itself: ${error.message}.`), nothing)
      )
    )
})

/** Chapters of which the next has the same title are one, as long as there are enough. */
export const byTopic = (chapters: ReadonlyArray<Chapter>): ReadonlyArray<Chapter> => {
  const isNew = ({ title }: Chapter, i: number) =>
    i === 0 || title.trim().toLowerCase() !== chapters[i - 1]!.title.trim().toLowerCase()
  const apart = chapters.filter((chapter, i) => isNew(chapter, i))
  return apart.length >= rules.fewest ? apart : chapters
}

export interface Talk {
  readonly source: Source
  readonly language: Language
  /** The lines as they are heard, in order. */
  readonly lines: ReadonlyArray<TalkLine>
}

/**
 * Writes description.md, chapters.txt and tags.txt for YouTube into <language>/youtube: by the language model where there
 * is one, else from pauses, scene cuts and first words. Files that a person edited stay as long as nothing else would be
 * written. A model that fails is a warning, not a failure.
 */
export const writeYouTube = Effect.fn("writeYouTube")(function* ({ language, lines, source }: Talk) {
  const workdir = yield* Workdir.Workdir
  const progress = yield* Progress
  const paths = yield* Path.Path
  const written = yield* progress.stage("youtube", () =>
    Effect.gen(function* () {
      const { duration } = source
      const isLongEnough = duration >= rules.fewest * rules.shortestSeconds
      const sceneCuts = isLongEnough && videoStream(source) !== undefined ? yield* readSceneCuts(source) : []
      const parts = sections(lines, { duration, sceneCuts })
      const name = videoName(paths, source.path)
      const topics = yield* askForTopics(language, name, lines, parts)
      for (const warning of topics.warnings) yield* progress.warning(warning)
      const own = { title: name, stopWords: topics.tags.length > 0 ? undefined : yield* stopWords(language) }
      const named = byTopic(
        parts.map((part, i) => ({ at: part.at, title: topics.chapters[i] ?? firstWords(part.lines) }))
      )
      const texts = youTubeTexts({
        title: topics.title ?? name.replaceAll(/[_\s]+/g, " "),
        summary: topics.description ?? opening(lines),
        tags: topics.tags.length > 0 ? topics.tags : frequentWords(lines, language, own),
        chapters: named
      })
      const folder = `${language}/youtube`
      const put = (file: string, content: string) =>
        workdir.artifact({ name: `${folder}/${file}`, inputs: content, format: text, make: Effect.succeed(content) })
      const files = [
        yield* put("description.md", texts.description),
        yield* put("chapters.txt", texts.chapters),
        yield* put("tags.txt", texts.tags)
      ]
      const chapters =
        named.length > 0
          ? `${named.length} chapters`
          : isLongEnough
            ? "no chapters: what is said cannot be parted into three of ten seconds each"
            : `no chapters: ${duration.toFixed(1)} s are too short for three of ten seconds each`
      return {
        value: { folder: workdir.path(folder), chapters: named.length },
        reused: files.every((file) => file.reused),
        summary: `${chapters}, by ${topics.title === null ? "the talk itself" : "the language model"}`
      }
    })
  )
  return written
})

/** `youtube`: for a talk that was dubbed, at the times of the dub; one that is only prepared, at the times of its lines. */
export const youTubeOf = Effect.fn("youTubeOf")(function* (video: string, language: Language) {
  const workdir = yield* Workdir.Workdir
  const source = yield* readSource(video)
  const report = reportName(language)
  const utterances = `${language}/utterances.json`
  if (yield* workdir.exists(report)) {
    const { utterances: lines } = yield* reportFormat.decode(yield* workdir.read(report), workdir.path(report))
    return yield* writeYouTube({ source, language, lines })
  }
  if (yield* workdir.exists(utterances)) {
    const format = Workdir.json(Utterances)
    const grouped = yield* format.decode(yield* workdir.read(utterances), workdir.path(utterances))
    const lines = grouped.utterances.map((one) => ({ ...one, spokenStart: one.start }))
    return yield* writeYouTube({ source, language, lines })
  }
  return yield* new Problem({
    what: `What ${video} says in ${language} is not known yet.`,
    mend: `Run "dubber full ${video}" first, or "dubber prep ${video}" where nothing is to be spoken.`
  })
})
