import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { englishName, Language, primary } from "../../domain/Language.ts"
import { shown } from "../../media/FileProblem.ts"
import { fontsLack } from "../../media/SubtitleFonts.ts"
import { sampleText } from "../../speech/SampleText.ts"
import { FreeBytes } from "../DiskSpace.ts"
import { absent, broken, type Finding, ok, warning } from "./Finding.ts"

/** Bytes: an hour of video and its sound have room in the one, hardly a minute in the other. */
const plenty = 5e9
const hardlyAny = 200e6

const gigabytes = (bytes: number): string =>
  bytes < 1e9 ? `${Math.floor(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0)} GB`

/** The folder itself, or the nearest above it that is there. */
const nearest = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  let place = paths.resolve(folder)
  while (!(yield* fs.exists(place).pipe(Effect.orElseSucceed(() => false))) && paths.dirname(place) !== place) {
    place = paths.dirname(place)
  }
  return place
})

/** Whether something can be written where a folder is, or will be, and how much room there is. */
export const diskFinding = Effect.fnUntraced(function* (folder: string, what: string) {
  const fs = yield* FileSystem.FileSystem
  const freeBytes = yield* FreeBytes
  const place = yield* nearest(folder)
  const written = yield* Effect.scoped(fs.makeTempDirectoryScoped({ directory: place, prefix: ".dubber-" })).pipe(
    Effect.result
  )
  if (written._tag === "Failure") {
    return broken(
      "disk",
      `${shown(place)} may not be written: no room for ${what}`,
      "Change its permissions, or work in another folder."
    )
  }
  const free = yield* freeBytes(place)
  if (free === undefined) return ok("disk", `${folder} may be written (${what})`)
  const detail = `${gigabytes(free)} free for ${folder} (${what})`
  if (free < hardlyAny) return broken("disk", detail, "Make room, or work on another disk.")
  if (free < plenty)
    return warning("disk", detail, "An hour of video may take 2 GB: make room, or work on another disk.")
  return ok("disk", detail)
})

const many = ["el", "ru", "ar", "he", "hi", "th", "ja", "zh", "ko"].map((code) => Language.make(code))

const isCjk = (language: Language): boolean => ["ja", "zh", "ko", "yue"].includes(primary(language))

/** The packages that have the letters of these languages, by apt-get and by dnf. */
const packagesFor = (languages: ReadonlyArray<Language>): string => {
  const [cjk, others] = [languages.some(isCjk), !languages.every(isCjk)]
  const apt = [...(others ? ["fonts-noto-core"] : []), ...(cjk ? ["fonts-noto-cjk"] : [])]
  const dnf = [...(others ? ["google-noto-sans-fonts"] : []), ...(cjk ? ["google-noto-sans-cjk-fonts"] : [])]
  return `apt-get install ${apt.join(" ")}, or dnf install ${dnf.join(" ")}`
}

const named = (languages: ReadonlyArray<Language>): string =>
  languages.map((language) => englishName(language)).join(", ")

/**
 * Whether hard subtitles can be drawn in these languages: by what libass, which draws them, says of the fonts here. With
 * no language it is told which scripts have none.
 */
export const fontFinding = Effect.fnUntraced(function* (languages: ReadonlyArray<Language>, font: string | undefined) {
  const asked = languages.length > 0
  const lacks = yield* Effect.forEach(
    asked ? languages : many,
    (language) =>
      Effect.map(fontsLack([{ text: sampleText(language) }], font === undefined ? {} : { font }), (lack) => ({
        language,
        lack
      })),
    { concurrency: 2 }
  )
  const without = lacks.filter(({ lack }) => lack.letters.length > 0).map(({ language }) => language)
  const purpose = "for hard subtitles"
  if (without.length === 0) {
    return ok(
      "fonts",
      asked
        ? `${named(languages)}: all letters are there, ${purpose}`
        : `for the scripts of ${many.length} languages, ${purpose}`
    )
  }
  const detail = `no font here has the letters of ${named(without)}: hard subtitles would be empty boxes`
  const finding: Finding = (asked ? warning : absent)("fonts", detail, packagesFor(without))
  return finding
})
