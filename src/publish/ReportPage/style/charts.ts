/** The timeline, the charts, and the player. */
export const charts = `
#overview { position: relative; margin: 14px 0 18px; cursor: pointer; touch-action: manipulation; }
#overview svg { display: block; width: 100%; height: 88px; }
#overview .heat { position: absolute; inset: 38px 0 auto; height: 11px; display: flex; border-radius: 3px; overflow: hidden; background: var(--slot); }
.heat i { background: var(--c, var(--slot)); }
#overview .view { position: absolute; top: -2px; bottom: -2px; border: 1.5px solid var(--ink); border-radius: 4px; opacity: .55; pointer-events: none; }
.head { position: absolute; top: 0; bottom: 0; width: 2px; margin-left: -1px; background: var(--ink); pointer-events: none; z-index: 4; }
path.original { fill: var(--original); }
path.dub { fill: var(--dub); }

#rows { --columns: 3; position: relative; }
#rows.long { max-height: min(74vh, 900px); overflow-y: auto; overflow-x: hidden; border-block: 1px solid var(--line); padding: 12px 0; overscroll-behavior: auto; }
.group { list-style: none; margin: 0; padding: 0 2px; display: grid; grid-template-columns: repeat(var(--columns), 1fr); row-gap: 18px; contain-intrinsic-size: auto calc(round(up, var(--pieces) / var(--columns), 1) * 164px); overflow-x: clip; }
.group:nth-child(n+3) { content-visibility: auto; }
.group + .group { padding-top: 18px; }
.piece { position: relative; height: 146px; background: linear-gradient(90deg, var(--line) 1px, transparent 1px) 0 0 / 25% 100%; border-top: 1px solid var(--line); }
.piece > b { position: absolute; top: 2px; left: 5px; font-variant-numeric: tabular-nums; color: var(--soft); font-weight: 500; font-size: 11px; line-height: 16px; }
.piece > b.half { left: calc(50% + 5px); opacity: .8; }
.piece > svg { position: absolute; left: 0; top: 20px; width: 100%; height: 122px; pointer-events: none; }
.piece > u { position: absolute; top: 18px; bottom: 0; right: 0; background: repeating-linear-gradient(135deg, var(--line) 0 1px, var(--paper) 1px 7px); }
.piece > s { position: absolute; top: 64px; height: 34px; border-radius: 6px; background: linear-gradient(var(--original), var(--original)) 0 0 / var(--said) 3px no-repeat, var(--slot); border-inline-end: 2px solid var(--paper); text-decoration: none; min-width: 4px; }
.bar { position: absolute; top: 69px; height: 26px; min-width: 5px; margin: 0; padding: 0 6px; border: 0 solid var(--paper); border-inline-end-width: 2px; border-radius: 5px; background: var(--c); background-clip: padding-box; color: var(--t, var(--on)); font-size: 12px; line-height: 26px; text-align: start; white-space: nowrap; overflow: hidden; cursor: pointer; font-style: normal; z-index: 1; }
button.bar { z-index: 2; }
.bar.failed { background: repeating-linear-gradient(45deg, var(--failed) 0 4px, var(--paper) 4px 7px); color: var(--ink); border: 1.5px solid var(--failed); line-height: 22px; }
.bar.failed span { background: var(--paper); padding: 0 2px; border-radius: 2px; }
button.bar.over { outline: 2px dashed var(--ink); outline-offset: 1px; }
.bar:hover, .bar.pointed { filter: brightness(1.12); }
button.bar:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; z-index: 5; border-radius: 5px; }
.bar.now { box-shadow: 0 0 0 2px var(--paper), 0 0 0 4px var(--ink); z-index: 3; }
@media (min-width: 701px) { #rows.two { --columns: 2; } }
#rows.one { --columns: 1; }
@media (max-width: 1080px) { #rows { --columns: 2; } }
@media (max-width: 700px) { #rows { --columns: 1; } #overview svg { height: 72px; } #overview .heat { top: 31px; height: 9px; } }

#tip { position: fixed; z-index: 8; width: max-content; max-width: min(420px, calc(100vw - 24px)); background: var(--paper); color: var(--ink); border: 1px solid var(--line); border-radius: var(--radius); box-shadow: var(--shade); padding: 10px 14px; font-size: .92rem; }
#tip p { margin: 0; }
#tip .said, #now .said { font-weight: 600; }
#tip .original, #now .original { color: var(--soft); }
#tip .facts, #now .facts { color: var(--soft); font-size: .83rem; font-variant-numeric: tabular-nums; }
#tip .facts { margin-bottom: 4px; }

.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 28px 40px; margin-top: 14px; }
figure { margin: 0; min-width: 0; }
figcaption { display: flex; gap: 2px 12px; flex-wrap: wrap; align-items: baseline; margin-bottom: 4px; }
figcaption span { color: var(--soft); font-size: .9rem; }
figure > svg { display: block; width: 100%; height: auto; max-width: 620px; overflow: visible; }
figure text { fill: var(--soft); font-size: 11px; font-variant-numeric: tabular-nums; }
figure rect { fill: var(--c); }
rect.calm { fill: var(--calm); }
.grid { stroke: var(--line); }
line.median { stroke: var(--ink); stroke-dasharray: 3 3; }
text.median { fill: var(--ink); font-weight: 600; }

.requests { margin-top: 18px; }
.requests figcaption { margin-bottom: 16px; }
.plot { --height: 16px; position: relative; height: calc(var(--slots) * var(--height)); background: repeating-linear-gradient(var(--well) 0 calc(var(--height) - 2px), var(--paper) calc(var(--height) - 2px) var(--height)); }
.plot.close { --height: 11px; }
.plot.dense { --height: 7px; }
.plot svg { position: absolute; inset: 0; width: 100%; height: 100%; }
.plot path { fill: var(--c); }
.held { position: absolute; top: 0; bottom: 0; min-width: 1px; background: repeating-linear-gradient(115deg, var(--soft) 0 1px, transparent 1px 5px); opacity: .75; }
.mark { position: absolute; top: -4px; bottom: -4px; border-inline-start: 2px dashed var(--ink); }
.mark b { position: absolute; top: -15px; right: 5px; font-size: 11px; font-weight: 600; line-height: 14px; white-space: nowrap; background: var(--paper); padding: 0 4px; }
figure > svg.backlog { max-width: none; height: 26px; border-bottom: 1px solid var(--line); }
.backlog path { fill: var(--quick); opacity: .8; }
.bound { font-size: .92rem; }
.axis { position: relative; height: 22px; margin: 8px 0 18px; border-top: 1px solid var(--line); font-size: 11px; color: var(--soft); font-variant-numeric: tabular-nums; overflow: hidden; }
.axis b { position: absolute; font-weight: 400; padding: 3px 0 0 4px; border-inline-start: 1px solid var(--line); white-space: nowrap; }

.amounts td, .amounts th { padding-block: 5px; border: 0; vertical-align: middle; }
.amounts tfoot td, .amounts tfoot th { border-top: 1px solid var(--line); font-weight: 600; }
.amounts thead th { font-size: .83rem; }
.amounts th.n, .amounts td.n { text-align: end; }
.amount { width: 45%; }
.costs .amount { width: 25%; }
.costs span { white-space: nowrap; }
.amount i { display: block; height: 14px; border-radius: 3px; background: var(--dub); min-width: 2px; }
.amount i.kept { background: var(--original); }

#player { position: fixed; inset: auto 12px 12px; max-width: 1100px; margin: 0 auto; z-index: 7; display: flex; gap: 16px; align-items: center; background: var(--paper); border: 1px solid var(--line); border-radius: 16px; box-shadow: var(--shade); padding: 10px 44px 10px 10px; }
.screen.video { flex: none; width: 240px; max-width: 34vw; aspect-ratio: 16 / 9; background: #000; border-radius: 9px; overflow: hidden; }
.screen.audio { display: none; }
.screen video { width: 100%; height: 100%; display: block; }
.buttons { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; width: 252px; flex: none; }
.buttons button { border: 1px solid var(--line); background: var(--well); border-radius: 99px; min-height: 32px; padding: 0 12px; font-size: .88rem; }
#previous, #toggle, #next, #close { width: 34px; height: 34px; padding: 0; display: inline-grid; place-items: center; }
#player svg { width: 18px; height: 18px; fill: currentColor; display: block; }
#toggle { background: var(--ink); color: var(--paper); border-color: var(--ink); }
#toggle .off, body.sounding #toggle .on { display: none; }
body.sounding #toggle .off { display: block; }
.which { display: inline-flex; }
.which button { border-radius: 99px 0 0 99px; }
.which button + button { border-radius: 0 99px 99px 0; border-inline-start: 0; }
.which [aria-pressed=true] { background: var(--ink); color: var(--paper); border-color: var(--ink); }
.going { font-size: .83rem; color: var(--soft); display: inline-flex; align-items: center; gap: 5px; min-height: 24px; }
#now { flex: 1; min-width: 0; max-height: 128px; overflow: auto; font-size: .95rem; }
#now p { margin: 0; }
#close { position: absolute; top: 6px; right: 6px; border: 0; background: none; border-radius: 99px; }
@media (max-width: 760px) {
  #player { inset: auto 8px 8px; flex-wrap: wrap; gap: 8px; padding: 8px 40px 8px 8px; border-radius: 14px; }
  .screen.video { width: 104px; }
  .buttons { width: auto; flex: 1; }
  .going { display: none; }
  #now { flex-basis: 100%; max-height: 92px; font-size: .88rem; }
}
`
