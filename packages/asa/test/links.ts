/** Links in a network namespace of the test's own, and instances on them: each end of a link belongs to one instance. @module */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { declareObjective, type ObjectiveType } from '@vagus/grasp'
import { DecodeError } from '@vagus/wire'
import { eventually } from '../../../scripts/eventually.ts'
import { type Grasp, type GraspOptions, openGrasp, readInterfaces } from '../src/index.ts'

const run = (lines: readonly string[]): void =>
  void execFileSync('ip', ['-batch', '-'], { input: `${lines.join('\n')}\n`, stdio: ['pipe', 'ignore', 'inherit'] })

/** Runs `ip` with the words of `command`. */
export const ip = (command: string): void => run([command])

export const nameOf = (from: number, to: number): string => `n${from}to${to}`

/** Makes the links, both ends in this namespace, with addresses that are valid at once. */
export async function makeLinks(links: readonly (readonly [number, number])[], nodes: number): Promise<void> {
  writeFileSync('/proc/sys/net/ipv6/conf/default/accept_dad', '0')
  run([
    'link set lo up',
    ...Array.from({ length: nodes }, (_, node) => `addr add fd00::${node.toString(16)}:1/128 dev lo`),
    ...links.flatMap(([a, b]) => [
      `link add ${nameOf(a, b)} type veth peer name ${nameOf(b, a)}`,
      `link set ${nameOf(a, b)} up`,
      `link set ${nameOf(b, a)} up`,
    ]),
  ])
  const names = links.flatMap(([a, b]) => [nameOf(a, b), nameOf(b, a)])
  await eventually('the links are up', () => readInterfaces(names).size === names.length)
}

export const addressOf = (node: number): Uint8Array =>
  new Uint8Array([0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, node >> 8, node & 255, 0, 1])

/** A node on its ends of the links, in plain mode. */
export async function openNode(
  node: number,
  links: readonly (readonly [number, number])[],
  options: Partial<GraspOptions> = {},
): Promise<Grasp> {
  const interfaces = links.flatMap(([a, b]) => (a === node ? [nameOf(a, b)] : b === node ? [nameOf(b, a)] : []))
  const grasp = await openGrasp({ mode: 'plain', interfaces, address: addressOf(node), ...options } as GraspOptions)
  await eventually(`node ${node} listens`, () => grasp.instance.interfaces.length === interfaces.length)
  return grasp
}

/** Waits until `test` holds. @throws {Error} naming `what` after ten seconds */
/** A number that is negotiated, or told. */
export const numberType = (
  name: string,
  purpose: 'negotiation' | 'synchronization',
  dryRun: 'possible' | 'no' = 'no',
): ObjectiveType<number> =>
  declareObjective({
    name,
    purpose,
    dryRun,
    codec: {
      encode: (value: number) => value,
      decode: (value) => {
        if (typeof value === 'number') return value
        throw new DecodeError('bad-value', 0, 'a number is wanted')
      },
    },
  })
