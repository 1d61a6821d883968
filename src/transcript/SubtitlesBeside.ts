import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Language from "../domain/Language.ts"

/** A subtitle file that belongs to a video by its name; `language` is what the name says. */
export interface SubtitlesBeside {
  readonly path: string
  readonly language: Language.Language | undefined
}

export interface Wanted {
  /** What is spoken, where it is known. */
  readonly from: Language.Language | undefined
  /** What it is dubbed to. */
  readonly to?: Language.Language | undefined
  /** The others, where it is dubbed to several. */
  readonly alsoTo?: ReadonlyArray<Language.Language> | undefined
}

/** Whether a language is one that the video is dubbed to. */
export const isTarget = ({ alsoTo = [], to }: Wanted, language: Language.Language): boolean =>
  [...(to === undefined ? [] : [to]), ...alsoTo].some((one) => Language.same(one, language))

interface Candidate extends SubtitlesBeside {
  readonly hearingImpaired: boolean
  readonly rank: number
}

const formats = ["srt", "vtt", "ass", "ssa"]
const media = new Set(
  "mp4 m4v mkv webm mov avi ts mts m2ts mpg mpeg wmv flv ogv 3gp m4a mp3 wav flac ogg opus aac".split(" ")
)
const partial = new Set(["forced", "signs", "songs", "commentary"])
const notes = new Set(["sdh", "cc", "hi", "default", "full", "auto", "orig", "original", "subs", "subtitles", "utf8"])

/** The words between a video's name and the format: the language and what kind of subtitles they are. */
const readTags = (tags: ReadonlyArray<string>) => {
  let language: Language.Language | undefined
  let hearingImpaired = false
  for (const tag of tags) {
    const found = language === undefined ? Option.getOrUndefined(Language.parse(tag)) : undefined
    if (found !== undefined) language = found
    else if (partial.has(tag.toLowerCase()) || !notes.has(tag.toLowerCase())) return undefined
    else if (/^(?:sdh|cc|hi)$/i.test(tag)) hearingImpaired = true
  }
  return { language, hearingImpaired }
}

const splitName = (name: string) => {
  const dot = name.lastIndexOf(".")
  return { stem: name.slice(0, dot), extension: name.slice(dot + 1).toLowerCase() }
}

const candidates = Effect.fnUntraced(function* (video: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = path.dirname(video)
  const name = path.basename(video)
  const { stem } = name.includes(".") ? splitName(name) : { stem: name }
  const names = yield* fs.readDirectory(folder).pipe(Effect.orElseSucceed(() => []))
  const others = names
    .filter((other) => other !== name && media.has(splitName(other).extension))
    .map((other) => splitName(other).stem)
    .filter((other) => other.length > stem.length)
  return names.toSorted().flatMap((file): ReadonlyArray<Candidate> => {
    const { stem: fileStem, extension } = splitName(file)
    const rank = formats.indexOf(extension)
    const base = [name, stem].find((whole) => fileStem === whole || fileStem.startsWith(`${whole}.`))
    if (rank === -1 || base === undefined) return []
    // "talk.es.srt" beside "talk.es.mp4" are the subtitles of that video: one that was dubbed, as often as not.
    if (others.some((other) => fileStem === other || fileStem.startsWith(`${other}.`))) return []
    const read = readTags(
      fileStem
        .slice(base.length + 1)
        .split(".")
        .filter((tag) => tag !== "")
    )
    return read === undefined ? [] : [{ path: path.join(folder, file), rank, ...read }]
  })
})

/** Lower is better. */
const place = (candidate: Candidate, wanted: Wanted): ReadonlyArray<number> => {
  const { from } = wanted
  const { language } = candidate
  const isFrom = from !== undefined && language !== undefined && Language.same(language, from)
  const isTo = language !== undefined && isTarget(wanted, language)
  const group = isFrom ? 0 : language === undefined ? 1 : isTo ? 3 : 2
  return [group, candidate.hearingImpaired ? 1 : 0, candidate.rank]
}

const best = (found: ReadonlyArray<Candidate>, wanted: Wanted): SubtitlesBeside | undefined => {
  const [first] = found.toSorted((a, b) => {
    const [left, right] = [place(a, wanted), place(b, wanted)]
    const at = left.findIndex((value, index) => value !== right[index])
    return at === -1 ? 0 : left[at]! - right[at]!
  })
  return first === undefined ? undefined : { path: first.path, language: first.language }
}

/**
 * The subtitles of what is said that lie beside a video: `talk.srt`, `talk.en.vtt`, `talk.mp4.ass` beside `talk.mp4`.
 * The language spoken comes first where it is known (then other languages are left alone), the plain name next, the
 * language dubbed to last. Forced subtitles, and those of another video with a longer name, are not taken.
 */
export const findSubtitlesBeside = Effect.fn("findSubtitlesBeside")(function* (video: string, wanted: Wanted) {
  const found = (yield* candidates(video)).filter(
    ({ language }) => wanted.from === undefined || language === undefined || Language.same(language, wanted.from)
  )
  return Option.fromUndefinedOr(best(found, wanted))
})

/** The path of subtitles beside a video whose name says that they are in `language`, if there are any. */
export const findSubtitlesIn = Effect.fn("findSubtitlesIn")(function* (video: string, language: Language.Language) {
  const found = (yield* candidates(video)).filter(
    (candidate) => candidate.language !== undefined && Language.same(candidate.language, language)
  )
  const exact = found.filter((candidate) => candidate.language === language)
  return best(exact.length > 0 ? exact : found, { from: language })?.path
})
