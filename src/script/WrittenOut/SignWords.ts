const names = [
  /** "me at example dot com". */
  "at",
  "dot",
  /** Between the numbers of a version. */
  "point",
  /** "10 to 20"; "-" where the numbers around it would have to be bent. */
  "to",
  "and",
  "minus",
  "times",
  "plusMinus",
  "about",
  "atLeast",
  "atMost",
  /** "number 5". */
  "number",
  "version",
  /** "x squared". */
  "squared",
  /** "two and a half". */
  "andHalf"
] as const

/** How signs are said in one language. */
export type SignWords = Readonly<Record<(typeof names)[number], string>>

const table = `
en: at | dot | point | to | and | minus | times | plus or minus | about | greater than or equal to | less than or equal to | number | version | squared | and a half
de: ät | Punkt | Punkt | bis | und | minus | mal | plus minus | ungefähr | größer oder gleich | kleiner oder gleich | Nummer | Version | Quadrat | einhalb
es: arroba | punto | punto | a | y | menos | por | más menos | aproximadamente | mayor o igual que | menor o igual que | número | versión | al cuadrado | y medio
fr: arobase | point | point | à | et | moins | fois | plus ou moins | environ | supérieur ou égal à | inférieur ou égal à | numéro | version | au carré | et demi
pt: arroba | ponto | ponto | a | e | menos | vezes | mais ou menos | aproximadamente | maior ou igual a | menor ou igual a | número | versão | ao quadrado | e meio
it: chiocciola | punto | punto | a | e | meno | per | più o meno | circa | maggiore o uguale a | minore o uguale a | numero | versione | al quadrato | e mezzo
nl: apenstaartje | punt | punt | tot | en | min | keer | plus of min | ongeveer | groter dan of gelijk aan | kleiner dan of gelijk aan | nummer | versie | kwadraat | en een half
sv: snabel-a | punkt | punkt | till | och | minus | gånger | plus minus | ungefär | större än eller lika med | mindre än eller lika med | nummer | version | i kvadrat | och en halv
da: snabel-a | punktum | punktum | til | og | minus | gange | plus minus | cirka | større end eller lig med | mindre end eller lig med | nummer | version | i anden | og en halv
nb: krøllalfa | punktum | punktum | til | og | minus | ganger | pluss minus | omtrent | større enn eller lik | mindre enn eller lik | nummer | versjon | i annen | og en halv
pl: małpa | kropka | kropka | - | i | minus | razy | plus minus | około | większe lub równe | mniejsze lub równe | numer | wersja | do kwadratu | i pół
ru: собака | точка | точка | - | и | минус | умножить на | плюс-минус | примерно | больше или равно | меньше или равно | номер | версия | в квадрате | с половиной
`

/** By language, where they are known. */
export const signWords: Readonly<Record<string, SignWords>> = Object.fromEntries(
  table
    .trim()
    .split("\n")
    .map((row) => {
      const [language, cells] = row.split(": ") as [string, string]
      const words = cells.split(" | ")
      return [language, Object.fromEntries(names.map((name, i) => [name, words[i]!])) as SignWords]
    })
)
