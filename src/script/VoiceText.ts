import type { Language } from "../domain/Language.ts"
import { type Glossary, replacing } from "./Glossary.ts"
import { spokenText } from "./SpokenText.ts"
import { addressesOut, writtenOut } from "./WrittenOut.ts"

/** Characters for private use hold the place of what is said in a certain way, which nothing else may change. */
const firstPlace = 0xf0000
const place = /[\u{f0000}-\u{ffffd}]/gu

/**
 * What a voice is given for a line: without markup and sounds, what the glossary says in a certain way said so, and
 * what voices read badly written out in the words of the language.
 */
export const voiceText = (text: string, language: Language, glossary: Glossary | undefined): string => {
  const said: Array<string> = []
  const held = replacing(text.replaceAll(place, ""), glossary, (wanted) => {
    said.push(wanted)
    return String.fromCodePoint(firstPlace + said.length - 1)
  })
  return writtenOut(spokenText(addressesOut(held, language)), language).replaceAll(
    place,
    (character) => said[character.codePointAt(0)! - firstPlace] ?? ""
  )
}
