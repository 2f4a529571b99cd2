/** Values of windows as a JSON object by name, as prediction records carry them: what is missing is left out. */
export function createWindowsText(names: readonly string[]): (values: Float64Array) => string {
  const members = names.map(name => `"${name}":`)
  // Most entities are new to most windows, so their zeros need no formatting.
  const zeros = members.map(member => `${member}0`)
  return values => {
    let text = ''
    for (let i = 0; i < members.length; i++) {
      const value = values[i] as number
      // Only NaN differs from itself.
      if (value !== value) continue
      text += text === '' ? '{' : ','
      text += value === 0 ? (zeros[i] as string) : (members[i] as string) + value
    }
    return text === '' ? '{}' : `${text}}`
  }
}
