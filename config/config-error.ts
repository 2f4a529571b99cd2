/** Everything that is wrong with the settings of a start, one problem a line. */
export class ConfigError extends Error {
  readonly code = 'INVALID_CONFIGURATION'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}
