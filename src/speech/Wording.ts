/** A word, or a letter of a script that is written without spaces, or a figure or sign that may be read in many ways. */
interface Token {
  readonly text: string
  readonly isFigure: boolean
}

const spellings: Readonly<Record<string, string>> = { ok: "okay", alright: "all right" }

/** The most words that one figure or sign stands for: "1,234,567" has ten in English. */
const mostWordsOfFigure = 12

const tokens = (text: string): ReadonlyArray<Token> => {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").normalize("NFC").toLowerCase().replace(/['’`]/g, "")
  const pattern =
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|[\p{L}\p{N}]*\p{N}[\p{L}\p{N}.,:/-]*|\p{L}+|[\p{Sc}\p{Sm}%&@#§°]/gu
  return (plain.match(pattern) ?? []).flatMap((word) =>
    (spellings[word] ?? word).split(" ").map((part) => ({ text: part, isFigure: !/^\p{L}+$/u.test(part) }))
  )
}

/** Edits from one word to the other over the length of the longer: 0 for the same, 1 for nothing in common. */
const difference = (a: string, b: string): number => {
  if (a === b) return 0
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]! / Math.max(a.length, b.length)
}

/**
 * Words by which what was said differs from the text: a missing or added word counts 1, another word by how much of it
 * is another. Case, accents, punctuation count nothing, nor how a figure or a sign is read out.
 */
export const wordErrors = (text: string, said: string): number => {
  const wanted = tokens(text)
  const heard = tokens(said)
  const width = heard.length + 1
  const cost = new Float64Array((wanted.length + 1) * width).fill(Infinity)
  cost[0] = 0
  const reach = (at: number, value: number) => {
    if (value < cost[at]!) cost[at] = value
  }
  for (let i = 0; i <= wanted.length; i++) {
    for (let j = 0; j <= heard.length; j++) {
      const here = cost[i * width + j]!
      const [one, other] = [wanted[i], heard[j]]
      if (one !== undefined) reach((i + 1) * width + j, here + 1)
      if (other !== undefined) reach(i * width + j + 1, here + 1)
      if (one !== undefined && other !== undefined) {
        reach((i + 1) * width + j + 1, here + (one.isFigure || other.isFigure ? 0 : difference(one.text, other.text)))
      }
      for (let words = 0; words <= mostWordsOfFigure; words++) {
        if (one?.isFigure === true && j + words <= heard.length) reach((i + 1) * width + j + words, here)
        if (other?.isFigure === true && i + words <= wanted.length) reach((i + words) * width + j + 1, here)
      }
    }
  }
  return cost.at(-1)!
}

/**
 * Whether what was said is another wording than the text. A spelling that differs passes; a word that is missing, added
 * or exchanged does not, but for one or two in more than twenty.
 */
export const isReworded = (text: string, said: string): boolean => {
  const words = tokens(text).length
  return words > 0 && wordErrors(text, said) >= 0.4 + 0.03 * words
}
