/** In the browser: requests that are pointed at, copying the command, and finding lines in the table. */
export const tables = String.raw`
for (const plot of all(".plot")) {
  const requests = data.requests.filter(([kind]) => kind === plot.dataset.kind)
  const slots = Number(plot.style.getPropertyValue("--slots"))
  const total = data.requests.reduce((most, [, , , to]) => Math.max(most, to), 1)
  plot.addEventListener("pointermove", (event) => {
    const box = plot.getBoundingClientRect()
    const at = ((event.clientX - box.left) / box.width) * total
    const near = (3 / box.width) * total
    const slot = Math.floor(((event.clientY - box.top) / box.height) * slots)
    const found = requests.find(([, own, from, to]) => own === slot && from - near <= at && at <= to + near)
    if (!found) return hideSoon()
    const [, , from, to, text] = found
    tip.replaceChildren()
    paragraph(tip, "said", { textContent: text })
    paragraph(tip, "facts", { textContent: "from " + (from / 1000).toFixed(2) + " s, took " + ((to - from) / 1000).toFixed(2) + " s" })
    showTip({ left: event.clientX + 12, top: event.clientY, bottom: event.clientY + 12 }, true)
  })
  plot.addEventListener("pointerleave", hideSoon)
}

const copy = one("#copy")
if (navigator.clipboard) {
  copy.hidden = false
  copy.addEventListener("click", () => navigator.clipboard.writeText(one("#command").textContent).then(
    () => { copy.textContent = "Copied"; setTimeout(() => { copy.textContent = "Copy" }, 1500) },
    () => { copy.hidden = true; getSelection().selectAllChildren(one("#command")) }
  ))
}

for (const link of all('a[href="#lines"]')) link.addEventListener("click", () => { one("#all").open = true })
const filter = one("#filter")
one(".filter").hidden = false
filter.addEventListener("input", () => {
  const wanted = filter.value.trim().toLowerCase()
  let found = 0
  for (const row of one("#all tbody").rows) {
    const isFound = row.textContent.toLowerCase().includes(wanted)
    row.hidden = !isFound
    if (isFound) found++
  }
  one("#found").textContent = wanted === "" ? "" : found + " found"
})
`
