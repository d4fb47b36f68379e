/** Sets of intents from neighbour to neighbour, over a substrate of pipes. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { intentOffer } from '@vagus/grasp/objectives'
import { type Grasp, type IntentHolder, IntentSpread, type KnownIntents, openGrasp } from '../src/index.ts'
import { eventually } from '../../../scripts/eventually.ts'
import { Pipes } from './pipes.ts'

const owner = 'did:key:z6MkOwner'
const trickle = { least: 20, most: 200, redundancy: 3 }

/** A document here is `EPOCH text`; one that says "forged" is not believed. */
class Holder implements IntentHolder {
  readonly owner: string
  readonly asked: string[] = []
  #known: KnownIntents | undefined

  constructor(whose = owner) {
    this.owner = whose
  }

  newest(): KnownIntents | undefined {
    return this.#known
  }

  take(document: string, from: string): 'newer' | 'known' | 'refused' {
    this.asked.push(from)
    if (document.includes('forged')) return 'refused'
    return this.keep(document)
  }

  keep(document: string): 'newer' | 'known' {
    const epoch = Number(document.split(' ')[0])
    if (epoch <= (this.#known?.epoch ?? 0)) return 'known'
    const hash = new Uint8Array(createHash('sha256').update(document).digest())
    this.#known = { epoch, rotations: 0, hash, document }
    return 'newer'
  }
}

interface Node {
  readonly grasp: Grasp
  readonly holder: Holder
  readonly spread: IntentSpread
}

async function open(pipes: Pipes, name: string, neighbours: readonly string[], whose = owner): Promise<Node> {
  const grasp = await openGrasp({ mode: 'domain', substrate: pipes.add(name, neighbours) })
  const holder = new Holder(whose)
  return { grasp, holder, spread: new IntentSpread({ grasp, node: name, holder, trickle }) }
}

async function closeAll(nodes: readonly Node[]): Promise<void> {
  for (const { spread } of nodes) spread.close()
  await Promise.all(nodes.map(({ grasp }) => grasp.close()))
}

const epochs = (nodes: readonly Node[]): readonly (number | undefined)[] =>
  nodes.map(({ holder }) => holder.newest()?.epoch)

const have = (nodes: readonly Node[], wanted: readonly number[]): Promise<boolean> =>
  eventually(
    () => `epochs ${epochs(nodes).join(', ')}`,
    () => epochs(nodes).join() === wanted.join(),
    { seconds: 30 },
  )

/** a – b – c – d, where `a` alone is told of a set. */
async function row(pipes: Pipes): Promise<readonly Node[]> {
  return [
    await open(pipes, 'a', ['b']),
    await open(pipes, 'b', ['a', 'c']),
    await open(pipes, 'c', ['b', 'd']),
    await open(pipes, 'd', ['c']),
  ]
}

describe('a set of intents', () => {
  test('goes from neighbour to neighbour, though most have no way to where it came from', async () => {
    const nodes = await row(new Pipes())
    nodes[0]!.holder.keep('3 freeze')
    nodes[0]!.spread.changed()
    await have(nodes, [3, 3, 3, 3])
    assert.deepEqual(nodes[3]!.holder.asked, ['c'])
    await closeAll(nodes)
  })

  test('reaches who comes later when everybody has been silent for long, and whoever brought it is gone', async () => {
    const pipes = new Pipes()
    const [a, ...others] = await row(pipes)
    a!.holder.keep('3 freeze')
    a!.spread.changed()
    await have(others, [3, 3, 3])
    await closeAll([a!])
    const late = await open(pipes, 'e', ['d'])
    await have([late], [3])
    await closeAll([...others, late])
  })

  test('of 60,000 characters arrives whole', async () => {
    const pipes = new Pipes()
    const nodes = [await open(pipes, 'a', ['b']), await open(pipes, 'b', ['a'])]
    const document = `7 ${'x'.repeat(60_000)}`
    nodes[0]!.holder.keep(document)
    nodes[0]!.spread.changed()
    await eventually('the document', () => nodes[1]!.holder.newest()?.document === document)
    await closeAll(nodes)
  })

  test('of an older epoch is not asked for, and whoever tells of it learns of the newer one', async () => {
    const pipes = new Pipes()
    const nodes = [await open(pipes, 'a', ['b']), await open(pipes, 'b', ['a'])]
    nodes[0]!.holder.keep('5 new')
    nodes[0]!.spread.changed()
    nodes[1]!.holder.keep('4 old')
    nodes[1]!.spread.changed()
    await have(nodes, [5, 5])
    assert.deepEqual(nodes[0]!.holder.asked, [])
    await closeAll(nodes)
  })

  test('of another owner is not asked for', async () => {
    const pipes = new Pipes()
    const nodes = [await open(pipes, 'a', ['b']), await open(pipes, 'b', ['a'], 'did:key:z6MkOther')]
    nodes[1]!.holder.keep('9 theirs')
    nodes[1]!.spread.changed()
    nodes[0]!.holder.keep('1 ours')
    nodes[0]!.spread.changed()
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.deepEqual(epochs(nodes), [1, 9])
    assert.deepEqual([nodes[0]!.holder.asked, nodes[1]!.holder.asked], [[], []])
    await closeAll(nodes)
  })

  test('is taken from an honest neighbour while another one floods lies, which is asked once a minute at most', async () => {
    const pipes = new Pipes()
    const honest = await open(pipes, 'honest', ['device'])
    const liar = await openGrasp({ mode: 'domain', substrate: pipes.add('liar', ['device']) })
    const device = await open(pipes, 'device', ['honest', 'liar'])
    const asa = liar.agent('intents')
    asa.register(intentOffer)
    const header = { node: 'liar', epoch: 1, sequence: 1 }
    const lie = { header, owner, rotations: 0, epoch: 1_000_000, hash: new Uint8Array(32).fill(7) }
    asa.publish(intentOffer, { ...lie, document: '1000000 forged' })
    // It says that the honest one has it, too: only itself is asked.
    const locator = { type: 'fqdn', name: 'honest', protocol: 6, port: 7017 } as const
    for (let times = 0; times < 30; times++) asa.flood(intentOffer, lie, { ttlMs: 60_000, locator })
    await eventually('the liar is asked', () => device.holder.asked.includes('liar'))
    for (let times = 0; times < 30; times++) asa.flood(intentOffer, lie, { ttlMs: 60_000, locator })
    honest.holder.keep('2 freeze')
    honest.spread.changed()
    await have([device], [2])
    assert.deepEqual(device.holder.asked, ['liar', 'honest'])
    assert.deepEqual(honest.holder.asked, [])
    await Promise.all([closeAll([honest, device]), liar.close()])
  })
})
