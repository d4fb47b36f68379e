/** `vagus token ls`: the tokens for scripts, on the host of the controller. @module */
import { defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { countOf, timeText } from '../format.ts'
import { resourceText } from '../json.ts'
import { homeOf, homeOption } from '../keyring-options.ts'
import { table } from '../table.ts'

export const command = defineCommand({
  name: 'token ls',
  summary: 'tokens for scripts: name, role, end',
  effect: 'ro',
  examples: [{ line: 'vagus token ls', does: 'on the host of the controller, as its user' }],
  options: { ...homeOption, ...jsonOption },
  async run(call) {
    const { values, terminal } = call
    const { readTokens } = await import('@vagus/controller/token-file')
    const now = new Date().toISOString()
    const items = readTokens(await homeOf(call)).map(({ name, role, createdAt, until }) => ({
      name,
      role,
      createdAt: new Date(createdAt).toISOString(),
      until: new Date(until).toISOString(),
    }))
    if (values.json) {
      terminal.out(resourceText('TokenList', { items }))
      return exitCode.ok
    }
    const rows = items.map(({ name, role, createdAt, until }) => [
      name,
      role,
      timeText(createdAt, now),
      timeText(until, now),
    ])
    const columns = ['NAME', 'ROLE', 'SINCE', 'UNTIL'].map((head) => ({ head, align: 'left' }) as const)
    if (rows.length > 0) terminal.out(`${table(columns, rows, terminal.columns, terminal.paint.faint)}\n`)
    terminal.err(`${countOf(items.length, 'token', 'tokens')}\n`)
    return exitCode.ok
  },
})
