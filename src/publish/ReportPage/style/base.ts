/** Colours, type, and what every part of the page shares. The shades are told apart by colour-blind eyes too. */
export const base = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --well: #f4f6f9; --slot: #e6eaf0; --ink: #14181f; --soft: #566072; --line: #d9dee6; --link: #1d57c9;
  --slow: #3557b7; --good: #0b7564; --quick: #c98500; --fast: #c2410c; --failed: #9d174d;
  --on: #ffffff; --on-quick: #14181f;
  --calm: #0b756414; --original: #8d98a8; --dub: #2f8f7f; --shade: 0 8px 30px #0f172a2e;
  --radius: 10px;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0e1116; --well: #171c23; --slot: #262d37; --ink: #e8ecf2; --soft: #9aa5b5; --line: #2b323d; --link: #8db8ff;
    --slow: #8aa8f8; --good: #3fb89f; --quick: #f2c14e; --fast: #f98b5c; --failed: #f472b6;
    --on: #0e1116; --on-quick: #0e1116;
    --calm: #3fb89f1f; --original: #6b7788; --dub: #2c8a78; --shade: 0 8px 30px #000000a0;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { scroll-padding-top: 12px; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif;
}
main { max-width: 1320px; margin: 0 auto; padding: 32px 28px 48px; }
body.playing main { padding-bottom: 220px; }
section { margin-top: 48px; }
h1 { font-size: clamp(1.6rem, 4vw, 2.3rem); line-height: 1.15; letter-spacing: -.02em; margin: 2px 0 8px; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; letter-spacing: -.01em; margin: 0 0 6px; }
h2 small { color: var(--soft); font-weight: 400; font-size: 1rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: 6px 0; max-width: 78ch; overflow-wrap: anywhere; }
a { color: var(--link); text-underline-offset: 2px; }
small, .small { font-size: .85rem; color: var(--soft); }
.help, .fine { color: var(--soft); }
.note { background: var(--well); border-radius: var(--radius); padding: 10px 14px; max-width: none; }
code, pre, kbd { font: .88em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
code { overflow-wrap: anywhere; }
kbd { border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 4px; padding: 0 5px; color: var(--ink); background: var(--well); }
button { font: inherit; color: inherit; cursor: pointer; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
[hidden] { display: none !important; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -9999px; background: var(--paper); padding: 8px 14px; border-radius: var(--radius); }
.skip:focus { left: 12px; z-index: 9; position: fixed; top: 12px; box-shadow: var(--shade); }
#rows ~ .skip:focus, section .skip:focus { position: static; display: inline-block; box-shadow: none; }

.slow { --c: var(--slow); } .good { --c: var(--good); } .quick { --c: var(--quick); --t: var(--on-quick); }
.fast { --c: var(--fast); } .failed { --c: var(--failed); } .again { --c: var(--slow); } .refused { --c: var(--quick); }

.over { color: var(--soft); font-size: .85rem; margin: 0; }
header .over { display: flex; gap: 16px; align-items: center; justify-content: space-between; flex-wrap: wrap; max-width: none; }
.languages { display: flex; flex-wrap: wrap; gap: 4px; }
.languages a { padding: 3px 12px; border-radius: 99px; text-decoration: none; color: var(--soft); border: 1px solid var(--line); }
.languages a[aria-current] { background: var(--ink); color: var(--paper); border-color: var(--ink); }
.under { display: flex; flex-wrap: wrap; gap: 4px 18px; align-items: center; color: var(--soft); max-width: none; }
.under span + span { color: var(--ink); }
.under span span { color: var(--soft); }
.status { padding: 2px 12px; border-radius: 99px; background: var(--good); color: var(--on); font-weight: 600; font-size: .85rem; }
.status.partial { background: var(--quick); color: var(--on-quick); }
.status.failed { background: var(--failed); }
.file { font-size: .88rem; color: var(--soft); max-width: none; }

.cards { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; margin: 24px 0 0; }
.card { background: var(--well); border-radius: var(--radius); padding: 14px 16px 12px; min-width: 0; }
.card dt { color: var(--soft); font-size: .85rem; }
.card dd { margin: 0; }
.card b { display: block; font-size: 1.7rem; line-height: 1.25; letter-spacing: -.02em; font-weight: 650; font-variant-numeric: tabular-nums; }
.card b i { font-style: normal; font-size: .95rem; letter-spacing: 0; font-weight: 500; color: var(--soft); }
.card small { display: block; line-height: 1.4; }
.card.bad small { color: var(--failed); font-weight: 600; }
.shares { display: flex; height: 6px; border-radius: 3px; overflow: hidden; margin-top: 7px; gap: 1px; }
.shares i { background: var(--c); min-width: 3px; }

.sections { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 22px 0 0; padding: 10px 0; border-block: 1px solid var(--line); }
.sections a { text-decoration: none; font-size: .92rem; padding: 2px 0; }
.sections a:hover { text-decoration: underline; }
.warnings { margin-top: 24px; }
.warnings p.bad { border-inline-start: 4px solid var(--failed); background: var(--well); padding: 10px 14px; border-radius: 0 var(--radius) var(--radius) 0; max-width: none; }
.warnings ul { margin: 4px 0 0; padding-inline-start: 20px; color: var(--soft); overflow-wrap: anywhere; }

.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 20px; padding: 0; margin: 10px 0; font-size: .9rem; }
.swatch { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-inline-end: 7px; vertical-align: -1px; background: var(--c, var(--slot)); }
.swatch.failed { background: repeating-linear-gradient(45deg, var(--failed) 0 3px, var(--paper) 3px 5px); }
.swatch.plain { background: var(--c); }
.swatch.over { background: none; border: 2px dashed var(--ink); }
.swatch.room { background: var(--slot); border-top: 3px solid var(--original); }
.swatch.stuck { background: repeating-linear-gradient(115deg, var(--soft) 0 1.5px, var(--slot) 1.5px 5px); }
.swatch.limit { background: none; width: 0; border-radius: 0; border-inline-start: 2px dashed var(--ink); height: 14px; vertical-align: -3px; }

.scroll { overflow-x: auto; border-radius: 6px; }
.short { max-height: 440px; overflow-y: auto; }
table { border-collapse: collapse; font-size: .9rem; width: 100%; }
th, td { text-align: start; vertical-align: top; padding: 7px 14px 7px 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 500; white-space: nowrap; }
tbody th { font-weight: 500; }
.short thead th { position: sticky; top: 0; background: var(--paper); z-index: 1; }
td.text { min-width: 220px; unicode-bidi: isolate; overflow-wrap: anywhere; }
td.how { min-width: 200px; }
td.what { min-width: 150px; }
.n { font-variant-numeric: tabular-nums; white-space: nowrap; }
tr:target { background: var(--well); }
.command { display: flex; gap: 8px; align-items: stretch; margin: 10px 0 14px; }
.command pre { flex: 1; min-width: 0; margin: 0; padding: 12px 16px; background: var(--well); border-radius: var(--radius); white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; }
.command button, .note button { border: 1px solid var(--line); background: var(--paper); border-radius: var(--radius); padding: 4px 14px; }
button.time { border: 0; background: none; color: var(--link); padding: 0; text-decoration: underline; text-underline-offset: 2px; min-height: 24px; }
summary { cursor: pointer; padding: 6px 0; color: var(--soft); width: fit-content; }
.filter { display: flex; gap: 14px; align-items: center; flex-wrap: wrap; }
.filter input { font: inherit; color: inherit; background: var(--well); border: 1px solid var(--soft); border-radius: 6px; padding: 4px 10px; margin-inline-start: 6px; max-width: 60vw; }
#all table { content-visibility: auto; }

@media (max-width: 900px) { .cards { grid-template-columns: 1fr 1fr; } }
@media (max-width: 640px) {
  main { padding: 18px 16px 32px; }
  section { margin-top: 36px; }
  .cards { gap: 8px; }
  .card { padding: 10px 12px; }
  .card b { font-size: 1.35rem; }
  .card b i { font-size: .85rem; }
  .keys { display: none; }
  .mend, .mend tbody, .mend tr, .mend td { display: block; }
  .mend thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .mend tr { display: grid; grid-template-columns: auto auto 1fr; gap: 0 12px; padding: 10px 0; border-bottom: 1px solid var(--line); }
  .mend td { border: 0; padding: 2px 0; min-width: 0; }
  .mend td.text, .mend td.how { grid-column: 1 / -1; }
  .mend td.text + td.text, .mend td.how { color: var(--soft); }
  .command { flex-direction: column; }
  .command button { align-self: start; }
}
@media (forced-colors: active) { .bar, .swatch, .heat i, .shares i, .held, path, rect, .amount i { forced-color-adjust: none; } }
@media print {
  #player, #tip, .sections, .help, .skip, .filter, #copy { display: none !important; }
  main { max-width: none; padding: 0; }
  #rows.long, .short { max-height: none; overflow: visible; }
  td.text, td.how, td.what { min-width: 0; }
  section { break-inside: auto; }
  .piece, tr, figure, .card { break-inside: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`
