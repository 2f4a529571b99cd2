import { ROLES } from '#config.ts'
import { unknownArguments } from './unknown-arguments.ts'

const OF_ALL = ['port', 'host', 'instance', 'log-format', 'json']

/** The role that a command line names first, and what is wrong with the rest: each role has options of its own. */
export function roleArguments(
  rawArgs: readonly string[],
  known: Readonly<Record<string, { type: string }>>,
): { name: string | undefined; problems: string[] } {
  const [first] = rawArgs
  const name = first?.startsWith('-') ? undefined : first
  const own: readonly string[] =
    name !== undefined && Object.hasOwn(ROLES, name) ? ROLES[name as keyof typeof ROLES].flags : []
  const options = Object.fromEntries(
    Object.entries(known)
      .filter(([option]) => OF_ALL.includes(option) || own.includes(option))
      .map(([option, { type }]) => [option, type === 'string']),
  )
  // Without a role nobody can tell which options it would have.
  const isKnown = name !== undefined && Object.hasOwn(ROLES, name)
  return { name, problems: isKnown ? unknownArguments(rawArgs.slice(1), options) : [] }
}
