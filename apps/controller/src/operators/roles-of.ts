/** Which roles a person has, by what vagus.yaml says of groups, checked addresses and single accounts. @module */
import type { OperatorsConfig } from '@vagus/api/operators-setting'
import { type Role, roles } from '@vagus/api/roles'
import type { Person } from '@vagus/bearer'

/** In the order of `roles`; empty: the person may nothing. */
export const rolesOf = (
  { groups, email, subject }: Pick<Person, 'groups' | 'email' | 'subject'>,
  config: OperatorsConfig['roles'],
): readonly Role[] =>
  roles.filter((role) =>
    config.some(
      (grant) =>
        grant.role === role &&
        (grant.subjects.includes(subject) ||
          grant.groups.some((group) => groups.includes(group)) ||
          (email !== undefined && grant.emails.some((one) => isAddress(one.toLowerCase(), email)))),
    ),
  )

const isAddress = (wanted: string, email: string): boolean =>
  wanted.startsWith('@') ? email.slice(email.lastIndexOf('@')) === wanted : email === wanted
