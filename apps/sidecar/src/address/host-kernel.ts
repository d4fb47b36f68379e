/**
 * The moving address in the kernel of its host: an address of the loopback interface, and a table of its own for what is
 * sent from it. Nothing else of the host changes, and programs need not know: who binds to the address, or answers at it,
 * goes over the link that it is attached to.
 * @module
 */
import { runBatch } from '@vagus/linux'

/** Of rules and routes: the number by which others of Vagus know theirs (`lines` have the same). */
const protocol = 86
/** Before the main table (32766), behind rules of operators that come first on purpose. */
const priority = 20_177

export interface AddressKernel {
  /** The address is there from now on. */
  readonly add: (address: string) => Promise<void>
  /** What is sent from it goes by the gateway over the interface. */
  readonly route: (address: string, by: string, link: string) => Promise<void>
  readonly remove: (address: string) => Promise<void>
}

/** Needs CAP_NET_ADMIN and iproute2. Its functions reject with an UnavailableError. */
export const addressKernel: AddressKernel = {
  async add(address) {
    // What is left of a run before would be there twice.
    await runBatch('ip', ['-6'], [`rule del ${ruleOf(address)}`]).catch(() => undefined)
    await runBatch('ip', ['-6'], [`addr replace ${address}/128 dev lo nodad`, `rule add ${ruleOf(address)}`])
  },
  async route(address, by, link) {
    await runBatch(
      'ip',
      ['-6'],
      [`route replace default via ${by} dev ${link} proto ${protocol} table ${tableOf(address)}`],
    )
  },
  async remove(address) {
    await runBatch(
      'ip',
      ['-6'],
      [`rule del ${ruleOf(address)}`, `route flush table ${tableOf(address)}`, `addr del ${address}/128 dev lo`],
    )
  },
}

const ruleOf = (address: string): string =>
  `priority ${priority} from ${address} lookup ${tableOf(address)} protocol ${protocol}`

/** A number that no operator gives: 0x56, and the last 24 bits of the address, which are a hash. */
function tableOf(address: string): number {
  const groups = address.split(':').slice(-2)
  const [high = 0, low = 0] = groups.map((group) => Number.parseInt(group === '' ? '0' : group, 16))
  return 0x5600_0000 + (high & 0xff) * 0x1_0000 + low
}
