/** `vagus address attach NAME`: keeps the address of an agent of this host while the host moves. @module */
import type { AddressKeeper } from '@vagus/sidecar/address'
import { type Call, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { noEdgeText } from '../address-keeper.ts'
import { homeOf, homeOption, withKeyring } from '../keyring-options.ts'
import type { Options } from '../option.ts'

const options = {
  interfaces: {
    type: 'words',
    value: 'LIST',
    default: ['*'],
    description: 'interfaces over which it may be attached, "*" for all; the one that came up last is used',
  },
  block: {
    type: 'text',
    value: 'BLOCK',
    description: 'mobile block of the network (default: that of the first edge that answers)',
  },
  ...homeOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'address attach',
  summary: "keep an agent's IPv6 address while this host moves",
  effect: 'rw',
  isService: true,
  examples: [
    {
      line: 'vagus address attach robot-7',
      does: 'until it is stopped: the same address on every network with an edge',
    },
    { line: 'vagus address attach robot-7 --interfaces eth0,eth1 --block fd00:77::/48', does: 'only there' },
  ],
  arguments: [{ name: 'NAME', description: 'an agent of this host, made if it is new', presence: 'required' }],
  options,
  run: (call: Call<typeof options>) =>
    withKeyring(call, async (keyring) => {
      const { values, words, terminal, signal } = call
      const [{ ownAgent }, { addressKernel, AddressKeeper, addressSocket, isKept, serveAddress }] = await Promise.all([
        import('@vagus/keyring'),
        import('@vagus/sidecar/address'),
      ])
      const name = words[0]!
      const report = (line: string): void => terminal.err(`${name}: ${line}\n`)
      const agent = ownAgent({ keyring, name, report: (line) => terminal.err(`${line}\n`) })
      const { interfaces, block } = values
      const path = addressSocket(await homeOf(call), name)
      if (await isKept(path)) {
        const problem = `another process of this host keeps the address of ${name}`
        throw new Failure(exitCode.usage, problem, `see: vagus address show ${name}`)
      }
      const keeper = await AddressKeeper.open({
        agent,
        interfaces,
        kernel: addressKernel,
        report,
        ...(block !== undefined && { block }),
      }).catch((error: unknown) => {
        if (error instanceof RangeError)
          throw new Failure(exitCode.usage, error.message, 'see: vagus address attach --help')
        throw error
      })
      const close = await serveAddress(path, keeper)
      const silence = setTimeout(() => {
        if (keeper.status().address === null) report(noEdgeText(keeper.status().links))
      }, silenceMs)
      const stop = (): void => void keeper.stop()
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop, { once: true })
      try {
        if ((await ended(keeper)) === 'stopped') return exitCode.ok
        throw new Failure(
          exitCode.failed,
          `another host has the keys of ${name}, and took its address`,
          `on one of the two hosts: vagus id rotate ${name}; an agent is at one place at a time`,
        )
      } finally {
        clearTimeout(silence)
        close()
      }
    }),
})

/** An edge answers at once; after this, milliseconds, somebody should know that none does. */
const silenceMs = 5000

/** @throws {Failure} where the kernel does not take the address */
function ended(keeper: Pick<AddressKeeper, 'ended'>): AddressKeeper['ended'] {
  return keeper.ended.catch((error: Error) => {
    throw new Failure(exitCode.denied, error.message, 'run it as root, or with CAP_NET_ADMIN; it needs iproute2')
  })
}
