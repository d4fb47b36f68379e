/** `vagus lab traffic`: what the generators of a lab really sent, to compare with the matrix. @module */
import { defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { countText, octetsText, rateText } from '../format.ts'
import { resourceText } from '../json.ts'
import { withLab } from '../lab/lab-failure.ts'
import { referenceOf, whichLab } from '../lab/lab-options.ts'
import { type Cell, table } from '../table.ts'

export const command = defineCommand({
  name: 'lab traffic',
  summary: "what the lab's generators really sent, by site",
  effect: 'ro',
  examples: [
    { line: 'vagus lab traffic', does: 'since the traffic started' },
    { line: 'vagus lab traffic --json', does: 'by destination and IP version, to compare with the matrix' },
  ],
  options: { ...whichLab, ...jsonOption },
  async run({ values, terminal }) {
    const { labTraffic } = await import('@vagus/lab/running')
    const items = await withLab(() => labTraffic(referenceOf(values)))
    if (values.json) {
      terminal.out(resourceText('LabTraffic', { items }))
      return exitCode.ok
    }
    const rows = items.map((site): Cell[] => {
      const sent = Object.values(site.sent).reduce((sum, { v4, v6 }) => sum + v4.octets + v6.octets, 0)
      const wanted = Object.values(site.bitsPerSecond).reduce((sum, rate) => sum + rate, 0)
      const { opened, open, failed } = site.flows
      return [site.site, octetsText(sent), rateText(wanted), countText(opened), countText(open), countText(failed)]
    })
    const heads = ['SITE', 'SENT', 'PLANNED NOW', 'FLOWS', 'OPEN', 'FAILED'] as const
    const columns = heads.map((head, at) => ({ head, align: at === 0 ? ('left' as const) : ('right' as const) }))
    terminal.out(`${table(columns, rows, terminal.columns, terminal.paint.strong)}\n`)
    return exitCode.ok
  },
})
