/** `vagus border ls`: the parallel links to each neighbour AS, and how near each is to being full. @module */
import type { BorderList } from '@vagus/api/steering'
import { defineCommand } from '../command.ts'
import { view, viewOptions } from '../controller-options.ts'
import { borderListText } from '../steering/border-text.ts'
import { isAbove } from '@vagus/api/proposal-words'

export const command = defineCommand({
  name: 'border ls',
  summary: 'parallel links to each neighbour AS: load and threshold',
  effect: 'ro',
  examples: [
    { line: 'vagus border ls', does: 'what enters over each link, and from where on it may fill' },
    { line: 'vagus border ls -o wide', does: 'also the prefixes, by link' },
  ],
  options: viewOptions,
  run: (call) =>
    view<BorderList>(call, {
      ask: (client) => client.get('BorderList', '/v1/borders'),
      show: borderListText,
      next: ({ items }) => {
        const [first] = items
        if (first === undefined) return 'vagus link ls'
        return items.some(({ links }) => links.some(isAbove))
          ? 'vagus proposal ls'
          : `vagus border show ${first.neighbour}`
      },
    }),
})
