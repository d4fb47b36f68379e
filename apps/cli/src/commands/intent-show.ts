/** `vagus intent show NAME`: one intent, its evidence, and what each device makes of it. @module */
import type { IntentResource } from '@vagus/api/intent'
import { defineCommand } from '../command.ts'
import { view, viewOptions } from '../controller-options.ts'
import { orSay } from '../failure.ts'
import { intentText } from '../intent/intent-text.ts'

export const command = defineCommand({
  name: 'intent show',
  summary: 'one intent: evidence, and what each device makes of it',
  effect: 'ro',
  examples: [{ line: 'vagus intent show launch-freeze', does: 'where it holds, since when, and what shows it' }],
  arguments: [{ name: 'NAME', description: 'a name of "vagus intent ls"', presence: 'required' }],
  options: viewOptions,
  run: (call) =>
    view<IntentResource>(call, {
      ask: (client) =>
        client
          .get<IntentResource>('Intent', `/v1/intents/${encodeURIComponent(call.words[0]!)}`)
          .catch(orSay('the names: vagus intent ls', '')),
      show: (intent, canvas) => intentText(intent, new Date().toISOString(), canvas),
      next: ({ goal }) => (goal.type === 'connect' ? 'vagus line ls' : 'vagus intent ls'),
    }),
})
