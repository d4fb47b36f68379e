/** Where the data is that is not shipped: measured traffic matrices (`te`) and recorded capacities (`traces`). @module */
import { resolve } from 'node:path'

const checkout = resolve(import.meta.dirname, '../../..')

/** `$VAGUS_DATA`, seen from where the caller stands; without it `../shared/data`, seen from the checkout. */
export function dataFolder(): string {
  const given = process.env['VAGUS_DATA']
  return given === undefined || given === '' ? resolve(checkout, '../shared/data') : resolve(given)
}
