import { primary, type Language } from "../../domain/Language.ts"
import type { LocalModel } from "./LocalModel.ts"

/** The languages of every multilingual Whisper, by the codes it was trained with. */
const whisperKnows = new Set(
  (
    "af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy id is " +
    "it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si sk " +
    "sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo zh"
  ).split(" ")
)

const senseVoiceKnows = new Set(["zh", "en", "ja", "ko", "yue"])

/** Where Whisper has another code. */
const whisperNames: Readonly<Record<string, string>> = { nb: "no", jv: "jw", fil: "tl" }

/** A language as a model takes it; empty where the model has none or is to find out. Native code ends the process over one that it does not know. */
export const languageSetting = (kind: LocalModel["kind"], language: Language | undefined): string => {
  if (language === undefined) return ""
  const code = primary(language)
  if (kind === "whisper") {
    const name = whisperNames[code] ?? code
    return whisperKnows.has(name) ? name : ""
  }
  return kind === "senseVoice" && senseVoiceKnows.has(code) ? code : ""
}
