import { type Language, primary } from "../domain/Language.ts"

/**
 * Small words that hold a language's sentences together and are in nearly all of them, by which a text shows what it is
 * in before there is enough of it for statistics of letters.
 */
const table = `
en the a an of and to in is that it was for on are as with his they at be this have from or had by but not what all were we when your can said there use an each which she do how their if will up other about out many then them these so some her would make like him into time has look two more go see no way could my than been who its now did get down you i me i'm it's that's don't we're let's there's here where why because very just also our us over after before only too any am off did does being such through while during against
es el la los las un una unos unas de del y que en es son por para con no se su sus lo le les más pero como muy ya todo esta este esto está están fue ser hay había también cuando donde dónde qué cómo porque sobre entre hasta desde sin nos nosotros ella ellos él yo tú mi si sí al o ni eso esa ese aquí ahora puede pueden hacer tiene tienen vamos hemos ha han algo cada otra otro nada así
fr le la les un une des du de et que qui dans est sont pour par sur avec pas ne se ce cette ces son sa ses il elle ils elles nous vous je tu on au aux mais ou où donc car plus très tout tous toute comme quand même aussi bien été être avoir fait cela ça c'est qu'il d'un d'une n'est j'ai l'on leur leurs sans sous entre vers chez déjà encore ici alors peut ont avait y
de der die das den dem des ein eine einen einem einer eines und oder aber ist sind war waren wird werden wurde hat haben hatte nicht mit von zu zum zur im in auf für an als auch es er sie wir ihr ich du man sich so wie was wenn dann da daß dass nur noch nach bei aus über unter durch um vor mehr sehr schon hier diese dieser dieses diesem diesen kann können muss müssen uns unser euch mir mich ihn ihm sein seine ihre kein keine weil also denn doch immer wo warum alle alles etwas jetzt
it il lo la i gli le un uno una di del dello della dei degli delle e che in è sono per con non si da dal dalla nel nella sul sulla al alla ai alle come più ma anche questo questa questi queste quello quella se ci lui lei noi voi loro io tu mio suo sua suoi perché quando dove cosa molto tutto tutti ancora già solo poi essere stato ha hanno fare può possiamo abbiamo era quindi così ogni qui fra tra senza
pt o a os as um uma uns umas de do da dos das e que em no na nos nas é são por para com não se seu sua seus suas ao à mais mas como muito já também quando onde porque sobre entre até desde sem ele ela eles elas eu você vocês nós isso isto este esta esse essa aqui agora foi ser está estão tem têm há pode podem fazer vamos temos tudo todos cada outro outra nada assim pelo pela
nl de het een en van in is dat die op te zijn met voor niet aan er om ook als maar dan bij nog uit door over naar je we ze hij zij ik wij jullie u hun haar zijn mijn ons onze deze dit dat wat wie waar hoe waarom wordt worden was waren heeft hebben had kan kunnen moet moeten veel meer zo nu hier daar alle geen tot onder tussen tegen omdat want dus al heel gaan
sv och att det som en på är av för med den till inte har de ett om var jag men så vi kan man du från när nu också eller vad hur varför där här sig sin sitt sina han hon dem oss er mig dig denna detta dessa skulle ska kommer blir blev finns mycket mer mellan under över efter utan bara alla allt något några eftersom eftersom
da og at det som en på er af for med den til ikke har de et om var jeg men så vi kan man du fra når nu også eller hvad hvordan hvorfor der her sig sin sit sine han hun dem os jer mig dig denne dette disse skulle skal kommer bliver blev findes meget mere mellem under over efter uden kun alle alt noget nogle fordi
nb og at det som en på er av for med den til ikke har de et om var jeg men så vi kan man du fra når nå også eller hva hvordan hvorfor der her seg sin sitt sine han hun dem oss dere meg deg denne dette disse skulle skal kommer blir ble finnes mye mer mellom under over etter uten bare alle alt noe noen fordi
pl i w na z że się nie do jest to o jak ale po co tak za od przez dla przy czy jego jej ich go tym tego ten ta te są był była było być może można bardzo już tylko jeszcze kiedy gdzie dlaczego ponieważ który która które też także lub albo my wy oni ja ty mnie nas nam jako między pod nad bez każdy wszystko teraz tutaj
cs a v na se že je to s z do o i k ve pro jako za by jsem jsme jste jsou byl byla bylo být ale jak tak co když který která které si po od nebo už jen ještě také může protože kde proč velmi více tady teď tento tato toto této my vy oni já ty mě nás nám jeho její jejich mezi pod nad bez při každý všechno aby
ro și în de la cu pe nu este sunt un o că să se din mai care ce pentru sau dar ca fost avea are au am fi acest această aceste acestea el ea ei ele noi voi eu tu lui lor nostru cum când unde dacă foarte tot toate doar după prin între fără până către despre astfel pot poate trebuie aici acum
tr bir ve bu da de için ile çok daha ne gibi kadar ama var yok olan olarak olduğu değil mi mı her şey ben sen biz siz onlar o şu onun bunun bizim sizin nasıl neden niçin çünkü sonra önce şimdi burada orada hem ya veya en iyi böyle şöyle eğer ise diye
id yang dan di ini itu dari untuk dengan tidak akan pada adalah ke dalam juga saya kita kami anda mereka dia bisa dapat sudah telah ada karena seperti oleh atau jika apa bagaimana mengapa lebih sangat semua hanya harus sebuah tersebut para bahwa saat lagi
fi ja on ei se että hän oli mutta ne niin kun kuin myös jos tai mitä miten miksi missä tämä tämän tässä ovat olla voi voidaan sitä siitä joka jotka kaikki nyt vain vielä sitten hyvin enemmän minä sinä me te he meidän teidän heidän ole olen olemme koska kanssa jälkeen ennen
hu a az és hogy nem is egy ez van volt meg de ha csak már még mint vagy ki mi ezt azt itt ott most nagyon minden lehet kell kellett lesz voltak vannak aki ami amely mert úgy így akkor után előtt között alatt nélkül mi ti ők én te ő neki nekik mit hol miért hogyan
ca el la els les un una uns unes de del i que en és són per amb no es el seu la seva més però com molt ja també quan on perquè sobre entre fins des sense nosaltres ella ells ell jo tu això aquest aquesta aquell ara pot poden fer té tenen hi ha hem han tot tots cada altre altra res així als al
ru и в не на я что он с как это по но они мы вы она так его за все от ты из у к же бы то для мне было был была были вот только если или еще ещё уже когда где почему который которая которые чтобы этот эта эти того этого при до также может можно нет есть быть очень потому здесь сейчас нас нам их ее её
uk і в не на я що він з як це по але вони ми ви вона так його за все від ти із у до же б то для мені було був була були ось тільки якщо або ще вже коли де чому який яка які щоб цей ця ці того цього при також може можна немає є бути дуже тому тут зараз нас нам їх її та й
bg и в не на аз че той с как това по но те ние вие тя така го за всичко от ти у към да се е са беше бяха ето само ако или още вече когато където защо който която които този тази тези при до също може няма има много защото тук сега нас ни им ѝ ще си
`

const wordsOf: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  table
    .trim()
    .split("\n")
    .map((row) => {
      const [language = "", ...words] = row.split(" ")
      return [language, new Set(words)]
    })
)

/** Small words of a language; none where they are not known. */
export const functionWords = (language: Language): ReadonlySet<string> =>
  wordsOf.get(primary(language) === "no" ? "nb" : primary(language)) ?? new Set()

export const hasFunctionWords = (language: Language): boolean => functionWords(language).size > 0

const words = (text: string): ReadonlyArray<string> =>
  text
    .toLowerCase()
    .replaceAll("’", "'")
    .match(/(?<![\p{L}\p{N}_@./-])\p{L}+(?:'\p{L}+)?(?![\p{N}_@/]|\.\p{L})/gu) ?? []

const count = (all: ReadonlyArray<string>, is: (word: string) => boolean): number =>
  new Set(all.filter((word) => is(word))).size

/** So many different small words of one language, and none of another, tell the two apart. */
const telling = 3

/**
 * The language that a text is in rather than in the one that it should be in, by different small words of the one that
 * the other has not; undefined where they are few. `among`: languages to look for, all where not given.
 */
export const readsAsOtherThan = (
  text: string,
  language: Language,
  among: ReadonlyArray<string> = [...wordsOf.keys()]
): string | undefined => {
  const all = words(text)
  const own = functionWords(language)
  let best: string | undefined
  let most = telling - 1
  for (const other of among) {
    const known = wordsOf.get(other)
    if (known === undefined || known === own) continue
    const theirs = count(all, (word) => known.has(word) && !own.has(word))
    if (theirs <= most || theirs < 0.2 * all.length) continue
    if (count(all, (word) => own.has(word) && !known.has(word)) > theirs / 6) continue
    best = other
    most = theirs
  }
  return best
}

/** How many small words of a language a text has, repetitions counted, that are none of another. */
export const smallWordsOnlyIn = (text: string, one: Language, other?: Language): number => {
  const known = functionWords(one)
  const others = other === undefined ? undefined : functionWords(other)
  return words(text).filter((word) => known.has(word) && others?.has(word) !== true).length
}
