import type { ScriptLine } from "./Batches.ts"
import type { LanguageModelProvider } from "./LanguageModel.ts"
import type { Languages } from "./LineChecks.ts"
import { keyOf } from "../requests/KeptAnswers.ts"

/** Raised when what is asked of the model changes so that earlier answers no longer do. */
const promptVersion = 2

/** What a line's text is kept under. A budget in characters is no part of it: it follows from seconds and pace. */
export const keysOf = (
  wordy: ReadonlyArray<ScriptLine>,
  provider: LanguageModelProvider,
  options: {
    readonly task: string
    readonly languages: Languages
    readonly dependsOn?: ((line: ScriptLine) => unknown) | undefined
  }
): ReadonlyArray<string> =>
  wordy.map((line, index) => {
    const { maxCharacters: _, ...fields } = line.fields ?? {}
    return keyOf([
      promptVersion,
      options.task,
      options.languages.from ?? "",
      options.languages.to,
      [provider.service, provider.model, provider.address],
      [wordy[index - 1]?.text ?? "", line.text, wordy[index + 1]?.text ?? ""],
      fields,
      options.dependsOn?.(line) ?? ""
    ])
  })
