import { type Language, primary } from "../domain/Language.ts"

/** Words that carry a full stop without ending a sentence: lower case, without the last stop. */
export interface Abbreviations {
  /** Something always follows: "Dr.", "e.g.". */
  readonly inside: ReadonlySet<string>
  /** May also be the last word: "etc.", "p.m.". */
  readonly last: ReadonlySet<string>
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(" ").filter((word) => word !== ""))

const of = (inside: string, last = ""): Abbreviations => ({ inside: set(inside), last: set(last) })

const common = of("dr mr mrs ms prof st vs e.g i.e", "etc ltd inc ph.d")

const own: Readonly<Record<string, Abbreviations>> = {
  en: of(
    "messrs rev gen col capt lt sgt maj gov sen mt ft eg ie cf viz approx dept resp incl excl avg tel",
    "al co corp jr sr bros esq a.m p.m b.c a.d"
  ),
  de: of(
    "hr fr bzw ca vgl sog z.b zb d.h dh u.a z.t i.d.r v.a ggf evtl inkl exkl mind bspw geb s.o s.u i.a u.u m.e dipl ing mio mrd allg entspr",
    "usw usf o.ä u.ä str jh"
  ),
  es: of("sr sra srta sres dra d dña profa ud uds vd p.ej ej aprox avda gral lic ing", "ee.uu a.c d.c s.a"),
  fr: of("m mm mme mmes mlle pr ste p.ex cf env c.-à-d"),
  pt: of("sr sra srta dra profa d exmo exma p.ex aprox", "s.a a.c d.c"),
  it: of("sig sigg sig.ra dott dott.ssa avv ing p.es cfr", "ecc s.p.a a.c d.c"),
  nl: of("dhr mevr mw bijv d.w.z o.a m.b.t i.p.v t.a.v t.o.v ca", "enz e.d"),
  pl: of("np mgr inż tzn tzw m.in ul św", "itd itp r tys"),
  cs: of("např tj tzv ing mgr resp", "atd apod"),
  ru: of("т.е т.к т.н т.ч ул им стр рис см проф акад тыс млн млрд напр г-н г-жа", "т.д т.п др г гг руб"),
  uk: of("т.е ім вул див рис проф акад тис млн млрд напр", "т.д т.п ін р рр грн"),
  sv: of("t.ex bl.a d.v.s dvs t.o.m fr.o.m ca", "m.m osv"),
  da: of("f.eks bl.a dvs ca", "m.m osv"),
  nb: of("f.eks bl.a dvs ca", "m.m osv"),
  tr: of("doç sn örn yy", "vb")
}

/** The abbreviations to expect in a language. */
export const abbreviations = (language: Language): ReadonlyArray<Abbreviations> => {
  const ofLanguage = own[primary(language)]
  return ofLanguage === undefined ? [common] : [ofLanguage, common]
}

/** Abbreviations only where a number follows: "No. 5", "Jan. 3", "Abb. 2". */
export const beforeNumbers = set(
  "no nos nr núm nº n p pp pág pag p art abs sec ch cap chap vol bd fig figs abb tab eq eqs ver v č č.p max min jan feb mar apr jun jul aug sep sept oct nov dec"
)
