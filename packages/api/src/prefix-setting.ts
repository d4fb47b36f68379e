/** A prefix as `vagus.yaml` has it. @module */
import { z } from 'zod'

// zod's own message for a wrong type does not say what would be right.
export const prefix = z.union([z.cidrv4(), z.cidrv6()], 'must be a prefix, such as 10.1.0.0/16 or 2001:db8::/32')
