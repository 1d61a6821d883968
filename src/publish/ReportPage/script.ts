import { lines } from "./script/lines.ts"
import { playing } from "./script/player.ts"
import { tables } from "./script/tables.ts"
import { waves } from "./script/waves.ts"

/** What the page does in a browser. It takes all its texts from the page itself, and sets them as text. */
export const script = `"use strict";(() => {${[lines, waves, playing, tables].join("").replaceAll(/\n\s*/g, "\n")}})()`
