import { isOnThisMachine } from "../requests/KnownPrice.ts"

/** What a part of a run would ask for; dollars null where no price is known. */
export interface EstimatedPart {
  readonly service: string
  readonly requests: number
  readonly characters: number
  readonly minutes: number
  readonly usd: number | null
  /** It is asked of a server on this machine, which has no price. */
  readonly ownServer?: true
}

/** The service of a part that nobody does. */
export const notSetUp = "a service that is not set up"

interface Asked {
  readonly service: string
  readonly model: string
  readonly address: string
}

/** Who is asked, as an estimate names it. */
export const asked = ({ address, model, service }: Asked): Pick<EstimatedPart, "service" | "ownServer"> => ({
  service: service === "none" ? notSetUp : `${service} ${model}`,
  ...(isOnThisMachine(address) ? { ownServer: true } : {})
})
