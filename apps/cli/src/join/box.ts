/** What is of a box in the folder of its state: its identity of the maker, how far it is, and its options. @module */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { News } from '@vagus/brski/pledge'
import type { Idevid, JoiningFile, PledgeOptions } from '@vagus/device/pledge'
import { Keyring, ownAgent } from '@vagus/keyring'
import { Failure } from '../failure.ts'
import { exitCode } from '../exit-code.ts'

/** The agent of this host that a box speaks as once it is a member: its key is that of the certificate. */
const boxAgent = 'device'

export const boxPaths = (home: string) => ({
  idevid: join(home, 'idevid'),
  state: join(home, 'joining', 'state.json'),
  options: join(home, 'device.yaml'),
})

/** Where routers have their sockets on Debian; a box that has one of them needs not be told. */
const routerPlaces = [
  { router: 'frr', socket: '/run/frr/bgpd.vty' },
  { router: 'bird', socket: '/run/bird/bird.ctl' },
] as const

export interface Box {
  readonly idevid: Idevid
  readonly file: JoiningFile
}

/** @throws {Failure} that says which file is not right */
export async function openBox(home: string, idevidFolder: string): Promise<Box> {
  const { JoiningError, JoiningFile: File, readIdevid } = await import('@vagus/device/pledge')
  try {
    const idevid = readIdevid(idevidFolder)
    return { idevid, file: new File(boxPaths(home).state, idevid.serial) }
  } catch (error) {
    if (!(error instanceof JoiningError)) throw error
    throw new Failure(exitCode.failed, error.message, error.fix, error)
  }
}

export interface PledgeHost {
  readonly home: string
  /** Where its options go. */
  readonly options: string
  readonly report: (line: string) => void
  readonly onNews: (news: News) => void
}

/** All of a pledge but where it listens and how long it runs. */
export async function pledgeOf({ idevid, file }: Box, { home, options, report, onNews }: PledgeHost) {
  const [{ writeSettings }, { keyOfSeed }] = await Promise.all([import('@vagus/device/pledge'), import('@vagus/pki')])
  const keyring = new Keyring(join(home, 'agents'))
  return {
    idevid,
    file,
    agentKey: () => {
      ownAgent({ keyring, name: boxAgent, report })
      const seed = keyring.namingSeed(boxAgent, Date.now())
      if (seed !== undefined) return keyOfSeed(seed)
      const fix = `give it another: rm -r ${join(keyring.folder, boxAgent)}, then join again`
      throw new Failure(exitCode.failed, `the key of the agent "${boxAgent}" was rotated, and names it no more`, fix)
    },
    settle: (settings) => {
      const found = existsSync(options) ? undefined : routerPlaces.find(({ socket }) => existsSync(socket))
      writeSettings(options, settings, { as: boxAgent, ...(found === undefined ? {} : { router: found.router }) })
    },
    now: Date.now,
    report,
    onNews,
  } satisfies Omit<PledgeOptions, 'interfaces' | 'until'>
}
