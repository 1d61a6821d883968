/** A number with its noun: "1 line", "2 lines"; nouns with a plural of their own are given it. */
export const counted = (number: number, noun: string, plural = `${noun}s`): string =>
  `${number} ${number === 1 ? noun : plural}`
