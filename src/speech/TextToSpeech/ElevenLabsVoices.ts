import * as Schema from "effect/Schema"
import { oneLine } from "../../requests/ServerMessage.ts"
import { asVoice, genderOf, languagesOf, type Voice } from "../Catalogue.ts"

/** What ElevenLabs answers to `/v1/voices`, as far as it is used; what else it says of a voice is taken as it comes. */
export const AccountVoices = Schema.Struct({
  voices: Schema.Array(
    Schema.Struct({
      voice_id: Schema.String,
      name: Schema.String,
      labels: Schema.optionalKey(Schema.Unknown),
      description: Schema.optionalKey(Schema.Unknown),
      verified_languages: Schema.optionalKey(Schema.Unknown)
    })
  )
})
export type AccountVoices = typeof AccountVoices.Type

/** A voice of the account: its first words are its name, what follows describes it, and its labels too. */
export const described = ({
  description,
  labels,
  name,
  verified_languages,
  voice_id
}: AccountVoices["voices"][number]): Voice => {
  const label = (key: string) =>
    typeof labels === "object" ? (labels as Record<string, unknown> | null)?.[key] : undefined
  const verified = Array.isArray(verified_languages) ? (verified_languages as ReadonlyArray<unknown>) : []
  const [first = name, ...rest] = name.split(/\s+[-–]\s+/)
  const words = [...rest, label("accent"), label("age"), label("descriptive") ?? label("description"), description]
  return asVoice({
    id: voice_id,
    name: oneLine(first),
    languages: languagesOf([
      label("language"),
      ...verified.map((one) => (typeof one === "object" ? (one as Record<string, unknown> | null)?.["language"] : one))
    ]),
    gender: genderOf(label("gender")),
    description: oneLine(words.filter((word) => typeof word === "string" && word !== "").join(", "))
  })
}
