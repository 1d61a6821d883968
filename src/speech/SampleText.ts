import { type Language, primary } from "../domain/Language.ts"

/** What a voice says to be heard: a sentence or two in each of the languages that are asked for most. */
const samples: Readonly<Record<string, string>> = {
  ar: "مرحبًا! هكذا يبدو صوتي عندما أتحدث في مقطع الفيديو الخاص بك.",
  bg: "Здравейте! Така звучи гласът ми, когато говоря във вашето видео.",
  bn: "নমস্কার! আপনার ভিডিওতে কথা বললে আমার কণ্ঠ এমন শোনায়।",
  ca: "Hola! Així sona la meva veu quan parlo en el teu vídeo.",
  cs: "Dobrý den! Takhle zní můj hlas, když mluvím ve vašem videu.",
  da: "Hej! Sådan lyder min stemme, når jeg taler i din video.",
  de: "Guten Tag! So klingt meine Stimme, wenn ich in Ihrem Video spreche.",
  el: "Γεια σας! Έτσι ακούγεται η φωνή μου όταν μιλάω στο βίντεό σας.",
  en: "Hello! This is how my voice sounds when I speak in your video.",
  es: "¡Hola! Así suena mi voz cuando hablo en tu vídeo.",
  fa: "سلام! صدای من هنگام صحبت در ویدیوی شما این‌گونه است.",
  fi: "Hei! Tältä ääneni kuulostaa, kun puhun videossasi.",
  fr: "Bonjour ! Voici ma voix, telle qu'on l'entendra dans votre vidéo.",
  he: "שלום! כך נשמע הקול שלי כשאני מדבר בסרטון שלך.",
  hi: "नमस्ते! आपके वीडियो में बोलते समय मेरी आवाज़ ऐसी सुनाई देती है।",
  hr: "Dobar dan! Ovako zvuči moj glas kada govorim u vašem videu.",
  hu: "Üdvözlöm! Így szól a hangom, amikor az Ön videójában beszélek.",
  id: "Halo! Beginilah suara saya saat berbicara dalam video Anda.",
  it: "Ciao! Ecco come suona la mia voce quando parlo nel tuo video.",
  ja: "こんにちは。あなたの動画で話すと、私の声はこのように聞こえます。",
  ko: "안녕하세요! 제가 영상에서 말하면 이런 목소리로 들립니다.",
  ms: "Helo! Beginilah bunyi suara saya apabila bercakap dalam video anda.",
  nb: "Hei! Slik høres stemmen min ut når jeg snakker i videoen din.",
  nl: "Hallo! Zo klinkt mijn stem als ik in uw video spreek.",
  pl: "Dzień dobry! Tak brzmi mój głos, kiedy mówię w twoim filmie.",
  pt: "Olá! É assim que soa a minha voz quando falo no seu vídeo.",
  ro: "Bună ziua! Așa sună vocea mea când vorbesc în videoclipul tău.",
  ru: "Здравствуйте! Так звучит мой голос, когда я говорю в вашем видео.",
  sk: "Dobrý deň! Takto znie môj hlas, keď hovorím vo vašom videu.",
  sv: "Hej! Så här låter min röst när jag talar i din video.",
  ta: "வணக்கம்! உங்கள் காணொளியில் பேசும்போது என் குரல் இப்படி ஒலிக்கும்.",
  th: "สวัสดี นี่คือเสียงของฉันเมื่อพูดในวิดีโอของคุณ",
  tr: "Merhaba! Videonuzda konuştuğumda sesim böyle duyulur.",
  uk: "Вітаю! Так звучить мій голос, коли я говорю у вашому відео.",
  vi: "Xin chào! Đây là giọng của tôi khi nói trong video của bạn.",
  zh: "你好！我在你的视频里说话时，声音就是这样的。"
}

const others: Readonly<Record<string, string>> = { no: "nb", nn: "nb", yue: "zh", iw: "he" }

/** What a voice says to be heard in a language: a sentence, or where none is known its name and figures. */
export const sampleText = (language: Language): string => {
  const code = primary(language)
  const name = new Intl.DisplayNames([language], { type: "language" }).of(language) ?? code
  return samples[others[code] ?? code] ?? `${name}: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10.`
}
