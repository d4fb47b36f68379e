/**
 * What a client of NETCONF costs beside netconfd: the driver of packages/router, with the host's ssh, against ncclient, which
 * most programs of operators are made with. Processor time of the client alone, as the server is the same.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NetconfRouter } from '../packages/router/src/index.ts'
import { Netconfd } from '../packages/router/test/support/netconfd.ts'
import { editsOf, listsOf, patternOf } from '../packages/southbound/src/index.ts'
import type { Row } from '../scripts/bench.ts'

const router = '/vagus-test-router:router'
const lists = listsOf([`${router}/link[site=*][number=*]`].map(patternOf))
const sites = 250
const linksOfSite = 4
const rounds = 40
/** Of what proc(5) counts in. */
const millisecondsOfTick = 10

interface Spent {
  /** Milliseconds of processor time for each. */
  readonly reading: number
  readonly commit: number
}

export async function measure(progress: (line: string) => void): Promise<readonly Row[]> {
  const server = await Netconfd.start()
  try {
    const driver = new NetconfRouter({ ...server.place, lists })
    progress(`${sites * linksOfSite} links into netconfd`)
    for (let site = 0; site < sites; site += 50) {
      const lines = Array.from({ length: 50 * linksOfSite }, (_, at) => {
        const link = `${router}/link[site='site-${site + Math.floor(at / linksOfSite)}'][number='${at % linksOfSite}']`
        return [`${link}/type = vagus-test-router:ethernet`, `${link}/description = to the core of this site`]
      })
      await driver.configuration.apply(editsOf(lines.flat()), 60)
      await driver.configuration.keep()
    }
    progress('ours')
    const ours = await oursOf(driver)
    driver.close()
    progress('ncclient')
    const peer = peerOf(server)
    const text = { unit: 'ms of a processor', note: 'ours with its ssh; one process that has begun before' } as const
    return [
      {
        ...text,
        claim: `read a configuration of ${sites * linksOfSite} list entries`,
        ours: ours.reading,
        peer: peer.reading,
        ratio: peer.reading / ours.reading,
        aim: '>= 1 (ours gives lines, the peer a tree of libxml2)',
      },
      {
        ...text,
        claim: 'the same, and a confirmed commit of a leaf with its cancellation',
        ours: ours.commit,
        peer: peer.commit,
        ratio: peer.commit / ours.commit,
        aim: 'none: ours compares configurations before and after, the peer does not',
      },
    ]
  } finally {
    await server.end()
  }
}

async function oursOf({ configuration }: NetconfRouter): Promise<Spent> {
  const spent = async (count: number, work: (round: number) => Promise<unknown>): Promise<number> => {
    for (let round = 0; round < count; round++) await work(round)
    const before = processorTime()
    for (let round = 0; round < count; round++) await work(round)
    return (processorTime() - before) / count
  }
  return {
    reading: await spent(rounds, () => configuration.text()),
    commit: await spent(rounds, async (round) => {
      await configuration.apply(editsOf([`${router}/description = round ${round}`]), 60)
      await configuration.takeBack([])
    }),
  }
}

/** Milliseconds, of this process and its ssh; the server is a child, too. */
function processorTime(): number {
  const { user, system } = process.cpuUsage()
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  const ticks = children.map((pid) => {
    const [, name, fields = ''] = /^\d+ \((.*)\) \S (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    const words = fields.split(' ')
    return name === 'ssh' ? Number(words[10]) + Number(words[11]) : 0
  })
  return (user + system) / 1000 + ticks.reduce((sum, one) => sum + one, 0) * millisecondsOfTick
}

function peerOf({ place, sshd }: Netconfd): Spent {
  const script = join(import.meta.dirname, 'netconf/ncclient-run.py')
  const words = [script, place.host, String(place.port), place.user, join(sshd.folder, 'client_key'), String(rounds)]
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ncclient (apt-get install python3-ncclient): ${stderr}`)
  return JSON.parse(stdout) as Spent
}
