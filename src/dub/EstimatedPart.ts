/** What a part of a run would ask for; dollars null where no price is known. */
export interface EstimatedPart {
  readonly service: string
  readonly requests: number
  readonly characters: number
  readonly minutes: number
  readonly usd: number | null
}

/** A service as an estimate names it. */
export const nameOf = ({ model, service }: { readonly service: string; readonly model: string }): string =>
  service === "none" ? "a service that is not set up" : `${service} ${model}`
