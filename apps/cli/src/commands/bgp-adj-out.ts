/** `vagus bgp adj-out PEER [PREFIX]`: what was announced to a peer (RFC 4271 §3.2). @module */
import { routesOptions } from '../bgp/bgp-options.ts'
import { viewRoutes } from '../bgp/routes-view.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  name: 'bgp adj-out',
  summary: 'routes announced to a peer',
  effect: 'ro',
  examples: [{ line: 'vagus bgp adj-out router --device pe-1', does: 'the first hundred' }],
  arguments: [
    { name: 'PEER', description: 'a name of "vagus bgp peers"', presence: 'required' },
    { name: 'PREFIX', description: 'only this prefix, or see --match', presence: 'optional' },
  ],
  options: routesOptions,
  run: (call) => viewRoutes(call, `adj-out/${call.words[0]!}`, call.words[1]),
})
