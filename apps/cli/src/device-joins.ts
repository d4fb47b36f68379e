/** The options of `vagus device` that make it a join proxy. @module */
import type { DeviceValues } from './device-options.ts'

/** Where the registrar is, if an option says so. @throws {RangeError} */
export async function registrarOf({
  joins,
  registrar,
  'steered-by': by,
}: Pick<DeviceValues, 'joins' | 'registrar' | 'steered-by'>) {
  if (registrar === undefined) {
    if (joins === undefined || by !== undefined) return undefined
    throw new RangeError('--joins needs --registrar ADDR:PORT, or --steered-by ID, whose controller says where it is')
  }
  const { endpointOf } = await import('@vagus/device')
  return endpointOf('--registrar', registrar)
}
