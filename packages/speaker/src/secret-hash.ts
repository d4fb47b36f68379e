/** The hash of tables over what peers choose, with a key of this thread alone. @module */
import { hashKeyWords, KeyedHash } from '@vagus/address'

export const secretHash = new KeyedHash(crypto.getRandomValues(new Uint32Array(hashKeyWords)))
