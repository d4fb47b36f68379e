/** `vagus line quote`: whether there is room for a private line, and over which path. @module */
import { defineCommand } from '../command.ts'
import { clientFor, controllerOption, jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { jsonText } from '../json.ts'
import { askQuote } from '../line/ask-line.ts'
import { requestOf, wantedOptions } from '../line/line-options.ts'
import { quoteText } from '../line/quote-text.ts'

export const command = defineCommand({
  name: 'line quote',
  summary: 'is there room for a private line, over which path?',
  effect: 'ro',
  examples: [
    { line: 'vagus line quote --from dc-east --to dc-west --rate 20M', does: 'the paths, and why each; exit 0 or 4' },
    {
      line: "vagus line quote --from office --to field --rate 9M --start '2026-12-01 03:00'",
      does: 'for tonight',
    },
  ],
  options: { ...wantedOptions, ...controllerOption, ...jsonOption },
  async run(call) {
    const { values, terminal } = call
    const quote = await askQuote(clientFor(call), requestOf(values, 'line quote'))
    const { paint, columns } = terminal
    const now = new Date().toISOString()
    terminal.out(values.json ? jsonText(quote) : `${quoteText(quote, now, { paint, columns })}\n`)
    return quote.possible ? exitCode.ok : exitCode.denied
  },
})
