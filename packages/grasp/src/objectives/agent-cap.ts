/** AgentCap: which agent a node has and what it can do. Flooded on a link or in a domain, and answered to who asks. @module */
import { cborText, type CborValue } from '@vagus/wire'
import { Fields, permille } from './fields.ts'
import { type Header, readHeader, writeHeader } from './header.ts'
import { privateName } from './names.ts'
import { declareObjective, type ObjectiveType } from './objective-type.ts'

export interface AgentCap {
  readonly header: Header
  /** Its name: of an agent with an identity, that; else what its operator calls it. */
  readonly agent: string
  /** What it does, such as `flow-collector`; words of whoever defined them. */
  readonly skills: readonly string[]
  /** SHA-256 of its description (an agent card), 32 octets. */
  readonly card?: Uint8Array
  /** What it speaks: `grasp`, `a2a`, `mcp`, … */
  readonly protocols: readonly string[]
  /** How busy it is, permille. */
  readonly load?: number
}

const key = { header: 0, agent: 1, skills: 2, card: 3, protocols: 4, load: 5 } as const

export const agentCap: ObjectiveType<AgentCap> = declareObjective({
  name: privateName('AgentCap'),
  purpose: 'synchronization',
  codec: {
    encode: ({ header, agent, skills, card, protocols, load }) =>
      new Map<CborValue, CborValue>([
        [key.header, writeHeader(header)],
        [key.agent, agent],
        [key.skills, skills],
        ...(card === undefined ? [] : [[key.card, card] as const]),
        [key.protocols, protocols],
        ...(load === undefined ? [] : [[key.load, load] as const]),
      ]),
    decode: (value) => {
      const fields = new Fields(value, 'AgentCap', [])
      return {
        header: readHeader(fields.value(key.header)),
        agent: fields.text(key.agent),
        skills: fields.list(key.skills, (skill) => cborText(skill, 64, 'a skill')),
        protocols: fields.list(key.protocols, (protocol) => cborText(protocol, 64, 'a protocol')),
        ...(fields.has(key.card) ? { card: fields.octets(key.card, 32) } : {}),
        ...(fields.has(key.load) ? { load: fields.uint(key.load, permille) } : {}),
      }
    },
  },
})
