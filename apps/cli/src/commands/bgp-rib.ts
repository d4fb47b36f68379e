/** `vagus bgp rib [PREFIX]`: the best routes from all peers of a speaker. @module */
import { routesOptions } from '../bgp/bgp-options.ts'
import { viewRoutes } from '../bgp/routes-view.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  name: 'bgp rib',
  summary: 'the best BGP routes a device agent knows',
  effect: 'ro',
  examples: [
    { line: 'vagus bgp rib --device pe-1', does: 'the first hundred' },
    { line: 'vagus bgp rib 198.18.0.0/16 --match inside --device pe-1', does: 'routes inside a prefix' },
  ],
  arguments: [{ name: 'PREFIX', description: 'only this prefix, or see --match', presence: 'optional' }],
  options: routesOptions,
  run: (call) => viewRoutes(call, 'rib', call.words[0]),
})
