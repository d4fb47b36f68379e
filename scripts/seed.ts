/**
 * Gives all properties that this process tests one seed, `$VAGUS_SEED` or 1: a change is judged by what it is, not by the
 * dice. `npm run soak -- properties` tries other seeds, and a file that is run by itself gets a new one each time.
 * @module
 */
import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env['VAGUS_SEED'] ?? 1) })
