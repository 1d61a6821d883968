/** What a provider knows of what it costs; without any of the prices nothing is counted for it. */
export interface Priced {
  readonly service: string
  readonly address?: string | undefined
  readonly usdPerMinute?: number | undefined
  readonly usdPerThousandCharacters?: number | undefined
  readonly usdPerMillionInput?: number | undefined
  readonly usdPerMillionOutput?: number | undefined
}

/** They run in this program, or beside it, and are asked over no network. */
const ofThisMachine = new Set(["espeak", "local", "none"])

/** Whether an address is one of this machine. */
export const isOnThisMachine = (address: string): boolean =>
  /^(?:[a-z]+:\/\/)?(?:localhost|[^/:]+\.localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])(?=[:/]|$)/i.test(address)

/** Whether it is not known what is to be paid: nothing is counted for it, and no budget holds it. */
export const hasNoPrice = (one: Priced): boolean =>
  !ofThisMachine.has(one.service) &&
  [one.usdPerMinute, one.usdPerThousandCharacters, one.usdPerMillionInput, one.usdPerMillionOutput].every(
    (price) => price === undefined
  )

/** Whether something may have to be paid, and it is not known what: a server of this machine sends no bills. */
export const mayCost = (one: Priced): boolean => hasNoPrice(one) && !isOnThisMachine(one.address ?? "")
