/** `vagus border show NEIGHBOUR`: one border: its links, and which prefix enters over which. @module */
import type { BorderList } from '@vagus/api/steering'
import { defineCommand } from '../command.ts'
import { view, viewOptions } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { borderText } from '../steering/border-text.ts'

export const command = defineCommand({
  name: 'border show',
  summary: 'one border: its links, and which prefix enters over which',
  effect: 'ro',
  examples: [
    { line: 'vagus border show transit', does: 'links and prefixes' },
    { line: 'vagus border show transit --watch', does: 'refreshes, to watch prefixes move' },
  ],
  arguments: [{ name: 'NEIGHBOUR', description: 'a name of "vagus border ls"', presence: 'required' }],
  options: viewOptions,
  run(call) {
    const [neighbour] = call.words
    return view<BorderList>(call, {
      ask: async (client) => {
        const list = await client.get<BorderList>('BorderList', '/v1/borders')
        const items = list.items.filter((border) => border.neighbour === neighbour)
        if (items.length > 0) return { ...list, items }
        throw new Failure(exitCode.usage, `there is no border to "${neighbour}"`, 'the names: vagus border ls')
      },
      show: ({ items, now }, canvas) => borderText(items[0]!, now, canvas),
      next: () => 'vagus proposal ls',
    })
  },
})
