/** A fleet for tests: its owner elsewhere, a controller, and side-cars as processes, most of which go by its roster. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Member } from '@vagus/identity'
import { Keyring } from '@vagus/keyring'
import { type ControllerProcess, newFolder, startProcess } from '../../controller/test/support/controller-process.ts'
import { type Started, started, vagus } from './started.ts'

const agent = { role: 'agent', skills: [], organisation: 0, alsoKnownAs: [], holdsSeconds: 86_400 }

export interface TestFleet {
  readonly owner: string
  readonly folder: string
  readonly controller: ControllerProcess
  /** The id of an agent, made when it is new. @param home where its keys are */
  id(name: string, home?: string): string
  /** Signs the next roster. */
  sign(members: readonly Member[], policies: string): string
  /** @returns the answer of the controller */
  publish(jws: string): Promise<Response>
  /** Hands the roster out as a file. */
  handOut(jws: string): void
  /** What `handOut` writes into. */
  readonly handedOut: string
  /** Fulfilled when it serves. */
  run(
    name: string,
    args: readonly string[],
    more?: { readonly home?: string; readonly controller?: string },
  ): Promise<Started>
  start(args: readonly string[]): Started
  close(): Promise<void>
}

export async function testFleet(): Promise<TestFleet> {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-fleet-'))
  const handedOut = join(folder, 'handed-out')
  mkdirSync(handedOut)
  const keyringAt = (home: string): Keyring => new Keyring(join(folder, home, 'agents'))
  const owner = keyringAt('hq').create('acme', agent, Date.now()).identity.id
  const place = newFolder(`access: { owners: [{ name: acme, id: '${owner}' }] }\n`)
  const controller = await startProcess(place.folder)
  const programs: Started[] = []
  const start = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): Started => {
    const program = started(process.execPath, args, environment)
    programs.push(program)
    return program
  }
  return {
    owner,
    folder,
    controller,
    handedOut,
    id(name, home = 'home') {
      const keyring = keyringAt(home)
      return (keyring.has(name) ? keyring.open(name, Date.now()) : keyring.create(name, agent, Date.now())).identity.id
    },
    sign: (members, policies) => keyringAt('hq').signRoster('acme', () => ({ members, policies }), Date.now()).jws,
    publish: (jws) =>
      fetch(`${controller.base}/v1/rosters/${owner}`, {
        method: 'PUT',
        body: jws,
        headers: { 'content-type': 'application/jose' },
      }),
    handOut: (jws) => writeFileSync(join(handedOut, 'acme.roster'), jws),
    async run(name, args, { home = 'home', controller: other } = {}) {
      const side = start([vagus, 'run', '--name', name, ...args], {
        VAGUS_HOME: join(folder, home),
        VAGUS_CONTROLLER: other ?? controller.base,
      })
      await side.says(/calls others at/)
      return side
    },
    start,
    async close() {
      for (const { child } of programs) child.kill('SIGKILL')
      await Promise.all(programs.map(({ exit }) => exit))
      await controller.end('SIGKILL')
      place.remove()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Where programs call others, by what their side-car says. */
export function agentsAt(side: Started): string {
  const [, url] = /calls others at (http:\S+)NAME\//.exec(side.text()) ?? []
  assert.ok(url, side.text())
  return url
}
