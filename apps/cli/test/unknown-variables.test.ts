/** A mistyped variable of the environment is told of, with the one that was meant. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { registry } from '../src/registry.ts'
import { run } from '../src/run.ts'
import { unknownVariables } from '../src/unknown-variables.ts'
import { recorded } from './surroundings.ts'

describe('a variable VAGUS_… that nothing reads', () => {
  test('is told of with the nearest one, be it of a command or of a key of vagus.yaml', async () => {
    assert.deepEqual(
      await unknownVariables({
        VAGUS_CONTROLER: 'http://192.0.2.1:7600',
        VAGUS_FLOW_LISTN: 'x',
        VAGUS_COFFEE: 'y',
        VAGUS: '',
        PATH: '/bin',
      }),
      [
        'VAGUS_CONTROLER is no variable of Vagus, and is ignored; did you mean VAGUS_CONTROLLER?',
        'VAGUS_FLOW_LISTN is no variable of Vagus, and is ignored; did you mean VAGUS_FLOW_LISTEN?',
        'VAGUS_COFFEE is no variable of Vagus, and is ignored; those that are: man vagus, vagus config explain',
      ],
    )
  })

  test('is none of those that are read, that tests use, or that Kubernetes makes of a service of that name', async () => {
    const read = [
      'HOME',
      'TOKEN',
      'AGENTS_URL',
      'CALLER_ID',
      'OUTSIDER',
      'TRACES_AGENTS',
      'REQUIRE',
      'STORE_MAX_OCTETS',
    ]
    const made = {
      VAGUS_SERVICE_HOST: '10.0.0.1',
      VAGUS_CONTROLLER_SERVICE_PORT_API: '7600',
      VAGUS_PORT: 'tcp://10.0.0.1:7600',
      VAGUS_PORT_7600_TCP_ADDR: '10.0.0.1',
    }
    const names = Object.fromEntries(read.map((name) => [`VAGUS_${name}`, '1']))
    assert.deepEqual(await unknownVariables({ ...names, ...made }), [])
  })

  test('comes before what the command says, on stderr, and changes nothing of it', async () => {
    const around = { ...recorded(200), environment: { VAGUS_HOMME: '/x' } }
    assert.equal(await run(registry, ['cheat', 'config'], around), 0)
    assert.match(around.written.err, /^vagus: VAGUS_HOMME is no variable .* VAGUS_HOME\?\n$/)
    const plain = recorded(200)
    await run(registry, ['cheat', 'config'], plain)
    assert.deepEqual([around.written.out, plain.written.err], [plain.written.out, ''])
  })
})
