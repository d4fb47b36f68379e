/** `vagus bgp rib [PREFIX]`: the best routes over all peers of a speaker. @module */
import { routesOptions } from '../bgp/bgp-options.ts'
import { viewRoutes } from '../bgp/routes-view.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  name: 'bgp rib',
  summary: 'the best BGP routes a device agent knows',
  effect: 'ro',
  examples: [
    { line: 'vagus bgp rib --device pe-1', does: 'the first hundred' },
    { line: 'vagus bgp rib 198.18.0.0/16 --match inside --device pe-1', does: 'those inside a prefix' },
  ],
  arguments: [{ name: 'PREFIX', description: 'only this one, or as --match says', presence: 'optional' }],
  options: routesOptions,
  run: (call) => viewRoutes(call, 'rib', call.words[0]),
})
