/** Shortened words of a language and what they stand for. A full stop in them may be followed by a space: "z.B.", "z. B.". */
export interface Shortened {
  /** Wherever they stand, in small letters or with a capital; something always follows. */
  readonly anywhere: string
  /** May be the last words of a sentence, whose full stop is then theirs too. */
  readonly closing?: string
  /** Only before a number, as they are written: "No. 5". */
  readonly beforeNumber?: string
  /** Only before a name, as they are written: "M. Dupont". */
  readonly beforeName?: string
}

/** By language; entries are parted by semicolons. What a voice reads well ("Mr.", "Dr." in English) is not here. */
export const shortened: Readonly<Record<string, Shortened>> = {
  en: {
    anywhere: "e.g. for example; i.e. that is; vs. versus; approx. approximately",
    beforeNumber: "No. number; Nos. numbers; Fig. figure; fig. figure; pp. pages; p. page"
  },
  de: {
    anywhere:
      "z.B. zum Beispiel; d.h. das heißt; u.a. unter anderem; v.a. vor allem; z.T. zum Teil; i.d.R. in der Regel; " +
      "bzw. beziehungsweise; ca. circa; ggf. gegebenenfalls; evtl. eventuell; inkl. inklusive; exkl. exklusive; " +
      "vgl. vergleiche; Dr. Doktor; Prof. Professor; Mio. Millionen; Mrd. Milliarden",
    closing: "usw. und so weiter; usf. und so fort; etc. et cetera; o.Ä. oder Ähnliches; u.Ä. und Ähnliches",
    beforeNumber: "Nr. Nummer; Abb. Abbildung; S. Seite; Kap. Kapitel; Tab. Tabelle",
    beforeName: "Hr. Herr; Fr. Frau"
  },
  es: {
    anywhere:
      "p.ej. por ejemplo; aprox. aproximadamente; Sr. señor; Sra. señora; Srta. señorita; Dr. doctor; Dra. doctora; " +
      "Ud. usted; Uds. ustedes",
    closing: "etc. etcétera; EE.UU. Estados Unidos; a.C. antes de Cristo; d.C. después de Cristo",
    beforeNumber:
      "n.º número; N.º número; n.° número; nº número; n° número; núm. número; pág. página; págs. páginas; fig. figura; cap. capítulo"
  },
  fr: {
    anywhere: "p.ex. par exemple; par_ex. par exemple; c.-à-d. c'est-à-dire",
    closing:
      "etc. et cetera; av._J.-C. avant Jésus-Christ; apr._J.-C. après Jésus-Christ; ap._J.-C. après Jésus-Christ",
    beforeNumber: "n° numéro; nº numéro; p. page; fig. figure; env. environ; chap. chapitre",
    beforeName: "M. monsieur; MM. messieurs; Mme madame; Mlle mademoiselle; Dr docteur"
  },
  pt: {
    anywhere:
      "p.ex. por exemplo; aprox. aproximadamente; Sr. senhor; Sra. senhora; Dr. doutor; Dra. doutora; Profa. professora; Prof. professor",
    closing: "etc. et cetera; a.C. antes de Cristo; d.C. depois de Cristo",
    beforeNumber: "n.º número; N.º número; nº número; n° número; pág. página; fig. figura; cap. capítulo"
  },
  it: {
    anywhere:
      "p.es. per esempio; per_es. per esempio; ad_es. ad esempio; Sig.ra signora; Sig. signor; Dott.ssa dottoressa; Dott. dottor; Prof. professor",
    closing: "ecc. eccetera; etc. eccetera; a.C. avanti Cristo; d.C. dopo Cristo",
    beforeNumber: "n. numero; nº numero; n° numero; pag. pagina; fig. figura; cap. capitolo; ca. circa"
  },
  nl: {
    anywhere:
      "bijv. bijvoorbeeld; bv. bijvoorbeeld; d.w.z. dat wil zeggen; o.a. onder andere; m.b.t. met betrekking tot; " +
      "i.p.v. in plaats van; t/m tot en met; ca. circa; dhr. de heer; mevr. mevrouw",
    closing: "enz. enzovoort; etc. et cetera",
    beforeNumber: "nr. nummer; blz. bladzijde; fig. figuur"
  },
  sv: {
    anywhere:
      "t.ex. till exempel; bl.a. bland annat; d.v.s. det vill säga; dvs. det vill säga; fr.o.m. från och med; t.o.m. till och med",
    closing: "m.m. med mera; o.s.v. och så vidare; osv. och så vidare",
    beforeNumber: "nr nummer; nr. nummer; ca cirka; ca. cirka"
  },
  da: {
    anywhere: "f.eks. for eksempel; bl.a. blandt andet; dvs. det vil sige; ca. cirka",
    closing: "m.m. med mere; osv. og så videre",
    beforeNumber: "nr. nummer"
  },
  nb: {
    anywhere: "f.eks. for eksempel; bl.a. blant annet; dvs. det vil si; ca. cirka",
    closing: "m.m. med mer; osv. og så videre",
    beforeNumber: "nr. nummer"
  },
  pl: {
    anywhere: "np. na przykład; tzn. to znaczy; tj. to jest; m.in. między innymi",
    closing: "itd. i tak dalej; itp. i tym podobne",
    beforeNumber: "nr numer; ok. około"
  },
  cs: {
    anywhere: "např. například; tj. to jest; tzn. to znamená",
    closing: "atd. a tak dále; apod. a podobně",
    beforeNumber: "č. číslo"
  },
  ru: {
    anywhere: "т.е. то есть; т.к. так как; напр. например",
    closing: "и_т.д. и так далее; и_т.п. и тому подобное; и_др. и другие",
    beforeNumber: "№ номер"
  }
}
