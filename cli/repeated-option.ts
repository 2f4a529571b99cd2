/** Every value of an option; the argument parser keeps only the last one. */
export function repeatedOption(rawArgs: readonly string[], name: string): string[] {
  return rawArgs.flatMap((arg, i) => {
    if (arg === `--${name}`) return rawArgs[i + 1] === undefined ? [] : [rawArgs[i + 1] as string]
    return arg.startsWith(`--${name}=`) ? [arg.slice(name.length + 3)] : []
  })
}
