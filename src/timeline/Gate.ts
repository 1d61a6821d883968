import * as Result from "effect/Result"
import { type MetricName, metricNames } from "../domain/MetricNames.ts"
import { Problem } from "../domain/Problem.ts"

/** One condition of a gate: `tempoMax <= 1.3`. */
export interface Condition {
  readonly name: MetricName
  readonly operator: "<=" | ">=" | "<" | ">" | "="
  readonly limit: number
}

const holds: Record<Condition["operator"], (value: number, limit: number) => boolean> = {
  "<=": (value, limit) => value <= limit,
  ">=": (value, limit) => value >= limit,
  "<": (value, limit) => value < limit,
  ">": (value, limit) => value > limit,
  "=": (value, limit) => value === limit
}

const wrong = (what: string, mend: string) => Result.fail(Problem.make({ what, mend, exitCode: 2 }))

const parseCondition = (text: string): Result.Result<Condition, Problem> => {
  const match = /^\s*(\w+)\s*(<=|>=|==|<|>|=)\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text)
  if (match === null) {
    return wrong(
      `The gate has "${text.trim().slice(0, 60)}", which is no condition.`,
      'Write it like "tempoMax<=1.3,withinComfort>=0.9".'
    )
  }
  const name = metricNames.find((known) => known === match[1])
  if (name === undefined) {
    return wrong(
      `The gate asks for "${match[1]!.slice(0, 40)}", which is not measured.`,
      `Use ${metricNames.join(", ")}.`
    )
  }
  const operator = match[2] === "==" ? "=" : (match[2] as Condition["operator"])
  return Result.succeed({ name, operator, limit: Number(match[3]) })
}

/** Reads a gate, conditions with commas between them: `tempoMax<=1.3,withinComfort>=0.9`. */
export const parseGate = (text: string): Result.Result<ReadonlyArray<Condition>, Problem> =>
  Result.all(text.split(",").map(parseCondition))

/** The conditions that don't hold, a line each; none where the gate is passed. What was not measured does not hold. */
export const checkGate = (
  metrics: { readonly [name in MetricName]?: number | null },
  gate: ReadonlyArray<Condition>
): ReadonlyArray<string> =>
  gate.flatMap(({ limit, name, operator }) => {
    const value = metrics[name]
    if (value === undefined || value === null) return [`${name} was not measured (${name} ${operator} ${limit})`]
    if (holds[operator](value, limit)) return []
    const rounded = Number(value.toFixed(4))
    const shown = holds[operator](rounded, limit) ? value : rounded
    return [`${name} is ${shown}, not ${operator} ${limit}`]
  })
