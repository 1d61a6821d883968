export const style = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--soft:#5a6472;--line:#d5dae1;--well:#f2f4f7;--source:#c3cad4;
--slow:#3a6cae;--good:#23795a;--quick:#c9a200;--fast:#b54c17;--failed:#b3263a;--refused:#c9a200;--again:#3a6cae;--on:#fff;--onquick:#1b1f24;--focus:#1a5fd0}
@media (prefers-color-scheme:dark){:root{--paper:#14171b;--ink:#e7eaee;--soft:#9ba6b3;--line:#343b44;--well:#1d2228;--source:#4a535f;
--slow:#6b9fe0;--good:#46b184;--quick:#d9b53a;--fast:#ea8450;--failed:#e8596d;--refused:#d9b53a;--again:#6b9fe0;--on:#0d1013;--onquick:#0d1013;--focus:#8db8ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.45 system-ui,sans-serif}
main{max-width:1200px;margin:0 auto;padding:1rem 1rem 8rem}
h1{font-size:1.4rem;margin:.2rem 0;overflow-wrap:anywhere}h2{font-size:1.1rem;margin:1.8rem 0 .5rem}h3{font-size:.95rem;margin:1rem 0 .3rem}
p{margin:.4rem 0}.help,figcaption{color:var(--soft)}
.status{display:inline-block;padding:0 .6em;border-radius:1em;color:var(--on);background:var(--good);font-size:.9rem}
.status.partial{background:var(--quick);color:var(--onquick)}.status.failed{background:var(--failed)}
dl.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(250px,1fr));gap:.6rem;margin:1rem 0}
dl.facts div{background:var(--well);border-radius:6px;padding:.5rem .7rem}
dt{color:var(--soft);font-size:.85rem}dd{margin:0;font-size:1.05rem;overflow-wrap:anywhere}dd small{color:var(--soft);font-size:.8rem}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1rem;padding:0;margin:.3rem 0;font-size:.9rem}
.swatch{display:inline-block;width:.9em;height:.9em;border-radius:2px;margin-right:.4em;vertical-align:-.05em;background:var(--source)}
.slow{--c:var(--slow)}.good{--c:var(--good)}.quick{--c:var(--quick);--t:var(--onquick)}.fast{--c:var(--fast)}.failed{--c:var(--failed)}.refused{--c:var(--refused)}.again{--c:var(--again)}
i.slow,i.good,i.quick,i.fast,i.failed,i.refused,i.again{background:var(--c)}
i.failed,.bar.failed{background:repeating-linear-gradient(45deg,var(--failed) 0 4px,var(--paper) 4px 7px)}
.swatch.over{background:none;border:2px dashed var(--ink)}
#overview{display:flex;height:18px;margin:.6rem 0;border-radius:4px;overflow:hidden;background:var(--well);cursor:pointer}
#overview i{flex:1}
.row{content-visibility:auto;contain-intrinsic-size:auto 62px;margin:0 0 8px}
.ticks{position:relative;height:16px;font-size:11px;color:var(--soft)}.ticks b{position:absolute;font-weight:400;white-space:nowrap}.ticks b::before{content:"";border-left:1px solid var(--line);height:16px;position:absolute;left:-3px}
.ticks.below b{transform:translateX(-50%)}.ticks.below b::before{content:none}.ticks.below b:first-child{transform:none}.ticks.below b:last-child{transform:translateX(-90%)}
.lane{position:relative;background:var(--well)}.lane.source{height:12px;border-radius:4px 4px 0 0}.lane.dub{height:28px;border-radius:0 0 4px 4px}
.lane>*,.lanes i{position:absolute;top:0;bottom:0}
.lane s{border:solid var(--soft);border-width:0 0 1px 1px;top:2px;bottom:0}.lane.source i{background:var(--source);top:3px;bottom:3px;border-radius:2px}
.bar{font:11px/24px system-ui,sans-serif;border:1px solid var(--paper);border-radius:3px;padding:0 2px;margin:0;min-width:3px;color:var(--t,var(--on));background:var(--c);overflow:hidden;white-space:nowrap;text-align:start;cursor:pointer}
.bar.failed{color:var(--ink)}.bar.failed span{background:var(--paper)}
.bar.over{border:2px dashed var(--ink)}.bar.rest{border-left:0}
.bar.now{outline:3px solid var(--ink)}:focus-visible{outline:3px solid var(--focus);outline-offset:1px;z-index:1}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr));gap:1rem}figure{margin:0}figure svg{width:100%;max-width:480px;height:auto;display:block}
svg rect{fill:var(--c)}svg .grid{stroke:var(--line)}svg .axis{fill:var(--soft);font:11px system-ui,sans-serif}
.lanes div{position:relative;height:9px;margin-bottom:1px;background:var(--well)}.lanes .unused{background:none;border:1px dashed var(--line)}.lanes i{min-width:2px;border-right:1px solid var(--paper)}
.lanes .waiting i{background:repeating-linear-gradient(90deg,var(--soft) 0 2px,transparent 2px 5px)}.lanes p{font-size:.85rem;color:var(--soft)}
.scroll{overflow-x:auto}.short{max-height:24rem;overflow-y:auto}.short thead th{position:sticky;top:0;background:var(--paper)}table{border-collapse:collapse;font-size:.9rem;min-width:100%}th,td{text-align:start;vertical-align:top;padding:.25rem .6rem .25rem 0;border-bottom:1px solid var(--line);overflow-wrap:break-word}
thead th{color:var(--soft);font-weight:500;overflow-wrap:normal}tbody th{font-weight:400}td{min-width:7rem}td[dir]{min-width:14rem;unicode-bidi:isolate}td.n{min-width:0}.n{font-variant-numeric:tabular-nums;white-space:nowrap}
tr:target,tr.now{background:var(--well)}
pre{background:var(--well);padding:.6rem .8rem;border-radius:6px;overflow-x:auto;user-select:all;margin:.4rem 0}code{overflow-wrap:anywhere}
summary{cursor:pointer;padding:.3rem 0}
button.time{font:inherit;color:var(--focus);background:none;border:0;padding:0 .2em;cursor:pointer;text-decoration:underline}
#dock{position:fixed;inset:auto 0 0;background:var(--paper);border-top:1px solid var(--line);padding:.5rem 1rem;display:flex;gap:.8rem;align-items:center;z-index:2;max-height:45vh}
#dock[hidden]{display:none}#dock video{height:clamp(72px,16vh,150px);max-width:40vw;background:#000}#dock audio{width:min(40vw,300px)}
#about{flex:1;min-width:0;max-height:16vh;overflow:auto;font-size:.9rem}#about p{margin:.1rem 0;overflow-wrap:anywhere}#about .help{font-size:.85rem}
@media (max-width:600px){main{padding:.6rem .6rem 9rem}dl.facts{grid-template-columns:1fr 1fr}.lane.dub{height:34px}.ticks b:nth-child(even){display:none}}
@media print{#dock,#overview,.help{display:none}}
`
