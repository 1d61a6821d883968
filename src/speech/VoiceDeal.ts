/** Who speaks with which voice. */
export type VoicesOf = ReadonlyMap<string, string>

export interface ToDeal {
  /** Who speaks in this video, in the order in which they are first heard. */
  readonly speakers: ReadonlyArray<string>
  /** What there is to deal out, the best first. */
  readonly voices: ReadonlyArray<string>
  /** Who has a voice already, whether in this video or not. */
  readonly known: VoicesOf
  /** Voices that are heard in this video beside those of its speakers. */
  readonly taken?: ReadonlyArray<string>
}

const count = (voices: Iterable<string>, voice: string): number => {
  let times = 0
  for (const one of voices) if (one === voice) times++
  return times
}

/**
 * Gives each speaker who has no voice yet the one that is heard least in this video, of those the one that fewest have at
 * all, of those the first. Who has a voice keeps it; the same speakers in the same order get the same voices always.
 */
export const dealVoices = ({ known, speakers, taken = [], voices }: ToDeal): VoicesOf => {
  const all = new Map(known)
  const dealt = new Map<string, string>()
  for (const speaker of speakers) {
    if (all.has(speaker) || voices.length === 0) continue
    const here = [...taken, ...speakers.flatMap((one) => all.get(one) ?? [])]
    const weight = (voice: string) => count(here, voice) * 10_000 + count(all.values(), voice)
    const voice = voices.reduce((best, one) => (weight(one) < weight(best) ? one : best))
    all.set(speaker, voice)
    dealt.set(speaker, voice)
  }
  return dealt
}
