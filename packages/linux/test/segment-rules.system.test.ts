/** Rules by the kernel's own messages, as `ip` reads them. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import type { SegmentRule } from '../src/index.ts'

test('rules are as ip makes them, come and go, and may be there or gone before', { skip: needs('netns') }, () => {
  const marks = { protocol: 86, priority: 20_086 }
  const rules: readonly SegmentRule[] = [
    { type: 'from', interface: 'eth-3', from: '10.16.0.0/16', table: 20_001 },
    { type: 'from', interface: 'eth-3', from: '192.0.2.7/32', table: 20_001 },
    { type: 'from', interface: 'eth-3', from: '2001:db8::/48', table: 80_535 },
    { type: 'to', to: 'fd00:c::/32', table: 20_000 },
  ]
  const program = `import { execFileSync } from 'node:child_process'
    import { changeSegmentRules, noSegments, segmentCommands, segmentRulesOf } from '@vagus/linux'
    const [rules, marks] = [${JSON.stringify(rules)}, ${JSON.stringify(marks)}]
    const ip = (...words) => execFileSync('ip', words, { encoding: 'utf8' })
    const all = () => ['-4', '-6'].flatMap((version) => segmentRulesOf(ip(version, '-N', '-j', 'rule', 'show'), marks.protocol))
    const asText = () => ip('-4', 'rule') + ip('-6', 'rule')
    const seen = []
    changeSegmentRules({ add: rules, remove: [] }, marks)
    changeSegmentRules({ add: rules, remove: [] }, marks)
    seen.push(all())
    const ours = asText()
    changeSegmentRules({ add: [rules[0]], remove: rules.slice(1) }, marks)
    seen.push(all())
    changeSegmentRules({ add: [], remove: rules }, marks)
    seen.push(all())
    const { add } = segmentCommands({ ...noSegments, rules }, noSegments, marks)
    for (const words of add.v4) ip('-4', ...words.split(' '))
    for (const words of add.v6) ip('-6', ...words.split(' '))
    console.log(JSON.stringify({ seen, ours, theirs: asText() }))`
  const output = execFileSync('unshare', ['-Urn', process.execPath, '--input-type=module', '-e', program], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  })
  const { seen, ours, theirs } = JSON.parse(output) as {
    readonly seen: readonly (readonly SegmentRule[])[]
    readonly ours: string
    readonly theirs: string
  }
  assert.deepEqual(seen, [rules, [rules[0]], []])
  assert.equal(ours, theirs)
})
