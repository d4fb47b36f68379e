/** `vagus intent ls`: what the operator wants, how each intent stands, and who has the set. @module */
import type { IntentList } from '@vagus/api/intent'
import { isUnmet } from '@vagus/api/intent-words'
import { defineCommand } from '../command.ts'
import { view, viewOptions } from '../controller-options.ts'
import { intentListText } from '../intent/intent-text.ts'

export const command = defineCommand({
  name: 'intent ls',
  summary: 'what the operator wants, and whether it is met',
  effect: 'ro',
  examples: [
    { line: 'vagus intent ls', does: 'state of each, and why one is not met' },
    { line: 'vagus intent ls -o wide', does: 'with windows and evidence' },
  ],
  options: viewOptions,
  run: (call) =>
    view<IntentList>(call, {
      ask: (client) => client.get('IntentList', '/v1/intents'),
      show: intentListText,
      next: ({ items }) => {
        const one = items.find(isUnmet) ?? items[0]
        return one === undefined ? 'vagus cheat intent' : `vagus intent show ${one.name}`
      },
    }),
})
