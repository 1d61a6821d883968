import * as Context from "effect/Context"
import * as Schema from "effect/Schema"

/** What was typed to start this run: the words, as the shell gave them, and the folder in which it was. */
export const CommandLineSchema = Schema.Struct({
  folder: Schema.String,
  words: Schema.Array(Schema.String)
})
export type TypedCommand = typeof CommandLineSchema.Type

/** How this run was started; undefined where a program of somebody else's did. */
export const CommandLine = Context.Reference<TypedCommand | undefined>("dubber/dub/CommandLine", {
  defaultValue: () => undefined
})

/** The command as its user would type it again, through npm, npx or by its name. `argv` is Node's. */
export const typedCommand = (process: {
  readonly argv: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly folder: string
}): TypedCommand => {
  const [, started = "", ...rest] = process.argv
  const { env, folder } = process
  const program =
    env["npm_command"] === "exec"
      ? ["npx", "dubber"]
      : env["npm_lifecycle_event"] === "dubber"
        ? ["npm", "run", "-s", "dubber", "--"]
        : started.endsWith(".ts")
          ? ["node", started]
          : ["dubber"]
  return { folder, words: [...program, ...rest] }
}

/** A word as a POSIX shell reads it back, whatever is in it. */
export const shellWord = (word: string): string =>
  /^[\w./+:@%,=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** Words as a line for a POSIX shell. */
export const shellLine = (words: ReadonlyArray<string>): string => words.map(shellWord).join(" ")
