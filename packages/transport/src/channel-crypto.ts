/**
 * Implements the cryptographic port of `channel`: its parts, and the keys that two sides agree on, come from
 * neighbouring modules.
 * @module
 */
import type { ChannelCrypto } from '@vagus/channel'
import { aesKeys } from './aes-keys.ts'
import { derivations } from './derivations.ts'

export const channelCrypto: ChannelCrypto = { ...derivations, ...aesKeys }
