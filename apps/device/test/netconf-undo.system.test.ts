/** Random commits at a real server of NETCONF, each taken back: its configuration is as before. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { NetconfRouter, RouterError } from '@vagus/router'
import { changeOf, configOf, editsOf, listsOf, partOf, patternOf, pathText } from '@vagus/southbound'
import fc from 'fast-check'
import { Netconfd } from '../../../packages/router/test/support/netconfd.ts'
import { needs } from '../../../scripts/needs.ts'
import { takeBack } from '../src/southbound/take-back.ts'

const router = '/vagus-test-router:router'
const lists = listsOf(
  [
    `${router}/link[site=*][number=*]`,
    `${router}/link[site=*][number=*]/address[.=*]`,
    `${router}/rule[name=*]`,
    `${router}/name-server[.=*]`,
  ].map(patternOf),
)

const one = (...all: readonly string[]) => fc.constantFrom(...all)
const link = fc
  .tuple(one("'a'", '"b\'s"'), one('1', '2'))
  .map(([site, number]) => `link[site=${site}][number='${number}']`)
const rule = one('x', 'y', 'z').map((name) => `rule[name='${name}']`)
const settings = fc.oneof(
  one('name = r1', 'name = r2', 'name = a  "b"', 'name = Gdańsk', 'description = d', 'logging =', 'logging/level = l'),
  fc
    .tuple(
      link,
      one('type = vagus-test-router:loopback', 'mtu = 9000', 'passive =', "address[.='1']", "address[.='2']"),
    )
    .map(([where, leaf]) => `${where}/${leaf}`),
  fc
    .tuple(rule, one('action = deny', 'prefix = 192.0.2.0/24', 'community = c'))
    .map(([where, leaf]) => `${where}/${leaf}`),
  rule,
  one("name-server[.='1']", "name-server[.='2']"),
)
/** Of what is there: which, and whether the whole entry goes. */
const removals = fc.record({ at: fc.nat(30), whole: fc.boolean() })
const commits = fc.record({
  sets: fc.array(settings, { maxLength: 4 }),
  removes: fc.array(removals, { maxLength: 2 }),
  end: one('kept', 'taken back', 'taken back'),
})

const onlyRefused = (error: RouterError): false => {
  if (error.code === 'unreachable') throw error
  return false
}

type RandomCommit = typeof commits extends fc.Arbitrary<infer Value> ? Value : never

for (const target of ['candidate', 'running'] as const)
  describe(`random commits in the ${target}`, { skip: needs('netconfd') }, () => {
    let server: Netconfd
    let driver: NetconfRouter
    before(async () => {
      server = await Netconfd.start({ target })
      driver = new NetconfRouter({ ...server.place, lists })
    })
    after(async () => {
      driver.close()
      await server.end()
    })
    const text = () => driver.configuration.text()
    /** Without the router's own way back an entry comes at the end of its list. */
    const compared = (config: string) => (target === 'candidate' ? config : [...configOf(config).keys()].toSorted())

    async function tried(commit: RandomCommit): Promise<'refused' | 'kept' | 'taken back'> {
      const was = await text()
      const lines = [...configOf(was).values()]
      const gone = commit.removes.flatMap(({ at, whole }) => {
        const path = lines[at % Math.max(1, lines.length)]
        if (path === undefined || path[0]!.startsWith('/ietf')) return []
        return [`no ${pathText(whole && path.length > 1 ? path.slice(0, -1) : path).replace(/ =(?: .*)?$/, '')}`]
      })
      const typed = commit.sets.flatMap((line) => {
        const place = /^link\[[^\]]*\]\[[^\]]*\]/.exec(line)?.[0]
        return [
          ...(place === undefined ? [] : [`${router}/${place}/type = vagus-test-router:ethernet`]),
          `${router}/${line}`,
        ]
      })
      const edits = editsOf([...gone, ...typed])
      if (edits.length === 0) return 'refused'
      const { configuration } = driver
      const isTaken = await configuration.apply(edits, 60).then(() => true, onlyRefused)
      const change = changeOf(configOf(was), configOf(await text()))
      assert.deepEqual(partOf(change, edits), change)
      // netconfd commits once more to confirm, and refuses some that it took before.
      const isKept = isTaken && commit.end === 'kept' && (await configuration.keep().then(() => true, onlyRefused))
      if (isKept) return 'kept'
      await takeBack(configuration, { before: was, change, edits })
      assert.deepEqual(compared(await text()), compared(was))
      return isTaken ? 'taken back' : 'refused'
    }

    test('go back, and leave nothing', async () => {
      const counts = { refused: 0, kept: 0, 'taken back': 0 }
      await fc.assert(
        fc.asyncProperty(commits, async (commit) => {
          try {
            counts[await tried(commit)]++
          } catch (error) {
            const isEnded =
              error instanceof RouterError ? error.code === 'unreachable' : /NETCONF at .* ended/.test(String(error))
            if (!isEnded) throw error
            // netconfd ends by itself after some refusals; its next start has no configuration.
            await server.crash()
            await server.serve()
          }
        }),
        { numRuns: 60, endOnFailure: true },
      )
      assert.ok(counts['taken back'] > 15 && counts.kept > 5, JSON.stringify(counts))
    })
  })
