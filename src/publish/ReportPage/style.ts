import { base } from "./style/base.ts"
import { charts } from "./style/charts.ts"

/** The page's style sheet, without its line breaks and indentation. */
export const style = `${base}${charts}`.replaceAll(/\n\s*/g, "")
