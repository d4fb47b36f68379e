/** Messages that graspy sent, recorded in the shared data, and the examples of RFC 8990 appendix A. @module */
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { dataPath } from '../../../scripts/needs.ts'

export const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'))
export const toHex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')

/** Recorded messages by file name; none when the shared data is not here. */
export const captured = (): readonly (readonly [string, Uint8Array])[] =>
  globSync(dataPath('grasp', '*.hex'))
    .sort()
    .map((file) => [basename(file, '.hex'), fromHex(readFileSync(file, 'utf8'))] as const)

/**
 * RFC 8990 appendix A. The flood of A.2 is printed with 86, an array of six, before five elements; it stands here with
 * the 85 that they need.
 */
export const examples = [
  { name: 'A.1 discovery', hex: '84011a00d4d7485020010db8f000baaa28ccdc4c970367818463455831050200' },
  {
    name: 'A.1 response',
    hex: '85021a00d4d7485020010db8f000baaa28ccdc4c9703678119ea608418675020010db8f000baaaf000baaaf000baaa0619c123',
  },
  {
    name: 'A.2 flood',
    hex: '85091a00357b4e5020010db8f000baaa28ccdc4c97036781192710828463455831050282704578616d706c6520312076616c75653d186480',
  },
  { name: 'A.3 request', hex: '83041a003da10e8463455832050500' },
  { name: 'A.3 synch', hex: '83081a003da10e8463455832050582704578616d706c6520322076616c75653d18c8' },
  { name: 'A.4 request', hex: '83031a000c3ffd8463455833030682634e5a44182f' },
  { name: 'A.4 end', hex: '83061a000c3ffd811865' },
  { name: 'A.5 request', hex: '83031a00d214628463455833030682634e5a4419019a' },
  { name: 'A.5 negotiate 1', hex: '83051a00d214628463455833030682634e5a441850' },
  { name: 'A.5 negotiate 2', hex: '83051a00d214628463455833030582634e5a44190133' },
  { name: 'A.5 wait', hex: '83071a00d21462198895' },
  { name: 'A.5 negotiate 3', hex: '83051a00d214628463455833030482634e5a441878' },
  { name: 'A.5 negotiate 4', hex: '83051a00d214628463455833030382634e5a4418f6' },
  { name: 'A.5 end', hex: '83061a00d2146282186672496e73756666696369656e742066756e6473' },
] as const
