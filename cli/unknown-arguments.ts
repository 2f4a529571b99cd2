/**
 * What a command line names that the command does not know, told as one problem at most; the argument parser would pass
 * over it. `known` are the options, true where one takes a value.
 */
export function unknownArguments(
  rawArgs: readonly string[],
  known: Readonly<Record<string, boolean>>,
): string[] {
  const unknown: string[] = []
  for (let index = 0; index < rawArgs.length; index++) {
    const argument = rawArgs[index] as string
    const [, negated, name = '', value] = /^--(no-)?([^=]+)(=.*)?$/.exec(argument) ?? []
    if (!Object.hasOwn(known, name)) unknown.push(argument)
    // The value of an option is no option, whatever it looks like.
    else if (known[name] && value === undefined && negated === undefined) index++
  }
  if (unknown.length === 0) return []
  const wanted = Object.keys(known).map(name => `--${name}`)
  return [`${unknown.join(' ')} given, some of ${wanted.join(', ')} wanted.`]
}
